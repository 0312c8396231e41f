/** How long the uplink waits for a station before it asks again, or sends again. */
export interface WaitLimits {
  /** Once the broker has taken something, how long its receipt may take before the station is asked. */
  readonly receiptDelayMs: number;
  /** Between one question and the next. */
  readonly askDelayMsMin: number;
  readonly askDelayMsMax: number;
  /** Between going back to one place and going back to the same place again. */
  readonly retryDelayMsMin: number;
  readonly retryDelayMsMax: number;
  /** What the broker took longer ago than this has reached the station, unless it was lost. */
  readonly settleMs: number;
}

/** A wait that is a part of how long nothing has come, so that it grows while that lasts, within its bounds. */
export function waitMs(part: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, part));
}
