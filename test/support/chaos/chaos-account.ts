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

/** A press is heard after it was made, and takes effect between two pictures. No ring of pictures from before a start is configured. */
const slackOfPressesUs = 1_000_000;

/** How much too early a gap's beginning may seem. */
const slackOfStartUs = 100_000;
/** The two clocks are read one after the other. */
export const slackOfTimesUs = 500_000;

/** Pictures that were not opened, one after the other, of takes and of the time in which their stop was held back. */
interface Hole extends Run {
  /** Of the takes; `from` to `to` has these and the late ones. */
  readonly missing: number;
  /** Captured after the press of stop, until a stop that was held back took effect. */
  readonly late: number;
  /** It begins with the first picture of a take. */
  readonly isFirst: boolean;
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
  const recorded = mergedTakes(takes);
  const holes = recorded.flatMap((together, at) => {
    const nextFrom = recorded[at + 1]?.[0]?.from ?? Number.POSITIVE_INFINITY;
    return holesOfTakes(together, nextFrom, video, camera);
  });
  const { before, late, faults } = holeFaults(holes, gaps, camera);
  return {
    opened: openedInTakes,
    beyond: opened.size - openedInTakes,
    inGaps: gaps.reduce((sum, { videoSamples }) => sum + videoSamples, 0) - late,
    late,
    before,
    faults: [...faults, ...beyondFaults(recorded, [...opened], camera)],
  };
}

/** Pictures that were recorded although no one had pressed start, or after a stop had taken effect. */
function beyondFaults(
  recorded: readonly (readonly TakenPictures[])[],
  opened: readonly number[],
  camera: PictureTimes,
): string[] {
  const ofTakes = recorded.map((takes) => {
    const startUs = takes[0]?.startUs ?? 0;
    const stopUs = camera.capturedUs((takes.at(-1)?.to ?? 0) + 1);
    const untilUs = Math.max(stopUs, startUs + agentLimits.pressMergeUs);
    return { fromUs: startUs - slackOfPressesUs, untilUs: untilUs + slackOfPressesUs };
  });
  const beyond = opened.filter((picture) => {
    const atUs = camera.capturedUs(picture);
    return !ofTakes.some(({ fromUs, untilUs }) => fromUs <= atUs && atUs < untilUs);
  });
  const [first] = beyond.sort((one, other) => one - other);
  if (first === undefined) return [];
  const at = inSeconds(camera.capturedUs(first));
  return [`${beyond.length} pictures were recorded outside of all takes, the first is ${first} (${at})`];
}

/** The takes that one recording goes through: a start within a second of the first one takes the stop before it back. */
function mergedTakes(takes: readonly TakenPictures[]): (readonly TakenPictures[])[] {
  const merged: TakenPictures[][] = [];
  for (const take of takes) {
    const [first] = merged.at(-1) ?? [];
    if (first !== undefined && take.startUs < first.startUs + agentLimits.pressMergeUs)
      merged.at(-1)?.push(take);
    else merged.push([take]);
  }
  return merged;
}

/**
 * What was not opened of takes that were merged, and of the time after them in which their stop may have been held back: a
 * stop within a second of the start takes effect when that second is over, and a gap that crosses the stop counts until then.
 */
function holesOfTakes(
  takes: readonly TakenPictures[],
  nextFrom: number,
  video: readonly number[],
  camera: PictureTimes,
): Hole[] {
  const [first, last] = [takes[0], takes.at(-1)];
  if (first === undefined || last === undefined) return [];
  const heldUntilUs = first.startUs + agentLimits.pressMergeUs;
  let { to } = last;
  while (to + 1 < nextFrom && camera.capturedUs(to + 1) < heldUntilUs) to += 1;
  const inTime = video.filter((number) => number >= first.from && number <= to);
  return holesOf(inTime, { from: first.from, to }).missing.map((hole) => {
    const inTake = (take: Run): number =>
      Math.max(0, Math.min(hole.to, take.to) - Math.max(hole.from, take.from) + 1);
    const missing = takes.reduce((sum, take) => sum + inTake(take), 0);
    const late = hole.to - hole.from + 1 - missing;
    return { ...hole, missing, late, isFirst: hole.from === first.from };
  });
}

/** The gaps of each hole, the nearest in time; and those of none. */
function gapsByHole(
  holes: readonly Hole[],
  gaps: readonly SignedGap[],
  camera: PictureTimes,
): ReadonlyMap<Hole | undefined, readonly SignedGap[]> {
  const found = new Map<Hole | undefined, SignedGap[]>();
  for (const gap of gaps) {
    const near = holes.filter((hole) => distanceUs(gap, hole, camera) <= slackOfTimesUs);
    // A hole that need not be counted takes no gap from one that must be.
    const must = near.filter(({ missing }) => missing > 0);
    const [nearest] = (must.length > 0 ? must : near).sort(
      (a, b) => distanceUs(gap, a, camera) - distanceUs(gap, b, camera),
    );
    found.set(nearest, [...(found.get(nearest) ?? []), gap]);
  }
  return found;
}

/** How far the middle of a gap is from the time of the pictures that are missing. */
function distanceUs(gap: SignedGap, { from, to }: Run, camera: PictureTimes): number {
  const middleUs = (gap.fromUs + gap.toUs) / 2;
  return Math.max(0, camera.capturedUs(from) - middleUs, middleUs - camera.capturedUs(to + 1));
}

/**
 * How many pictures of a take's first hole need no gap: what passes by before the first key picture, up to half a second. A
 * gap that is there counts what was captured from its beginning on.
 */
function passedBy(hole: Hole, stated: readonly SignedGap[], camera: PictureTimes): number {
  const early = hole.missing - stated.reduce((sum, { videoSamples }) => sum + videoSamples, 0);
  if (!hole.isFirst || early <= 0 || early > unstatedPictures) return 0;
  const fromUs = Math.min(...stated.map((gap) => gap.fromUs));
  return fromUs >= camera.capturedUs(hole.from + early) - slackOfStartUs ? early : 0;
}

/** Each run of pictures that are in no recording is what the gaps of that time say. */
function holeFaults(
  holes: readonly Hole[],
  gaps: readonly SignedGap[],
  camera: PictureTimes,
): Pick<TakeAccount, 'before' | 'late' | 'faults'> {
  const faults: string[] = [];
  const byHole = gapsByHole(holes, gaps, camera);
  let before = 0;
  let allLate = 0;
  for (const hole of holes) {
    const stated = byHole.get(hole) ?? [];
    const signed = stated.reduce((sum, { videoSamples }) => sum + videoSamples, 0);
    const early = passedBy(hole, stated, camera);
    before += early;
    const missing = hole.missing - early;
    const { late } = hole;
    const most = late > 0 ? missing + late + 1 : missing;
    const isAll = signed === missing || (late > 0 && Math.abs(signed - missing - late) <= 1);
    if (stated.some(({ atLeast }) => atLeast) ? signed > most : !isAll) {
      const at = inSeconds(camera.capturedUs(hole.from));
      const after = late > 0 ? `, and ${late} more that were captured while its stop was held back` : '';
      faults.push(
        `${missing} pictures are missing from ${hole.from} on (${at})${after}, of which gaps account for ${signed}`,
      );
    } else if (signed > missing) allLate += signed - missing;
  }
  for (const { words, videoSamples } of byHole.get(undefined) ?? []) {
    if (videoSamples > 0) faults.push(`a gap where nothing is missing: ${words}`);
  }
  return { before, late: allLate, faults };
}

export function inSeconds(us: number): string {
  return `${(us / 1_000_000).toFixed(1)} s`;
}
