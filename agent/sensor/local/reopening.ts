import type { Clock, Timer } from '../../../base/clock.ts';
import { localLimits } from './limits.ts';

/** Opens a device again and again until it is there: each wait is twice as long as the one before, within a bound. */
export class Reopening {
  readonly #clock: Pick<Clock, 'setTimer'>;
  readonly #open: () => void;
  #timer: Timer | undefined;
  #waitMs: number = localLimits.reopenMsMin;

  constructor(clock: Pick<Clock, 'setTimer'>, open: () => void) {
    this.#clock = clock;
    this.#open = open;
  }

  /** Opens it after a wait. */
  again(): void {
    this.#timer = this.#clock.setTimer(this.#waitMs, this.#open);
    this.#waitMs = Math.min(localLimits.reopenMsMax, 2 * this.#waitMs);
  }

  /** It gave something: the next wait is the shortest again. */
  works(): void {
    this.#waitMs = localLimits.reopenMsMin;
  }

  cancel(): void {
    this.#timer?.cancel();
  }
}
