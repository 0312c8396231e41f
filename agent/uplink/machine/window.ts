import { leastOf } from '../../../base/lists.ts';

/** How much may be in flight at one time, and how long one message may be. */
export interface WindowLimits {
  readonly messagesMax: number;
  /** The most payload bytes in flight, whatever the link can carry. */
  readonly bytesMax: number;
  /**
   * The allowance at the start of a connection, and its minimum: a message is sent while less than this is in flight.
   */
  readonly bytesAtFirst: number;
  readonly bytesMin: number;
  /** A message that is acknowledged later than this shows that more is in flight than the link can carry. */
  readonly ackDelayMsTarget: number;
  readonly timeoutMs: number;
}

/** A message that was published and is not yet acknowledged. */
export interface InFlight {
  readonly message: number;
  readonly bytes: number;
  readonly sentMs: number;
  /** When it is given up. */
  readonly deadlineMs: number;
}

/** What is in flight, oldest first. Immutable: a change makes a new window. */
export type Window = readonly InFlight[];

export const emptyWindow: Window = [];

/**
 * How many bytes in flight the link seems to carry, found as TCP finds its window, but from the time that
 * acknowledgements take: what is in buffers between here and the broker is lost with the connection and sent twice.
 */
export interface Allowance {
  readonly bytes: number;
  /**
   * Nothing was late yet: the allowance doubles each time that all of it is acknowledged, instead of growing slowly.
   */
  readonly probing: boolean;
  /** When it was last reduced: what was sent before says nothing about the allowance as it is now. */
  readonly cutMs: number;
}

/** The allowance of the first connection. */
export function firstAllowance(limits: WindowLimits): Allowance {
  return { bytes: limits.bytesAtFirst, probing: true, cutMs: Number.NEGATIVE_INFINITY };
}

/**
 * How often all of the allowance must be acknowledged in time before it grows by one message: slowly, because a
 * reduction costs more.
 */
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
  // An allowance that was not used up says nothing about a larger one.
  if (bytesInFlight(window) * 2 < allowance.bytes) return allowance;
  const more = allowance.probing ? bytes : (bytes * bytes) / allowance.bytes / fullWindowsPerMessage;
  return { ...allowance, bytes: Math.min(limits.bytesMax, allowance.bytes + more) };
}

/** Half of the allowance: for late acknowledgements, and for a connection that broke with messages in flight. */
export function cutDown({ bytes }: Allowance, nowMs: number, limits: WindowLimits): Allowance {
  return { bytes: Math.max(limits.bytesMin, bytes / 2), probing: false, cutMs: nowMs };
}

/** True if a message of `bytes` may be sent in addition to what is in flight. */
export function hasRoom(window: Window, bytes: number, allowance: Allowance, limits: WindowLimits): boolean {
  const onTheWay = bytesInFlight(window);
  return (
    window.length < limits.messagesMax && onTheWay < allowance.bytes && onTheWay + bytes <= limits.bytesMax
  );
}

/** Payload bytes in flight. */
export function bytesInFlight(window: Window): number {
  return window.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The window with a message published at `nowMs`. The caller has checked {@link hasRoom}. */
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

/** The window without `message`, or the same window if it does not contain it. */
export function withAcknowledged(window: Window, message: number): Window {
  const rest = window.filter((one) => one.message !== message);
  return rest.length === window.length ? window : rest;
}

/** When the first message times out; undefined if nothing is in flight. */
export function nextDeadlineMs(window: Window): number | undefined {
  return window.length === 0 ? undefined : leastOf(window.map(({ deadlineMs }) => deadlineMs));
}
