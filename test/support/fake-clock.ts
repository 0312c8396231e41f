import type { Clock } from '../../base/clock.ts';

/** A clock whose time passes only when a test says so. */
export interface FakeClock extends Clock {
  /** Lets `ms` pass and fires the timers that fall due, in the order of their times, each at its own time. */
  tick(ms: number): void;
  /** As {@link tick}, and lets all that a timer set going (promises, immediates) run before the next one fires. */
  advance(ms: number): Promise<void>;
  /** Steps the wall clock alone, either way, as a time server or a person does. */
  stepUtc(us: number): void;
  /** Timers that are set and have not fired. */
  readonly timers: number;
}

type Pending = { readonly atUs: number; readonly fire: () => void };

/** A fake clock at uptime 0 and 2026-01-01T00:00:00Z, unless told otherwise. */
export function fakeClock(
  start: { readonly uptimeUs?: number; readonly utcUs?: number; readonly epoch?: Uint8Array } = {},
): FakeClock {
  let uptimeUs = start.uptimeUs ?? 0;
  let utcOffsetUs = (start.utcUs ?? Date.UTC(2026, 0, 1) * 1000) - uptimeUs;
  const pending = new Set<Pending>();

  /** The timer that falls due first, up to `endUs`; among equals the one that was set first. */
  const nextDue = (endUs: number): Pending | undefined => {
    let first: Pending | undefined;
    for (const timer of pending) {
      if (timer.atUs <= endUs && (first === undefined || timer.atUs < first.atUs)) first = timer;
    }
    return first;
  };
  const fireNext = (endUs: number): boolean => {
    const timer = nextDue(endUs);
    if (timer === undefined) return false;
    pending.delete(timer);
    uptimeUs = Math.max(uptimeUs, timer.atUs);
    timer.fire();
    return true;
  };

  return {
    epoch: start.epoch ?? new Uint8Array(16),
    uptimeUs: () => uptimeUs,
    utcUs: () => uptimeUs + utcOffsetUs,
    setTimer(delayMs, fire) {
      const timer = { atUs: uptimeUs + Math.max(0, delayMs) * 1000, fire };
      pending.add(timer);
      return { cancel: () => pending.delete(timer) };
    },
    tick(ms) {
      const endUs = uptimeUs + ms * 1000;
      while (fireNext(endUs));
      uptimeUs = endUs;
    },
    async advance(ms) {
      const endUs = uptimeUs + ms * 1000;
      await settled();
      while (fireNext(endUs)) await settled();
      uptimeUs = endUs;
      await settled();
    },
    stepUtc(us) {
      utcOffsetUs += us;
    },
    get timers() {
      return pending.size;
    },
  };
}

/** Resolves once every promise that can settle without I/O has done so, and those that it set going. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
