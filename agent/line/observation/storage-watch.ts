import type { Clock, Timer } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import { Waits } from '../../../base/waits.ts';

/** When storage counts as full, and how often it is checked. */
export interface StorageWatchLimits {
  readonly spoolFreeBytesLow: number;
  readonly spoolFreeBytesAgain: number;
  readonly storageCheckMs: number;
}

/**
 * Checks now and then how much storage is free, and reports when it becomes full and when it no longer is. A write that
 * failed for lack of space counts as full too, whatever the storage says is free (a quota, or no inodes left), until
 * the next check finds space.
 */
export class StorageWatch {
  readonly #freeBytes: () => Promise<number>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #limits: StorageWatchLimits;
  readonly #tell: (full: boolean) => void;
  #full = false;
  #free: number | undefined;
  #ended = false;
  readonly #waits: Waits;
  #timer: Timer;

  constructor(
    freeBytes: () => Promise<number>,
    clock: Clock,
    log: Log,
    limits: StorageWatchLimits,
    tell: (full: boolean) => void,
  ) {
    this.#freeBytes = freeBytes;
    this.#clock = clock;
    this.#log = log;
    this.#limits = limits;
    this.#tell = tell;
    this.#waits = new Waits(clock);
    this.#timer = clock.setTimer(0, () => this.#look());
  }

  get full(): boolean {
    return this.#full;
  }

  /** The result of the last check; undefined before the first, and if the storage did not answer. */
  get free(): number | undefined {
    return this.#free;
  }

  /** Since when the storage has not answered a check, in microseconds of uptime; undefined while none is under way. */
  get waitsSinceUs(): number | undefined {
    return this.#waits.sinceUs;
  }

  /** A write failed for lack of space. The next check, a whole interval from now, may find some again. */
  foundFull(): void {
    if (this.#ended) return;
    this.#timer.cancel();
    this.#timer = this.#clock.setTimer(this.#limits.storageCheckMs, () => this.#look());
    this.#become(true);
  }

  end(): void {
    this.#ended = true;
    this.#timer.cancel();
  }

  async #look(): Promise<void> {
    const end = this.#waits.begin();
    const free = await this.#freeBytes()
      .catch(() => undefined)
      .finally(end);
    if (this.#ended) return;
    this.#free = free;
    const { spoolFreeBytesLow, spoolFreeBytesAgain, storageCheckMs } = this.#limits;
    if (free !== undefined && free < spoolFreeBytesLow) this.#become(true, free);
    if (free !== undefined && free >= spoolFreeBytesAgain) this.#become(false, free);
    this.#timer.cancel();
    this.#timer = this.#clock.setTimer(storageCheckMs, () => this.#look());
  }

  #become(full: boolean, freeBytes?: number): void {
    if (this.#full === full) return;
    this.#full = full;
    if (full)
      this.#log.alarm('storage.full', 'The storage is full: nothing more can be recorded', { freeBytes });
    else this.#log.info('storage.freed', 'The storage has room again', { freeBytes });
    this.#tell(full);
  }
}
