import { captureLimits } from './limits.ts';

/**
 * Cuts a stream of bytes at its delimiters (zeros) without judging what is between them: a capture also holds what is no
 * frame. Holds at most one segment of the longest allowed length; of a longer one it keeps the beginning.
 */
export class WireSplitter {
  readonly #deliver: (segment: Uint8Array, length: number) => void;
  #held = new Uint8Array(1024);
  /** Bytes since the last delimiter; `#held` has the first of them. */
  #length = 0;

  /** @param deliver called with what is kept of each segment, overwritten once it returns, and with the segment's length. */
  constructor(deliver: (segment: Uint8Array, length: number) => void) {
    this.#deliver = deliver;
  }

  /** Takes the next bytes, however they are split. */
  push(chunk: Uint8Array): void {
    let from = 0;
    while (from < chunk.length) {
      const zero = chunk.indexOf(0, from);
      const end = zero < 0 ? chunk.length : zero;
      this.#hold(chunk.subarray(from, end));
      if (zero < 0) return;
      this.flush();
      from = zero + 1;
    }
  }

  /** Delivers what came since the last delimiter: the stream ends, or another one begins. */
  flush(): void {
    const length = this.#length;
    if (length === 0) return;
    this.#length = 0;
    this.#deliver(this.#held.subarray(0, Math.min(length, captureLimits.segmentBytesMax)), length);
  }

  #hold(part: Uint8Array): void {
    const kept = part.subarray(0, Math.max(0, captureLimits.segmentBytesMax - this.#length));
    const needed = this.#length + kept.length;
    if (kept.length > 0 && needed > this.#held.length) {
      const larger = new Uint8Array(
        Math.min(captureLimits.segmentBytesMax, Math.max(needed, this.#held.length * 2)),
      );
      larger.set(this.#held);
      this.#held = larger;
    }
    this.#held.set(kept, this.#length > captureLimits.segmentBytesMax ? 0 : this.#length);
    this.#length += part.length;
  }
}
