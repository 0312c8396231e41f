// Files in memory that grow by appending: what was given out before stays as it was, and appending costs no copy.

/** How many bytes of a buffer are in use; what comes after them is not in use yet. */
const used = new WeakMap<ArrayBufferLike, number>();

const firstBytes = 4_096;

/** `before` with `data` at `offset`, and zeros where nothing was written. `before` itself does not change. */
export function written(before: Uint8Array, offset: number, data: Uint8Array): Uint8Array {
  const end = Math.max(before.length, offset + data.length);
  const { buffer } = before;
  const isNewest = before.byteOffset === 0 && used.get(buffer) === before.length;
  if (isNewest && offset >= before.length && end <= buffer.byteLength) {
    new Uint8Array(buffer).set(data, offset);
    used.set(buffer, end);
    return new Uint8Array(buffer, 0, end);
  }
  const room = new Uint8Array(Math.max(firstBytes, offset >= before.length ? 2 * end : end));
  room.set(before);
  room.set(data, offset);
  used.set(room.buffer, end);
  return room.subarray(0, end);
}
