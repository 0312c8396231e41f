import type { Clock, Timer } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import { Waits } from '../../../base/waits.ts';
import { type RecordedAmount, TimeLeft } from './time-left.ts';

/** When storage counts as full, when as nearly full, and how often it is checked. */
export interface StorageWatchLimits {
  readonly spoolFreeBytesLow: number;
  readonly spoolFreeBytesAgain: number;
  readonly storageCheckMs: number;
  /** Time left to record at or below which it is nearly full, and from which it no longer is; 0 and 0: it never is. */
  readonly storage: { readonly lowMinutes: number; readonly againMinutes: number };
}

/** How the storage is. */
export interface StorageState {
  /** Nothing more can be recorded. */
  readonly full: boolean;
  /** Nearly: what is left lasts for a short time. True also while it is full. */
  readonly low: boolean;
}

/**
 * Checks now and then how much storage is free, and reports when it becomes nearly full or full, and when it no longer is.
 * A write that failed for lack of space counts as full too, whatever the storage says is free (a quota, or no inodes left),
 * until the next check finds space.
 */
export class StorageWatch {
  readonly #freeBytes: () => Promise<number>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #limits: StorageWatchLimits;
  readonly #tell: (state: StorageState) => void;
  readonly #recorded: () => RecordedAmount;
  readonly #left = new TimeLeft();
  #full = false;
  #low = false;
  #free: number | undefined;
  #ended = false;
  readonly #waits: Waits;
  #timer: Timer;

  constructor(
    freeBytes: () => Promise<number>,
    clock: Clock,
    log: Log,
    limits: StorageWatchLimits,
    tell: (state: StorageState) => void,
    recorded: () => RecordedAmount = () => ({ bytes: 0, durationUs: 0 }),
  ) {
    this.#freeBytes = freeBytes;
    this.#clock = clock;
    this.#log = log;
    this.#limits = limits;
    this.#tell = tell;
    this.#recorded = recorded;
    this.#waits = new Waits(clock);
    this.#timer = clock.setTimer(0, () => this.#look());
  }

  get full(): boolean {
    return this.#full;
  }

  get low(): boolean {
    return this.#low;
  }

  /** For how long the camera can still record, at the rate of late; undefined if the storage did not answer. */
  get secondsLeft(): number | undefined {
    if (this.#free === undefined) return undefined;
    return this.#left.seconds(this.#free - this.#limits.spoolFreeBytesLow);
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
    this.#become({ full: true, low: this.#low });
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
    this.#left.learn(this.#recorded());
    if (free !== undefined) this.#become(this.#stateFor(free), free);
    this.#timer.cancel();
    this.#timer = this.#clock.setTimer(this.#limits.storageCheckMs, () => this.#look());
  }

  /** Each state is left at another bound than it is entered. */
  #stateFor(free: number): StorageState {
    const { spoolFreeBytesLow, spoolFreeBytesAgain, storage } = this.#limits;
    const minutes = (this.secondsLeft ?? 0) / 60;
    return {
      full: free < (this.#full ? spoolFreeBytesAgain : spoolFreeBytesLow),
      low: storage.lowMinutes > 0 && minutes < (this.#low ? storage.againMinutes : storage.lowMinutes),
    };
  }

  #become({ full, low }: StorageState, freeBytes?: number): void {
    if (this.#full === full && this.#low === low) return;
    const was = { full: this.#full, low: this.#low };
    this.#full = full;
    this.#low = low;
    if (full && !was.full)
      this.#log.alarm('storage.full', 'The storage is full: nothing more can be recorded', { freeBytes });
    if (!full && was.full) this.#log.info('storage.freed', 'The storage has room again', { freeBytes });
    if (low && !was.low)
      this.#log.warn('storage.low', 'The storage is nearly full: let the camera upload', {
        freeBytes,
        minutesLeft: Math.floor((this.secondsLeft ?? 0) / 60),
      });
    if (!low && was.low)
      this.#log.info('storage.ample', 'The storage is no longer nearly full', { freeBytes });
    this.#tell({ full, low });
  }
}
