/** The offset of each statement's first record in a chain; 8 bytes a statement. */
export class ChainIndex {
  #offsets = new Float64Array(16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds the next index. `offset` is undefined if its statement was not found. */
  push(offset: number | undefined): void {
    if (this.#length === this.#offsets.length) {
      const grown = new Float64Array(2 * this.#length);
      grown.set(this.#offsets);
      this.#offsets = grown;
    }
    this.#offsets[this.#length] = offset ?? -1;
    this.#length += 1;
  }

  /** The offset in the file part that holds `index`, or undefined if it is unknown. */
  at(index: number): number | undefined {
    const offset = index < this.#length ? this.#offsets[index] : undefined;
    return offset === undefined || offset < 0 ? undefined : offset;
  }

  /** Forgets everything from `length` on. */
  cut(length: number): void {
    this.#length = Math.min(this.#length, length);
  }
}
