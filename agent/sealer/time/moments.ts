import type { Clock } from '../../../base/clock.ts';
import type { Moment } from '../../../evidence/statements.ts';

/** What is claimed of a time: its source, and how far off it may be; UTC less uptime, if not by the wall clock. */
export type ClockClaim = Pick<Moment, 'clockState' | 'errorUs'> & { readonly offsetUs?: number };

/** What is known of the time, as a port. It may learn from others. */
export interface ClockQuality {
  now(): ClockClaim;
  /** A receiver said that it was `utcUs`, at the latest at the uptime `atUs`. */
  heardGnss?(utcUs: number, atUs: number): void;
  /** The statement of this D was made. */
  made?(digest: Uint8Array, atUs: number): void;
  /** A station's receipt for the statement of this D, of the time `utcUs`, came at the uptime `atUs`. */
  receipted?(digest: Uint8Array, utcUs: number, atUs: number): void;
}

/** Provides the moments that statements name. */
export interface Moments {
  now(): Moment;
  /**
   * The moment at an uptime, in microseconds, of the present epoch: its wall time is taken from the clock as it is now.
   */
  at(uptimeUs: number): Moment;
  /** Notes that the statement of this D was made now. */
  made(digest: Uint8Array): void;
}

/** Moments from a clock, with what is known of its quality when they are asked for. */
export function momentsOf(clock: Clock, quality: ClockQuality): Moments {
  const at = (uptimeUs: number): Moment => {
    const { offsetUs = clock.utcUs() - clock.uptimeUs(), ...claim } = quality.now();
    // A statement cannot express a time before 1970 or after 2255; a clock that wrong is useless anyway.
    const utcUs = Math.min(Math.max(0, uptimeUs + offsetUs), Number.MAX_SAFE_INTEGER);
    return { epoch: clock.epoch, uptimeUs, utcUs, ...claim };
  };
  return {
    now: () => at(clock.uptimeUs()),
    at,
    made: (digest) => quality.made?.(digest, clock.uptimeUs()),
  };
}

/**
 * The longest time after `end` for which something recorded may be missing, seen from `now`: by uptime within one
 * epoch, else by the wall clock, if both moments know it and it went forward. 0: unknown.
 */
export function elapsedUs(end: Moment, now: Moment): number {
  if (Buffer.compare(end.epoch, now.epoch) === 0) return Math.max(0, now.uptimeUs - end.uptimeUs);
  const isKnown = ({ clockState }: Moment): boolean => clockState !== 'unknown' && clockState !== 'unset';
  if (!isKnown(end) || !isKnown(now)) return 0;
  return Math.max(0, now.utcUs - end.utcUs);
}
