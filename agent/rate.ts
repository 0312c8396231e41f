/** How often something may happen: so many at once, and one more each `intervalUs` after that. */
export interface RateLimit {
  readonly burst: number;
  readonly intervalUs: number;
}

/**
 * What a rate remembers, in microseconds: when all that happened is forgotten. In any span, no more than `burst` and one
 * for each interval of the span can happen.
 */
export type Spent = number;

/** Nothing happened yet. */
export const unspent: Spent = 0;

/** Whether one more may happen at `nowUs`. */
export function maySpend({ burst, intervalUs }: RateLimit, spent: Spent, nowUs: number): boolean {
  return spent - nowUs <= (burst - 1) * intervalUs;
}

/** One happened at `nowUs`. */
export function spend({ intervalUs }: RateLimit, spent: Spent, nowUs: number): Spent {
  return Math.max(spent, nowUs) + intervalUs;
}
