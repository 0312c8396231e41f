import type { BytePort } from '../proto/link/port.ts';
import { defaultRates, type RateFault } from './faults.ts';
import type { SeededRandom } from './random.ts';

/** The state of a line between camera and agent: its present faults. */
export class LineFaults {
  readonly #rates: Record<RateFault, number> = { bitErrors: 0, dropFrames: 0, duplicateFrames: 0 };
  readonly #holds = new Set<string>();
  readonly #waiting = new Set<() => void>();

  rate(fault: RateFault): number {
    return this.#rates[fault];
  }

  setRate(fault: RateFault, on: boolean, rate: number = defaultRates[fault]): void {
    this.#rates[fault] = on ? rate : 0;
  }

  /** True while nothing passes. */
  get held(): boolean {
    return this.#holds.size > 0;
  }

  /** Blocks the line for one of several reasons, or removes that reason. */
  hold(reason: string, on: boolean): void {
    if (on) this.#holds.add(reason);
    else this.#holds.delete(reason);
    if (!this.held) this.wake();
  }

  /** Resolves when the line may be free, and when {@link wake} is called. */
  async changed(): Promise<void> {
    await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** Makes everyone who waits for the line check again. */
  wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/**
 * `inner` with the present faults of `faults`. What arrives while the line is blocked is lost; what is to be sent
 * waits, and so does the writer.
 */
export function faultyPort(inner: BytePort, faults: LineFaults, random: SeededRandom): BytePort {
  let open = true;
  return {
    async write(bytes) {
      while (faults.held && open) await faults.changed();
      await inner.write(flipBits(changeFrames(bytes, faults, random), faults.rate('bitErrors'), random));
    },
    onData(take) {
      inner.onData((chunk) => {
        if (!faults.held) take(flipBits(chunk, faults.rate('bitErrors'), random));
      });
    },
    onClose(take) {
      inner.onClose((reason) => {
        open = false;
        faults.wake();
        take(reason);
      });
    },
    close() {
      open = false;
      faults.wake();
      inner.close();
    },
  };
}

/** Drops, and repeats, some of the frames in `bytes`, which contains complete ones: 00, bytes other than 0, 00. */
function changeFrames(bytes: Uint8Array, faults: LineFaults, random: SeededRandom): Uint8Array {
  const drop = faults.rate('dropFrames');
  const repeat = faults.rate('duplicateFrames');
  if (drop === 0 && repeat === 0) return bytes;
  const kept: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(0, at + 1);
    const next = end < 0 ? bytes.length : end + 1;
    const frame = bytes.subarray(at, next);
    if (random.fraction() >= drop) kept.push(frame);
    if (random.fraction() < repeat) kept.push(frame);
    at = next;
  }
  return Buffer.concat(kept);
}

/** A copy of `bytes` in which each bit is wrong with a chance of `rate`; `bytes` itself where that is 0. */
function flipBits(bytes: Uint8Array, rate: number, random: SeededRandom): Uint8Array {
  if (rate === 0) return bytes;
  const changed = Uint8Array.from(bytes);
  const bits = bytes.length * 8;
  // The distance between wrong bits has a geometric distribution: this needs one random number per wrong bit, not per
  // bit.
  const distance = (): number => 1 + Math.floor(Math.log(1 - random.fraction()) / Math.log(1 - rate));
  for (let bit = distance() - 1; bit < bits; bit += distance()) {
    const index = Math.floor(bit / 8);
    changed[index] = (changed[index] ?? 0) ^ (1 << (bit % 8));
  }
  return changed;
}
