import { addon } from './addon.ts';
import { atOnceBytesMax, digestBytes } from './limits.ts';

/** CRC-32C (Castagnoli) of `bytes`, continuing `seed`, the CRC of what came before. */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  return addon.crc32c(bytes, seed);
}

/** SHA-256 of the concatenated pieces, on the calling thread. */
export function sha256(...pieces: readonly Uint8Array[]): Uint8Array {
  return addon.sha256(pieces);
}

/**
 * SHA-256 of each segment, several in parallel if the processor can: off the calling thread if they have more than
 * `atOnceMax` bytes together. The segments must not change until it settles.
 */
export async function hashSegments(
  segments: readonly Uint8Array[],
  atOnceMax = atOnceBytesMax,
): Promise<Uint8Array[]> {
  return splitDigests(await addon.hashSegments(segments, atOnceMax));
}

/** The digests that the addon gives one after another, 32 bytes each. */
export function splitDigests(joined: Uint8Array): Uint8Array[] {
  const digests: Uint8Array[] = [];
  for (let at = 0; at < joined.length; at += digestBytes) digests.push(joined.subarray(at, at + digestBytes));
  return digests;
}
