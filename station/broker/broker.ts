import { constants } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer as createNetServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer, type TLSSocket } from 'node:tls';
import { Aedes } from 'aedes';
import type { Clock } from '../../base/clock.ts';
import { isSealcamError, SealcamError, systemCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { checkCertificate } from '../../evidence/certificate.ts';
import type { Root } from '../../evidence/root.ts';
import { hostAndPort } from '../../proto/mqtt-address.ts';
import { messageBytesMax, parseTopic, type Topic } from '../../proto/topics.ts';
import type { IsRevoked } from '../cameras/revocations.ts';
import { type Budgets, workUs } from '../fair/budgets.ts';
import { stationLimits } from '../limits.ts';
import { cappedStream } from './capped-stream.ts';
import { Clients, type Connected } from './clients.ts';
import { FrontDoor } from './front-door.ts';
import { guard } from './guard.ts';
import { cameraFilters, ownBytes } from './receiver.ts';

/** Where the embedded broker listens, and its credentials. */
export interface BrokerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** PEM: the `tls-server` certificate and its key. */
  readonly certificate: string;
  readonly key: string;
  readonly root: Root;
  /** The root's certificate as PEM. */
  readonly rootPem: string;
  /** Asked at each connection, publication, subscription and forwarded message. */
  readonly isRevoked: IsRevoked;
  readonly clock: Pick<Clock, 'uptimeUs' | 'setTimer'>;
  /** How much work each camera may cause; an excluded camera is refused. */
  readonly budgets: Pick<Budgets, 'charge' | 'isExcluded'>;
  /** Undefined if the station has room for another message of a camera; else resolves when it does. */
  readonly room: (device: string) => Promise<void> | undefined;
  /** Takes over a message of a camera for which there was room. */
  readonly take: (topic: Topic, payload: Uint8Array) => void;
  readonly log: Log;
}

/** A listening broker. */
export interface EmbeddedBroker {
  readonly address: { readonly host: string; readonly port: number };
  /** Ends every connection of a camera. */
  disconnect(device: string): void;
  /** Sends with QoS 1 to a camera; one that is not connected does not get it. */
  publish(topic: string, payload: Uint8Array): void;
  close(): Promise<void>;
}

/**
 * Starts the embedded broker: MQTT 3.1.1 over mutual TLS 1.3. Every right comes from the client's certificate. Nothing
 * is retained, and nothing is kept for absent clients: a camera repeats what no receipt covers, so the broker needs no
 * store.
 * @throws SealcamError `BROKER_ADDRESS`, `BROKER_CREDENTIALS`.
 */
export async function startBroker(options: BrokerOptions): Promise<EmbeddedBroker> {
  const { log, clock } = options;
  const clients = new Clients({ clock, log });
  const broker = new Aedes({
    connectTimeout: stationLimits.handshakeMsMax,
    drainTimeout: stationLimits.drainMsMax,
    maxTopicLevels: 8,
    queueLimit: 8,
  });
  guard(broker, { ...options, clients });
  for (const filter of cameraFilters) broker.subscribe(filter, handOver(options.take), () => {});
  const tls = listenerOf(options);
  await broker.listen();
  const door = new FrontDoor(tls, clock);
  const server = createNetServer((socket) => door.enter(socket));
  tls.on('secureConnection', (socket) => {
    socket.on('error', () => socket.destroy());
    const connected = connectedBy(socket, options);
    if (connected === undefined) {
      socket.destroy();
      return;
    }
    door.passed(socket);
    const stream = streamOf(socket, connected, log);
    clients.enter(stream, connected);
    socket.once('close', () => clients.leave(stream));
    broker.handle(stream);
  });
  tls.on('tlsClientError', (error, socket) => {
    // The socket says what is wrong with a certificate: the error only says that there was a reset.
    const flaw = socket.authorizationError as unknown;
    const code = typeof flaw === 'string' ? flaw : systemCode(error);
    log.warn('connection.refused', 'A connection was refused by TLS', { error: code ?? 'unknown' });
    socket.destroy();
  });
  try {
    await listening(server, options);
  } catch (error) {
    await closed(broker);
    throw error;
  }
  server.on('error', (error) =>
    log.alarm('broker.not-listening', 'The broker no longer listens', { error: error.message }),
  );
  const { port } = server.address() as AddressInfo;
  return {
    address: { host: options.host, port },
    disconnect: (device) => clients.disconnect(device),
    publish(topic, bytes) {
      const payload = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      broker.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false }, () => {});
    },
    async close() {
      server.close();
      await closed(broker);
      door.close();
    },
  };
}

/** The station's part in the broker: within the process, as another way through TLS would cost as much as the rest. */
function handOver(take: BrokerOptions['take']): Parameters<Aedes['subscribe']>[1] {
  return (packet, done) => {
    const topic = parseTopic(packet.topic);
    if (topic !== undefined) take(topic, ownBytes(packet.payload));
    // The guard waited for room: a wait here would keep other messages from their receivers.
    done();
  };
}

/** What the broker is given for a connection. */
function streamOf(socket: TLSSocket, { peer }: Connected, log: Log): Duplex {
  socket.setNoDelay(true);
  const limits = {
    first: stationLimits.connectPacketBytesMax,
    later: messageBytesMax + stationLimits.packetHeadroomBytes,
    unsent: peer.kind === 'camera' ? stationLimits.unsentBytesMax : undefined,
  };
  return cappedStream(socket, limits, (reason) => {
    const fields = { peer: peer.name, kind: peer.kind, reason };
    if (reason === 'reads-nothing')
      log.warn('client.not-reading', 'A client does not read what it is sent, and was disconnected', fields);
    else
      log.warn(
        'client.oversized',
        'A client sent a packet larger than the limit, and was disconnected',
        fields,
      );
  });
}

function closed(broker: Aedes): Promise<void> {
  return new Promise((resolve) => broker.close(() => resolve()));
}

function listenerOf(options: BrokerOptions): ReturnType<typeof createServer> {
  try {
    return createServer({
      cert: options.certificate,
      key: options.key,
      ca: options.rootPem,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.3',
      handshakeTimeout: stationLimits.handshakeMsMax,
      // Each connection presents its certificate: none may be resumed from a ticket.
      secureOptions: constants.SSL_OP_NO_TICKET,
    });
  } catch (cause) {
    throw new SealcamError(
      'BROKER_CREDENTIALS',
      "The broker's certificate and key cannot be used together: provision the station again",
      { cause },
    );
  }
}

async function listening(server: Server, { host, port }: BrokerOptions): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new SealcamError(
      'BROKER_ADDRESS',
      `The broker cannot listen on ${hostAndPort(host, port)} (${systemCode(cause) ?? 'unknown'}): give another address, or end what uses it`,
      { cause },
    );
  }
}

/** The owner of this connection; OpenSSL has checked the chain and the possession of the key, not the purpose. */
function connectedBy(
  socket: TLSSocket,
  { root, isRevoked, budgets, log }: BrokerOptions,
): Connected | undefined {
  try {
    const raw = socket.getPeerX509Certificate()?.raw;
    if (raw === undefined) return undefined;
    const { name, client, keyId } = checkCertificate(new Uint8Array(raw), root, 'tls-client');
    if (client === undefined) return undefined;
    if (isRevoked(keyId)) {
      log.warn('client.revoked', 'A client whose key is revoked was refused', {
        peer: name,
        kind: client,
        keyId,
      });
      return undefined;
    }
    if (client === 'camera') {
      if (budgets.isExcluded(name)) {
        log.info('client.excluded', 'A camera that is excluded for a while was refused', { peer: name });
        return undefined;
      }
      budgets.charge(name, { us: workUs.connection, what: 'connections', wasted: true });
    }
    const address = socket.remoteAddress ?? '';
    return { peer: { kind: client, name }, keyId, address, end: () => socket.destroy() };
  } catch (error) {
    if (!isSealcamError(error)) throw error;
    log.warn('client.refused', 'A client with the wrong certificate was refused', { code: error.code });
    return undefined;
  }
}
