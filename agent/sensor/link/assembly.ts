import type { MediaSample, TrackKind } from '../../../media/types.ts';
import type { LinkMessages, LinkTrack } from '../../../proto/link/messages.ts';

/** A whole sample, and when it was captured by the sensor's clock, in microseconds. */
export interface AssembledSample {
  readonly sample: MediaSample;
  readonly captureUs: number;
}

/**
 * Puts the parts of a sample together. The room for it is allocated at its first part, whose size the decoder has
 * bounded; parts follow each other without a gap. The receiver may keep a sample: its bytes are copied here, once.
 */
export class Assembly {
  #tracks: ReadonlyMap<number, TrackKind> = new Map();
  #open: { readonly head: LinkMessages['sample']; readonly data: Uint8Array; filled: number } | undefined;

  /** True between the first and the last part of a sample. */
  get open(): boolean {
    return this.#open !== undefined;
  }

  /** Which number stands for which track from now on. */
  setTracks(tracks: readonly LinkTrack[]): void {
    this.#tracks = new Map(tracks.map((track) => [track.track, track.kind]));
  }

  /** Throws the begun sample away. @returns its first part, where there was one. */
  abandon(): LinkMessages['sample'] | undefined {
    const head = this.#open?.head;
    this.#open = undefined;
    return head;
  }

  /**
   * Takes the next part.
   * @returns the sample when it is whole, 'part' when more must come, 'broken' when the part doesn't belong here
   *   (wrong offset, other size or track, or a track of no parameters); the begun sample is then to be abandoned.
   */
  take(part: LinkMessages['sample']): AssembledSample | 'part' | 'broken' {
    const track = this.#tracks.get(part.track);
    const open = this.#open;
    if (track === undefined) return 'broken';
    if (open === undefined) {
      if (part.offset !== 0) return 'broken';
      if (part.data.length === part.size) return whole(part, track, new Uint8Array(part.data));
      const data = new Uint8Array(part.size);
      data.set(part.data);
      this.#open = { head: part, data, filled: part.data.length };
      return 'part';
    }
    const { head, data } = open;
    const follows = part.offset === open.filled && part.size === head.size && part.track === head.track;
    if (!follows || part.dts !== head.dts) return 'broken';
    data.set(part.data, part.offset);
    open.filled += part.data.length;
    if (open.filled < part.size) return 'part';
    this.#open = undefined;
    return whole(head, track, data);
  }
}

function whole(head: LinkMessages['sample'], track: TrackKind, data: Uint8Array): AssembledSample {
  const { pts, dts, duration, key, captureUs } = head;
  return { sample: { track, pts, dts, duration, key, data }, captureUs };
}
