/** How long the uplink waits for a station before it asks again, or sends again. */
export interface WaitLimits {
  /** How long after the broker has accepted something its receipt may take before the station is asked. */
  readonly receiptDelayMs: number;
  /** Between one question and the next. */
  readonly askDelayMsMin: number;
  readonly askDelayMsMax: number;
  /** Between going back to a place and going back to the same place again. */
  readonly retryDelayMsMin: number;
  readonly retryDelayMsMax: number;
  /** What the broker accepted longer ago than this has reached the station, unless it was lost. */
  readonly settleMs: number;
}

/** A wait that is a fraction of the time without any answer, so that it grows with that time, within its bounds. */
export function waitMs(part: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, part));
}
