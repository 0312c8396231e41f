// Consistent Overhead Byte Stuffing (S. Cheshire, M. Baker, IEEE/ACM Transactions on Networking 7(2), 1999):
// bytes without a zero, at most one longer for each 254 begun. The delimiters are the framer's.

const blockBytesMax = 254;

/** Runs shorter than this are copied byte by byte, which is faster than a call to copy. */
const shortRun = 24;

/** The largest size of the encoding of `length` bytes, without delimiters. */
export function cobsBytesMax(length: number): number {
  return length + Math.floor(length / blockBytesMax) + 1;
}

/**
 * Writes the encoding of `body` into `into` from `at`.
 * @returns the index after the last byte written; at most `at + cobsBytesMax(body.length)`.
 */
export function cobsEncode(body: Uint8Array, into: Uint8Array, at = 0): number {
  let to = at;
  let from = 0;
  for (;;) {
    const zero = body.indexOf(0, from);
    const end = zero < 0 ? body.length : zero;
    while (end - from >= blockBytesMax) {
      into[to] = blockBytesMax + 1;
      into.set(body.subarray(from, from + blockBytesMax), to + 1);
      to += blockBytesMax + 1;
      from += blockBytesMax;
      // A full block implies no zero, so one that ends the body ends the encoding.
      if (from === body.length) return to;
    }
    into[to] = end - from + 1;
    copy(body, from, end, into, to + 1);
    to += end - from + 1;
    if (zero < 0) return to;
    from = zero + 1;
  }
}

/**
 * Decodes `encoded` (no delimiters, no zero inside).
 * An empty block after a full one at the end, which many encoders write, adds nothing.
 * @param into takes the body: at least `encoded.length - 1` bytes, none of them `encoded`'s own.
 * @returns the part of `into` that holds the body; undefined if the encoding is broken: empty, a zero inside, or a
 *   block that runs past the end.
 */
export function cobsDecode(
  encoded: Uint8Array,
  into: Uint8Array = new Uint8Array(encoded.length),
): Uint8Array | undefined {
  const length = encoded.length;
  if (length === 0) return undefined;
  let to = 0;
  let from = 0;
  let code = 0;
  while (from < length) {
    const previous = code;
    code = encoded[from] as number;
    const end = from + code;
    if (code === 0 || end > length) return undefined;
    if (from > 0 && previous <= blockBytesMax) {
      into[to] = 0;
      to += 1;
    }
    copy(encoded, from + 1, end, into, to);
    to += code - 1;
    from = end;
  }
  return into.subarray(0, to);
}

function copy(source: Uint8Array, from: number, end: number, into: Uint8Array, at: number): void {
  if (end - from >= shortRun) {
    into.set(source.subarray(from, end), at);
    return;
  }
  for (let i = from, to = at; i < end; i += 1, to += 1) into[to] = source[i] as number;
}
