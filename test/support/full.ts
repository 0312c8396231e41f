import { fileLimitMs } from './patience.ts';
import type { Seeded } from './seed.ts';

/**
 * Whether tests that sweep over many cases try all of them: `SEALCAM_TORTURE=1`. Otherwise they try a sample, which the seed
 * chooses, so that `npm test` stays short.
 */
export const full = process.env.SEALCAM_TORTURE === '1';

/**
 * What a sweep goes by: `small` in `npm test`, whose seeds are always the same; `large` with `SEALCAM_SAMPLE=large`, as for
 * mutants, each of which one run must notice; `all` if it is {@link full}.
 */
export function ofSample<T>(small: T, large: T, all: T): T {
  if (full) return all;
  return process.env.SEALCAM_SAMPLE === 'large' ? large : small;
}

/** So many of `all`, in their order, as `random` chooses. */
export function someOf<T>(all: readonly T[], count: number, random: Pick<Seeded, 'int'>): T[] {
  const left = [...all];
  while (left.length > count) left.splice(random.int(left.length), 1);
  return left;
}

/** The limit of a test file that sweeps, milliseconds: where it tries all of its cases, a busy machine may take hours. */
export const sweepLimitMs = full ? 16 * fileLimitMs : fileLimitMs;
