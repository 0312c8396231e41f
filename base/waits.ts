import type { Clock } from './clock.ts';

/** Since when each of several calls has been waited for: a disk or a driver may keep one for ever. */
export class Waits {
  readonly #clock: Pick<Clock, 'uptimeUs'>;
  readonly #begun = new Set<{ readonly fromUs: number }>();

  constructor(clock: Pick<Clock, 'uptimeUs'>) {
    this.#clock = clock;
  }

  /** A call begins. @returns what to call when it ends, however it ends. */
  begin(): () => void {
    const call = { fromUs: this.#clock.uptimeUs() };
    this.#begun.add(call);
    return () => this.#begun.delete(call);
  }

  /** When the oldest of those under way began, in microseconds of uptime; undefined while none is. */
  get sinceUs(): number | undefined {
    // A set keeps the order in which its elements were added.
    return this.#begun.values().next().value?.fromUs;
  }
}
