import { fromSeed, type Seeded } from '../seed.ts';

/** What is done to each party of a chaos run; whatever goes on holds until it is healed. */
export const chaosFaults = {
  agent: ['kill', 'stop'],
  station: ['kill', 'stop'],
  broker: ['kill', 'stop'],
  network: ['fin', 'reset', 'refuse', 'blackHole', 'slow', 'stall'],
  disk: ['low', 'full'],
} as const;

export type Party = keyof typeof chaosFaults;
export type ChaosFault<P extends Party = Party> = (typeof chaosFaults)[P][number];

/** One fault. */
export interface ChaosStep<P extends Party = Party> {
  readonly fault: ChaosFault<P>;
  /** How long after the one before it, of the same party, was healed. */
  readonly afterMs: number;
  /** How long it lasts: until the killed process is started again, say. */
  readonly holdMs: number;
}

export type ChaosPlan = { readonly [P in Party]: readonly ChaosStep<P>[] };

/** From and to, ms, both inclusive. */
type Range = readonly [number, number];

const afterMs: Range = [500, 5_000];
/** A full disk hides what else would be lost: it is not full most of the time. */
const diskAfterMs: Range = [4_000, 25_000];

/** A storage is looked at every 2 s. */
const holdsMs: Readonly<Record<ChaosFault, Range>> = {
  kill: [0, 2_000],
  stop: [200, 4_000],
  fin: [0, 0],
  reset: [0, 0],
  refuse: [500, 5_000],
  blackHole: [500, 8_000],
  slow: [1_000, 8_000],
  stall: [500, 5_000],
  low: [2_500, 6_000],
  full: [1_000, 6_000],
};

/**
 * What happens to whom within `seconds`, as `seed` decides. Each party has faults of its own, in turn, so that those of
 * several come together; of each kind a party has about as many as of any other.
 */
export function planChaos(seed: number, seconds: number): ChaosPlan {
  const random = fromSeed(seed);
  const plan = <P extends Party>(party: P): ChaosStep<P>[] => {
    const kinds: readonly ChaosFault<P>[] = chaosFaults[party];
    const steps: ChaosStep<P>[] = [];
    let left: ChaosFault<P>[] = [];
    let atMs = 0;
    while (atMs < seconds * 1_000) {
      if (left.length === 0) left = [...kinds];
      const fault = random.pick(left);
      left = left.filter((other) => other !== fault);
      const step = {
        fault,
        afterMs: between(random, party === 'disk' ? diskAfterMs : afterMs),
        holdMs: between(random, holdsMs[fault]),
      };
      atMs += step.afterMs + step.holdMs;
      steps.push(step);
    }
    return steps;
  };
  return {
    agent: plan('agent'),
    station: plan('station'),
    broker: plan('broker'),
    network: plan('network'),
    disk: plan('disk'),
  };
}

function between(random: Seeded, [from, to]: Range): number {
  return from + random.int(to - from + 1);
}
