/** What a station has done since it started. */
export interface Counts {
  /** Messages that were taken from the broker. */
  messages: number;
  /** Records and key envelopes that were new, good and made durable. */
  stored: number;
  /** Those that were there already. */
  repeated: number;
  /** Those that could not be placed yet and were left to be sent again. */
  early: number;
  /** Those that were dropped, as their camera had overdrawn its budget. */
  dropped: number;
  /** Those that were refused, by the code of the error. */
  refused: Record<string, number>;
  conflicts: number;
  receipts: number;
  /** Writes that failed. */
  faults: number;
}

/** All at nought. */
export function newCounts(): Counts {
  return {
    messages: 0,
    stored: 0,
    repeated: 0,
    early: 0,
    dropped: 0,
    refused: {},
    conflicts: 0,
    receipts: 0,
    faults: 0,
  };
}
