import { isSealcamError, SealcamError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Core, Statement } from '../../evidence/statements.ts';
import type { RecordingWriter } from '../spool/recordings/writer.ts';
import type { Spool } from '../spool/spool.ts';

// How and why one recording ends, and how the next one names it.

/** A recording whose closing is to be written. */
export interface Unended {
  readonly writer: RecordingWriter;
  readonly closing: Statement<'closing'>;
  readonly number: number;
}

/** The closings that are signed but not yet durable, oldest first. */
export class Closings {
  readonly #log: Log;
  #unended: readonly Unended[] = [];
  #waiting: readonly (() => void)[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  add(one: Unended): void {
    this.#unended = [...this.#unended, one];
  }

  /** Resolves when no closing is left to be written. */
  written(): Promise<void> {
    if (this.#unended.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting = [...this.#waiting, resolve];
    });
  }

  /**
   * Writes all closings that are not yet durable. @throws SealcamError the first error that kept one from being
   * written.
   */
  async write(): Promise<void> {
    let failure: SealcamError | undefined;
    for (const one of this.#unended) {
      const { writer, closing, number } = one;
      try {
        await writer.close(closing);
      } catch (error) {
        if (!(error instanceof SealcamError)) throw error;
        failure ??= error;
        continue;
      }
      this.#unended = this.#unended.filter((other) => other !== one);
      const { index, reason } = closing.body;
      this.#log.info('recording.closed', 'Recording closed', { number, count: index, reason });
    }
    if (failure !== undefined) throw failure;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** What an opening says about the recording before it. */
export function previousOf({ newest }: Spool): Core['previous'] {
  if (newest === undefined) return { number: 0, statement: undefined, state: 'none' };
  return {
    number: newest.number,
    statement: newest.digest,
    state: newest.closed ? 'closed' : 'last-known',
  };
}

/** The cause that a closing names for `error`. */
export function causeOf(error: unknown): 'storage' | 'fault' {
  return isSealcamError(error, 'SPOOL_FULL') ? 'storage' : 'fault';
}

/**
 * What a log may say about an error. The message of a program fault may contain anything, so only its place is logged.
 */
export function faultOf(error: unknown): { readonly code: string; readonly at?: string | undefined } {
  if (isSealcamError(error)) return { code: error.code };
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return { code: 'PROGRAM_FAULT', at: /\n\s+at ([^\n]+)/.exec(stack)?.[1] };
}
