/** What a station has done since it started. */
export interface Counts {
  /** Messages accepted from the broker. */
  messages: number;
  /** Records and key envelopes that were new, valid and made durable. */
  stored: number;
  /** Those that were stored already. */
  repeated: number;
  /** Those that could not be placed yet and were left for the camera to repeat. */
  early: number;
  /** Those that were dropped, because their camera had overdrawn its budget. */
  dropped: number;
  /** Those that were refused, by error code. */
  refused: Record<string, number>;
  conflicts: number;
  receipts: number;
  /** Writes that failed. */
  faults: number;
}

/** All counts at zero. */
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
