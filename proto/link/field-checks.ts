// What every decoder of the link's messages asks of a field: the value comes back, or a `LINK_MESSAGE` that names it.
import { SealcamError } from '../../base/errors.ts';
import { type Int64Field, toSafe } from '../int64.ts';
import { linkLimits } from './limits.ts';

/** The error of a field, by its name in the .proto file: `LINK_MESSAGE`, as every check here throws it. */
export function broken(field: string, expected: string, got: unknown): SealcamError {
  return new SealcamError('LINK_MESSAGE', `"${field}": expected ${expected}, got ${String(got)}`);
}

/** The number, if it is from `min` to `max`, both included. */
export function within(field: string, value: number, min: number, max: number): number {
  // Written so that NaN fails too.
  if (!(value >= min && value <= max)) throw broken(field, `${min} to ${max}`, value);
  return value;
}

/** The 64-bit number, 0 where it is absent, if it is from `min` to `max`, both included. */
export function integer(field: string, value: Int64Field, min: number, max: number): number {
  return within(field, toSafe(value, field), min, max);
}

/** A copy of the bytes, if there are `length` of them. */
export function exactly(field: string, bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw broken(field, `${length} bytes`, bytes.length);
  // Nonces outlive the frame that they came in.
  return bytes.slice();
}

/** The list, if it has no more than `max` entries. */
export function atMost<T>(field: string, list: readonly T[], max: number): readonly T[] {
  if (list.length > max) throw broken(field, `at most ${max} entries`, list.length);
  return list;
}

/** The text, empty where there is none, if it is short (UTF-8 bytes) and has no control characters. */
export function text(field: string, value: string | null | undefined): string {
  const given = value ?? '';
  if (Buffer.byteLength(given) > linkLimits.textBytesMax) {
    throw broken(field, `at most ${linkLimits.textBytesMax} bytes`, Buffer.byteLength(given));
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(given)) throw broken(field, 'printable text', JSON.stringify(given));
  return given;
}

/** A range of sequence numbers, both ends included, if it ascends from 1 and spans no more than a report may. */
export function inOrder(field: string, from: Int64Field, to: Int64Field): { from: number; to: number } {
  const { sequenceMax, rangeNumbersMax } = linkLimits;
  const range = { from: toSafe(from, field), to: integer(field, to, 1, sequenceMax) };
  if (range.from < 1 || range.to < range.from || range.to - range.from >= rangeNumbersMax) {
    const expected = `a range that ascends from 1, of at most ${rangeNumbersMax} numbers`;
    throw broken(field, expected, `${range.from}-${range.to}`);
  }
  return range;
}

/** Names for the numbers of an enum, both ways; a number without a name is refused. */
export function enumeration<T extends string>(pairs: Readonly<Record<T, number>>) {
  const byNumber = new Map<number, T>();
  for (const name in pairs) byNumber.set(pairs[name], name);
  return {
    number: (name: T): number => pairs[name],
    name(field: string, number: number | null | undefined): T {
      const found = byNumber.get(number ?? 0);
      if (found === undefined) throw broken(field, [...byNumber.keys()].join(', '), number ?? 0);
      return found;
    },
  };
}
