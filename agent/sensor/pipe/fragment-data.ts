import { malformed } from '../../../media/reader/mp4-boxes.ts';
import type { SamplePlace } from '../../../media/reader/sample-tables.ts';
import type { TrackKind } from '../../../media/types.ts';
import { pipeLimits } from './limits.ts';

/** A sample of a fragment: its place in the stream, and when it is decoded, in microseconds of the stream's clock. */
export interface PlacedSample {
  readonly kind: TrackKind;
  readonly place: SamplePlace;
  readonly streamUs: number;
}

interface ArrivingSample extends PlacedSample {
  /** Its number within its track. */
  readonly index: number;
  data: Uint8Array | undefined;
  filled: number;
}

/** The samples of one fragment while their bytes arrive, in the order in which the stream has them. */
export class FragmentData {
  readonly #parts: ArrivingSample[];
  /** The first part that is not complete. */
  #next = 0;

  /**
   * Must be called within `guarded`: throws `Malformed` where samples overlap, or are too large.
   * @param samples of each track in decode order.
   * @param at the position in the stream after the fragment's header: no sample may begin before it.
   */
  constructor(samples: readonly PlacedSample[], at: number) {
    this.#parts = samples
      .map((sample, index) => ({ ...sample, index, data: undefined, filled: 0 }))
      .filter(({ place }) => place.size > 0)
      .sort((a, b) => a.place.offset - b.place.offset);
    let end = at;
    let bytes = 0;
    for (const { place } of this.#parts) {
      if (place.offset < end || !Number.isSafeInteger(place.offset)) {
        malformed(`a sample at byte ${place.offset} overlaps what ends at byte ${end}`);
      }
      if (place.size > pipeLimits.sampleBytesMax) {
        malformed(`a sample has ${place.size} bytes, at most ${pipeLimits.sampleBytesMax} are read`);
      }
      end = place.offset + place.size;
      bytes += place.size;
    }
    if (bytes > pipeLimits.fragmentBytesMax) {
      malformed(`a fragment has ${bytes} bytes, at most ${pipeLimits.fragmentBytesMax} are read`);
    }
  }

  get isComplete(): boolean {
    return this.#next === this.#parts.length;
  }

  /**
   * Takes the bytes of the stream from `at` on, which are of an `mdat` box. What is of no sample is passed over. As the
   * constructor, within `guarded`.
   */
  take(bytes: Uint8Array, at: number): void {
    const end = at + bytes.length;
    for (let part = this.#parts[this.#next]; part !== undefined; part = this.#parts[this.#next]) {
      const from = part.place.offset + part.filled;
      if (from >= end) return;
      // Its beginning was in no box of data, or before it: what is missing can't come any more.
      if (from < at) malformed(`the sample at byte ${part.place.offset} is in no box "mdat"`);
      // Only now is there a byte of it: a header can promise more than ever comes.
      part.data ??= unfilled(part.place.size);
      const piece = bytes.subarray(
        from - at,
        Math.min(bytes.length, part.place.offset + part.place.size - at),
      );
      part.data.set(piece, part.filled);
      part.filled += piece.length;
      if (part.filled < part.place.size) return;
      this.#next += 1;
    }
  }

  /** Erases what has come. */
  wipe(): void {
    for (const { data } of this.#parts) data?.fill(0);
  }

  /**
   * The samples that are complete, both tracks by time, each in decode order. Of a track whose sample is missing, none
   * after it: nothing could be decoded.
   */
  complete(): (PlacedSample & { readonly data: Uint8Array })[] {
    const inOrder = [...this.#parts].sort((a, b) => a.index - b.index);
    const cut = new Set<TrackKind>();
    const complete: (ArrivingSample & { readonly data: Uint8Array })[] = [];
    for (const part of inOrder) {
      const { data, filled, place, kind } = part;
      if (data === undefined || filled < place.size) cut.add(kind);
      else if (!cut.has(kind)) complete.push({ ...part, data });
      if (cut.has(kind)) data?.fill(0);
    }
    return complete.sort(
      (a, b) => a.streamUs - b.streamUs || order(a.kind) - order(b.kind) || a.index - b.index,
    );
  }
}

function order(kind: TrackKind): number {
  return kind === 'video' ? 0 : 1;
}

/** Bytes that are all written before they are handed on: zeroing them first would be a second pass over each picture. */
export function unfilled(bytes: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer, 0, bytes);
}
