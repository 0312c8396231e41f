import type { Clock, Timer } from '../../base/clock.ts';
import { SealcamError } from '../../base/errors.ts';

/** What a sensor's clock shows when it is switched on: almost no time has passed since then. */
const startUs = 1_000_000;

/**
 * The sensor's own monotonic clock: it starts with the sensor, not with the machine that simulates it, and may jump.
 */
export class SensorClock implements Clock {
  readonly epoch: Uint8Array;
  readonly #inner: Clock;
  #offsetUs: number;

  constructor(inner: Clock) {
    this.#inner = inner;
    this.epoch = inner.epoch;
    this.#offsetUs = startUs - inner.uptimeUs();
  }

  uptimeUs(): number {
    return this.#inner.uptimeUs() + this.#offsetUs;
  }

  utcUs(): number {
    return this.#inner.utcUs();
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    return this.#inner.setTimer(delayMs, fire);
  }

  /** A time of the inner clock as this clock shows it now. */
  fromInner(uptimeUs: number): number {
    return Math.max(0, uptimeUs + this.#offsetUs);
  }

  /**
   * Steps the clock, which a working sensor never does.
   * @throws SealcamError `SIM_CLOCK` if that leads to before the clock's beginning.
   */
  jump(seconds: number): void {
    const toUs = this.uptimeUs() + Math.round(seconds * 1_000_000);
    if (toUs < 0) {
      throw new SealcamError(
        'SIM_CLOCK',
        `The sensor's clock shows ${(this.uptimeUs() / 1_000_000).toFixed(1)} s and cannot jump by ${seconds} s: give less`,
      );
    }
    this.#offsetUs += Math.round(seconds * 1_000_000);
  }
}
