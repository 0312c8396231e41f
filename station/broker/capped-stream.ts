import { Duplex } from 'node:stream';
import { PacketGuard } from '../../proto/mqtt-packet-guard.ts';
import { ClientPackets, type PacketFault } from './client-packets.ts';
import { Deliveries } from './deliveries.ts';

/** The limits of a connection. */
export interface StreamLimits {
  /** Bytes of the first packet, and of each later one. */
  readonly first: number;
  readonly later: number;
  /**
   * Bytes that may be queued for a client that does not read. The broker never waits for a client with this limit: it
   * delivers to all in turn, so others would wait as well. Without it, the broker waits.
   */
  readonly unsent?: number | undefined;
}

/** Why a client was disconnected. */
export type Disconnection =
  | { readonly reason: 'too-long' | 'reads-nothing' }
  | { readonly reason: 'malformed'; readonly what: string };

/**
 * Stands in for a socket towards the broker: the same bytes, but a packet that is above `limits` or breaks MQTT 3.1.1
 * ends the connection before the broker sees it whole, because aedes itself has no limit for packets and takes much that
 * the standard forbids.
 * @param refused called with the reason before the connection is destroyed.
 */
export function cappedStream(
  socket: Duplex,
  limits: StreamLimits,
  refused: (refusal: Disconnection) => void,
): Duplex {
  const deliveries = new Deliveries();
  const guard = new PacketGuard(limits, new ClientPackets(deliveries));
  const sent = new PacketGuard({ first: packetBytesMax, later: packetBytesMax }, deliveries);
  const { unsent } = limits;
  let over = false;
  const write = (chunks: readonly Uint8Array[], done: (error?: Error) => void): void => {
    if (unsent !== undefined && !socket.destroyed && socket.writableLength > unsent) {
      refused({ reason: 'reads-nothing' });
      socket.destroy();
    }
    for (const chunk of chunks) sent.push(chunk);
    passOn(socket, chunks, unsent === undefined, done);
  };
  const stream = new Duplex({
    read: () => {
      socket.resume();
    },
    write: (chunk: Uint8Array, _encoding, done) => write([chunk], done),
    writev: (items, done) => {
      write(
        items.map(({ chunk }) => chunk as Uint8Array),
        done,
      );
    },
    final: (done) => {
      socket.end(() => done());
    },
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (chunk: Buffer) => {
    if (over) return;
    const fault = guard.push(chunk);
    if (fault !== undefined) {
      over = true;
      refused(disconnectionFor(fault));
      answer(socket, fault, () => stream.destroy());
    } else if (!stream.push(chunk)) {
      socket.pause();
    }
  });
  socket.on('end', () => stream.push(null));
  socket.on('error', (error) => stream.destroy(error));
  socket.on('close', () => stream.destroy());
  return stream;
}

/** The longest packet of MQTT: what the broker sends is its own affair. */
const packetBytesMax = 268_435_455;

function disconnectionFor(fault: 'too-long' | 'malformed' | PacketFault): Disconnection {
  if (fault === 'too-long') return { reason: 'too-long' };
  return {
    reason: 'malformed',
    what: fault === 'malformed' ? 'a length of more than four bytes' : fault.what,
  };
}

/** Refuses a greeting with CONNACK where the standard asks for it, and calls `done` once that is sent. */
function answer(socket: Duplex, fault: 'too-long' | 'malformed' | PacketFault, done: () => void): void {
  if (typeof fault === 'string' || fault.returnCode === undefined) done();
  else socket.end(Uint8Array.of(0x20, 2, 0, fault.returnCode), done);
}

/** Writes; if `waits`, it is done when the socket has room again. */
function passOn(
  socket: Duplex,
  chunks: readonly Uint8Array[],
  waits: boolean,
  done: (error?: Error) => void,
): void {
  if (socket.destroyed) {
    done(new Error('the connection is closed'));
    return;
  }
  socket.cork();
  let room = true;
  for (const chunk of chunks) room = socket.write(chunk);
  socket.uncork();
  if (room || !waits) done();
  else socket.once('drain', () => done());
}
