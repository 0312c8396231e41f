import { createHash, randomInt } from 'node:crypto';
import { fromSeed, type Seeded } from '../../scenario/fast/seeded.ts';

export { fromSeed, type Seeded };

/**
 * The numbers of one test. Their seed follows from the test's file and name, so that every run of `npm test` is the same run.
 * `$SEALCAM_TEST_SEED` gives another one: a number repeats a run, `fresh` chooses at random. The test's output names the seed.
 */
export function seeded(t: { readonly name: string; comment(text: string): void }): Seeded {
  const seed = seedOfRun(t.name);
  t.comment(`SEALCAM_TEST_SEED=${seed}`);
  return fromSeed(seed);
}

function seedOfRun(name: string): number {
  const given = process.env.SEALCAM_TEST_SEED;
  if (given === undefined || given === '') return seedOf(`${testFile()} ${name}`);
  if (given === 'fresh') return randomInt(2 ** 32);
  const seed = Number(given);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new RangeError(`SEALCAM_TEST_SEED must be "fresh" or a whole number below 2^32, is "${given}"`);
  }
  return seed;
}

function seedOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE();
}

/** The file that runs, as its path below `test/`: a bundle of it is elsewhere than what tsc makes. */
function testFile(): string {
  const [, path = ''] = process.argv;
  return path.slice(path.lastIndexOf('/test/') + 1);
}
