/** Bounds on what is read from an MP4 file, whoever made it. */
export const mediaLimits = {
  /** Largest `moov` or `moof` box that is read into memory; 12 hours at 30 fps with sound have a `moov` of some 20 MB. */
  mp4HeaderBytesMax: 64 * 1024 * 1024,
  /** Largest single sample; an intra-coded 4K picture stays far below. */
  sampleBytesMax: 16 * 1024 * 1024,
  /** Most samples of one track. */
  trackSamplesMax: 8_000_000,
} as const;
