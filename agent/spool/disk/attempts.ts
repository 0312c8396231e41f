import type { Clock } from '../../../base/clock.ts';
import { isDamage } from '../errors.ts';
import { spoolLimits } from '../limits.ts';

/**
 * The attempts of one start to read what the storage does not return. A disk that fails for a moment fails several times
 * within milliseconds, so the attempts are spread over time; all of them together wait no longer than
 * `spoolLimits.readPatienceMs`.
 */
export class Attempts {
  readonly #clock: Pick<Clock, 'uptimeUs' | 'setTimer'>;
  #endUs: number | undefined;
  #delayMs: number = spoolLimits.readDelayMsMin;

  constructor(clock: Pick<Clock, 'uptimeUs' | 'setTimer'>) {
    this.#clock = clock;
  }

  /**
   * Calls `attempt` until it resolves with true, or too often. An attempt that throws because of damage has failed;
   * what it throws for any other reason is thrown.
   */
  async until(attempt: () => Promise<boolean>): Promise<void> {
    for (let made = 1; ; made += 1) {
      try {
        if (await attempt()) return;
      } catch (error) {
        if (!isDamage(error)) throw error;
      }
      this.#endUs ??= this.#clock.uptimeUs() + spoolLimits.readPatienceMs * 1_000;
      const isOver = this.#clock.uptimeUs() >= this.#endUs;
      if (isOver && made >= spoolLimits.readsMin) return;
      if (!isOver) await this.#wait();
    }
  }

  async #wait(): Promise<void> {
    const delayMs = this.#delayMs;
    this.#delayMs = Math.min(2 * delayMs, spoolLimits.readDelayMsMax);
    await new Promise<void>((resolve) => this.#clock.setTimer(delayMs, resolve));
  }
}

/** One attempt, for what was tried often enough before. */
export const once: Pick<Attempts, 'until'> = {
  async until(attempt) {
    try {
      await attempt();
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
  },
};
