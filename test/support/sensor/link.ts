import type { BytePort } from '../../../proto/link/port.ts';

/** What happens to bytes on their way; may change, lose or add some. */
export type Line = (bytes: Uint8Array) => Uint8Array;

/** Two ports in memory, each the other's far end, with a line each way. */
export function portPair(toB: Line = (bytes) => bytes, toA: Line = (bytes) => bytes): [BytePort, BytePort] {
  const ends = [makeEnd(), makeEnd()] as const;
  const port = (mine: 0 | 1, line: Line): BytePort => ({
    async write(bytes) {
      if (ends[mine].closed) throw new Error('the port is closed');
      const arriving = line(Uint8Array.from(bytes));
      await new Promise((resolve) => setImmediate(resolve));
      if (arriving.length > 0) ends[mine === 0 ? 1 : 0].take(arriving);
    },
    onData: (take) => {
      ends[mine].take = take;
    },
    onClose: (take) => {
      ends[mine].told = take;
    },
    close() {
      for (const [index, end] of ends.entries()) {
        if (end.closed) continue;
        end.closed = true;
        end.take = () => {};
        const reason = index === mine ? undefined : new Error('the other end was closed');
        setImmediate(() => end.told(reason));
      }
    },
  });
  return [port(0, toB), port(1, toA)];
}

function makeEnd() {
  return { closed: false, take: (_: Uint8Array): void => {}, told: (_?: Error): void => {} };
}
