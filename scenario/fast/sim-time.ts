import type { Clock, Timer } from '../../base/clock.ts';

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
/** 2026-01-01, and ten years: what wall clocks show. */
export const nowUs = Date.UTC(2026, 0, 1) * 1000;
export const decadeUs = 10 * 365 * 24 * hourMs * 1000;

type Pending = { readonly atUs: number; readonly fire: () => void };

/** Turns of the event loop in which nothing may happen before the world counts as quiet. */
const stillTurns = 4;
/** Quick steps after which whatever else the process does has its turn. */
const quickStepsMax = 1_000;

/** Whether this process waits for the machine's disk. */
function readsOrWrites(): boolean {
  return process.getActiveResourcesInfo().some((kind) => /^(FSReq|CloseReq)/.test(kind));
}

/** The one time of a simulated world. It passes only from timer to timer, and never by itself. */
export class SimTime {
  /** Whole microseconds, so that a wait is never less than the clock can show. */
  #nowUs = 0;
  readonly #pending = new Set<Pending>();
  /** Real work, of threads or of the machine's disk, that must be over before time passes on. */
  readonly #real = new Set<Promise<unknown>>();
  #quickSteps = 0;
  /** Counts what happens beyond this turn of the event loop; {@link SimTime.quiet} waits until it no longer grows. */
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

  /** Stops time until `work` has settled, which no timer of this time may be needed for. */
  async real<T>(work: Promise<T>): Promise<T> {
    this.#real.add(work);
    try {
      return await work;
    } finally {
      this.#real.delete(work);
      this.activity += 1;
    }
  }

  /**
   * Real work that takes `durationMs` of this time: its result comes then, however long it really takes. So what happens
   * meanwhile always happens in the same order.
   */
  async lasting<T>(durationMs: number, work: () => Promise<T>): Promise<T> {
    const working = work();
    // The waiting side hears of it when the time has passed.
    working.catch(() => {});
    await this.sleep(durationMs);
    return this.real(working);
  }

  /** Passes on to the next timer, fires it and lets all it set going come to rest; false where there is none. */
  async step(): Promise<boolean> {
    const timer = this.#next();
    if (timer === undefined) return false;
    this.activity += 1;
    timer.fire();
    await this.quiet();
    return true;
  }

  /**
   * As {@link step}, where whatever needs a turn of the event loop counts as `activity`: most timers of a sensor's link lead to
   * promises alone.
   */
  async quickStep(): Promise<boolean> {
    const timer = this.#next();
    if (timer === undefined) return false;
    const before = this.activity;
    timer.fire();
    // A tick comes when no promise is left that can settle.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    this.#quickSteps += 1;
    const mustTurn = this.#quickSteps % quickStepsMax === 0;
    if (this.activity !== before || this.#real.size > 0 || mustTurn) await this.quiet();
    return true;
  }

  /** Takes the next timer, and passes on to its time. */
  #next(): Pending | undefined {
    let first: Pending | undefined;
    for (const timer of this.#pending) if (first === undefined || timer.atUs < first.atUs) first = timer;
    if (first === undefined) return undefined;
    this.#pending.delete(first);
    this.#nowUs = first.atUs;
    return first;
  }

  /** Resolves when nothing more happens without time passing. */
  async quiet(): Promise<void> {
    // The parts yield a turn here and there without doing anything countable, but never so many.
    for (let still = 0; still < stillTurns; ) {
      const before = this.activity;
      if (this.#real.size > 0) await Promise.allSettled([...this.#real]);
      await new Promise((resolve) => setImmediate(resolve));
      still = this.activity === before && this.#real.size === 0 && !readsOrWrites() ? still + 1 : 0;
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
