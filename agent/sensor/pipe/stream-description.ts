import { equalBytes, toHex } from '../../../base/bytes.ts';
import { SealcamError } from '../../../base/errors.ts';
import { recordOf, sequenceOf } from '../../../media/description.ts';
import { setKind } from '../../../media/nal.ts';
import type { VideoCodec, VideoTrack } from '../../../media/types.ts';
import { pipeLimits } from './limits.ts';
import type { TakeItem } from './stream.ts';

/** What the pictures of a stream are that says so by parameter sets among them alone: tells it whenever it changes. */
export class StreamDescription {
  readonly #codec: VideoCodec;
  readonly #timescale: number;
  readonly #onItem: TakeItem;
  /** The newest parameter sets, oldest first. */
  #sets: Uint8Array[] = [];
  #description: Uint8Array | undefined;

  constructor(codec: VideoCodec, timescale: number, onItem: TakeItem) {
    this.#codec = codec;
    this.#timescale = timescale;
    this.#onItem = onItem;
  }

  /** Whether it was told: before that, no picture can be decoded. */
  get isKnown(): boolean {
    return this.#description !== undefined;
  }

  /** The newest sets of each kind are what the pictures from now on are decoded with. Keeps a copy of `unit`. */
  keepSet(unit: Uint8Array): void {
    if (unit.length > pipeLimits.parameterSetBytesMax) {
      throw new SealcamError(
        'PIPE_STREAM',
        `The stream has a parameter set of ${unit.length} bytes, at most ${pipeLimits.parameterSetBytesMax} are read`,
      );
    }
    if (this.#sets.some((known) => equalBytes(known, unit))) return;
    this.#sets.push(unit.slice());
    if (this.#sets.length > pipeLimits.parameterSetsMax) this.#sets.shift();
  }

  /** A key picture of `units` comes: what its parameter sets say is told, where they are others than before. */
  describe(units: readonly Uint8Array[]): void {
    const own = units.filter((unit) => setKind(this.#codec, unit) !== undefined);
    // A key picture that has all sets is decoded with these alone; one that lacks some, with those before it.
    const description = recordOf(this.#codec, own, 4) ?? recordOf(this.#codec, [...own, ...this.#sets], 4);
    if (description === undefined) return;
    if (this.#description !== undefined && equalBytes(description, this.#description)) return;
    this.#description = description;
    const facts = sequenceOf({ codec: this.#codec, description });
    const video: VideoTrack = {
      kind: 'video',
      codec: this.#codec,
      timescale: this.#timescale,
      width: facts?.width ?? 0,
      height: facts?.height ?? 0,
      description,
      // These names also allow parameter sets in the stream, where they stay.
      codecString: this.#codec === 'h264' ? `avc3.${toHex(description.subarray(1, 4))}` : 'hev1',
    };
    this.#onItem({ type: 'parameters', parameters: { video }, problems: [] });
  }
}
