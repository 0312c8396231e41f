/** Where the media of a chunk is on the timeline of the MP4 that was written: as a player shows it, in microseconds. */
export interface MediaSpan {
  readonly fromUs: number;
  readonly toUs: number;
}

/** The media time of an uptime. */
export type MediaTime = (uptimeUs: number) => number;

/**
 * Puts what the camera noted by its uptime on the timeline of the MP4. Each chunk is put there by itself, so that no
 * difference between the sensor's clock and the agent's adds up; time in which nothing was recorded is as long as in the MP4.
 */
export class PictureTimeline {
  #toUs = 0;

  /** How far the pictures that were taken reach, in media time. */
  get toUs(): number {
    return this.#toUs;
  }

  /**
   * Takes the next chunk.
   * @param startUs uptime of its earliest sample.
   * @returns the media time of what its telemetry tells; before its media, at the earliest where the chunk before it ended.
   */
  next(startUs: number, { fromUs, toUs }: MediaSpan): MediaTime {
    const earliest = Math.min(this.#toUs, fromUs);
    this.#toUs = Math.max(this.#toUs, toUs);
    return (uptimeUs) => Math.min(Math.max(fromUs + (uptimeUs - startUs), earliest), toUs);
  }
}
