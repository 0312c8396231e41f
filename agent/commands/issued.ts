import { faultOf, isSealcamError, systemCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { parseRecord, recordType } from '../../evidence/records.ts';
import type { GivenLeaf } from '../../proto/topics.ts';
import { commandLimits } from '../limits.ts';

/**
 * Takes what the root signed, if it is newer than what the camera has: resolves with whether it was, once it is durable and
 * obeyed from the next recording on. Throws if it is refused.
 */
export type TakeIssued = (encoded: Uint8Array) => Promise<boolean>;

/**
 * Takes policies, rosters, vault keys, revocation lists and certificates as they come: each is checked against the root and the version
 * that the camera has, and kept before it is obeyed (a revocation list is obeyed even if it cannot be kept). What is refused raises an alarm, and changes nothing.
 */
export class IssuedIntake {
  readonly #takers: Readonly<Record<GivenLeaf, TakeIssued>>;
  readonly #log: Log;
  #line: Promise<void> = Promise.resolve();
  /** By cell: what floods from one must not keep out what comes from another. */
  readonly #waiting = new Map<number, number>();
  /** What was taken and what was refused since the start, by kind. */
  readonly counts: { readonly taken: Record<string, number>; readonly refused: Record<string, number> } = {
    taken: {},
    refused: {},
  };

  constructor(takers: Readonly<Record<GivenLeaf, TakeIssued>>, log: Log) {
    this.#takers = takers;
    this.#log = log;
  }

  /** Resolves when all that came has been looked at. */
  settled(): Promise<void> {
    return this.#line;
  }

  /** @param cell where it came from. */
  take(kind: GivenLeaf, message: Uint8Array, cell = 0): void {
    const waiting = this.#waiting.get(cell) ?? 0;
    // What is dropped comes again with the next connection.
    if (waiting >= commandLimits.waitingMax) return;
    this.#waiting.set(cell, waiting + 1);
    this.#line = this.#line.then(async () => {
      try {
        await this.#take(kind, message);
      } finally {
        this.#waiting.set(cell, (this.#waiting.get(cell) ?? 0) - 1);
      }
    });
  }

  async #take(kind: GivenLeaf, message: Uint8Array): Promise<void> {
    try {
      const encoded = kind === 'certificate' ? message : statementIn(message);
      if (!(await this.#takers[kind](encoded))) return;
      this.counts.taken[kind] = (this.counts.taken[kind] ?? 0) + 1;
      this.#log.info('issued.taken', 'The camera has taken something newer that the agency signed', { kind });
    } catch (error) {
      // Whatever comes over the network can cost only that message: a fault of this program in reading it must not end
      // the recording.
      const fault = faultOf(error);
      const system = systemCode(error);
      this.counts.refused[kind] = (this.counts.refused[kind] ?? 0) + 1;
      this.#log.alarm(
        'issued.refused',
        'Something that came for the camera was refused: it goes on with what it has',
        {
          kind,
          ...(system === undefined ? fault : { code: system }),
          reason: isSealcamError(error) ? error.message : 'it cannot be read or kept',
        },
      );
    }
  }
}

/** The envelope in a record; empty if the record holds something else. */
function statementIn(message: Uint8Array): Uint8Array {
  const { type, body } = parseRecord(message);
  return type === recordType.statement ? Uint8Array.from(body) : new Uint8Array(0);
}
