import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { PacketGuard } from '../../proto/mqtt-packet-guard.ts';

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

/**
 * Stands in for a socket towards the broker: the same bytes, but a packet above `limits` ends the connection before it
 * is buffered, because aedes itself has no limit for packets.
 * @param refused called once, with the reason, before the connection is destroyed.
 */
export function cappedStream(
  socket: TLSSocket,
  limits: StreamLimits,
  refused: (reason: 'too-long' | 'malformed' | 'reads-nothing') => void,
): Duplex {
  const guard = new PacketGuard(limits);
  const { unsent } = limits;
  const write = (chunks: readonly Uint8Array[], done: (error?: Error) => void): void => {
    if (unsent !== undefined && !socket.destroyed && socket.writableLength > unsent) {
      refused('reads-nothing');
      socket.destroy();
    }
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
    const fault = guard.push(chunk);
    if (fault !== undefined) {
      refused(fault);
      stream.destroy();
    } else if (!stream.push(chunk)) {
      socket.pause();
    }
  });
  socket.on('end', () => stream.push(null));
  socket.on('error', (error) => stream.destroy(error));
  socket.on('close', () => stream.destroy());
  return stream;
}

/** Writes; if `waits`, it is done when the socket has room again. */
function passOn(
  socket: TLSSocket,
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
