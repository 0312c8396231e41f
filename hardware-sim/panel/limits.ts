/** Limits of the panel. */
export const panelLimits = {
  /** Entries of the timeline that a page gets when it connects. */
  entriesMax: 600,
  /** Bytes that may wait for a page before it gets no pictures until the next key picture. */
  mediaWaitingBytesMax: 512 * 1024,
  reportMs: 500,
  companyMs: 1_000,
  /** Steps of a recording by hand. */
  takeStepsMax: 2_000,
  /** Scenario files that the panel offers. */
  libraryFilesMax: 200,
  /** Characters of a log line's field that reach the page. */
  fieldCharsMax: 300,
} as const;
