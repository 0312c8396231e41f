import { fileLimitMs } from './patience.ts';

/**
 * Whether tests that sweep over many cases try all of them: `SEALCAM_TORTURE=1`. Otherwise they try a sample, which the seed
 * chooses, so that `npm test` stays short.
 */
export const full = process.env.SEALCAM_TORTURE === '1';

/** The limit of a test file that sweeps, milliseconds: where it tries all of its cases, a busy machine may take hours. */
export const sweepLimitMs = full ? 16 * fileLimitMs : fileLimitMs;
