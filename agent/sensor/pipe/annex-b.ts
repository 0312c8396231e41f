import { equalBytes } from '../../../base/bytes.ts';
import { SealcamError } from '../../../base/errors.ts';
import { recordOf, sequenceOf } from '../../../media/description.ts';
import { nalRole, setKind } from '../../../media/nal.ts';
import { ticksToUs, type VideoCodec, type VideoTrack } from '../../../media/types.ts';
import { continues, isReordered } from './access-units.ts';
import { unfilled } from './fragment-data.ts';
import { pipeLimits } from './limits.ts';
import { StartCodes } from './start-codes.ts';
import type { StreamReader, TakeItem } from './stream.ts';

/** Pictures a second, as a fraction. */
export interface FrameRate {
  readonly pictures: number;
  readonly seconds: number;
}

/**
 * Reads an H.264 or H.265 byte stream (Annex B of either standard) as it arrives. It says no times: the pictures are taken
 * to follow each other at the stated rate, without one missing. A picture is complete when the next one begins. Those
 * before the first key picture, which nothing decodes, are thrown away. Pictures that are shown in another order than
 * they are decoded can't be given times and are refused.
 */
export class AnnexBReader implements StreamReader {
  readonly saysTimes = false;
  readonly #onItem: TakeItem;
  readonly #codec: VideoCodec;
  readonly #timescale: number;
  readonly #duration: number;
  readonly #codes: StartCodes;
  /** The NAL units of the picture that has begun. */
  #units: Uint8Array[] = [];
  #bytes = 0;
  /** Whether there is a slice among them. */
  #role: 'key' | 'picture' | undefined;
  /** The newest parameter sets, oldest first. */
  #sets: Uint8Array[] = [];
  #description: Uint8Array | undefined;
  #pictures = 0;

  constructor(codec: VideoCodec, rate: FrameRate, onItem: TakeItem) {
    this.#codec = codec;
    this.#onItem = onItem;
    const finer = Math.ceil(pipeLimits.timescaleMin / rate.pictures);
    this.#timescale = rate.pictures * finer;
    this.#duration = rate.seconds * finer;
    this.#codes = new StartCodes(pipeLimits.sampleBytesMax, (unit) => this.#unit(unit));
  }

  push(bytes: Uint8Array): void {
    this.#codes.push(bytes);
  }

  end(isWhole: boolean): void {
    // A unit has no length: one that is cut off looks like a shorter one, and its picture would pass for whole.
    const { rest } = this.#codes;
    if (isWhole) this.#codes.end();
    // The picture before it is whole if what is cut off belongs to the next one.
    else if (rest.length < 3 || continues(this.#codec, rest)) return;
    this.#pictureEnds();
  }

  #unit(unit: Uint8Array): void {
    if (this.#role !== undefined && !continues(this.#codec, unit)) this.#pictureEnds();
    if (isReordered(this.#codec, unit)) {
      throw new SealcamError(
        'PIPE_STREAM',
        'The pipe has pictures that are shown in another order than they come, which a stream without times can not say: switch B pictures off, or let the program write fragmented MP4',
      );
    }
    this.#units.push(unit);
    this.#bytes += 4 + unit.length;
    const { pictureUnitsMax, sampleBytesMax } = pipeLimits;
    if (this.#units.length > pictureUnitsMax || this.#bytes > sampleBytesMax) {
      throw new SealcamError(
        'PIPE_STREAM',
        `The pipe has a picture of ${this.#units.length} units and ${this.#bytes} bytes, at most ${pictureUnitsMax} and ${sampleBytesMax} are read: lower its bitrate`,
      );
    }
    const role = nalRole(this.#codec, unit);
    if (role === 'key' || role === 'picture') this.#role ??= role;
    if (role === 'parameters') this.#keepSet(unit);
  }

  /** The newest sets of each kind are what the pictures from now on are decoded with. */
  #keepSet(unit: Uint8Array): void {
    if (unit.length > pipeLimits.parameterSetBytesMax) {
      throw new SealcamError(
        'PIPE_STREAM',
        `The pipe has a parameter set of ${unit.length} bytes, at most ${pipeLimits.parameterSetBytesMax} are read`,
      );
    }
    if (this.#sets.some((known) => equalBytes(known, unit))) return;
    this.#sets.push(unit);
    if (this.#sets.length > pipeLimits.parameterSetsMax) this.#sets.shift();
  }

  #pictureEnds(): void {
    const [units, bytes, role] = [this.#units, this.#bytes, this.#role];
    this.#units = [];
    this.#bytes = 0;
    this.#role = undefined;
    if (role === undefined) return;
    if (role === 'key') this.#describe(units);
    if (this.#description === undefined) return;
    const data = unfilled(bytes);
    const view = new DataView(data.buffer);
    let at = 0;
    for (const unit of units) {
      view.setUint32(at, unit.length);
      at += 4;
      data.set(unit, at);
      at += unit.length;
    }
    const dts = this.#pictures * this.#duration;
    this.#pictures += 1;
    const times = { dts, pts: dts, duration: this.#duration };
    this.#onItem({
      type: 'sample',
      sample: { track: 'video', ...times, key: role === 'key', data },
      streamUs: ticksToUs(dts, this.#timescale),
    });
  }

  /** Says what the pictures are, where their parameter sets are others than before. */
  #describe(units: readonly Uint8Array[]): void {
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
      codecString: this.#codec === 'h264' ? `avc3.${hex(description.subarray(1, 4))}` : 'hev1',
    };
    this.#onItem({ type: 'parameters', parameters: { video }, problems: [] });
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
