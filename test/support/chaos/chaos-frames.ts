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

/** Pictures that the camera captured without a break: it begins its source again where its process got no time for seconds. */
interface PlayedRun {
  /** What is added to the source's times of the video track. */
  readonly baseTicks: number;
  /** The numbers of its first samples: how many of that track were captured before, for sound at least. */
  readonly first: Readonly<Record<TrackKind, number>>;
  readonly captured: number;
}

/** Knows every sample that the camera captured, by its time. */
export class CameraFrames {
  readonly #source: Content;
  readonly #periodTicks: number;
  readonly #origin: Mark;
  readonly #clockOffsetUs: number;
  /** By the number that a {@link Mark} names. */
  readonly #runs: ReadonlyMap<number, PlayedRun>;
  /** The samples of the source by their decode times. */
  readonly #atDts: Readonly<Record<TrackKind, ReadonlyMap<number, number>>>;

  private constructor(source: Content, report: SimReport, clockOffsetUs: number) {
    const { first, captured } = report.total.video;
    if (first === null) throw new Error('the camera captured nothing');
    if (report.plays.reduce((sum, play) => sum + play.captured, 0) !== captured)
      throw new Error(
        'the camera began its source again too often for its report: its frames cannot be told apart',
      );
    this.#source = source;
    this.#periodTicks = report.source.periodTicks;
    this.#origin = first;
    this.#clockOffsetUs = clockOffsetUs;
    this.#runs = runsOf(source, report);
    this.#atDts = { video: indexByDts(source.video), audio: indexByDts(source.audio) };
  }

  /** @param clockOffsetUs what to add to a time of the camera's clock to get one of the uptime clock. */
  static async of(sourcePath: string, report: SimReport, clockOffsetUs: number): Promise<CameraFrames> {
    return new CameraFrames(await contentOf(sourcePath), report, clockOffsetUs);
  }

  /** The number of a picture that a report names. */
  number({ play, loop, index }: Mark): number {
    const run = this.#runs.get(play);
    if (run === undefined) throw new Error(`the report names a play ${play} that it does not list`);
    return run.first.video + loop * this.#source.video.length + index;
  }

  /** When a picture was captured, by the uptime clock in microseconds. */
  capturedUs(picture: number): number {
    return this.#usOf(this.#dtsOf('video', picture));
  }

  /** When the camera captured nothing because it began its source again: from one picture to the next. */
  breaks(): { readonly fromUs: number; readonly toUs: number }[] {
    const begun = [...this.#runs.values()].slice(1);
    return begun.map(({ first: { video } }) => ({
      fromUs: this.capturedUs(video - 1),
      toUs: this.capturedUs(video),
    }));
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
    // After a gap come pictures that depend on others, and these may be alike.
    const anchor = opened.video.find(({ key }) => key) ?? first;
    const index = this.#source.video.findIndex((original) => this.#same('video', opened, anchor, original));
    if (index < 0) return { video: [], audio: [], strange: ['its first picture is nowhere in the source'] };
    const aheadUs = this.#usOf(anchor.dts) - this.#usOf(first.dts);
    const number = this.#nearest(index, startUs + aheadUs);
    const base = this.#dtsOf('video', number) - anchor.dts;
    const strange: string[] = [];
    const differUs = Math.abs(startUs - this.#usOf(base + first.dts));
    if (differUs > 500_000) strange.push(`it claims to begin ${differUs} us from when it did`);
    return {
      video: this.#numbers('video', opened, base, strange),
      audio: this.#numbers('audio', opened, this.#in('audio', base), strange),
      strange,
    };
  }

  #numbers(track: TrackKind, opened: Content, base: number, strange: string[]): number[] {
    return opened[track].flatMap((sample, n) => {
      const number = this.#at(track, base + sample.dts);
      const original = number === undefined ? undefined : this.#originalOf(track, number);
      if (number !== undefined && original !== undefined && this.#same(track, opened, sample, original)) {
        return [number];
      }
      strange.push(`${track}: sample ${n} is not what the camera captured at ${base + sample.dts} ticks`);
      return [];
    });
  }

  #runOf(track: TrackKind, number: number): PlayedRun | undefined {
    return [...this.#runs.values()].findLast(({ first }) => first[track] <= number);
  }

  #originalOf(track: TrackKind, number: number): MediaSample | undefined {
    const run = this.#runOf(track, number);
    return this.#source[track][(number - (run?.first[track] ?? 0)) % this.#source[track].length];
  }

  /** The picture that shows the source's `index` and was captured nearest to `us`. */
  #nearest(index: number, us: number): number {
    const { length } = this.#source.video;
    const passUs = this.#usOf(this.#periodTicks) - this.#usOf(0);
    let nearest = index;
    for (const { first, captured } of this.#runs.values()) {
      if (captured <= index) continue;
      const once = first.video + index;
      const loop = Math.round((us - this.capturedUs(once)) / passUs);
      const last = Math.floor((captured - 1 - index) / length);
      const number = once + Math.min(Math.max(loop, 0), last) * length;
      if (Math.abs(this.capturedUs(number) - us) < Math.abs(this.capturedUs(nearest) - us)) nearest = number;
    }
    return nearest;
  }

  /** The sample that was sent with this time. */
  #at(track: TrackKind, dts: number): number | undefined {
    const [begin] = this.#source[track];
    const run = [...this.#runs.values()].findLast(
      ({ baseTicks }) => this.#in(track, baseTicks) + (begin?.dts ?? 0) <= dts,
    );
    if (run === undefined) return undefined;
    const about = Math.floor((dts - this.#in(track, run.baseTicks)) / this.#in(track, this.#periodTicks));
    for (const loop of [about - 1, about, about + 1]) {
      const index = this.#atDts[track].get(dts - this.#in(track, run.baseTicks + loop * this.#periodTicks));
      if (index === undefined || loop < 0) continue;
      const inRun = loop * this.#source[track].length + index;
      // How much sound was captured is not in the report.
      return track === 'audio' || inRun < run.captured ? run.first[track] + inRun : undefined;
    }
    return undefined;
  }

  #dtsOf(track: TrackKind, number: number): number {
    const { length } = this.#source[track];
    const run = this.#runOf(track, number);
    const inRun = number - (run?.first[track] ?? 0);
    const base = (run?.baseTicks ?? 0) + Math.floor(inRun / length) * this.#periodTicks;
    return (this.#source[track][inRun % length]?.dts ?? 0) + this.#in(track, base);
  }

  #usOf(dts: number): number {
    const { timescale } = this.#source.file.parameters.video;
    const originUs = this.#origin.captureUs + this.#clockOffsetUs;
    return originUs + rescale(dts - this.#origin.dts, timescale, 1_000_000);
  }

  /** Ticks of the video track in those of a track. */
  #in(track: TrackKind, ticks: number): number {
    if (track === 'video') return ticks;
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

function runsOf({ video, audio }: Content, { plays }: SimReport): ReadonlyMap<number, PlayedRun> {
  const runs = new Map<number, PlayedRun>();
  let first = { video: 0, audio: 0 };
  for (const { first: mark, captured } of plays) {
    runs.set(mark.play, { baseTicks: mark.dts - (video[0]?.dts ?? 0), first, captured });
    // How much sound it captured is not in the report: numbers are left out.
    const passes = Math.ceil(captured / video.length) + 1;
    first = { video: first.video + captured, audio: first.audio + passes * audio.length };
  }
  return runs;
}

function indexByDts(samples: readonly MediaSample[]): ReadonlyMap<number, number> {
  return new Map(samples.map(({ dts }, index) => [dts, index]));
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
