/** A stable name of what went wrong, easy to search for, e.g. `SERIAL_CRC` or `SPOOL_FULL`. */
export type ErrorCode = Uppercase<string>;

/**
 * The one error class of the project: whatever the world can cause is thrown as this. `message` is one sentence
 * that says what is wrong, with what value, and what to do about it. What only a bug can cause is an assertion
 * instead, and is not caught.
 */
export class SealcamError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'SealcamError';
    this.code = code;
  }
}

/** True if `error` is a {@link SealcamError} with one of `codes`, or with any code if none are given. */
export function isSealcamError(error: unknown, ...codes: ErrorCode[]): error is SealcamError {
  return error instanceof SealcamError && (codes.length === 0 || codes.includes(error.code));
}

/** The result of `run`, or the {@link SealcamError} that it throws; any other error is thrown on. */
export function attempt<T>(run: () => T): T | SealcamError {
  try {
    return run();
  } catch (error) {
    if (!isSealcamError(error)) throw error;
    return error;
  }
}

/** The operating system's name of an error (`ENOENT`, `EIO` ...), or undefined if it has none. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What an error says, and in brackets what its cause says, for a log. */
export function messageWithCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

/**
 * What a log may say about an error. The message of a program fault may contain anything, so only its place is logged.
 */
export function faultOf(error: unknown): { readonly code: string; readonly at?: string | undefined } {
  if (isSealcamError(error)) return { code: error.code };
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return { code: 'PROGRAM_FAULT', at: /\n\s+at ([^\n]+)/.exec(stack)?.[1] };
}
