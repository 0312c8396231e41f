import { append } from '../base/lists.ts';
import { sha256 } from '../evidence/crypto.ts';
import type { RecordingReport } from '../evidence/verify/index.ts';
import type { SimReport } from '../hardware-sim/events.ts';
import type { Mark } from '../hardware-sim/scenario/count.ts';
import { nalLengthSize, nalRole, nalUnits } from '../media/nal.ts';
import type { Mp4File } from '../media/reader/mp4-reader.ts';
import { type MediaSample, rescale, type VideoTrack } from '../media/types.ts';
import type { PictureCount } from './observations.ts';

// Which pictures of the simulated camera are in the recordings, one by one, by what they show and when; and whether signed gaps
// account for all others. A picture's number is how many the camera had captured before it.

/** The pictures of half a second: what may pass by before the first key picture without a gap. */
const unstatedPictures = 15;
const faultsMax = 20;
/** How far a recording's claimed beginning may be from the capture of its first picture. */
const claimSlackUs = 5_000_000;

/** A recording that was opened. */
export interface OpenedRecording {
  readonly report: RecordingReport;
  /** The pictures of each chunk that could be opened, by its index, in the order of decoding. */
  readonly chunks: ReadonlyMap<number, readonly Picture[]>;
}

/** A picture by its time in ticks of its file, and by what it shows: {@link contentOfPicture}. */
export interface Picture {
  readonly dts: number;
  readonly content: string;
}

/** What a camera plays: its pictures in the order of decoding. */
export interface SourcePictures {
  readonly track: VideoTrack;
  readonly pictures: readonly Picture[];
  readonly byContent: ReadonlyMap<string, readonly number[]>;
}

/** Reads all that a camera plays. Throws as reading a file does. */
export async function sourcePictures(file: Mp4File): Promise<SourcePictures> {
  const track = file.parameters.video;
  const pictures: Picture[] = [];
  const byContent = new Map<string, number[]>();
  for await (const sample of file.samples()) {
    if (sample.track !== 'video') continue;
    const content = contentOfPicture(track, sample);
    byContent.set(content, [...(byContent.get(content) ?? []), pictures.length]);
    pictures.push({ dts: sample.dts, content });
  }
  return { track, pictures, byContent };
}

/** What a picture shows, whatever happened to its parameter sets, which may move to the description. */
export function contentOfPicture(track: VideoTrack, { data }: MediaSample): string {
  const units = [...nalUnits(data, nalLengthSize(track))];
  const shown = units.filter((unit) => nalRole(track.codec, unit) !== 'parameters');
  return Buffer.from(sha256(Buffer.concat(shown))).toString('base64');
}

/** Accounts for every picture between a press of start and the next press of stop. */
export function accountFor(
  source: SourcePictures,
  camera: Pick<SimReport, 'source' | 'plays' | 'takes'>,
  recordings: readonly OpenedRecording[],
): PictureCount {
  const numbers = new PictureNumbers(source, camera);
  const faults: string[] = [];
  const sequence: Sequence = [];
  for (const recording of [...recordings].sort((a, b) => a.report.number - b.report.number)) {
    append(sequence, sequenceOf(recording, numbers, faults));
  }
  const takes = camera.takes.flatMap(({ video: { first, last } }): Span[] => {
    if (first === null || last === null) return [];
    const span = { from: numbers.of(first), to: numbers.of(last) };
    return span.from === undefined || span.to === undefined ? [] : [{ from: span.from, to: span.to }];
  });
  const captured = camera.takes.reduce((sum, { video }) => sum + video.captured, 0);
  const inTakes = takes.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  if (captured !== inTakes)
    faults.push(`the camera counts ${captured} pictures and numbers ${inTakes} of them`);
  return { captured, ...compare(sequence, takes, faults), faults: faults.slice(0, faultsMax) };
}

interface Span {
  readonly from: number;
  /** Inclusive. */
  readonly to: number;
}

/** What the recordings have, in their order: a picture by its number, or a signed gap. */
type Sequence = (number | { readonly gap: number; readonly atLeast: boolean })[];

/** Knows each picture's number by when it was sent; for what a camera captured since it was switched on. */
class PictureNumbers {
  readonly #source: SourcePictures;
  readonly #periodTicks: number;
  readonly #plays: readonly { readonly first: Mark; readonly captured: number; readonly number: number }[];

  constructor(
    source: SourcePictures,
    { source: { periodTicks }, plays }: Pick<SimReport, 'source' | 'plays'>,
  ) {
    this.#source = source;
    this.#periodTicks = periodTicks;
    let number = 0;
    this.#plays = plays.map((play) => {
      number += play.captured;
      return { ...play, number: number - play.captured };
    });
  }

  /** The number of a picture that the camera names; undefined if it is too long ago for its report. */
  of({ play, loop, index }: Mark): number | undefined {
    const found = this.#plays.find(({ first }) => first.play === play);
    return found && found.number + this.#steps(found.first, loop, index);
  }

  shows(number: number, content: string): boolean {
    return this.#source.pictures[this.at(number)?.index ?? -1]?.content === content;
  }

  /** What is played as picture `number`: the index in the source, and its time in ticks. */
  at(
    number: number,
  ): { readonly index: number; readonly dts: number; readonly uptimeUs: number } | undefined {
    const play = this.#plays.findLast((one) => one.number <= number);
    if (play === undefined || number >= play.number + play.captured) return undefined;
    const { length } = this.#source.pictures;
    const total = play.first.index + number - play.number;
    const index = total % length;
    const dts = play.first.dts + this.#ticks(total) - this.#ticks(play.first.index);
    const { timescale } = this.#source.track;
    return {
      index,
      dts,
      uptimeUs: play.first.uptimeUs + rescale(dts - play.first.dts, timescale, 1_000_000),
    };
  }

  /** The number of the picture with this content that was captured next to `uptimeUs`. */
  near(content: string, uptimeUs: number): number | undefined {
    const { length } = this.#source.pictures;
    let [best, bestUs]: [number | undefined, number] = [undefined, claimSlackUs];
    for (const play of this.#plays) {
      for (const index of this.#source.byContent.get(content) ?? []) {
        for (let n = (index - play.first.index + length) % length; n < play.captured; n += length) {
          const awayUs = Math.abs((this.at(play.number + n)?.uptimeUs ?? 0) - uptimeUs);
          if (awayUs < bestUs) [best, bestUs] = [play.number + n, awayUs];
        }
      }
    }
    return best;
  }

  /** The number of the picture with this time, at or after number `from`. */
  timed(dts: number, from: number): number | undefined {
    for (let number = from; ; number += 1) {
      const found = this.at(number);
      if (found === undefined || found.dts > dts) return undefined;
      if (found.dts === dts) return number;
    }
  }

  #steps(first: Mark, loop: number, index: number): number {
    return (loop - first.loop) * this.#source.pictures.length + index - first.index;
  }

  /** The ticks from the source's beginning to its picture `total`, repetitions counted on. */
  #ticks(total: number): number {
    const { pictures } = this.#source;
    const [first] = pictures;
    const picture = pictures[total % pictures.length];
    return Math.floor(total / pictures.length) * this.#periodTicks + (picture?.dts ?? 0) - (first?.dts ?? 0);
  }
}

/** What a recording has, in its order. */
function sequenceOf(recording: OpenedRecording, numbers: PictureNumbers, faults: string[]): Sequence {
  const { report, chunks } = recording;
  const sequence: Sequence = [];
  let base: number | undefined;
  let next = 0;
  for (const { from, gap, claimed } of report.links) {
    if (gap !== undefined) sequence.push({ gap: gap.videoSamples, atLeast: gap.atLeast === true });
    for (const { dts, content } of chunks.get(from) ?? []) {
      if (base === undefined) {
        const first = numbers.near(content, claimed?.start.uptimeUs ?? 0);
        const captured = first === undefined ? undefined : numbers.at(first);
        if (first === undefined || captured === undefined) {
          faults.push(`recording ${report.number}: its first picture was not captured when it says`);
          return sequence;
        }
        base = captured.dts - dts;
        next = first;
      }
      const number = numbers.timed(base + dts, next);
      if (number === undefined || !numbers.shows(number, content)) {
        faults.push(
          `recording ${report.number}: a picture in chunk ${from} is not what the camera captured then`,
        );
        continue;
      }
      sequence.push(number);
      next = number + 1;
    }
  }
  return sequence;
}

/** Holds the pictures that are in no recording against the gaps between those that are. */
function compare(
  sequence: Sequence,
  takes: readonly Span[],
  faults: string[],
): Pick<PictureCount, 'opened' | 'inGaps' | 'before'> {
  const count = { opened: 0, inGaps: 0, before: 0 };
  let after = -1;
  let [signed, atLeast] = [0, false];
  const hole = (end: number): void => {
    const found = accountHole(takes, { from: after + 1, to: end }, signed, atLeast);
    count.inGaps += found.inGaps;
    count.before += found.before;
    if (found.fault !== undefined) faults.push(found.fault);
    [signed, atLeast] = [0, false];
  };
  for (const one of sequence) {
    if (typeof one !== 'number') {
      signed += one.gap;
      atLeast ||= one.atLeast;
    } else if (one <= after) {
      faults.push(`picture ${one} is there twice, or after a later one`);
    } else {
      hole(one - 1);
      after = one;
      if (takes.some(({ from, to }) => one >= from && one <= to)) count.opened += 1;
    }
  }
  hole(Number.MAX_SAFE_INTEGER);
  return count;
}

/** The pictures from one to another that no recording has: those in a take are in gaps, or before its first key picture. */
function accountHole(
  takes: readonly Span[],
  hole: Span,
  signed: number,
  atLeast: boolean,
): { readonly inGaps: number; readonly before: number; readonly fault: string | undefined } {
  let [missing, unstated] = [0, 0];
  for (const take of takes) {
    const inTake = Math.min(take.to, hole.to) - Math.max(take.from, hole.from) + 1;
    if (inTake <= 0) continue;
    missing += inTake;
    if (take.from >= hole.from) unstated += Math.min(inTake, unstatedPictures);
  }
  if (atLeast && signed <= missing) return { inGaps: missing, before: 0, fault: undefined };
  const before = missing - signed;
  if (before >= 0 && before <= unstated) return { inGaps: signed, before, fault: undefined };
  const where = hole.from === 0 ? 'from the first one on' : `after picture ${hole.from - 1}`;
  const fault = `${missing} pictures are missing ${where}, and gaps account for ${signed}`;
  return { inGaps: Math.min(signed, missing), before: 0, fault };
}
