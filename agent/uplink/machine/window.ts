/** How much may be on its way at one time, and for how long one message. */
export interface WindowLimits {
  readonly messagesMax: number;
  /** Payload bytes on their way at most, whatever the link bears. */
  readonly bytesMax: number;
  /** What a connection begins with, and what is always allowed: a message goes out while less is on its way. */
  readonly bytesAtFirst: number;
  readonly bytesMin: number;
  /** A message that the broker acknowledges later than this shows that more is on its way than the link bears. */
  readonly ackDelayMsTarget: number;
  readonly timeoutMs: number;
}

/** A message that was published and not acknowledged yet. */
export interface InFlight {
  readonly message: number;
  readonly bytes: number;
  readonly sentMs: number;
  /** When it is given up. */
  readonly deadlineMs: number;
}

/** What is on its way, oldest first. Values: a change makes a new window. */
export type Window = readonly InFlight[];

export const emptyWindow: Window = [];

/**
 * How many bytes the link seems to bear on their way, found as TCP finds its window, but by the time that
 * acknowledgements take: what lies in buffers between here and the broker is lost with the connection and sent twice.
 */
export interface Allowance {
  readonly bytes: number;
  /** Nothing came late yet: it doubles each time that all of it is acknowledged, instead of growing slowly. */
  readonly probing: boolean;
  /** When it was last cut down: what was sent before says nothing about it as it is now. */
  readonly cutMs: number;
}

/** The allowance of the first connection. */
export function firstAllowance(limits: WindowLimits): Allowance {
  return { bytes: limits.bytesAtFirst, probing: true, cutMs: Number.NEGATIVE_INFINITY };
}

/** How often all of the allowance is acknowledged in time before it grows by a message: slowly, as a cut costs more. */
const fullWindowsPerMessage = 4;

/** The allowance after the acknowledgement of `message`, which is still in `window`. */
export function afterAck(
  allowance: Allowance,
  window: Window,
  { bytes, sentMs }: InFlight,
  nowMs: number,
  limits: WindowLimits,
): Allowance {
  if (nowMs - sentMs > limits.ackDelayMsTarget) {
    return sentMs < allowance.cutMs ? allowance : cutDown(allowance, nowMs, limits);
  }
  // What was not used says nothing about more.
  if (bytesInFlight(window) * 2 < allowance.bytes) return allowance;
  const more = allowance.probing ? bytes : (bytes * bytes) / allowance.bytes / fullWindowsPerMessage;
  return { ...allowance, bytes: Math.min(limits.bytesMax, allowance.bytes + more) };
}

/** Half of the allowance: where acknowledgements come late, and where a connection broke with messages on their way. */
export function cutDown({ bytes }: Allowance, nowMs: number, limits: WindowLimits): Allowance {
  return { bytes: Math.max(limits.bytesMin, bytes / 2), probing: false, cutMs: nowMs };
}

/** True when a message of `bytes` may go out beside what is on its way. */
export function hasRoom(window: Window, bytes: number, allowance: Allowance, limits: WindowLimits): boolean {
  const onTheWay = bytesInFlight(window);
  return (
    window.length < limits.messagesMax && onTheWay < allowance.bytes && onTheWay + bytes <= limits.bytesMax
  );
}

/** Payload bytes on their way. */
export function bytesInFlight(window: Window): number {
  return window.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The window with a message published at `nowMs`. The caller has asked {@link hasRoom}. */
export function withSent(
  window: Window,
  message: number,
  bytes: number,
  nowMs: number,
  limits: WindowLimits,
): Window {
  if (window.length >= limits.messagesMax || bytesInFlight(window) + bytes > limits.bytesMax) {
    throw new RangeError(`${bytes} bytes do not fit the window`);
  }
  return [...window, { message, bytes, sentMs: nowMs, deadlineMs: nowMs + limits.timeoutMs }];
}

/** The window without `message`, or the same window where it is not in it. */
export function withAcknowledged(window: Window, message: number): Window {
  const rest = window.filter((one) => one.message !== message);
  return rest.length === window.length ? window : rest;
}

/** When the first message times out; undefined where nothing is on its way. */
export function nextDeadlineMs(window: Window): number | undefined {
  return window.length === 0 ? undefined : Math.min(...window.map(({ deadlineMs }) => deadlineMs));
}
