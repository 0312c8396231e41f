import { equalBytes } from '../base/bytes.ts';
import { crc32c } from '../base/crc32c.ts';
import { SealcamError } from '../base/errors.ts';
import { sha256 } from './crypto.ts';
import { segmentBytes } from './limits.ts';

/**
 * The two sums over every byte of a recording. A program may be given a faster implementation than {@link
 * nodeHasher}, which must pass {@link proveHasher} first.
 */
export interface Hasher {
  /** The implementation's name, for people. */
  readonly name: string;
  /**
   * SHA-256 of each segment separately, 32 bytes each, in the order of `segments`; do not change them until it
   * settles. The segments of a group may be hashed side by side, so a group costs less than its segments one by
   * one.
   */
  digests(segments: readonly Uint8Array[]): Promise<readonly Uint8Array[]>;
  /** CRC-32C of `bytes`, an unsigned 32-bit integer. */
  crc32c(bytes: Uint8Array): number;
}

/** SHA-256 by node:crypto, one segment after another, and the CRC-32C in TypeScript: the reference. */
export const nodeHasher: Hasher = {
  name: 'node:crypto',
  digests: async (segments) => segments.map((segment) => sha256(segment)),
  crc32c,
};

/** The most segments that are hashed as one group: 2 MiB. */
export const segmentsPerGroupMax = 32;

/**
 * Groups `items`, keeping their order: neighbours with the same key form a group, up to the bound of a group of
 * segments; items without a key stay alone.
 */
export function* grouped<T>(items: Iterable<T>, keyOf: (item: T) => string | undefined): Generator<T[]> {
  let group: T[] = [];
  let groupKey: string | undefined;
  for (const item of items) {
    const key = keyOf(item);
    const joins = key !== undefined && key === groupKey && group.length < segmentsPerGroupMax;
    if (!joins && group.length > 0) {
      yield group;
      group = [];
    }
    group.push(item);
    groupKey = key;
  }
  if (group.length > 0) yield group;
}

/**
 * Asks node:crypto before `digest`, which `hasher` computed, counts against `segment`: no verdict rests on a
 * fault of a faster hasher. (A wrong digest can't match the signed one, so a match needs no second opinion.)
 * @throws SealcamError `HASHER_WRONG`.
 */
export function confirmDigest(hasher: Hasher, segment: Uint8Array, digest: Uint8Array | undefined): void {
  if (digest === undefined || !equalBytes(sha256(segment), digest)) throw wrong(hasher, 'SHA-256');
}

const provenLengths = [
  // Lengths around a block of SHA-256 and its padding.
  [0, 1, 55, 56, 63, 64, 65, 119, 120, 127, 128],
  // Of unequal length, and together enough for another thread, if the hasher uses one.
  [segmentBytes, segmentBytes, 33, segmentBytes - 1, 20_000, segmentBytes],
];

/**
 * Compares `hasher` with {@link nodeHasher} over two groups of segments, 0.3 MB.
 * @throws SealcamError `HASHER_WRONG`; and what the hasher throws.
 */
export async function proveHasher(hasher: Hasher): Promise<void> {
  const bytes = Uint8Array.from({ length: segmentBytes + 64 }, (_, at) => (at * at) >>> 3);
  for (const lengths of provenLengths) {
    const segments = lengths.map((length, at) => bytes.subarray(at, at + length));
    const digests = await hasher.digests(segments);
    if (digests.length !== segments.length) throw wrong(hasher, 'SHA-256');
    for (const [at, segment] of segments.entries()) {
      confirmDigest(hasher, segment, digests[at]);
      if (hasher.crc32c(segment) !== crc32c(segment)) throw wrong(hasher, 'CRC-32C');
    }
  }
}

function wrong({ name }: Hasher, sum: string): SealcamError {
  return new SealcamError(
    'HASHER_WRONG',
    `The ${sum} of ${name} is not the reference's over the same bytes: check this machine's memory and processor, and verify on another one`,
  );
}
