import { randomInt } from 'node:crypto';
import { fromSeed, type Seeded } from '../../scenario/fast/seeded.ts';

export { fromSeed, type Seeded };

/**
 * The numbers of one test, from the seed in `$SEALCAM_TEST_SEED` or a fresh one, which the test's output
 * names: a failing run is repeated by setting the variable to it.
 */
export function seeded(t: { comment(text: string): void }): Seeded {
  const seed = seedOfRun();
  t.comment(`SEALCAM_TEST_SEED=${seed}`);
  return fromSeed(seed);
}

function seedOfRun(): number {
  const given = process.env.SEALCAM_TEST_SEED;
  if (given === undefined || given === '') return randomInt(2 ** 32);
  const seed = Number(given);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new RangeError(`SEALCAM_TEST_SEED must be a whole number below 2^32, is "${given}"`);
  }
  return seed;
}
