import { crc32c } from '../../base/crc32c.ts';

// CRC-32C of many overlapping ranges of one array, each in about constant time: the CRC of B follows from those
// of A and of A
//
// B, as CRC(A
//
// B) = CRC(A) * x^(8 |B|) + CRC(B) in GF(2)[x] modulo the polynomial.

const polynomial = 0x82f63b78;
/**
 * Bytes between two stored checksums. They take 1/64 of the input's size in memory, and each end of a range
 * costs at most this many bytes again.
 */
const stride = 256;

/** The product of two polynomials, reflected: the highest bit is x^0. */
function multiply(a: number, b: number): number {
  let product = 0;
  let factor = b;
  for (let bit = 0x8000_0000; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= factor;
    factor = factor & 1 ? (factor >>> 1) ^ polynomial : factor >>> 1;
  }
  return product >>> 0;
}

/** x^(8 * 2^k) for k from 0 on: the factor of a checksum when 2^k bytes follow. */
const powers: readonly number[] = makePowers();

function makePowers(): number[] {
  const made = [0x0080_0000];
  while (made.length < 31) made.push(multiply(made.at(-1) ?? 0, made.at(-1) ?? 0));
  return made;
}

function followedBy(crc: number, bytes: number): number {
  let shifted = crc;
  for (let rest = bytes, k = 0; rest > 0; rest >>>= 1, k += 1) {
    if (rest & 1) shifted = multiply(powers[k] ?? 0, shifted);
  }
  return shifted;
}

/** Checksums of ranges of `bytes` that begin at `from` or later. Reads each byte once. */
export class CrcWindows {
  readonly #bytes: Uint8Array;
  readonly #from: number;
  /** `#marks[k]` is the CRC of the first `k * stride` bytes. */
  readonly #marks: number[] = [0];

  constructor(bytes: Uint8Array, from: number) {
    this.#bytes = bytes;
    this.#from = from;
  }

  /** The CRC-32C of the bytes from `start` to before `end`. */
  crc(start: number, end: number): number {
    return (followedBy(this.#until(start), end - start) ^ this.#until(end)) >>> 0;
  }

  #until(at: number): number {
    const whole = Math.floor((at - this.#from) / stride);
    while (this.#marks.length <= whole) {
      const begin = this.#from + (this.#marks.length - 1) * stride;
      this.#marks.push(crc32c(this.#bytes.subarray(begin, begin + stride), this.#marks.at(-1)));
    }
    return crc32c(this.#bytes.subarray(this.#from + whole * stride, at), this.#marks[whole]);
  }
}
