import { mediaLimits } from '../../../media/limits.ts';

const mebibyte = 1024 * 1024;

/** The bounds of a source that reads a pipe. What arrives is of a program that may be faulty, so each number has one. */
export const pipeLimits = {
  /** Largest `moov` or `moof` box: a fragment of a minute has a `moof` of some 60 KB. */
  headerBytesMax: mebibyte,
  /** Samples of one track in one fragment: minutes of video, or five minutes of sound. */
  fragmentSamplesMax: 16_384,
  /** Bytes of the samples of one fragment: 13 s at 20 Mbit/s. They are in memory until the fragment is complete. */
  fragmentBytesMax: 32 * mebibyte,
  /** Largest picture or sound frame. A chunk of the recorder holds 4 MiB: a larger one could not be recorded. */
  sampleBytesMax: Math.min(4 * mebibyte, mediaLimits.sampleBytesMax),
  /** NAL units of one picture. */
  pictureUnitsMax: 4_096,
  /** Bytes of one parameter set, and how many of them are kept. */
  parameterSetBytesMax: 4_096,
  parameterSetsMax: 32,
  /** Ticks a second that an Annex B stream is given at least. */
  timescaleMin: 12_800,
} as const;
