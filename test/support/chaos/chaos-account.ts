import { agentLimits } from '../../../agent/limits.ts';
import { holesOf, type Run } from './chaos-frames.ts';

// Accounts for every picture of every take: it was opened once, or a signed gap counts it.

/** By the uptime clock, microseconds. */
export interface Interval {
  readonly fromUs: number;
  readonly toUs: number;
}

/** A gap that a recording states. */
export interface SignedGap extends Interval {
  readonly cause: string;
  readonly videoSamples: number;
  /** More may be missing than it counts. */
  readonly atLeast: boolean;
  readonly words: string;
}

/** The pictures that the camera captured from a press of start to the next press of stop, by their numbers. */
export interface TakenPictures extends Run {
  /** When start was pressed, by the uptime clock in microseconds. */
  readonly startUs: number;
}

/** When each picture was captured. */
export interface PictureTimes {
  /** By the uptime clock in microseconds. */
  capturedUs(picture: number): number;
}

/** Pictures by what became of them. */
export interface TakeAccount {
  /** Of the takes. */
  readonly opened: number;
  /** Recorded outside of the takes: a stop takes effect up to a second after its press. */
  readonly beyond: number;
  /** Of the takes, as gaps count them. */
  readonly inGaps: number;
  /** Counted by gaps, but captured after a press of stop that was held back. */
  readonly late: number;
  /** Captured between a press of start and the first key picture after it. */
  readonly before: number;
  /** A sentence for each picture, or run of pictures, that is not accounted for. */
  readonly faults: readonly string[];
}

/** The pictures of half a second, and those that were on their way to the agent when start was pressed. */
const unstatedPictures = 15;

/** How much too early a gap's beginning may seem. */
const slackOfStartUs = 100_000;
/** The two clocks are read one after the other. */
export const slackOfTimesUs = 500_000;

/** Pictures that were not opened, one after the other: first those of a take, then those captured after its stop. */
interface Hole extends Run {
  /** Of the take; `from` to `to` has these and the late ones. */
  readonly missing: number;
  /** Captured after the press of stop, until a stop that was held back took effect. */
  readonly late: number;
}

/**
 * @param video the numbers of the pictures that were opened.
 * @param takes ascending.
 */
export function accountForTakes(
  takes: readonly TakenPictures[],
  video: readonly number[],
  gaps: readonly SignedGap[],
  camera: PictureTimes,
): TakeAccount {
  const opened = new Set(video);
  const isInTake = (number: number): boolean => takes.some(({ from, to }) => number >= from && number <= to);
  const openedInTakes = [...opened].filter(isInTake).length;
  let before = 0;
  const holes: Hole[] = [];
  for (const [at, take] of takes.entries()) {
    const nextFrom = takes[at + 1]?.from ?? Number.POSITIVE_INFINITY;
    for (const hole of holesOfTake(take, nextFrom, video, camera)) {
      const early = hole.from === take.from ? passedBy(hole, gaps, camera) : 0;
      before += early;
      const missing = hole.missing - early;
      if (missing + hole.late > 0) holes.push({ ...hole, from: hole.from + early, missing });
    }
  }
  const { late, faults } = holeFaults(holes, gaps, camera);
  return {
    opened: openedInTakes,
    beyond: opened.size - openedInTakes,
    inGaps: gaps.reduce((sum, { videoSamples }) => sum + videoSamples, 0) - late,
    late,
    before,
    faults,
  };
}

/**
 * What was not opened of a take, and of the time after it in which its stop may have been held back: a stop within a second
 * of its start takes effect when that second is over, and a gap that crosses the stop counts until then.
 */
function holesOfTake(
  take: TakenPictures,
  nextFrom: number,
  video: readonly number[],
  camera: PictureTimes,
): Hole[] {
  const heldUntilUs = take.startUs + agentLimits.pressMergeUs;
  let to = take.to;
  while (to + 1 < nextFrom && camera.capturedUs(to + 1) < heldUntilUs) to += 1;
  const inTime = video.filter((number) => number >= take.from && number <= to);
  return holesOf(inTime, { from: take.from, to }).missing.map((hole) => {
    const missing = Math.max(0, Math.min(hole.to, take.to) - hole.from + 1);
    return { ...hole, missing, late: hole.to - hole.from + 1 - missing };
  });
}

/**
 * How many pictures of a take's first hole need no gap: what passes by before the first key picture, up to half a second. A
 * gap that is there counts what was captured from its beginning on.
 */
function passedBy(hole: Hole, gaps: readonly SignedGap[], camera: PictureTimes): number {
  const stated = gaps.filter((gap) => isGapOf(gap, hole, camera));
  const early = hole.missing - stated.reduce((sum, { videoSamples }) => sum + videoSamples, 0);
  if (early <= 0 || early > unstatedPictures) return 0;
  const fromUs = Math.min(...stated.map((gap) => gap.fromUs));
  return fromUs >= camera.capturedUs(hole.from + early) - slackOfStartUs ? early : 0;
}

/** Each run of pictures that are in no recording is what the gaps of that time say. */
function holeFaults(
  holes: readonly Hole[],
  gaps: readonly SignedGap[],
  camera: PictureTimes,
): { readonly late: number; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const left = new Set(gaps);
  let allLate = 0;
  // A hole that need not be counted takes no gap from one that must be.
  const inOrder = [...holes].sort((a, b) => Number(a.missing === 0) - Number(b.missing === 0));
  for (const hole of inOrder) {
    let signed = 0;
    let atLeast = false;
    for (const gap of left) {
      if (!isGapOf(gap, hole, camera)) continue;
      signed += gap.videoSamples;
      atLeast ||= gap.atLeast;
      left.delete(gap);
    }
    const { missing, late } = hole;
    const most = late > 0 ? missing + late + 1 : missing;
    const isAll = signed === missing || (late > 0 && Math.abs(signed - missing - late) <= 1);
    if (atLeast ? signed > most : !isAll) {
      const at = inSeconds(camera.capturedUs(hole.from));
      const after = late > 0 ? `, and ${late} more that were captured before its stop took effect` : '';
      faults.push(
        `${missing} pictures are missing from ${hole.from} on (${at})${after}, of which gaps account for ${signed}`,
      );
    } else if (signed > missing) allLate += signed - missing;
  }
  for (const { words, videoSamples } of left) {
    if (videoSamples > 0) faults.push(`a gap where nothing is missing: ${words}`);
  }
  return { late: allLate, faults };
}

/** Whether the middle of a gap is in the time of the pictures that are missing. */
function isGapOf(gap: SignedGap, { from, to }: Run, camera: PictureTimes): boolean {
  const middleUs = (gap.fromUs + gap.toUs) / 2;
  return (
    middleUs >= camera.capturedUs(from) - slackOfTimesUs &&
    middleUs <= camera.capturedUs(to + 1) + slackOfTimesUs
  );
}

export function inSeconds(us: number): string {
  return `${(us / 1_000_000).toFixed(1)} s`;
}
