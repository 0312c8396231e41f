import type { Frame } from '../../../proto/link/frame.ts';
import { linkLimits } from '../../../proto/link/limits.ts';

/** A frame that came before its turn. */
export interface Early {
  /** Its number, or for a report of loss the first number that it stands for. */
  readonly first: number;
  readonly frame: Frame;
  readonly bytes: number;
}

/** Both ends included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Which numbers have come, which is next, and which are missing. The link keeps the order of what it carries, so a
 * hole is a loss: it is asked for at once, and again as long as it isn't filled. The caller bounds the bytes.
 */
export class Arrivals {
  #expected = 1;
  /** The highest number that came or was asked for: what is above it isn't known to be missing. */
  #highest = 0;
  #early = new Map<number, Early>();
  #earlyBytes = 0;
  #askedAtUs = 0;
  #askedAt = 0;
  #attempts = 0;

  /** The number whose turn it is. */
  get expected(): number {
    return this.#expected;
  }

  /** Bytes of the frames that wait for their turn. */
  get aheadBytes(): number {
    return this.#earlyBytes;
  }

  /** True when the next number was asked for often enough. */
  get givenUp(): boolean {
    return this.#attempts > linkLimits.resendAttemptsMax;
  }

  /** Forgets everything, and waits for `expected` next. */
  restart(expected: number): void {
    this.#early.clear();
    this.#earlyBytes = 0;
    this.#attempts = 0;
    this.#expected = expected;
    this.#highest = expected - 1;
  }

  /** Keeps a frame for later. @returns what is missing before it and wasn't known to be, or why it isn't kept. */
  keep(early: Early, nowUs: number): Range[] | 'repeated' | 'beyond' {
    if (early.first - this.#expected > linkLimits.sequenceAheadMax) return 'beyond';
    if (this.#early.has(early.first)) return 'repeated';
    if (this.#early.size >= linkLimits.earlyFramesMax) return 'beyond';
    this.#early.set(early.first, early);
    this.#earlyBytes += early.bytes;
    const missing = this.#newlyMissing(early.first, nowUs);
    this.#highest = Math.max(this.#highest, early.frame.sequence);
    return missing;
  }

  /** The sensor says that everything below `next` was sent. @returns what is missing and wasn't known to be. */
  sentBelow(next: number, nowUs: number): Range[] {
    const below = Math.min(next, this.#expected + linkLimits.sequenceAheadMax);
    const missing = this.#newlyMissing(below, nowUs);
    this.#highest = Math.max(this.#highest, below - 1);
    return missing;
  }

  /** What to ask for again by now. */
  due(nowUs: number): Range[] {
    if (this.#expected > this.#highest || nowUs - this.#askedAtUs < linkLimits.resendAfterMs * 1000)
      return [];
    this.#attempts = this.#askedAt === this.#expected ? this.#attempts + 1 : 1;
    this.#noteAsked(nowUs);
    return this.#missing();
  }

  /** Takes the kept frame whose turn it is. */
  takeNext(): Early | undefined {
    const early = this.#early.get(this.#expected);
    if (early !== undefined) this.#remove(early);
    return early;
  }

  /** Where to go on when the next number never comes: at the first frame that waits, or after all that was sent. */
  nextAhead(): number {
    let next = this.#highest + 1;
    for (const first of this.#early.keys()) next = Math.min(next, first);
    return next;
  }

  /** The frames below `expected` were handed on. */
  advance(expected: number): void {
    if (expected > this.#expected + 1) this.skipTo(expected);
    this.#expected = expected;
    this.#attempts = 0;
    this.#highest = Math.max(this.#highest, expected - 1);
  }

  /** Gives up on all numbers below `expected`. */
  skipTo(expected: number): void {
    this.#expected = expected;
    this.#attempts = 0;
    this.#highest = Math.max(this.#highest, expected - 1);
    for (const early of [...this.#early.values()]) {
      if (early.first >= expected) continue;
      this.#remove(early);
      // A report of loss may begin before `expected` and end after it.
      if (early.frame.sequence < expected || this.#early.has(expected)) continue;
      this.#early.set(expected, { ...early, first: expected });
      this.#earlyBytes += early.bytes;
    }
  }

  #remove(early: Early): void {
    this.#early.delete(early.first);
    this.#earlyBytes -= early.bytes;
  }

  #newlyMissing(before: number, nowUs: number): Range[] {
    const from = Math.max(this.#expected, this.#highest + 1);
    if (from >= before) return [];
    this.#noteAsked(nowUs);
    return [{ from, to: before - 1 }];
  }

  #noteAsked(nowUs: number): void {
    this.#askedAtUs = nowUs;
    this.#askedAt = this.#expected;
  }

  #missing(): Range[] {
    const ranges: Range[] = [];
    let from = this.#expected;
    const waiting = [...this.#early.values()].sort((a, b) => a.first - b.first);
    for (const { first, frame } of waiting) {
      if (first > from) ranges.push({ from, to: first - 1 });
      if (ranges.length === linkLimits.rangesMax) return ranges;
      from = Math.max(from, frame.sequence + 1);
    }
    if (from <= this.#highest) ranges.push({ from, to: this.#highest });
    return ranges;
  }
}
