/** How long the camera waits before it tries the broker again. */
export interface ReconnectLimits {
  readonly reconnectDelayMsMin: number;
  readonly reconnectDelayMsSoon: number;
  readonly reconnectDelayMsMax: number;
}

/**
 * The longest wait after the connection failed `failures` times before, none of which was good: it doubles up to a few
 * seconds, so that a broker that is back after a moment is found within these; then each is an eighth longer, so that it is
 * about an eighth of the time that the broker has been away.
 */
export function reconnectDelayMs(failures: number, limits: ReconnectLimits): number {
  const { reconnectDelayMsMin, reconnectDelayMsSoon, reconnectDelayMsMax } = limits;
  const doublings = Math.ceil(Math.log2(reconnectDelayMsSoon / reconnectDelayMsMin));
  const slowly = Math.max(0, failures - doublings);
  const delayMs = Math.min(reconnectDelayMsSoon, reconnectDelayMsMin * 2 ** failures) * (9 / 8) ** slowly;
  return Math.min(reconnectDelayMsMax, delayMs);
}
