import { isSealcamError } from '../../../base/errors.ts';
import type { SimReport } from '../../../hardware-sim/events.ts';
import type { Mark } from '../../../hardware-sim/scenario/count.ts';
import { type MediaSample, rescale, type TrackKind } from '../../../media/types.ts';
import { contentOf, pictureUnits } from '../scenario/scenario-media.ts';

// Which samples of the camera are in an opened recording, one by one: by what they show, and when.

type Content = Awaited<ReturnType<typeof contentOf>>;

/** The samples of a recording by their numbers: how many of that track the camera had captured before. */
export interface OpenedFrames {
  readonly video: readonly number[];
  readonly audio: readonly number[];
  /** Samples that the camera never captured like this; a sentence each. */
  readonly strange: readonly string[];
}

/** Knows every sample that the camera captured, by its time: for a camera that played its source without a break. */
export class CameraFrames {
  readonly #source: Content;
  readonly #periodTicks: number;
  readonly #origin: Mark;
  readonly #clockOffsetUs: number;

  private constructor(source: Content, report: SimReport, clockOffsetUs: number) {
    const { first, last } = report.total.video;
    if (first === null || last === null) throw new Error('the camera captured nothing');
    if (last.play !== 0)
      throw new Error('the camera began its source again: its frames cannot be told apart');
    this.#source = source;
    this.#periodTicks = report.source.periodTicks;
    this.#origin = first;
    this.#clockOffsetUs = clockOffsetUs;
  }

  /** @param clockOffsetUs what to add to a time of the camera's clock to get one of the uptime clock. */
  static async of(sourcePath: string, report: SimReport, clockOffsetUs: number): Promise<CameraFrames> {
    return new CameraFrames(await contentOf(sourcePath), report, clockOffsetUs);
  }

  /** The number of a sample that a report names. */
  number(track: TrackKind, { loop, index }: Mark): number {
    return loop * this.#source[track].length + index;
  }

  /** When a picture was captured, by the uptime clock in microseconds. */
  capturedUs(picture: number): number {
    return this.#usOf(this.#dtsOf('video', picture));
  }

  /** @param startUs when its first picture was captured, as the recording claims. */
  async opened(path: string, startUs: number): Promise<OpenedFrames> {
    const opened = await contentOf(path).catch((error: unknown) => {
      // A take that ends before its first key picture may have stored sound.
      if (isSealcamError(error, 'MP4_EMPTY')) return undefined;
      throw error;
    });
    const [first] = opened?.video ?? [];
    if (opened === undefined || first === undefined) return { video: [], audio: [], strange: [] };
    const { length } = this.#source.video;
    // After a gap come pictures that depend on others, and these may be alike.
    const anchor = opened.video.find(({ key }) => key) ?? first;
    const index = this.#source.video.findIndex((original) => this.#same('video', opened, anchor, original));
    if (index < 0) return { video: [], audio: [], strange: ['its first picture is nowhere in the source'] };
    const passUs = this.#usOf(this.#dtsOf('video', length)) - this.#usOf(this.#dtsOf('video', 0));
    const aheadUs = this.#usOf(anchor.dts) - this.#usOf(first.dts);
    const loop = Math.round((startUs + aheadUs - this.capturedUs(index)) / passUs);
    const base = this.#dtsOf('video', loop * length + index) - anchor.dts;
    const strange: string[] = [];
    const differUs = Math.abs(startUs - this.#usOf(base + first.dts));
    if (differUs > 500_000) strange.push(`it claims to begin ${differUs} us from when it did`);
    return {
      video: this.#numbers('video', opened, base, strange),
      audio: this.#numbers('audio', opened, this.#inAudio(base), strange),
      strange,
    };
  }

  #numbers(track: TrackKind, opened: Content, base: number, strange: string[]): number[] {
    return opened[track].flatMap((sample, n) => {
      const number = this.#at(track, base + sample.dts);
      const original = this.#source[track][(number ?? 0) % this.#source[track].length];
      if (number !== undefined && original !== undefined && this.#same(track, opened, sample, original)) {
        return [number];
      }
      strange.push(`${track}: sample ${n} is not what the camera captured at ${base + sample.dts} ticks`);
      return [];
    });
  }

  /** The sample that was sent with this time. */
  #at(track: TrackKind, dts: number): number | undefined {
    const { length } = this.#source[track];
    const period = track === 'video' ? this.#periodTicks : this.#inAudio(this.#periodTicks);
    const loop = Math.floor(dts / period);
    for (let number = Math.max(0, (loop - 1) * length); number < (loop + 2) * length; number += 1) {
      if (this.#dtsOf(track, number) === dts) return number;
    }
    return undefined;
  }

  #dtsOf(track: TrackKind, number: number): number {
    const { length } = this.#source[track];
    const base = Math.floor(number / length) * this.#periodTicks;
    const dts = this.#source[track][number % length]?.dts ?? 0;
    return dts + (track === 'video' ? base : this.#inAudio(base));
  }

  #usOf(dts: number): number {
    const { timescale } = this.#source.file.parameters.video;
    const originUs = this.#origin.captureUs + this.#clockOffsetUs;
    return originUs + rescale(dts - this.#origin.dts, timescale, 1_000_000);
  }

  #inAudio(ticks: number): number {
    const { video, audio } = this.#source.file.parameters;
    return rescale(ticks, video.timescale, audio?.timescale ?? video.timescale);
  }

  #same(track: TrackKind, opened: Content, sample: MediaSample, original: MediaSample): boolean {
    if (track === 'audio') return Buffer.compare(sample.data, original.data) === 0;
    const mine = pictureUnits(opened.file.parameters.video, sample);
    const theirs = pictureUnits(this.#source.file.parameters.video, original);
    return (
      mine.length === theirs.length &&
      mine.every((unit, n) => Buffer.compare(unit, theirs[n] ?? new Uint8Array(0)) === 0)
    );
  }
}

/** Numbers that follow one another, both inclusive. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/** Which of `from` to `to` are missing in `numbers`, and which occur more than once. */
export function holesOf(
  numbers: readonly number[],
  { from, to }: Run,
): { readonly missing: readonly Run[]; readonly twice: readonly number[] } {
  const sorted = [...numbers].sort((a, b) => a - b);
  const twice = sorted.filter((number, n) => number === sorted[n - 1]);
  const missing: Run[] = [];
  let next = from;
  for (const number of sorted) {
    if (number > next) missing.push({ from: next, to: number - 1 });
    next = Math.max(next, number + 1);
  }
  if (next <= to) missing.push({ from: next, to });
  return { missing, twice };
}
