/**
 * Whether tests that sweep over many cases try all of them: `SEALCAM_TORTURE=1`. Otherwise they try a sample, which the seed
 * chooses, so that `npm test` stays short and every run tries other cases.
 */
export const full = process.env.SEALCAM_TORTURE === '1';
