import { stationLimits } from '../limits.ts';

/**
 * How often something was refused at one place of a camera's recordings. The camera sends again what no receipt covers,
 * so that a fault on the way mends itself; what comes wrong every time does not, and is for a person to look into.
 * It may still come right: nothing is given up by counting. Bounded: the places of longest ago are forgotten.
 */
export class Refusals {
  /** Times, by place; the place that was refused last stands last. */
  readonly #times = new Map<string, number>();

  /**
   * Counts one refusal.
   * @returns true for the one with which `place` was wrong as often as it is asked for again: once, until it is right.
   */
  add(place: string): boolean {
    const times = (this.#times.get(place) ?? 0) + 1;
    this.#times.delete(place);
    this.#times.set(place, times);
    if (this.#times.size > stationLimits.refusedPlacesMax) {
      const [oldest = ''] = this.#times.keys();
      this.#times.delete(oldest);
    }
    return times === 1 + stationLimits.askedAgainMax;
  }

  /** What belongs to `place` has come as it should be. */
  mended(place: string): void {
    this.#times.delete(place);
  }
}
