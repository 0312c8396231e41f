import { toHex } from '../../../base/bytes.ts';
import { SealcamError } from '../../../base/errors.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import type { Bucket } from './bucket.ts';
import type { Layout } from './layout.ts';
import { bucketLimits } from './limits.ts';
import { endingAfter, type FileTurn, justBefore, parseObjectName } from './object-names.ts';

/** An object that holds bytes of a file. */
export interface Piece {
  /** Its key without the folder of the file. */
  readonly name: string;
  readonly turn: FileTurn;
  readonly start: number;
  readonly end: number;
  /** SHA-256 of its content, in hexadecimal digits. */
  readonly hash: string;
}

/** Bytes of one object. */
interface Wanted {
  readonly piece: Piece;
  readonly offset: number;
  readonly length: number;
  /** Where they go. */
  readonly to: number;
}

/** An object of which the end was not read yet. */
interface PartlyRead {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Where in the object the next reading goes on. */
  readonly next: number;
}

/**
 * An object, fetched once more if the first answer is not what its name says: a wrong answer is no damage yet.
 * @param hash SHA-256 in hexadecimal digits; undefined if the name does not say it.
 */
export async function getWhole(
  bucket: Bucket,
  key: string,
  length: number,
  hash: string | undefined,
): Promise<{ readonly bytes: Uint8Array | undefined; readonly isWhole: boolean }> {
  const once = async () => {
    const bytes = await bucket.get(key, length);
    const isLong = bytes?.length === length;
    return { bytes, isWhole: isLong && (hash === undefined || toHex(sha256(bytes)) === hash) };
  };
  const first = await once();
  return first.isWhole ? first : once();
}

/**
 * Reads stretches of files from their objects, which it looks up in a listing where the stretch begins. Each object is read whole
 * and must be what its name says: parts of objects are what servers get wrong, and could not be compared. One that is not counts as
 * missing.
 */
export class ObjectReader {
  readonly #bucket: Bucket;
  /** By prefix, for whoever reads on from where the last reading ended, and no one else: what is read again is fetched again. */
  readonly #partly = new Map<string, PartlyRead>();
  /** By prefix, consecutive pieces of the listing that was read last; least recently used first. */
  readonly #windows = new Map<string, readonly Piece[]>();

  constructor(bucket: Bucket) {
    this.#bucket = bucket;
  }

  /**
   * Up to `length` bytes from `offset` on; fewer at the end.
   * @returns also how many of them are in no object: they are zeros, as in a damaged file.
   */
  async read(
    prefix: string,
    file: { readonly layout: Layout; readonly recent: readonly Piece[] },
    offset: number,
    length: number,
  ): Promise<{ readonly read: Uint8Array; readonly missing: number }> {
    const end = Math.max(offset, Math.min(offset + length, file.layout.size));
    const read = new Uint8Array(end - offset);
    const wanted: Wanted[] = [];
    for (const { turn, from, to } of file.layout.spans) {
      const until = Math.min(to, end);
      for (let at = Math.max(from, offset); at < until; ) {
        const piece = await this.#pieceAt(prefix, turn, at, file.recent);
        if (piece === undefined || piece.start >= until) break;
        const begin = Math.max(at, piece.start);
        at = Math.min(piece.end, until);
        wanted.push({ piece, offset: begin - piece.start, length: at - begin, to: begin - offset });
      }
    }
    let missing = read.length;
    for (let at = 0; at < wanted.length; at += bucketLimits.parallelMax) {
      const group = wanted.slice(at, at + bucketLimits.parallelMax);
      const found = await Promise.all(group.map((one) => this.#fetch(prefix, one)));
      for (const [index, { to }] of group.entries()) {
        const got = found[index];
        if (got === undefined) continue;
        read.set(got, to);
        missing -= got.length;
      }
    }
    if (missing > 0) this.#windows.delete(prefix);
    return { read, missing };
  }

  /** The bytes that are wanted of an object; undefined if it is gone, or not what its name says. */
  async #fetch(prefix: string, { piece, offset, length }: Wanted): Promise<Uint8Array | undefined> {
    const { name, start, end, hash } = piece;
    const before = this.#partly.get(prefix);
    this.#partly.delete(prefix);
    const goesOn = before?.name === name && before.next === offset && offset > 0;
    const got = goesOn
      ? { bytes: before.bytes, isWhole: true }
      : await getWhole(this.#bucket, `${prefix}${name}`, end - start, hash);
    if (got.bytes === undefined) await this.#expectGone(prefix, piece);
    if (got.bytes === undefined || !got.isWhole) return undefined;
    const { bytes } = got;
    const next = offset + length;
    if (next < bytes.length) {
      this.#partly.set(prefix, { name, bytes, next });
      const [oldest] = this.#partly.keys();
      if (this.#partly.size > bucketLimits.partlyReadMax && oldest !== undefined) this.#partly.delete(oldest);
    }
    return bytes.subarray(offset, next);
  }

  /** @throws SealcamError `S3_LOST` if a listing still has an object that is not handed out: that is no damage of the file. */
  async #expectGone(prefix: string, { turn, end, name }: Piece): Promise<void> {
    const { objects } = await this.#bucket.list(prefix, justBefore(turn, end), bucketLimits.listedMax);
    if (!objects.some(({ key }) => key === name)) return;
    throw new SealcamError(
      'S3_LOST',
      `"${this.#bucket.name}/${prefix}${name}" is listed by the server, which does not hand it out: check the server`,
    );
  }

  /** The piece of a turn that contains `offset`, or the next one after it. */
  async #pieceAt(
    prefix: string,
    turn: FileTurn,
    offset: number,
    recent: readonly Piece[],
  ): Promise<Piece | undefined> {
    const holds = (one: Piece): boolean => one.turn === turn && one.start <= offset && one.end > offset;
    const near = recent.find(holds) ?? this.#windows.get(prefix)?.find(holds);
    if (near !== undefined) return near;
    const { objects } = await this.#bucket.list(prefix, endingAfter(turn, offset), bucketLimits.listedMax);
    const pieces = objects.flatMap(({ key, bytes }): Piece[] => {
      const name = parseObjectName(key);
      if (name?.kind !== 'data' || name.turn !== turn || name.bytes !== bytes || name.end <= offset)
        return [];
      return [{ name: key, turn, start: name.end - bytes, end: name.end, hash: name.hash }];
    });
    this.#windows.delete(prefix);
    this.#windows.set(prefix, pieces);
    const [oldest] = this.#windows.keys();
    if (this.#windows.size > bucketLimits.windowsMax && oldest !== undefined) this.#windows.delete(oldest);
    return pieces[0];
  }
}
