import { constants } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer as createNetServer, type Server } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import { isSealcamError, SealcamError, systemCode } from '../../base/errors.ts';
import { checkCertificate } from '../../evidence/certificate.ts';
import type { Root } from '../../evidence/root.ts';
import { hostAndPort } from '../../proto/mqtt-address.ts';
import { workUs } from '../fair/budgets.ts';
import { stationLimits } from '../limits.ts';
import type { Connected } from './clients.ts';
import { FrontDoor } from './front-door.ts';
import { openSessions, type Sessions, type SessionsOptions } from './mqtt-sessions.ts';

/** Where the embedded broker listens, and its credentials. */
export interface BrokerOptions extends SessionsOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** PEM: the `tls-server` certificate and its key. */
  readonly certificate: string;
  readonly key: string;
  readonly root: Root;
  /** The root's certificate as PEM. */
  readonly rootPem: string;
  readonly clock: Pick<Clock, 'uptimeUs' | 'setTimer'>;
}

/** A listening broker. */
export interface EmbeddedBroker extends Omit<Sessions, 'enter'> {
  readonly address: { readonly host: string; readonly port: number };
}

/**
 * Starts the embedded broker: MQTT 3.1.1 over mutual TLS 1.3. Every right comes from the client's certificate.
 * @throws SealcamError `BROKER_ADDRESS`, `BROKER_CREDENTIALS`.
 */
export async function startBroker(options: BrokerOptions): Promise<EmbeddedBroker> {
  const { log, clock } = options;
  const sessions = await openSessions(options);
  const tls = listenerOf(options);
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
    socket.setNoDelay(true);
    sessions.enter(socket, connected);
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
    await sessions.close();
    throw error;
  }
  server.on('error', (error) =>
    log.alarm('broker.not-listening', 'The broker no longer listens', { error: error.message }),
  );
  const { port } = server.address() as AddressInfo;
  return {
    address: { host: options.host, port },
    disconnect: (device) => sessions.disconnect(device),
    publish: (topic, bytes) => sessions.publish(topic, bytes),
    async close() {
      server.close();
      await sessions.close();
      door.close();
    },
  };
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
