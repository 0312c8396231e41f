import { isSealcamError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Core, Statement } from '../../../evidence/statements.ts';
import type { RecordingWriter } from '../../spool/recordings/writer.ts';
import type { Spool } from '../../spool/spool.ts';

// How and why one recording ends, and how the next one names it.

/** A recording whose closing is to be signed and written. */
export interface Unended {
  readonly writer: RecordingWriter;
  /** Called until it resolves, and then no more: a retry writes the same closing. */
  readonly sign: () => Promise<Statement<'closing'>>;
  readonly number: number;
}

/** The closings that are not yet durable, oldest first. */
export class Closings {
  readonly #log: Log;
  #unended: readonly Unended[] = [];
  readonly #signed = new Map<Unended, Statement<'closing'>>();
  /** What waits for a closing. */
  readonly #waiting = new Map<Unended, (() => void)[]>();
  #newest: Unended | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  add(one: Unended): void {
    this.#unended = [...this.#unended, one];
    this.#newest = one;
  }

  /** Resolves when the closing of the recording that ended last is durable, whatever becomes of those before it. */
  written(): Promise<void> {
    const newest = this.#newest;
    if (newest === undefined || !this.#unended.includes(newest)) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.set(newest, [...(this.#waiting.get(newest) ?? []), resolve]);
    });
  }

  /**
   * Signs and writes all closings that are not yet durable. @throws the first error that kept one from being signed or
   * written: that one is tried again the next time.
   */
  async write(): Promise<void> {
    const failures: unknown[] = [];
    for (const one of this.#unended) {
      try {
        const closing = this.#signed.get(one) ?? (await one.sign());
        this.#signed.set(one, closing);
        await one.writer.close(closing);
        this.#isWritten(one, closing);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  #isWritten(one: Unended, { body: { index, reason } }: Statement<'closing'>): void {
    this.#unended = this.#unended.filter((other) => other !== one);
    this.#signed.delete(one);
    this.#log.info('recording.closed', 'Recording closed', { number: one.number, count: index, reason });
    for (const resolve of this.#waiting.get(one) ?? []) resolve();
    this.#waiting.delete(one);
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
