import type { Clock, Timer } from '../base/clock.ts';
import { isSealcamError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { sdNotify } from '../native/index.ts';

/** Notifies systemd. If systemd is busy, or restarting, a notice that it misses must not end a recording. */
export function serviceManager(log: Log): (message: string) => void {
  return (message) => {
    try {
      sdNotify(message);
    } catch (error) {
      if (!isSealcamError(error, 'SD_NOTIFY')) throw error;
      log.warn('service-manager.away', "The service manager cannot be told the agent's state", {
        reason: error.message,
      });
    }
  };
}

/** The parts of the agent that wait for something outside, and since when each does, in microseconds of uptime. */
export type WaitingParts = Readonly<Record<string, () => number | undefined>>;

/**
 * Tells systemd four times per interval that the agent moves on, if it asked for that: the event loop, as its timer fires, and
 * each of `parts`, if it has not waited for half an interval. Otherwise it says nothing, and systemd starts the agent again.
 */
export function beatWatchdog(
  clock: Clock,
  tellManager: (message: string) => void,
  parts: WaitingParts,
  log: Log,
): Timer {
  const intervalMs = Number(process.env.WATCHDOG_USEC ?? 0) / 1_000;
  if (!(intervalMs > 0)) return { cancel() {} };
  let timer: Timer;
  let wasFed = true;
  const isStuck = (sinceUs: number | undefined): boolean =>
    sinceUs !== undefined && clock.uptimeUs() - sinceUs >= intervalMs * 500;
  const beat = (): void => {
    const stuck = Object.keys(parts).filter((part) => isStuck(parts[part]?.()));
    const isFed = stuck.length === 0;
    if (isFed) tellManager('WATCHDOG=1');
    else if (wasFed) {
      log.alarm('watchdog.not-fed', 'A part of the agent hangs: the watchdog will start the agent again', {
        parts: stuck.join(),
      });
    }
    wasFed = isFed;
    timer = clock.setTimer(intervalMs / 4, beat);
  };
  beat();
  return { cancel: () => timer.cancel() };
}
