/** Bounds of what `sealcam open` writes next to the MP4. */
export const exportLimits = {
  /**
   * A time without a position that is longer than this, and than so many of the usual spacings, ends a segment of the track,
   * and its place is no longer shown.
   */
  positionGapUs: 5_000_000,
  positionGapSpacings: 2.5,
  /** The usual spacing is the median of this many, the latest. */
  positionSpacingsMax: 63,
  /** If the wall clock and the uptime differ by more than this from one point to the next, the clock was set. */
  clockLeapUs: 1_000_000,
  /** How long a bookmark is shown. */
  bookmarkUs: 3_000_000,
  /** The shortest time that a caption is shown; and the most captions that the time of one chunk is cut into. */
  captionUs: 1_000_000,
  captionsPerChunkMax: 64,
} as const;
