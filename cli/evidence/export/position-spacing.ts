import { exportLimits } from './limits.ts';

/**
 * How far apart a recording's positions are, learned as they come: a policy may keep one only each minute, and the recording
 * names its policy but not that number. What is much longer than usual is a receiver that was lost.
 */
export class PositionSpacing {
  readonly #spacingsUs: number[] = [];
  #beforeUs: number | undefined;

  /** A position at this uptime, in microseconds. One that came already is passed over. */
  take(uptimeUs: number): void {
    const beforeUs = this.#beforeUs ?? uptimeUs;
    if (this.#beforeUs !== undefined && uptimeUs <= beforeUs) return;
    if (uptimeUs > beforeUs) this.#spacingsUs.push(uptimeUs - beforeUs);
    if (this.#spacingsUs.length > exportLimits.positionSpacingsMax) this.#spacingsUs.shift();
    this.#beforeUs = uptimeUs;
  }

  /** A part that is not known follows: the time across it is no spacing. */
  tear(): void {
    this.#beforeUs = undefined;
  }

  /** Whether positions that are this far apart have others between them that were lost. */
  isGap(us: number): boolean {
    if (us <= exportLimits.positionGapUs) return false;
    const sorted = [...this.#spacingsUs].sort((a, b) => a - b);
    // Of an even number, the shorter: no line is better than a false one.
    const medianUs = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
    return us > exportLimits.positionGapSpacings * medianUs;
  }
}
