import type { Duplex } from 'node:stream';
import { Aedes } from 'aedes';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { messageBytesMax, parseTopic, type Topic } from '../../proto/topics.ts';
import { stationLimits } from '../limits.ts';
import { cappedStream } from './capped-stream.ts';
import { Clients, type Connected } from './clients.ts';
import { type GuardOptions, guard } from './guard.ts';
import { cameraFilters, ownBytes } from './receiver.ts';

/** What the MQTT side of the broker needs. */
export interface SessionsOptions extends Omit<GuardOptions, 'clients'> {
  readonly clock: Pick<Clock, 'uptimeUs'>;
  /** Takes over a message of a camera for which there was room. */
  readonly take: (topic: Topic, payload: Uint8Array) => void;
}

/** The MQTT sessions of clients that are known by their certificates. */
export interface Sessions {
  /** Speaks MQTT on a connection; a socket or what behaves like one. */
  enter(socket: Duplex, connected: Connected): void;
  /** Ends every connection of a camera. */
  disconnect(device: string): void;
  /** Sends with QoS 1 to a camera; one that is not connected does not get it. */
  publish(topic: string, payload: Uint8Array): void;
  close(): Promise<void>;
}

/**
 * Starts the MQTT side of the embedded broker. Nothing is retained, and nothing is kept for absent clients: a camera
 * repeats what no receipt covers, so the broker needs no store.
 */
export async function openSessions(options: SessionsOptions): Promise<Sessions> {
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
  await broker.listen();
  return {
    enter(socket, connected) {
      const stream = streamOf(socket, connected, log);
      clients.enter(stream, connected);
      socket.once('close', () => clients.leave(stream));
      broker.handle(stream);
    },
    disconnect: (device) => clients.disconnect(device),
    publish(topic, bytes) {
      const payload = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      broker.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false }, () => {});
    },
    close: () => closed(broker),
  };
}

/** The station's part in the broker: within the process, as another way through TLS would cost as much as the rest. */
function handOver(take: SessionsOptions['take']): Parameters<Aedes['subscribe']>[1] {
  return (packet, done) => {
    const topic = parseTopic(packet.topic);
    if (topic !== undefined) take(topic, ownBytes(packet.payload));
    // The guard waited for room: a wait here would keep other messages from their receivers.
    done();
  };
}

/** What the broker is given for a connection. */
function streamOf(socket: Duplex, { peer }: Connected, log: Log): Duplex {
  const limits = {
    first: stationLimits.connectPacketBytesMax,
    later: messageBytesMax + stationLimits.packetHeadroomBytes,
    unsent: peer.kind === 'camera' ? stationLimits.unsentBytesMax : undefined,
  };
  return cappedStream(socket, limits, (refusal) => {
    const fields = { peer: peer.name, kind: peer.kind, ...refusal };
    if (refusal.reason === 'reads-nothing')
      log.warn('client.not-reading', 'A client does not read what it is sent, and was disconnected', fields);
    else if (refusal.reason === 'too-long')
      log.warn(
        'client.oversized',
        'A client sent a packet larger than the limit, and was disconnected',
        fields,
      );
    else
      log.warn(
        'client.malformed',
        'A client sent what MQTT 3.1.1 does not allow, and was disconnected',
        fields,
      );
  });
}

function closed(broker: Aedes): Promise<void> {
  return new Promise((resolve) => broker.close(() => resolve()));
}
