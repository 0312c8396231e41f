import type { Aedes, Client, PublishPacket } from 'aedes';
import type { Log } from '../../base/log.ts';
import { isCameraTopic, messageBytesMax, parseTopic } from '../../proto/topics.ts';
import type { IsRevoked } from '../cameras/trust/revocations.ts';
import { type Budgets, workUs } from '../fair/budgets.ts';
import { type Access, clientIdOf } from './access.ts';
import type { Clients, Connected } from './clients.ts';

/** Decides on each thing that a client asks of the broker. */
export interface GuardOptions {
  readonly clients: Clients;
  readonly access: Access;
  /** Asked at each publication, subscription and forwarded message. */
  readonly isRevoked: IsRevoked;
  readonly budgets: Pick<Budgets, 'charge' | 'isExcluded'>;
  /** Undefined if the station has room for another message of a camera; else resolves when it does. */
  readonly room: (device: string) => Promise<void> | undefined;
  readonly log: Log;
}

/** Sets what clients may do. An error passed to aedes ends the client's connection. */
export function guard(broker: Aedes, options: GuardOptions): void {
  const { clients, access, isRevoked, budgets, log } = options;
  const connected = (client: Client | null): Connected | undefined => client?.conn && clients.of(client.conn);
  const refuse = (client: Client | null, what: string): Error => {
    const peer = connected(client)?.peer;
    log.warn('client.forbidden', 'A client asked for something that it may not do, and was disconnected', {
      what,
      peer: peer?.name,
      kind: peer?.kind,
    });
    return new Error(what);
  };
  broker.preConnect = (client, packet, done) => {
    const peer = connected(client)?.peer;
    if (peer === undefined) return done(refuse(client, 'a connection without a certificate'), false);
    if (!access.wills && packet.will !== undefined && packet.will !== null)
      return done(refuse(client, 'a will'), false);
    clients.greeted(client.conn);
    // Read by aedes after this call. A persistent session would be kept in memory, without a limit.
    packet.clientId = clientIdOf(peer, packet.clientId);
    packet.clean = true;
    done(null, true);
  };
  broker.authorizePublish = (client, packet, done) => {
    const by = connected(client);
    if (by === undefined || !access.mayPublish(by.peer, packet.topic)) {
      return done(refuse(client, 'a publication to a topic that is not its own'));
    }
    const flaw = flawOf(packet, access, isRevoked(by.keyId));
    if (flaw !== undefined) return done(refuse(client, flaw));
    if (by.peer.kind === 'station') return done(null);
    const wait = admit(by.peer.name, packet.topic, options);
    if (wait === undefined) done(null);
    else void wait.then(() => done(null));
  };
  broker.authorizeSubscribe = (client, subscription, done) => {
    const by = connected(client);
    if (by === undefined || !access.maySubscribe(by.peer, subscription.topic)) {
      return done(refuse(client, 'a subscription that is not its own'));
    }
    if (isRevoked(by.keyId)) return done(refuse(client, 'a subscription under a key that is revoked'));
    if (subscription.qos > access.qosMax)
      return done(refuse(client, 'a subscription of quality of service 2'));
    if (by.peer.kind === 'camera')
      budgets.charge(by.peer.name, { us: workUs.message, what: 'subscriptions', wasted: true });
    done(null, subscription);
  };
  broker.authorizeForward = (client, packet) => {
    const by = connected(client);
    return by !== undefined && access.mayReceive(by.peer, packet.topic) && !isRevoked(by.keyId)
      ? packet
      : null;
  };
  broker.on('ping', (_packet, client) => {
    const peer = connected(client)?.peer;
    if (peer?.kind === 'camera')
      budgets.charge(peer.name, { us: workUs.message, what: 'pings', wasted: true });
  });
  broker.on('clientError', (client, error) => {
    log.info('client.disconnected', 'A client was disconnected', {
      peer: connected(client)?.peer.name,
      error: error.message,
    });
  });
  broker.on('connectionError', (_client, error) => {
    log.info('connection.ended', 'A connection ended before its client was known', { error: error.message });
  });
}

function flawOf(
  { retain, qos, payload }: PublishPacket,
  access: Access,
  revoked: boolean,
): string | undefined {
  // The revocation list may be newer than the connection.
  if (revoked) return 'a publication under a key that is revoked';
  if (retain && !access.retained) return 'a retained message';
  if (qos > access.qosMax) return 'a message of quality of service 2';
  return payload.length > messageBytesMax ? 'a message that is too long' : undefined;
}

/** Waits until the station has room for a camera's message; aedes reads no more of that camera until then. */
function admit(device: string, topic: string, { budgets, room }: GuardOptions): Promise<void> | undefined {
  const parsed = parseTopic(topic);
  if (parsed !== undefined && isCameraTopic(parsed)) return room(device);
  budgets.charge(device, { us: workUs.echo, what: 'echoes', wasted: true });
  return undefined;
}
