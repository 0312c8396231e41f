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

/** Tells systemd twice per interval that the event loop is still running, if it asked for that. */
export function beatWatchdog(clock: Clock, tellManager: (message: string) => void): Timer {
  const intervalMs = Number(process.env.WATCHDOG_USEC ?? 0) / 2_000;
  if (!(intervalMs > 0)) return { cancel() {} };
  let timer: Timer;
  const beat = (): void => {
    tellManager('WATCHDOG=1');
    timer = clock.setTimer(intervalMs, beat);
  };
  beat();
  return { cancel: () => timer.cancel() };
}
