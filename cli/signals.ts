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

/** How long a daemon that has finished its work has to end by itself. */
const endMsMax = 1_000;

/**
 * Ends the process by force if it does not end by itself: a thread that hangs in a device blocks it, in
 * `process.exit()` too. Call it last, when everything that matters is durable.
 */
export function endSoon(): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), endMsMax).unref();
}
