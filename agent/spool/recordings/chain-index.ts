/** Where the first record of each statement of a chain stands; 8 bytes a statement. */
export class ChainIndex {
  #offsets = new Float64Array(16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Takes the next index. `offset` undefined: its statement is nowhere to be found. */
  push(offset: number | undefined): void {
    if (this.#length === this.#offsets.length) {
      const grown = new Float64Array(2 * this.#length);
      grown.set(this.#offsets);
      this.#offsets = grown;
    }
    this.#offsets[this.#length] = offset ?? -1;
    this.#length += 1;
  }

  /** The offset in the file part that holds `index`, or undefined where it is unknown. */
  at(index: number): number | undefined {
    const offset = index < this.#length ? this.#offsets[index] : undefined;
    return offset === undefined || offset < 0 ? undefined : offset;
  }

  /** Forgets all from `length` on. */
  cut(length: number): void {
    this.#length = Math.min(this.#length, length);
  }
}
