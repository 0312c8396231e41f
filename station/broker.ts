import { constants } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { Aedes, type Client } from 'aedes';
import { isSealcamError, SealcamError, systemCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { checkCertificate } from '../evidence/certificate.ts';
import type { Root } from '../evidence/root.ts';
import { messageBytesMax } from '../proto/topics.ts';
import { clientIdOf, mayPublish, mayReceive, maySubscribe, type Peer } from './access.ts';
import { cappedStream } from './capped-stream.ts';
import { stationLimits } from './limits.ts';
import type { IsRevoked } from './revocations.ts';

/** Where the embedded broker listens, and as whom. */
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
  /** Asked at each connection, publication, subscription and message that is forwarded. */
  readonly isRevoked: IsRevoked;
  readonly log: Log;
}

/** A broker that listens. */
export interface EmbeddedBroker {
  readonly address: { readonly host: string; readonly port: number };
  close(): Promise<void>;
}

type Connected = { readonly peer: Peer; readonly keyId: string };

/**
 * Starts the embedded broker: MQTT 3.1.1 behind mutual TLS 1.3. Every right comes from the client's
 * certificate. Nothing is retained, nothing is kept for who is away: a camera sends again what no receipt
 * covers, so that the broker needs no store.
 * @throws SealcamError `BROKER_ADDRESS`, `BROKER_CREDENTIALS`.
 */
export async function startBroker(options: BrokerOptions): Promise<EmbeddedBroker> {
  const { log } = options;
  const peers = new WeakMap<object, Connected>();
  const broker = new Aedes({
    connectTimeout: stationLimits.handshakeMsMax,
    drainTimeout: stationLimits.drainMsMax,
    maxTopicLevels: 8,
    queueLimit: 8,
  });
  guard(broker, (client) => peers.get(client.conn), options);
  const server = listenerOf(options);
  await broker.listen();
  server.maxConnections = stationLimits.connectionsMax;
  const sockets = new Set<TLSSocket>();
  server.on('secureConnection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const connected = connectedBy(socket, options);
    if (connected === undefined) {
      socket.destroy();
      return;
    }
    const { peer } = connected;
    socket.setNoDelay(true);
    const later = messageBytesMax + stationLimits.packetHeadroomBytes;
    const stream = cappedStream(socket, { first: stationLimits.connectPacketBytesMax, later }, (reason) =>
      log.warn('A client sent a packet beyond the limit and was disconnected', {
        peer: peer.name,
        kind: peer.kind,
        reason,
      }),
    );
    peers.set(stream, connected);
    broker.handle(stream);
  });
  server.on('tlsClientError', (error, socket) => {
    // What is wrong with a certificate stands at the socket: the error says alone that there was a reset.
    const flaw = socket.authorizationError as unknown;
    const code = typeof flaw === 'string' ? flaw : systemCode(error);
    log.warn('A connection was refused by TLS', { error: code ?? 'unknown' });
  });
  try {
    await listening(server, options);
  } catch (error) {
    await closed(broker);
    throw error;
  }
  server.on('error', (error) => log.alarm('The broker no longer listens', { error: error.message }));
  const { port } = server.address() as AddressInfo;
  return {
    address: { host: options.host, port },
    async close() {
      server.close();
      await closed(broker);
      for (const socket of sockets) socket.destroy();
    },
  };
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
      // Each connection shows its certificate anew: none lives on in a ticket.
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

async function listening(
  server: ReturnType<typeof createServer>,
  { host, port }: BrokerOptions,
): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new SealcamError(
      'BROKER_ADDRESS',
      `The broker cannot listen on ${host}:${port} (${systemCode(cause) ?? 'unknown'}): give another address, or end what uses it`,
      { cause },
    );
  }
}

/** Whose connection this is; OpenSSL has checked the chain and that the key is there, not what it is for. */
function connectedBy(socket: TLSSocket, { root, isRevoked, log }: BrokerOptions): Connected | undefined {
  try {
    const raw = socket.getPeerX509Certificate()?.raw;
    if (raw === undefined) return undefined;
    const { name, client, keyId } = checkCertificate(new Uint8Array(raw), root, 'tls-client');
    if (client === undefined) return undefined;
    if (isRevoked(keyId)) {
      log.warn('A client whose key is revoked was refused', { peer: name, kind: client, keyId });
      return undefined;
    }
    return { peer: { kind: client, name }, keyId };
  } catch (error) {
    if (!isSealcamError(error)) throw error;
    log.warn('A client with the wrong certificate was refused', { code: error.code });
    return undefined;
  }
}

/** Sets what clients may do. An error that is handed to aedes ends the client's connection. */
function guard(
  broker: Aedes,
  connected: (client: Client) => Connected | undefined,
  { isRevoked, log }: BrokerOptions,
): void {
  const peerOfClient = (client: Client): Peer | undefined => connected(client)?.peer;
  const refuse = (client: Client | null, what: string): Error => {
    const peer = client === null ? undefined : peerOfClient(client);
    log.warn('A client asked for what it may not and was disconnected', {
      what,
      peer: peer?.name,
      kind: peer?.kind,
    });
    return new Error(what);
  };
  broker.preConnect = (client, packet, done) => {
    const peer = peerOfClient(client);
    if (peer === undefined) return done(refuse(client, 'a connection without a certificate'), false);
    if (packet.will !== undefined && packet.will !== null) return done(refuse(client, 'a will'), false);
    // Read by aedes after this call. A session that is kept would be kept in memory, without a bound.
    packet.clientId = clientIdOf(peer, packet.clientId);
    packet.clean = true;
    done(null, true);
  };
  broker.authorizePublish = (client, packet, done) => {
    const by = client === null ? undefined : connected(client);
    if (by === undefined || !mayPublish(by.peer, packet.topic)) {
      return done(refuse(client, 'a publication to a topic that is not its own'));
    }
    // The list may be newer than the connection.
    if (isRevoked(by.keyId)) return done(refuse(client, 'a publication under a key that is revoked'));
    if (packet.retain) return done(refuse(client, 'a retained message'));
    if (packet.qos > 1) return done(refuse(client, 'a message of quality of service 2'));
    if (packet.payload.length > messageBytesMax) return done(refuse(client, 'a message that is too long'));
    done(null);
  };
  broker.authorizeSubscribe = (client, subscription, done) => {
    const by = connected(client);
    if (by === undefined || !maySubscribe(by.peer, subscription.topic)) {
      return done(refuse(client, 'a subscription that is not its own'));
    }
    if (isRevoked(by.keyId)) return done(refuse(client, 'a subscription under a key that is revoked'));
    if (subscription.qos > 1) return done(refuse(client, 'a subscription of quality of service 2'));
    done(null, subscription);
  };
  broker.authorizeForward = (client, packet) => {
    const by = connected(client);
    return by !== undefined && mayReceive(by.peer, packet.topic) && !isRevoked(by.keyId) ? packet : null;
  };
  broker.on('clientError', (client, error) => {
    log.info('A client was disconnected', { peer: peerOfClient(client)?.name, error: error.message });
  });
  broker.on('connectionError', (_client, error) => {
    log.info('A connection ended before its client was known', { error: error.message });
  });
}
