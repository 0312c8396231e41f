import { pipeLimits } from './limits.ts';

/**
 * How far the agent's clock is ahead of a stream's. A sample always arrives late, by an unknown amount, so the smallest
 * difference is the most accurate; of the last half to one minute, as the two clocks drift.
 */
export class StreamClock {
  #leastUs = Number.POSITIVE_INFINITY;
  #leastBeforeUs = Number.POSITIVE_INFINITY;
  /** Of the last seconds alone. */
  #recentUs = Number.POSITIVE_INFINITY;
  #recentEndUs = Number.NEGATIVE_INFINITY;
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

  /**
   * Of a stream that says no times, before its sample is heard: where pictures are missing, or come slower than stated, even
   * the fastest sample of some seconds is late, and its clock is taken to begin again. One burst or pause is not enough.
   * @returns how much later than before its samples are now taken to be, in microseconds; 0 where all is well.
   */
  fellBehind(streamUs: number, nowUs: number): number {
    const recentUs = this.#recentUs;
    this.#recentUs = Math.min(recentUs, nowUs - streamUs);
    if (nowUs < this.#recentEndUs) return 0;
    this.#recentUs = nowUs - streamUs;
    this.#recentEndUs = nowUs + pipeLimits.behindWindowUs;
    if (!Number.isFinite(recentUs)) return 0;
    const behindUs = recentUs - this.offsetUs;
    if (behindUs <= pipeLimits.behindUsMax) return 0;
    this.#leastUs = recentUs;
    this.#leastBeforeUs = Number.POSITIVE_INFINITY;
    this.#firstUs = recentUs;
    this.#windowEndUs = nowUs + pipeLimits.clockWindowUs;
    return behindUs;
  }
}
