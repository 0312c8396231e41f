import { SealcamError } from './errors.ts';

/** How much a queue holds at most. */
export type QueueLimits = { readonly bytesMax: number; readonly itemsMax: number };

type Entry<T> = { readonly item: T; readonly bytes: number };
type WaitingPut<T> = Entry<T> & { readonly done: () => void; readonly fail: (error: Error) => void };
type WaitingTake<T> = { readonly done: (item: T | undefined) => void; readonly fail: (error: Error) => void };

/**
 * The hand-over between two stages: first in, first out, bounded in bytes and in items, so that a slow
 * stage makes the one before it wait. An item counts until it is taken; what its taker then does with it
 * is the taker's to bound.
 *
 * Ends in one of two ways: {@link close}, after which what is inside is still given out, or {@link fail},
 * after which it is not. Holds items by reference and copies nothing.
 */
export class BoundedQueue<T extends NonNullable<unknown>> implements AsyncIterable<T, void, undefined> {
  readonly #limits: QueueLimits;
  readonly #entries: Entry<T>[] = [];
  readonly #puts: WaitingPut<T>[] = [];
  readonly #takes: WaitingTake<T>[] = [];
  #bytes = 0;
  #closed = false;
  #failure: Error | undefined;

  /** @throws RangeError where a limit is not a positive whole number. */
  constructor(limits: QueueLimits) {
    for (const [name, value] of Object.entries(limits)) {
      if (!Number.isSafeInteger(value) || value < 1)
        throw new RangeError(`${name} must be 1 or more, is ${value}`);
    }
    this.#limits = limits;
  }

  /** Bytes of the items that wait to be taken; never above `bytesMax`. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Items that wait to be taken; never above `itemsMax`. */
  get items(): number {
    return this.#entries.length;
  }

  /**
   * Hands `item` over if it fits now, for a producer that must not wait.
   * @param bytes what it is counted as: a whole number, 0 or more
   * @returns false where it does not fit, or where an earlier {@link put} still waits; then nothing was taken
   * @throws SealcamError `QUEUE_ITEM_TOO_LARGE` where it could never fit, `QUEUE_CLOSED` after {@link close},
   * and the error of {@link fail} after that
   */
  push(item: T, bytes: number): boolean {
    this.#admit(bytes);
    if (this.#puts.length > 0 || !this.#fits(bytes)) return false;
    this.#enter({ item, bytes });
    return true;
  }

  /**
   * Hands `item` over and resolves as soon as it fits; those that wait enter in the order they came.
   * Rejects as {@link push} throws, also where the queue ends while it waits.
   */
  async put(item: T, bytes: number): Promise<void> {
    if (this.push(item, bytes)) return;
    await new Promise<void>((done, fail) => this.#puts.push({ item, bytes, done, fail }));
  }

  /** The oldest item, as soon as there is one; undefined once the queue is closed and empty. */
  async take(): Promise<T | undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    const entry = this.#entries.shift();
    if (entry !== undefined) {
      this.#bytes -= entry.bytes;
      this.#admitWaiting();
      return entry.item;
    }
    if (this.#closed) return undefined;
    return new Promise((done, fail) => this.#takes.push({ done, fail }));
  }

  /** Takes item after item until the queue is closed and empty. Leaving the loop early leaves the rest inside. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      const item = await this.take();
      if (item === undefined) return;
      yield item;
    }
  }

  /** Says that nothing more comes. What is inside is still given out; a `put` that waits is rejected. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const waiting of this.#puts.splice(0)) waiting.fail(closedError());
    for (const waiting of this.#takes.splice(0)) waiting.done(undefined);
  }

  /**
   * Ends the queue at once for both sides: every present and later call rejects or throws with `error`.
   * @returns the items that were inside, whose owner is now the caller: they may hold what must be erased
   */
  fail(error: Error): T[] {
    if (this.#failure !== undefined) return [];
    this.#failure = error;
    this.#closed = true;
    this.#bytes = 0;
    for (const waiting of [...this.#puts.splice(0), ...this.#takes.splice(0)]) waiting.fail(error);
    return this.#entries.splice(0).map((entry) => entry.item);
  }

  #admit(bytes: number): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closed) throw closedError();
    if (!Number.isSafeInteger(bytes) || bytes < 0) throw new RangeError(`${bytes} is no number of bytes`);
    if (bytes > this.#limits.bytesMax) {
      throw new SealcamError(
        'QUEUE_ITEM_TOO_LARGE',
        `An item of ${bytes} bytes can never pass a queue of ${this.#limits.bytesMax}: make smaller items or raise the limit.`,
      );
    }
  }

  #fits(bytes: number): boolean {
    return this.#entries.length < this.#limits.itemsMax && this.#bytes + bytes <= this.#limits.bytesMax;
  }

  #enter(entry: Entry<T>): void {
    const waiting = this.#takes.shift();
    if (waiting !== undefined) {
      waiting.done(entry.item);
      return;
    }
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
  }

  #admitWaiting(): void {
    for (;;) {
      const next = this.#puts[0];
      if (next === undefined || !this.#fits(next.bytes)) return;
      this.#puts.shift();
      this.#enter(next);
      next.done();
    }
  }
}

function closedError(): SealcamError {
  return new SealcamError(
    'QUEUE_CLOSED',
    'The queue is closed and takes nothing more: stop its producer before closing it.',
  );
}
