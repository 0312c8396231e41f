import { SealcamError } from '../../../base/errors.ts';
import { nalRole } from '../../../media/nal.ts';
import { ticksToUs, type VideoCodec } from '../../../media/types.ts';
import { continues, isReordered } from './access-units.ts';
import { unfilled } from './fragment-data.ts';
import { pipeLimits } from './limits.ts';
import { StartCodes } from './start-codes.ts';
import type { StreamReader, TakeItem } from './stream.ts';
import { StreamDescription } from './stream-description.ts';

/** Pictures a second, as a fraction. */
export interface FrameRate {
  readonly pictures: number;
  readonly seconds: number;
}

/** A picture without its time: each NAL unit after its length, of 4 bytes. */
export interface UntimedPicture {
  readonly key: boolean;
  readonly data: Uint8Array;
}

/**
 * Reads an H.264 or H.265 byte stream (Annex B of either standard) as it arrives. It says no times: the pictures are taken
 * to follow each other at the stated rate, without one missing.
 */
export class AnnexBReader implements StreamReader {
  readonly saysTimes = false;
  readonly #onItem: TakeItem;
  readonly #timescale: number;
  readonly #duration: number;
  readonly #pictures: AnnexBPictures;
  #taken = 0;

  constructor(codec: VideoCodec, rate: FrameRate, onItem: TakeItem) {
    this.#onItem = onItem;
    const finer = Math.ceil(pipeLimits.timescaleMin / rate.pictures);
    this.#timescale = rate.pictures * finer;
    this.#duration = rate.seconds * finer;
    this.#pictures = new AnnexBPictures(codec, this.#timescale, onItem, (picture) => this.#picture(picture));
  }

  push(bytes: Uint8Array): void {
    this.#pictures.push(bytes);
  }

  end(isWhole: boolean): void {
    this.#pictures.end(isWhole);
  }

  wipe(): void {
    this.#pictures.wipe();
  }

  #picture(picture: UntimedPicture | undefined): void {
    if (picture === undefined) return;
    const dts = this.#taken * this.#duration;
    this.#taken += 1;
    const times = { dts, pts: dts, duration: this.#duration };
    this.#onItem({
      type: 'sample',
      sample: { track: 'video', ...times, ...picture },
      streamUs: ticksToUs(dts, this.#timescale),
    });
  }
}

/**
 * Finds the pictures of a byte stream. A picture is complete when the next one begins. Those before the first key picture,
 * which nothing decodes, are told as undefined. Pictures that are shown in another order than they are decoded are refused.
 */
export class AnnexBPictures {
  readonly #codec: VideoCodec;
  readonly #codes: StartCodes;
  readonly #onPicture: (picture: UntimedPicture | undefined) => void;
  /** The NAL units of the picture that has begun. */
  #units: Uint8Array[] = [];
  #bytes = 0;
  /** Whether there is a slice among them. */
  #role: 'key' | 'picture' | undefined;
  readonly #description: StreamDescription;

  /** @param onItem takes the parameters. */
  constructor(
    codec: VideoCodec,
    timescale: number,
    onItem: TakeItem,
    onPicture: (picture: UntimedPicture | undefined) => void,
  ) {
    this.#codec = codec;
    this.#onPicture = onPicture;
    this.#description = new StreamDescription(codec, timescale, onItem);
    this.#codes = new StartCodes(pipeLimits.sampleBytesMax, (unit) => this.#unit(unit));
  }

  push(bytes: Uint8Array): void {
    this.#codes.push(bytes);
  }

  end(isWhole: boolean): void {
    // A unit has no length: one that is cut off looks like a shorter one, and its picture would pass for whole.
    const { rest } = this.#codes;
    // The picture before it is whole if what is cut off belongs to the next one.
    const isLastWhole = isWhole || (rest.length >= 3 && !continues(this.#codec, rest));
    if (isWhole) this.#codes.end();
    else this.#codes.wipe();
    if (isLastWhole) this.#pictureEnds();
    else this.#wipeUnits();
  }

  /** Erases what has come of pictures that are not complete. */
  wipe(): void {
    this.#codes.wipe();
    this.#wipeUnits();
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
    if (role === 'parameters') this.#description.keepSet(unit);
  }

  #pictureEnds(): void {
    const role = this.#role;
    if (role === 'key') this.#description.describe(this.#units);
    const data = role === undefined || !this.#description.isKnown ? undefined : this.#joined();
    this.#wipeUnits();
    if (role !== undefined) this.#onPicture(data && { key: role === 'key', data });
  }

  /** No copy of what is handed on, or thrown away, stays here. */
  #wipeUnits(): void {
    for (const unit of this.#units) unit.fill(0);
    this.#units = [];
    this.#bytes = 0;
    this.#role = undefined;
  }

  /** Each unit after its length. */
  #joined(): Uint8Array {
    const data = unfilled(this.#bytes);
    const view = new DataView(data.buffer);
    let at = 0;
    for (const unit of this.#units) {
      view.setUint32(at, unit.length);
      at += 4;
      data.set(unit, at);
      at += unit.length;
    }
    return data;
  }
}
