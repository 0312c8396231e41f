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
  /** Bytes of a line of the file of times; times that wait for their pictures, and pictures that wait for their times. */
  timeLineBytesMax: 64,
  timesWaitingMax: 4_096,
  /** For how long pictures are still read after their times have ended. */
  timesEndMsMax: 1_000,
  picturesWaitingMax: 256,
  /** What a sample counts for in addition to its bytes while it is not released. */
  sampleOverheadBytes: 512,
  /** What may be handed on and not released, beyond what the agent takes upon itself: 6 s at 10 Mbit/s. */
  outstandingBytesMax: 8 * mebibyte,
  /** Name of a run: two runs must not have the same one. */
  runNameBytes: 8,
  /** How often it is looked whether pictures come. */
  tickMs: 250,
  /** Without a picture for this long it hangs: while a key picture is awaited, and while each one counts. */
  beginMsMax: 15_000,
  silenceMsMax: 5_000,
  /** Wait before the program is started again, or the FIFO opened: doubles each time, until a run was steady. */
  reopenMsMin: 100,
  reopenMsMax: 2_000,
  steadyUs: 10_000_000,
  /** A program that is asked to end is killed after this, and given up after twice as long. */
  programEndMsMax: 1_000,
  /** Bytes of one piece of a program's standard error that are looked at. */
  wordsBytesMax: 8_192,
  /** For how long the stream's fastest sample says how far its clock is off; up to twice as long. */
  clockWindowUs: 30_000_000,
  /** How far sound and pictures of one stream may drift apart before a warning; and the pause of one after which they are compared afresh. */
  trackStepUsMax: 40_000,
  trackPauseUs: 5_000_000,
  /** How much more of the stream may come within that window than time passes. */
  aheadUsMax: 10_000_000,
  /** How late all samples of a window of this length may be, of a stream that says no times. */
  behindWindowUs: 2_000_000,
  behindUsMax: 500_000,
} as const;
