import type { ProcessClock } from '../../../scenario/fast/sim-time.ts';

/** How long work for one camera goes on before another's has its turn. */
const sliceMs = 50;

/** The one core of a station's machine: work takes time there, and what is done for several cameras is done in turns. */
export class Core {
  readonly #clock: ProcessClock;
  #freeUs = 0;

  constructor(clock: ProcessClock) {
    this.#clock = clock;
  }

  /** Resolves when so much work is done, and so is what was asked for before it. */
  async spend(us: number): Promise<void> {
    for (let leftUs = us; leftUs > 0; leftUs -= sliceMs * 1_000) {
      const now = this.#clock.uptimeUs();
      this.#freeUs = Math.max(now, this.#freeUs) + Math.min(leftUs, sliceMs * 1_000);
      await this.#clock.sleep((this.#freeUs - now) / 1_000);
    }
  }
}
