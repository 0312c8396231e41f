import type { Seeded } from '../support/seed.ts';

// When the power is cut, as a seed decides it.

/** What the camera does when the power goes. */
export const situations = ['recording', 'starting', 'stopping', 'booting'] as const;
export type Situation = (typeof situations)[number];

/** One start of the camera, and the end of its power. */
export interface PlannedCut {
  readonly situation: Situation;
  /** Whether a station is there, to which it sends, and whose receipts let it delete. */
  readonly station: boolean;
  /** How far into the situation, from 0 to 1. */
  readonly part: number;
  /**
   * With which write from then on, 1 for the next one: most of the time all is flushed, and a cut has nothing to lose. It is not waited
   * for longer than {@link writeMsMax}.
   */
  readonly write: number;
}

/** More than it takes the file system to begin something by itself. */
export const writeMsMax = 6_000;
const writeMax = 6;

/**
 * How long a situation lasts: from the press, or the first sealed chunk. That of booting begins with the start and lasts as long as the
 * start before, up to ready.
 */
export const situationMs: Readonly<Record<Exclude<Situation, 'booting'>, number>> = {
  recording: 6_000,
  starting: 1_500,
  stopping: 1_500,
};

/** Half of the cuts or more are in a recording. The first start is not cut while it boots: nothing is on the disk yet. */
export function planCuts(random: Seeded, count: number): readonly PlannedCut[] {
  return Array.from({ length: count }, (_, at) => ({
    situation: random.int(2) === 0 || at === 0 ? 'recording' : random.pick(situations),
    station: random.int(3) === 0,
    part: random.int(1_000) / 1_000,
    write: 1 + random.int(writeMax),
  }));
}
