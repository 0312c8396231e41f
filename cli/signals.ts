import { constants } from 'node:os';

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once, as without a handler. */
export function untilTold(): Promise<void> {
  return new Promise((resolve) => {
    const told = (): void => {
      process.off('SIGTERM', told);
      process.off('SIGINT', told);
      resolve();
    };
    process.on('SIGTERM', told);
    process.on('SIGINT', told);
  });
}

const interruptions = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** For `rmSync` of a folder: a process that was killed just now may still have been making a file in it. */
export const dyingWriters = { maxRetries: 5, retryDelay: 100 };

/**
 * Lets a signal end the process in order: what listens to its `exit` cleans up. The exit code is that of a shell, 128 and the signal's
 * number. Where something else listens to the same signal, it decides.
 * @returns a function that stops that.
 */
export function exitWhenInterrupted(): () => void {
  const exit = (signal: NodeJS.Signals): void => {
    if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal]);
  };
  for (const signal of interruptions) process.on(signal, exit);
  return () => {
    for (const signal of interruptions) process.off(signal, exit);
  };
}

/** How long a daemon that has finished its work has to end by itself. */
const endMsMax = 1_000;

/**
 * Ends the process by force if it does not end by itself: a thread that hangs in a device blocks it, in
 * `process.exit()` too. Call it last, when everything that matters is durable.
 */
export function endSoon(): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), endMsMax).unref();
}
