import { equalBytes } from '../../base/bytes.ts';
import { confirmDigest, type Hasher } from '../../evidence/hasher.ts';
import type { SegmentRecord } from '../../evidence/records.ts';
import type { RecordingIntake } from './recording-intake.ts';

/**
 * The digest of each of `segments` for which `intake` needs one, hashed together; undefined for the others.
 * @throws SealcamError `HASHER_WRONG`.
 */
export async function neededDigests(
  intake: RecordingIntake,
  segments: readonly (SegmentRecord | undefined)[],
  hasher: Hasher,
): Promise<(Uint8Array | undefined)[]> {
  const expected = segments.map((segment) => segment && intake.expectedDigest(segment));
  const needed = segments.flatMap((segment, at) =>
    segment !== undefined && expected[at] !== undefined ? [segment.segment] : [],
  );
  const digests = [...(await hasher.digests(needed))];
  return segments.map((segment, at) => {
    const named = expected[at];
    if (segment === undefined || named === undefined) return undefined;
    const digest = digests.shift();
    if (digest === undefined || !equalBytes(digest, named)) confirmDigest(hasher, segment.segment, digest);
    return digest;
  });
}
