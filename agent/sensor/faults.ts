import type { LogFields } from '../../base/log.ts';

/** What a log may say of a fault of this program: its kind and where it happened. Its message may hold anything. */
export function faultFields(error: unknown): LogFields {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return {
    fault: error instanceof Error ? error.name : typeof error,
    at: /\n\s+at ([^\n]+)/.exec(stack)?.[1],
  };
}
