import { toHex } from '../../../base/bytes.ts';

// A file of the store is a folder of objects in a bucket. Their names say what the file consists of, so that a listing is
// the index, and nothing else need be kept: docs/STORE-S3.md.

/**
 * One writer's time at a file, as `NUMBER.WRITER`. Compared as text: a higher one comes after all lower ones, and goes on
 * from what they wrote or replaces it.
 */
export type FileTurn = string;

/** What the name of an object says. */
export type ObjectName =
  /** Bytes of the file, up to `end`. */
  | {
      readonly kind: 'data';
      readonly turn: FileTurn;
      readonly end: number;
      readonly bytes: number;
      /** SHA-256 of its content, in hexadecimal digits. */
      readonly hash: string;
    }
  /** The turn begins with an empty file. */
  | { readonly kind: 'begin'; readonly turn: FileTurn }
  /** The turn begins with the first `end` bytes of an earlier one. */
  | { readonly kind: 'after'; readonly turn: FileTurn; readonly from: FileTurn; readonly end: number }
  /** The file is removed. */
  | { readonly kind: 'gone'; readonly turn: FileTurn };

const numberDigits = 8;
const offsetDigits = 16;
const turnPattern = '[0-9]{8}\\.[0-9a-f]{8}';
const dataPattern = new RegExp(`^(${turnPattern})-([0-9]{16})-([0-9]{1,16})-([0-9a-f]{64})$`);
const headPattern = new RegExp(
  `^(${turnPattern})-0{${offsetDigits}}-(begin|gone|after-(${turnPattern})-([0-9]{1,16}))$`,
);

/** A turn. @param writer 4 random bytes: two writers that begin a turn at the same moment have two. */
export function turnOf(number: number, writer: Uint8Array): FileTurn {
  return `${String(number).padStart(numberDigits, '0')}.${toHex(writer)}`;
}

/** The turn after another one, of the same number unless there is none left. */
export function nextTurn(turn: FileTurn): FileTurn {
  const writer = Buffer.alloc(4);
  const next = Number.parseInt(turn.slice(numberDigits + 1), 16) + 1;
  writer.writeUInt32BE(next % 2 ** 32);
  return turnOf(numberOf(turn) + (next === 2 ** 32 ? 1 : 0), writer);
}

/** The number of a turn. */
export function numberOf(turn: FileTurn): number {
  return Number(turn.slice(0, numberDigits));
}

/** The name of the object of `bytes` bytes that ends at `end` of the file. @param hash SHA-256 of its content. */
export function dataName(turn: FileTurn, end: number, bytes: number, hash: Uint8Array): string {
  return `${turn}-${padded(end)}-${bytes}-${toHex(hash)}`;
}

/** The name of the object with which a turn begins; it is empty. */
export function headName(turn: FileTurn, head: 'begin' | 'gone' | { from: FileTurn; end: number }): string {
  const what = typeof head === 'string' ? head : `after-${head.from}-${head.end}`;
  return `${turn}-${padded(0)}-${what}`;
}

/** What a name says; undefined for one that is not ours. */
export function parseObjectName(name: string): ObjectName | undefined {
  const [, turn, end, bytes, hash = ''] = dataPattern.exec(name) ?? [];
  if (turn !== undefined) {
    const data = { kind: 'data', turn, end: Number(end), bytes: Number(bytes), hash } as const;
    return data.bytes > 0 && data.bytes <= data.end && Number.isSafeInteger(data.end) ? data : undefined;
  }
  const [, own, what, from, cut] = headPattern.exec(name) ?? [];
  if (own === undefined) return undefined;
  if (from !== undefined) {
    const isEarlier = from < own && Number.isSafeInteger(Number(cut));
    return isEarlier ? { kind: 'after', turn: own, from, end: Number(cut) } : undefined;
  }
  return { kind: what === 'gone' ? 'gone' : 'begin', turn: own };
}

/** In a listing, only the object of a turn that ends at `end`, and those after it, come after this name. */
export function justBefore(turn: FileTurn, end: number): string {
  return `${turn}-${padded(end)}`;
}

/** In a listing, only those objects of a turn that end after `offset` come after this name. */
export function endingAfter(turn: FileTurn, offset: number): string {
  return `${turn}-${padded(offset)}~`;
}

function padded(offset: number): string {
  return String(offset).padStart(offsetDigits, '0');
}
