import type { Clock, Timer } from '../../base/clock.ts';

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
/** 2026-01-01, and ten years: what wall clocks show. */
export const nowUs = Date.UTC(2026, 0, 1) * 1000;
export const decadeUs = 10 * 365 * 24 * hourMs * 1000;

type Pending = { readonly atUs: number; readonly fire: () => void };

/** The one time of a simulated world. It passes only from timer to timer, and never by itself. */
export class SimTime {
  /** Whole microseconds, so that a wait is never less than the clock can show. */
  #nowUs = 0;
  readonly #pending = new Set<Pending>();
  /** Counts whatever happens; {@link SimTime.quiet} waits until it stands still. */
  activity = 0;

  get nowMs(): number {
    return this.#nowUs / 1000;
  }

  after(delayMs: number, fire: () => void): Timer {
    const timer = { atUs: this.#nowUs + Math.ceil(Math.max(0, delayMs) * 1000), fire };
    this.#pending.add(timer);
    return { cancel: () => this.#pending.delete(timer) };
  }

  /** Resolves when `delayMs` have passed. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  /** Passes on to the next timer, fires it and lets all it set going come to rest; false where there is none. */
  async step(): Promise<boolean> {
    let first: Pending | undefined;
    for (const timer of this.#pending) if (first === undefined || timer.atUs < first.atUs) first = timer;
    if (first === undefined) return false;
    this.#pending.delete(first);
    this.#nowUs = first.atUs;
    this.activity += 1;
    first.fire();
    await this.quiet();
    return true;
  }

  /** Resolves when nothing more happens without time passing. */
  async quiet(): Promise<void> {
    // The parts yield a turn here and there without doing anything countable, but never so many.
    for (let still = 0; still < 4; ) {
      const before = this.activity;
      await new Promise((resolve) => setImmediate(resolve));
      still = this.activity === before ? still + 1 : 0;
    }
  }
}

/** The clock of one process: its timers end with it. */
export class ProcessClock implements Clock {
  readonly epoch: Uint8Array;
  readonly #time: SimTime;
  readonly #startMs: number;
  readonly #utcOffsetUs: () => number;
  readonly #timers = new Set<Timer>();
  #dead = false;

  /** @param utcOffsetUs what the wall clock shows at the world's beginning; may jump. */
  constructor(time: SimTime, utcOffsetUs: () => number, epoch: Uint8Array, startMs = time.nowMs) {
    this.#time = time;
    this.#utcOffsetUs = utcOffsetUs;
    this.epoch = epoch;
    this.#startMs = startMs;
  }

  uptimeUs(): number {
    return Math.round((this.#time.nowMs - this.#startMs) * 1000);
  }

  utcUs(): number {
    return Math.round(this.#time.nowMs * 1000) + this.#utcOffsetUs();
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    if (this.#dead) return { cancel: () => {} };
    const timer = this.#time.after(delayMs, () => {
      this.#timers.delete(timer);
      fire();
    });
    this.#timers.add(timer);
    return {
      cancel: () => {
        this.#timers.delete(timer);
        timer.cancel();
      },
    };
  }

  /** Resolves after `delayMs`; never where the process ends before. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.setTimer(delayMs, resolve));
  }

  kill(): void {
    this.#dead = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }
}
