/** The bounds of joining two sources to one sensor. */
export const joinLimits = {
  /** For how long a press or a switch waits for the pictures of its time: allows for fragments of a second, and a busy machine. */
  controlWaitMsMax: 2_500,
  /** Messages of controls that wait; with more, the oldest is handed on at once. */
  controlsHeldMax: 1_024,
} as const;
