/** How often something may happen: this many at once, and one more every `intervalUs` after that. */
export interface RateLimit {
  readonly burst: number;
  readonly intervalUs: number;
}

/**
 * The state of a rate, in microseconds: when everything that happened is forgotten. In any span, no more can happen
 * than `burst` and one for each interval of the span.
 */
export type Spent = number;

/** Nothing has happened yet. */
export const unspent: Spent = 0;

/** Whether one more may happen at `nowUs`. */
export function maySpend({ burst, intervalUs }: RateLimit, spent: Spent, nowUs: number): boolean {
  return spent - nowUs <= (burst - 1) * intervalUs;
}

/** One happened at `nowUs`. */
export function spend({ intervalUs }: RateLimit, spent: Spent, nowUs: number): Spent {
  return Math.max(spent, nowUs) + intervalUs;
}
