import { equalBytes } from '../../base/bytes.ts';
import {
  mediaBytesMax,
  segmentBytes,
  segmentOverheadBytes,
  segmentPlaintextBytes,
  telemetryBytesMax,
} from '../../evidence/limits.ts';
import type { SegmentRecord } from '../../evidence/records.ts';
import type { Chunk } from '../../evidence/statements.ts';
import { isOfFormat } from '../../evidence/verify/links.ts';

/** What happened to a segment that was offered to its chunk. */
export type SegmentFate =
  | 'new'
  | 'known'
  | 'no-such-segment'
  | 'wrong-size'
  | 'wrong-digest'
  | 'other-parameters';

/** The state of a segment: the record to be written, or why there is none. */
type SegmentContent = Uint8Array | 'stored' | 'lost' | undefined;

/** A segment's record, and the digest of the segment in it. */
export interface StagedSegment {
  readonly record: Uint8Array;
  readonly digest: Uint8Array;
}

/**
 * How complete a chunk with a signed statement is. Pure: segments are kept until {@link take} returns them to be
 * written, each once.
 */
export class ChunkProgress {
  readonly index: number;
  readonly #digests: readonly (readonly Uint8Array[])[];
  /** Sealed under the format's parameters. Otherwise no segment is accepted, as it could never be opened. */
  readonly #isOfFormat: boolean;
  readonly #held: SegmentContent[][];
  #absent: number;
  #stagedBytes = 0;

  constructor({ index, media, telemetry }: Chunk) {
    this.index = index;
    this.#isOfFormat = isOfFormat(media) && isOfFormat(telemetry);
    this.#digests = [media.segmentDigests, telemetry.segmentDigests];
    this.#held = this.#digests.map((digests) => digests.map(() => undefined));
    this.#absent = media.segmentDigests.length + telemetry.segmentDigests.length;
  }

  /** True if nothing is missing. */
  get whole(): boolean {
    return this.#absent === 0;
  }

  /** Bytes of records that wait to be taken. */
  get stagedBytes(): number {
    return this.#stagedBytes;
  }

  /** Bytes of the digests held here. */
  get digestBytes(): number {
    return 32 * this.#digests.reduce((sum, digests) => sum + digests.length, 0);
  }

  /** The digest that the statement names for a segment, or undefined if it names none. */
  digestOf(part: number, number: number): Uint8Array | undefined {
    return this.#digests[part]?.[number];
  }

  /** The digest that a segment must have, or why it is invalid whatever digest it has. */
  expectedDigest({
    part,
    number,
    segment,
  }: SegmentRecord): Uint8Array | Exclude<SegmentFate, 'new' | 'known'> {
    if (!this.#isOfFormat) return 'other-parameters';
    const expected = this.digestOf(part, number);
    if (expected === undefined) return 'no-such-segment';
    const segments = this.#digests[part]?.length ?? 0;
    const most = part === 0 ? mediaBytesMax : telemetryBytesMax;
    return isSized(segment, number, segments, most) ? expected : 'wrong-size';
  }

  /**
   * Checks a segment against the statement, and keeps it if it is valid and new.
   * @param digest its SHA-256, if {@link expectedDigest} returned one.
   * @param record the complete record it came in, which is kept unchanged; or it is stored already
   */
  offer(segment: SegmentRecord, digest: Uint8Array | undefined, record: Uint8Array | 'stored'): SegmentFate {
    const expected = this.expectedDigest(segment);
    if (typeof expected === 'string') return expected;
    if (digest === undefined) throw new TypeError('a segment was offered without its digest');
    if (!equalBytes(expected, digest)) return 'wrong-digest';
    return this.#settle(segment.part, segment.number, record) ? 'new' : 'known';
  }

  /**
   * Counts a segment as accounted for that the camera has signed as lost.
   * @returns whether it was absent: a segment that is present is not lost, whatever the statement says.
   */
  lose(part: number, number: number): boolean {
    return (
      this.#isOfFormat && this.digestOf(part, number) !== undefined && this.#settle(part, number, 'lost')
    );
  }

  #settle(part: number, number: number, how: Exclude<SegmentContent, undefined>): boolean {
    const segments = this.#held[part];
    if (segments === undefined || segments[number] !== undefined) return false;
    segments[number] = how;
    this.#absent -= 1;
    if (how instanceof Uint8Array) this.#stagedBytes += how.length;
    return true;
  }

  /** The kept records, in file order; they count as stored from now on. */
  take(): StagedSegment[] {
    const taken: StagedSegment[] = [];
    for (const [part, segments] of this.#held.entries()) {
      for (const [number, record] of segments.entries()) {
        const digest = this.digestOf(part, number);
        if (!(record instanceof Uint8Array) || digest === undefined) continue;
        taken.push({ record, digest });
        segments[number] = 'stored';
      }
    }
    this.#stagedBytes = 0;
    return taken;
  }
}

/**
 * FLOE: every segment but the final one is full; the final one's own length field gives its length, it is empty only if
 * the part is, and the part is no longer than `most`. So the station never receipts a part that a verifier calls
 * damaged.
 */
function isSized(segment: Uint8Array, number: number, segments: number, most: number): boolean {
  const before = (segments - 1) * segmentPlaintextBytes;
  if (segment.length < segmentOverheadBytes || segment.length > segmentBytes || before >= most) return false;
  const stated = new DataView(segment.buffer, segment.byteOffset).getUint32(0);
  if (number < segments - 1) return segment.length === segmentBytes && stated === 0xffff_ffff;
  const plaintext = segment.length - segmentOverheadBytes;
  return stated === segment.length && (plaintext > 0 || segments === 1) && before + plaintext <= most;
}
