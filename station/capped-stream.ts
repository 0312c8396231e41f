import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { PacketGuard } from '../proto/mqtt-packet-guard.ts';

/**
 * What the broker is given in place of a socket: the same bytes, but a packet above `limits` ends the
 * connection before it is buffered, as aedes itself has no bound for packets.
 * @param refused called once, with the reason, before the connection is destroyed.
 */
export function cappedStream(
  socket: TLSSocket,
  limits: { readonly first: number; readonly later: number },
  refused: (reason: 'too-long' | 'malformed') => void,
): Duplex {
  const guard = new PacketGuard(limits);
  const stream = new Duplex({
    read: () => {
      socket.resume();
    },
    write: (chunk: Uint8Array, _encoding, done) => passOn(socket, [chunk], done),
    writev: (items, done) => {
      passOn(
        socket,
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

/** Waits for the socket where it is full, so that what waits for a slow client stays bounded. */
function passOn(socket: TLSSocket, chunks: readonly Uint8Array[], done: (error?: Error) => void): void {
  if (socket.destroyed) {
    done(new Error('the connection is closed'));
    return;
  }
  socket.cork();
  let room = true;
  for (const chunk of chunks) room = socket.write(chunk);
  socket.uncork();
  if (room) done();
  else socket.once('drain', () => done());
}
