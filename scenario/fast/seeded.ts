import type { Randomness } from '../../base/random.ts';

/** Numbers that a seed decides: the same seed, the same run. Not for keys. */
export interface Seeded extends Randomness {
  /** What decides; 32 bits. Also fit as the seed of a property test. */
  readonly seed: number;
  /** A whole number from 0 up to and without `below`, which is at most 2^32. */
  int(below: number): number;
  /** A number from 0 up to and without 1. */
  fraction(): number;
  /** One of `values`, of which there is at least one. */
  pick<T>(values: readonly T[]): T;
}

/** The numbers that `seed` decides, by sfc32 (Chris Doty-Humphrey's small fast counting generator). */
export function fromSeed(seed: number): Seeded {
  let a = 0;
  let b = 0;
  let c = seed | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // Its author's count of rounds until every bit of the seed has reached every bit of the state.
  for (let round = 0; round < 12; round += 1) next();
  const int = (below: number): number => Math.floor((next() / 2 ** 32) * below);
  return {
    seed,
    int,
    fraction: () => next() / 2 ** 32,
    bytes: (length) => Uint8Array.from({ length }, () => next() & 0xff),
    pick: (values) => {
      const value = values[int(values.length)];
      if (value === undefined) throw new RangeError('there is nothing to pick from');
      return value;
    },
  };
}
