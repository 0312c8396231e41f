/** How much may be on its way at one time, and for how long one message. */
export interface WindowLimits {
  readonly messagesMax: number;
  readonly bytesMax: number;
  readonly timeoutMs: number;
}

/** A message that was published and not acknowledged yet. */
export interface InFlight {
  readonly message: number;
  readonly bytes: number;
  /** When it is given up. */
  readonly deadlineMs: number;
}

/** What is on its way, oldest first. Values: a change makes a new window. */
export type Window = readonly InFlight[];

export const emptyWindow: Window = [];

/** True when a message of `bytes` may go out beside what is on its way. */
export function hasRoom(window: Window, bytes: number, limits: WindowLimits): boolean {
  return window.length < limits.messagesMax && bytesInFlight(window) + bytes <= limits.bytesMax;
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
  if (!hasRoom(window, bytes, limits)) throw new RangeError(`${bytes} bytes do not fit the window`);
  return [...window, { message, bytes, deadlineMs: nowMs + limits.timeoutMs }];
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
