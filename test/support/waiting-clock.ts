import type { Clock, Timer } from '../../base/clock.ts';

/** A clock whose time passes only while something waits, and then at once. */
export class WaitingClock implements Pick<Clock, 'uptimeUs' | 'setTimer'> {
  readonly #beganUs = 100_000_000;
  nowUs = this.#beganUs;

  get passedMs(): number {
    return (this.nowUs - this.#beganUs) / 1_000;
  }

  uptimeUs(): number {
    return this.nowUs;
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    this.nowUs += delayMs * 1_000;
    setImmediate(fire);
    return { cancel() {} };
  }
}
