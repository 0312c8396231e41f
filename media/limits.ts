/** Limits on what is read from an MP4 file. */
export const mediaLimits = {
  /** Largest `moov` or `moof` box that is read into memory; 12 hours at 30 fps with sound have a `moov` of some 20 MB. */
  mp4HeaderBytesMax: 64 * 1024 * 1024,
  /** Largest single sample; an intra-coded 4K picture stays far below. */
  sampleBytesMax: 16 * 1024 * 1024,
  /** Most samples of one track: a day of sound. */
  trackSamplesMax: 5_000_000,
  /** Most samples of one track in one chunk of a recording: a camera seals no more than 4,096 of both. */
  chunkSamplesMax: 65_536,
  /** Most samples of a run in a fragment that has no data for any of them. */
  uniformRunSamplesMax: 65_536,
} as const;
