/** How many bytes per second were acknowledged recently. Times are milliseconds of the uptime clock. */
export class ByteRate {
  readonly #windowMs: number;
  readonly #seconds = new Map<number, number>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  add(bytes: number, nowMs: number): void {
    const second = Math.floor(nowMs / 1_000);
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + bytes);
    this.#forget(nowMs);
  }

  /** Bytes per second over the window that ends at `nowMs`. */
  at(nowMs: number): number {
    this.#forget(nowMs);
    let bytes = 0;
    for (const one of this.#seconds.values()) bytes += one;
    return bytes / (this.#windowMs / 1_000);
  }

  #forget(nowMs: number): void {
    const first = (nowMs - this.#windowMs) / 1_000;
    for (const second of this.#seconds.keys()) if (second < first) this.#seconds.delete(second);
  }
}
