import { fromSeed } from '../seed.ts';

// What a storm does, as a seed decides it. The first members of each list come more often.

/** When the kills come: into a recording that goes on, or within moments of a press. */
export const situations = ['recording', 'starting', 'stopping'] as const;
export type Situation = (typeof situations)[number];

/** Who is killed. */
export const victims = ['agent', 'station', 'broker', 'keyChild'] as const;
export type Victim = (typeof victims)[number];

/** What happens to the station's or the camera's storage meanwhile. */
export const storageFaults = [
  'none',
  'store away',
  'vault away',
  'store full',
  'spool full',
  'evidence removed',
] as const;
export type StorageFault = (typeof storageFaults)[number];

/** One blow of the storm. */
export interface Episode {
  readonly situation: Situation;
  /** Each a while after the press, or after the one before it; ms. */
  readonly kills: readonly { readonly victim: Victim; readonly afterMs: number }[];
  readonly storage: StorageFault;
  /** How long storage stays away, and killed processes stay dead; ms. */
  readonly holdMs: number;
  /** How long the recording runs on once all is healed, without a stop, which would heal what the kills broke; ms. */
  readonly runOnMs: number;
}

/** Of so many episodes one lets the recording run on for long. */
const longOneIn = 25;
const longMs = 120_000;

/** Episodes with `kills` kills in all. */
export function planStorm(seed: number, kills: number): readonly Episode[] {
  const random = fromSeed(seed);
  const episodes: Episode[] = [];
  for (let left = kills; left > 0; ) {
    const several = Math.min(left, 1 + (random.int(3) === 0 ? 1 + random.int(2) : 0));
    const situation = random.pick(situations);
    const most = situation === 'recording' ? 1_500 : 350;
    const hit = Array.from({ length: several }, () => ({
      victim: random.pick(victims),
      afterMs: random.int(most),
    }));
    const mayRemove = situation === 'recording' ? storageFaults : storageFaults.slice(0, -1);
    episodes.push({
      situation,
      kills: hit,
      storage: random.int(2) === 0 ? 'none' : random.pick(mayRemove),
      holdMs: random.int(3_000),
      runOnMs: random.int(longOneIn) === 0 ? longMs : random.int(1_500),
    });
    left -= several;
  }
  return episodes;
}
