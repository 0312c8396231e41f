/**
 * How long a test waits for what must happen, milliseconds. It is far more than a quiet machine needs: a machine that
 * has other work must not fail a test, so nothing is judged by how fast it was. The limit only ends a test that hangs.
 */
export const patienceMs = 240_000;

/** The limit of a whole test file that starts processes, milliseconds. */
export const fileLimitMs = 900_000;
