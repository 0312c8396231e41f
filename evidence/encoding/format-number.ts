import { SealcamError } from '../../base/errors.ts';
import { formatVersion } from '../limits.ts';
import type { Codec } from './codec.ts';

// A statement of a later format may contain anything: the only thing this program knows about it is its format
// number. So that number is read first, and everything else is ignored.

/** A field of a protobuf message, as far as its wire type delimits it. */
interface RawField {
  readonly number: bigint;
  readonly value: bigint | Uint8Array;
}

/** The fields of `bytes`, up to the point where they stop being a protobuf message. */
function* rawFields(bytes: Uint8Array): Generator<RawField> {
  let at = 0;
  const varint = (): bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined) return undefined;
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    return undefined;
  };
  const fixed: Readonly<Record<number, number>> = { 1: 8, 5: 4 };
  while (at < bytes.length) {
    const tag = varint();
    if (tag === undefined) return;
    const wireType = Number(tag & 7n);
    const number = tag >> 3n;
    if (wireType === 0) {
      const value = varint();
      if (value === undefined) return;
      yield { number, value };
      continue;
    }
    const length = wireType === 2 ? varint() : BigInt(fixed[wireType] ?? -1);
    if (length === undefined || length < 0n || length > BigInt(bytes.length - at)) return;
    yield { number, value: bytes.subarray(at, at + Number(length)) };
    at += Number(length);
  }
}

/** The first varint at `path`, a field number for each level of nested messages; undefined if there is none. */
function numberAt(bytes: Uint8Array, [field, ...inner]: readonly number[]): bigint | undefined {
  for (const { number, value } of rawFields(bytes)) {
    if (number !== BigInt(field ?? 0)) continue;
    if (inner.length === 0 && typeof value === 'bigint') return value;
    if (inner.length > 0 && typeof value !== 'bigint') return numberAt(value, inner);
  }
  return undefined;
}

/**
 * Wraps `codec`; `path` leads to the format number. If that number is not this program's, decoding throws
 * `FORMAT_UNSUPPORTED`, whatever else the bytes hold.
 */
export function formatFirst<T>(codec: Codec<T>, name: string, path: readonly number[]): Codec<T> {
  return {
    ...codec,
    decode(bytes) {
      const format = numberAt(bytes, path);
      if (format !== undefined && format !== BigInt(formatVersion)) {
        throw new SealcamError(
          'FORMAT_UNSUPPORTED',
          `"${name}": this is evidence format ${format}, and this program knows format ${formatVersion} alone: use a newer program`,
        );
      }
      return codec.decode(bytes);
    },
  };
}
