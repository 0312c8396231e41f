import type { Clock, Timer } from '../../base/clock.ts';
import type { BytePort } from '../../proto/link/port.ts';

/** A clock that stands still until it is moved, and then fires every timer in its order. */
export class FakeClock implements Clock {
  readonly epoch = new Uint8Array(16);
  #nowUs = 1_000_000;
  #timers: { readonly atUs: number; readonly fire: () => void }[] = [];

  uptimeUs(): number {
    return this.#nowUs;
  }

  utcUs(): number {
    return this.#nowUs;
  }

  setTimer(delayMs: number, fire: () => void): Timer {
    const timer = { atUs: this.#nowUs + delayMs * 1000, fire };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      },
    };
  }

  /** Moves on by `ms`, in steps at which timers fire and what they promised is done. */
  async advance(ms: number): Promise<void> {
    const endUs = this.#nowUs + ms * 1000;
    for (;;) {
      await settle();
      const next = this.#timers.filter((timer) => timer.atUs <= endUs).sort((a, b) => a.atUs - b.atUs)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#nowUs = Math.max(this.#nowUs, next.atUs);
      next.fire();
    }
    this.#nowUs = endUs;
    await settle();
  }

  /** Moves on by `ms` at once, as a blocked event loop does: timers that are due fire late. */
  async block(ms: number): Promise<void> {
    this.#nowUs += ms * 1000;
    await this.advance(0);
  }
}

/** Lets everything that is promised already happen. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** What happens to bytes on their way; may change, lose or add some. */
export type Line = (bytes: Uint8Array) => Uint8Array;

/** Two ports in memory, each the other's far end, with a line each way. */
export function portPair(toB: Line = (bytes) => bytes, toA: Line = (bytes) => bytes): [BytePort, BytePort] {
  const ends = [makeEnd(), makeEnd()] as const;
  const port = (mine: 0 | 1, line: Line): BytePort => ({
    async write(bytes) {
      if (ends[mine].closed) throw new Error('the port is closed');
      const arriving = line(Uint8Array.from(bytes));
      await new Promise((resolve) => setImmediate(resolve));
      if (arriving.length > 0) ends[mine === 0 ? 1 : 0].take(arriving);
    },
    onData: (take) => {
      ends[mine].take = take;
    },
    onClose: (take) => {
      ends[mine].told = take;
    },
    close() {
      for (const [index, end] of ends.entries()) {
        if (end.closed) continue;
        end.closed = true;
        end.take = () => {};
        const reason = index === mine ? undefined : new Error('the other end was closed');
        setImmediate(() => end.told(reason));
      }
    },
  });
  return [port(0, toB), port(1, toA)];
}

function makeEnd() {
  return { closed: false, take: (_: Uint8Array): void => {}, told: (_?: Error): void => {} };
}

/** Numbers from 0 to below 1 that a seed repeats (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
