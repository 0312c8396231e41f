/**
 * Notices when something happens more than `max` times within `windowMs`. Reports it once per window, and keeps a
 * limited number of subjects: the one seen longest ago is forgotten. Pure.
 */
export class Recurrence {
  readonly #limits: RecurrenceLimits;
  readonly #seen = new Map<string, { times: number[]; quietUntilUs: number }>();

  constructor(limits: RecurrenceLimits) {
    this.#limits = limits;
  }

  /**
   * Counts one occurrence.
   * @returns how many there were within the window, if that is too many and was not reported in it yet.
   */
  add(subject: string, nowUs: number): number | undefined {
    const { max, windowMs, subjectsMax } = this.#limits;
    const windowUs = windowMs * 1_000;
    const entry = this.#seen.get(subject) ?? { times: [], quietUntilUs: 0 };
    this.#seen.delete(subject);
    this.#seen.set(subject, entry);
    if (this.#seen.size > subjectsMax) {
      const [oldest = ''] = this.#seen.keys();
      this.#seen.delete(oldest);
    }
    entry.times = [...entry.times.filter((at) => at > nowUs - windowUs), nowUs].slice(-max - 1);
    if (entry.times.length <= max || nowUs < entry.quietUntilUs) return undefined;
    entry.quietUntilUs = nowUs + windowUs;
    return entry.times.length;
  }
}

/** How often is too often. */
export interface RecurrenceLimits {
  readonly max: number;
  readonly windowMs: number;
  readonly subjectsMax: number;
}
