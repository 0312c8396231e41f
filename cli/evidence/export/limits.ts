/** Bounds of what `sealcam open` writes next to the MP4. */
export const exportLimits = {
  /** A longer time without a position ends a segment of the track, and its place is no longer shown. */
  positionGapUs: 5_000_000,
  /** If the wall clock and the uptime differ by more than this from one point to the next, the clock was set. */
  clockLeapUs: 1_000_000,
  /** How long a bookmark is shown. */
  bookmarkUs: 3_000_000,
  /** The shortest time that a caption is shown; and the most captions that the time of one chunk is cut into. */
  captionUs: 1_000_000,
  captionsPerChunkMax: 64,
} as const;
