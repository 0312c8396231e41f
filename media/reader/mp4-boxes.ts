import { SealcamError } from '../../base/errors.ts';
import type { ByteSource } from '../byte-source.ts';

/** The position of a box in an MP4: `at` is its first byte, `size` includes its header. */
export interface BoxPlace {
  readonly type: string;
  readonly at: number;
  readonly size: number;
  readonly headerBytes: number;
  /** False where the file ends before the box does. */
  readonly whole: boolean;
}

const firstTypes = new Set([
  'ftyp',
  'moov',
  'mdat',
  'free',
  'skip',
  'wide',
  'pnot',
  'styp',
  'uuid',
  'sidx',
  'moof',
]);

/**
 * The top-level boxes of an MP4, in order, read only by their headers. Ends at the first bytes that are not a box, as
 * some tools append a few of their own; the caller learns of those, and of a box that the end of the file cuts off.
 * Throws `MP4_INVALID` if `source` is not an MP4.
 */
export async function* topBoxes(source: ByteSource): AsyncGenerator<BoxPlace> {
  let at = 0;
  while (at < source.size) {
    const header = await source.read(at, Math.min(16, source.size - at));
    const box = boxHeader(header, source.size - at);
    if (box === undefined || (at === 0 && !firstTypes.has(box.type))) {
      if (at === 0) throw notMp4(source, 'it does not begin with a box of one');
      yield { type: '', at, size: source.size - at, headerBytes: 0, whole: false };
      return;
    }
    yield { ...box, at, whole: at + box.size <= source.size };
    at += box.size;
  }
}

/** A box and its content, a view into its source. */
export interface Box {
  readonly type: string;
  readonly content: Uint8Array;
}

/** The boxes directly within `content`. Anything that is not a box, or reaches beyond `content`, ends them. */
export function* innerBoxes(content: Uint8Array): Generator<Box> {
  let at = 0;
  while (at < content.length) {
    const rest = content.subarray(at);
    const box = boxHeader(rest, rest.length);
    if (box === undefined || box.size > rest.length) return;
    yield { type: box.type, content: rest.subarray(box.headerBytes, box.size) };
    at += box.size;
  }
}

/** The first box of `type` within `content`, or undefined. */
export function innerBox(content: Uint8Array, type: string): Uint8Array | undefined {
  for (const box of innerBoxes(content)) if (box.type === type) return box.content;
  return undefined;
}

/** A malformed part of a box. {@link guarded} turns it into an error that names the file. */
class Malformed extends Error {}

/** @throws what {@link guarded} turns into `MP4_INVALID`. */
export function malformed(problem: string): never {
  throw new Malformed(problem);
}

/** A box's content, read from its beginning; reading beyond its end is malformed. */
export class BoxCursor {
  readonly #type: string;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(type: string, content: Uint8Array) {
    this.#type = type;
    this.#bytes = content;
    this.#view = new DataView(content.buffer, content.byteOffset, content.length);
  }

  /** Bytes that are not read yet. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** The version and the flags of a full box (4.2.2). */
  versionAndFlags(): { readonly version: number; readonly flags: number } {
    const word = this.u32();
    return { version: word >>> 24, flags: word & 0xffffff };
  }

  u8(): number {
    return this.#view.getUint8(this.#next(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#next(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#next(4));
  }

  i32(): number {
    return this.#view.getInt32(this.#next(4));
  }

  /** Malformed beyond 2^53 - 1. */
  u64(): number {
    return this.#exact(Number(this.#view.getBigUint64(this.#next(8))));
  }

  i64(): number {
    return this.#exact(Number(this.#view.getBigInt64(this.#next(8))));
  }

  /** A time or duration: 64 bits in version 1 of a box, else 32. */
  time(version: number): number {
    return version === 1 ? this.u64() : this.u32();
  }

  skip(count: number): void {
    this.#next(count);
  }

  take(count: number): Uint8Array {
    const at = this.#next(count);
    return this.#bytes.subarray(at, at + count);
  }

  /** Everything that is not read yet. */
  rest(): Uint8Array {
    return this.take(this.left);
  }

  /** The number of entries that follow, each of `entryBytes`: all of them must be present. */
  count(entryBytes: number): number {
    const count = this.u32();
    return this.entries(count, entryBytes);
  }

  /** `count`, if that many entries of `entryBytes` are present. */
  entries(count: number, entryBytes: number): number {
    if (count * entryBytes <= this.left) return count;
    malformed(
      `its box "${this.#type}" says ${count} entries of ${entryBytes} bytes and has ${this.left} bytes`,
    );
  }

  #next(count: number): number {
    const at = this.#at;
    if (count > this.left) malformed(`its box "${this.#type}" is cut off`);
    this.#at += count;
    return at;
  }

  #exact(value: number): number {
    if (!Number.isSafeInteger(value)) malformed(`a number in its box "${this.#type}" is beyond 2^53`);
    return value;
  }
}

/** Runs `read`; malformed content becomes `MP4_INVALID`, in words, with the source's name. */
export function guarded<T>(source: Pick<ByteSource, 'name'>, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw notMp4(source, error.message, error);
  }
}

/** What is malformed in the input of `read`, in words; undefined if nothing is. */
export function malformation(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof Malformed) return error.message;
    throw error;
  }
}

/** What `read` returns, or undefined if its input is malformed. */
export function unlessMalformed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

/** The error for a file that is not an MP4, or whose boxes contradict each other. */
export function notMp4(source: Pick<ByteSource, 'name'>, problem: string, cause?: unknown): SealcamError {
  return new SealcamError(
    'MP4_INVALID',
    `"${source.name}" is not an MP4 file that can be read (${problem}): give an MP4 with H.264 or H.265 video`,
    { cause },
  );
}

/**
 * What the header of a box says, from its first 8 bytes, or 16 where its size takes 64 bits.
 * @param left the size of a box that goes on to the end of what it is in.
 * @returns undefined where `bytes` are too few, or the beginning of no box.
 */
export function boxHeader(
  bytes: Uint8Array,
  left: number,
): { readonly type: string; readonly size: number; readonly headerBytes: number } | undefined {
  if (bytes.length < 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const type = Buffer.from(bytes.subarray(4, 8)).toString('latin1');
  const short = view.getUint32(0);
  // A size of 0: to the end of the file.
  if (short === 0) return type === '\0\0\0\0' ? undefined : { type, size: left, headerBytes: 8 };
  if (short > 1) return short < 8 ? undefined : { type, size: short, headerBytes: 8 };
  if (bytes.length < 16) return undefined;
  const long = view.getUint32(8) * 2 ** 32 + view.getUint32(12);
  return long < 16 || !Number.isSafeInteger(long) ? undefined : { type, size: long, headerBytes: 16 };
}
