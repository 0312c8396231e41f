import { stationLimits } from '../limits.ts';

/**
 * How often something was refused at one place of a camera's recordings. The camera repeats what no receipt covers, so
 * a fault in transit corrects itself; what arrives wrong every time does not, and a person must look into it. It may
 * still arrive correctly: counting gives nothing up. Limited: the places refused longest ago are forgotten.
 */
export class Refusals {
  /** Counts by place; the most recently refused place is last. */
  readonly #times = new Map<string, number>();

  /**
   * Counts one refusal.
   * @returns true when `place` has been wrong as often as it is requested again: once, until it is right.
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

  /** The data for `place` has arrived correctly. */
  mended(place: string): void {
    this.#times.delete(place);
  }
}
