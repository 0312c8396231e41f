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
