import { SealcamError } from '../../../base/errors.ts';
import type { VideoCodec } from '../../../media/types.ts';
import { AnnexBPictures, type UntimedPicture } from './annex-b.ts';
import { pipeLimits } from './limits.ts';
import { PictureTimes } from './picture-times.ts';
import type { StreamItem, StreamReader, TakeItem } from './stream.ts';

/** A piece of one of the two streams of a program that writes its pictures and their times apart. */
export interface TimedBytes {
  readonly of: 'pictures' | 'times';
  readonly bytes: Uint8Array;
}

/** Microseconds: what the times are exact to. */
const timescale = 1_000_000;

type Untimed =
  | { readonly type: 'parameters'; readonly item: StreamItem }
  | { readonly type: 'picture'; readonly picture: UntimedPicture | undefined };

/**
 * Reads a byte stream whose pictures have their times in a stream of their own, one for each picture, those before the first
 * key picture included. What comes in one of them waits for the other, up to a bound. How long a picture lasts is known
 * when the next one has its time.
 */
export class TimedAnnexBReader implements StreamReader<TimedBytes> {
  readonly saysTimes = true;
  readonly #onItem: TakeItem;
  readonly #pictures: AnnexBPictures;
  readonly #times = new PictureTimes();
  readonly #waiting: Untimed[] = [];
  #waitingBytes = 0;
  #firstUs: number | undefined;
  #durationUs = 1;

  constructor(codec: VideoCodec, onItem: TakeItem) {
    this.#onItem = onItem;
    this.#pictures = new AnnexBPictures(
      codec,
      timescale,
      (item) => this.#waiting.push({ type: 'parameters', item }),
      (picture) => {
        this.#waiting.push({ type: 'picture', picture });
        this.#waitingBytes += picture?.data.length ?? 0;
        this.#handOn(false);
        this.#bound();
      },
    );
  }

  push({ of, bytes }: TimedBytes): void {
    if (of === 'pictures') this.#pictures.push(bytes);
    else this.#pushTimes(bytes);
    this.#handOn(false);
  }

  end(isWhole: boolean): void {
    this.#pictures.end(isWhole);
    this.#handOn(true);
    this.wipe();
  }

  wipe(): void {
    this.#pictures.wipe();
    for (const one of this.#waiting.splice(0)) if (one.type === 'picture') one.picture?.data.fill(0);
  }

  #pushTimes(bytes: Uint8Array): void {
    try {
      this.#times.push(bytes);
    } catch (error) {
      // The times before those that are wrong are as good as ever.
      this.#handOn(true);
      throw error;
    }
  }

  /** @param isLast no more times come: the last picture lasts as long as the one before it. */
  #handOn(isLast: boolean): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (first.type === 'parameters') this.#onItem(first.item);
      else {
        const { next, afterNext } = this.#times;
        if (next === undefined || (afterNext === undefined && !isLast)) return;
        if (afterNext !== undefined) this.#durationUs = afterNext - next;
        if (first.picture !== undefined) this.#sample(first.picture, next);
        this.#times.taken();
      }
      this.#waiting.shift();
    }
  }

  #sample(picture: UntimedPicture, atUs: number): void {
    this.#firstUs ??= atUs;
    const dts = atUs - this.#firstUs;
    this.#waitingBytes -= picture.data.length;
    const times = { dts, pts: dts, duration: this.#durationUs };
    this.#onItem({ type: 'sample', sample: { track: 'video', ...times, ...picture }, streamUs: dts });
  }

  #bound(): void {
    const { picturesWaitingMax, outstandingBytesMax } = pipeLimits;
    if (this.#waiting.length <= picturesWaitingMax && this.#waitingBytes <= outstandingBytesMax) return;
    throw new SealcamError(
      'PIPE_TIMES',
      `The file of times is ${this.#waiting.length} pictures late: have the program write each time at once (rpicam-vid --flush)`,
    );
  }
}
