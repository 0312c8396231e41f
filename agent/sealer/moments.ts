import { statSync } from 'node:fs';
import type { Clock } from '../../base/clock.ts';
import { systemCode } from '../../base/errors.ts';
import type { Moment } from '../../evidence/statements.ts';

/** How good the wall clock is, as a port. */
export interface ClockQuality {
  now(): Pick<Moment, 'clockState' | 'errorUs'>;
}

/** Gives the moments that statements name. */
export interface Moments {
  now(): Moment;
  /** The moment at an uptime, in microseconds, of the present epoch: its wall time is by the clock as it is now. */
  at(uptimeUs: number): Moment;
}

/** The moments by a clock, with what is known of its quality when they are asked for. */
export function momentsOf(clock: Clock, quality: ClockQuality): Moments {
  const at = (uptimeUs: number): Moment => ({
    epoch: clock.epoch,
    uptimeUs,
    // Before 1970 there is no such time in a statement; a clock that far off is of no use anyway.
    utcUs: Math.max(0, clock.utcUs() - (clock.uptimeUs() - uptimeUs)),
    ...quality.now(),
  });
  return { now: () => at(clock.uptimeUs()), at };
}

/** systemd-timesyncd touches it whenever it has set the clock by a server. */
const synchronisedFile = '/run/systemd/timesync/synchronized';
/** It asks at least every 2,048 s; after three times in vain the clock runs on its own. */
const synchronisedForMs = 3 * 2_048_000;

/**
 * What systemd-timesyncd says of the clock. Without it nothing is known. No bound of the error is claimed: the
 * kernel's estimate (adjtimex) cannot be read from here.
 */
export function systemClockQuality(file: string = synchronisedFile): ClockQuality {
  return {
    now() {
      const touched = touchedMs(file);
      if (touched === undefined) return { clockState: 'unknown', errorUs: 0 };
      const recent = Math.abs(Date.now() - touched) <= synchronisedForMs;
      return { clockState: recent ? 'synchronised' : 'free-running', errorUs: 0 };
    },
  };
}

/** When `file` was touched last; undefined where it is not there, or not to be seen. */
function touchedMs(file: string): number | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  } catch (error) {
    // It is asked in the midst of a recording, which must not end by that.
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

/**
 * At most how long after `end` something may have been recorded that is not there, seen from `now`: by the uptime
 * within one epoch, else by the wall clock, where both ends know it and it went forward. 0: cannot be told.
 */
export function elapsedUs(end: Moment, now: Moment): number {
  if (Buffer.compare(end.epoch, now.epoch) === 0) return Math.max(0, now.uptimeUs - end.uptimeUs);
  if (end.clockState === 'unknown' || now.clockState === 'unknown') return 0;
  return Math.max(0, now.utcUs - end.utcUs);
}
