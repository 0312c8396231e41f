/** The bounds of pictures from a video device; those of every source without a memory are `pipeLimits`. */
export const v4l2Limits = {
  /** Ticks a second of the pictures' times: the device says them in microseconds. */
  timescale: 90_000,
  /** How long the first picture is taken to last. */
  firstDurationUs: 33_333,
  /** The longest that a picture is said to last: what is longer is a pause. */
  durationUsMax: 1_000_000,
  /** NAL units that came before their picture, as some devices give parameter sets apart. */
  headerBytesMax: 65_536,
  /** A device that is asked to end is given up after this: its driver hangs. */
  endMsMax: 2_000,
  /** Openings of one device that may be unfinished: each that hangs keeps a thread, a descriptor and some 80 KB. */
  openingsMax: 2,
} as const;
