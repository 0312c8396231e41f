import { statSync } from 'node:fs';
import type { Clock } from '../../base/clock.ts';
import { systemCode } from '../../base/errors.ts';
import type { Moment } from '../../evidence/statements.ts';

/** The quality of the wall clock, as a port. */
export interface ClockQuality {
  now(): Pick<Moment, 'clockState' | 'errorUs'>;
}

/** Provides the moments that statements name. */
export interface Moments {
  now(): Moment;
  /**
   * The moment at an uptime, in microseconds, of the present epoch: its wall time is taken from the clock as it is now.
   */
  at(uptimeUs: number): Moment;
}

/** Moments from a clock, with what is known of its quality when they are asked for. */
export function momentsOf(clock: Clock, quality: ClockQuality): Moments {
  const at = (uptimeUs: number): Moment => ({
    epoch: clock.epoch,
    uptimeUs,
    // A statement cannot express a time before 1970; a clock that wrong is useless anyway.
    utcUs: Math.max(0, clock.utcUs() - (clock.uptimeUs() - uptimeUs)),
    ...quality.now(),
  });
  return { now: () => at(clock.uptimeUs()), at };
}

/** systemd-timesyncd touches this file whenever it has set the clock from a server. */
const synchronisedFile = '/run/systemd/timesync/synchronized';
/** It polls at least every 2,048 s; after three failed polls the clock counts as running on its own. */
const synchronisedForMs = 3 * 2_048_000;

/**
 * What systemd-timesyncd says about the clock. Without it nothing is known. No error bound is claimed: the kernel's
 * estimate (adjtimex) cannot be read from here.
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

/** When `file` was last touched; undefined if it is missing or unreadable. */
function touchedMs(file: string): number | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  } catch (error) {
    // This is asked in the middle of a recording, which must not end because of an error here.
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

/**
 * The longest time after `end` for which something recorded may be missing, seen from `now`: by uptime within one
 * epoch, else by the wall clock, if both moments know it and it went forward. 0: unknown.
 */
export function elapsedUs(end: Moment, now: Moment): number {
  if (Buffer.compare(end.epoch, now.epoch) === 0) return Math.max(0, now.uptimeUs - end.uptimeUs);
  if (end.clockState === 'unknown' || now.clockState === 'unknown') return 0;
  return Math.max(0, now.utcUs - end.utcUs);
}
