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

/** What became of a segment that was offered to its chunk. */
export type SegmentFate =
  | 'new'
  | 'known'
  | 'no-such-segment'
  | 'wrong-size'
  | 'wrong-digest'
  | 'other-parameters';

/** What there is of a segment: the record that is to be written, or why none is. */
type SegmentContent = Uint8Array | 'stored' | 'lost' | undefined;

/** A segment's record, and the digest of the segment in it. */
export interface StagedSegment {
  readonly record: Uint8Array;
  readonly digest: Uint8Array;
}

/**
 * How far a chunk is there whose signed statement is. Pure: segments are kept until {@link take} gives them
 * out to be written, each once.
 */
export class ChunkProgress {
  readonly index: number;
  readonly #digests: readonly (readonly Uint8Array[])[];
  /** Sealed under the format's parameters. Otherwise no segment is taken, as no one could open it. */
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

  /** True where nothing more has to come. */
  get whole(): boolean {
    return this.#absent === 0;
  }

  /** Bytes of records that wait to be taken. */
  get stagedBytes(): number {
    return this.#stagedBytes;
  }

  /** Bytes of the digests that this holds. */
  get digestBytes(): number {
    return 32 * this.#digests.reduce((sum, digests) => sum + digests.length, 0);
  }

  /** The digest that the statement names for a segment, or undefined where it names none. */
  digestOf(part: number, number: number): Uint8Array | undefined {
    return this.#digests[part]?.[number];
  }

  /** The digest that a segment must have, or why it cannot be good whatever digest it has. */
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
   * Checks a segment against the statement, and keeps it where it is good and new.
   * @param digest its SHA-256, where {@link expectedDigest} gives one.
   * @param record the whole record it came in, which is kept as it is; or it is stored already
   */
  offer(segment: SegmentRecord, digest: Uint8Array | undefined, record: Uint8Array | 'stored'): SegmentFate {
    const expected = this.expectedDigest(segment);
    if (typeof expected === 'string') return expected;
    if (digest === undefined) throw new TypeError('a segment was offered without its digest');
    if (!equalBytes(expected, digest)) return 'wrong-digest';
    return this.#settle(segment.part, segment.number, record) ? 'new' : 'known';
  }

  /**
   * Counts a segment as there that the camera, signed, says is lost.
   * @returns whether it was absent: what is there is not lost, whatever is said of it.
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

  /** The records that are kept, in the order of the file; they count as stored from now on. */
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
 * FLOE: every segment but the final one is full; the final one's own length field says its length, it is empty only where
 * the part is, and the part is no longer than `most`. So the station never receipts a part that a verifier calls damaged.
 */
function isSized(segment: Uint8Array, number: number, segments: number, most: number): boolean {
  const before = (segments - 1) * segmentPlaintextBytes;
  if (segment.length < segmentOverheadBytes || segment.length > segmentBytes || before >= most) return false;
  const stated = new DataView(segment.buffer, segment.byteOffset).getUint32(0);
  if (number < segments - 1) return segment.length === segmentBytes && stated === 0xffff_ffff;
  const plaintext = segment.length - segmentOverheadBytes;
  return stated === segment.length && (plaintext > 0 || segments === 1) && before + plaintext <= most;
}
