import type { Clock, Timer } from '../../../base/clock.ts';
import { faultOf, isSealcamError, type SealcamError, systemCode } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { SpooledRecording } from '../../spool/types.ts';

/** What {@link IdleReading} needs. */
export interface IdleReadingOptions {
  readonly spool: {
    recordings(): readonly SpooledRecording[];
    /** Reads an index from the storage itself. @throws SealcamError if it is not as it was written. */
    readAgain(id: string, index: number): Promise<void>;
  };
  /** Whether the camera does nothing that reading could hold up. */
  readonly isIdle: () => boolean;
  /** Milliseconds from one chunk to the next. */
  readonly everyMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** A place in the spool. */
interface Place {
  readonly number: number;
  readonly index: number;
}

/**
 * Reads again what waits in the spool, one chunk after another and round again, while the camera is idle: a storage that loses what it
 * holds is noticed while there is time to change it, not when the recording is sent or asked for. Each place that cannot be
 * read as it was written raises one alarm. Nothing is changed: the uplink states the loss when it comes there.
 */
export class IdleReading {
  readonly #options: IdleReadingOptions;
  readonly #bad = new Set<string>();
  #after: Place = { number: 0, index: -1 };
  #timer: Timer;
  #ended = false;

  constructor(options: IdleReadingOptions) {
    this.#options = options;
    this.#timer = this.#wait();
  }

  /** Stops. It does not wait for what is being read: a storage that hangs must not hold up an end. */
  end(): void {
    this.#ended = true;
    this.#timer.cancel();
  }

  #wait(): Timer {
    const { clock, everyMs, isIdle } = this.#options;
    return clock.setTimer(everyMs, () => {
      void (isIdle() ? this.#readNext() : Promise.resolve()).then(() => {
        if (!this.#ended) this.#timer = this.#wait();
      });
    });
  }

  async #readNext(): Promise<void> {
    const { spool, log } = this.#options;
    const waiting = spool.recordings().filter(({ complete }) => !complete);
    const next = placeAfter(waiting, this.#after) ?? placeAfter(waiting, { number: 0, index: -1 });
    if (next === undefined) return;
    const { number, index, id } = next;
    this.#after = { number, index };
    try {
      await spool.readAgain(id, index);
    } catch (error) {
      const place = `${id} ${index}`;
      // It may have been deleted meanwhile.
      const waits = spool.recordings().some((one) => one.id === id && !one.complete);
      if (this.#ended || !waits || this.#bad.has(place)) return;
      if (!isOfTheStorage(error)) {
        const sentence = 'A recording that waits to be sent could not be read again now: it is tried later';
        log.warn('storage.not-read', sentence, { number, index, ...faultOf(error) });
        return;
      }
      this.#bad.add(place);
      log.alarm(
        'storage.rot',
        'A recording that waits to be sent cannot be read as it was written: replace the storage, once the rest is sent',
        { number, index, code: error.code },
      );
    }
  }
}

/** Whether the storage failed; not if the system had no file or memory left to read with, which says nothing of the place. */
function isOfTheStorage(error: unknown): error is SealcamError {
  if (!isSealcamError(error, 'SPOOL_ROT', 'SPOOL_IO')) return false;
  return !['EMFILE', 'ENFILE', 'ENOMEM'].includes(systemCode(error.cause) ?? '');
}

/** The first place after `after` that no station has signed to hold. */
function placeAfter(
  waiting: readonly SpooledRecording[],
  after: Place,
): (Place & { readonly id: string }) | undefined {
  for (const { id, number, receipted, durable } of waiting) {
    if (number < after.number) continue;
    const index = Math.max(receipted, number === after.number ? after.index + 1 : 0);
    if (index < durable) return { id, number, index };
  }
  return undefined;
}
