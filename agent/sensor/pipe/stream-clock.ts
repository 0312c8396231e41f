import { pipeLimits } from './limits.ts';

/**
 * How far the agent's clock is ahead of a stream's. A sample always arrives late, by an unknown amount, so the smallest
 * difference is the most accurate; of the last half to one minute, as the two clocks drift.
 */
export class StreamClock {
  #leastUs = Number.POSITIVE_INFINITY;
  #leastBeforeUs = Number.POSITIVE_INFINITY;
  #windowEndUs = Number.NEGATIVE_INFINITY;
  /** What it was when the window began. */
  #firstUs = 0;

  /** Microseconds to add to a time of the stream; infinite before the first sample. */
  get offsetUs(): number {
    return Math.min(this.#leastUs, this.#leastBeforeUs);
  }

  /**
   * A sample of `streamUs` came at `nowUs` of our clock.
   * @returns how much more of the stream came since the window began than time passed, in microseconds.
   */
  heard(streamUs: number, nowUs: number): number {
    const offsetUs = nowUs - streamUs;
    if (nowUs >= this.#windowEndUs) {
      this.#leastBeforeUs = this.#leastUs;
      this.#firstUs = Number.isFinite(this.#leastUs) ? this.#leastUs : offsetUs;
      this.#leastUs = Number.POSITIVE_INFINITY;
      this.#windowEndUs = nowUs + pipeLimits.clockWindowUs;
    }
    this.#leastUs = Math.min(this.#leastUs, offsetUs);
    return this.#firstUs - offsetUs;
  }
}
