/** Cuts what comes into lines of at most `bytesMax`; a longer one is thrown away up to its end, and counted. */
export class LineReader {
  readonly #bytesMax: number;
  readonly #onFault: () => void;
  #rest = Buffer.alloc(0);
  /** The rest of a line that is too long. */
  #isSkipping = false;

  constructor(bytesMax: number, onFault: () => void) {
    this.#bytesMax = bytesMax;
    this.#onFault = onFault;
  }

  /** The lines that are complete with these bytes, without their ends, each byte a character. */
  push(bytes: Uint8Array): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      this.#add(bytes.subarray(from, end));
      if (!this.#isSkipping) lines.push(this.#rest.toString('latin1').replace(/\r$/, ''));
      this.#rest = Buffer.alloc(0);
      this.#isSkipping = false;
      from = end + 1;
    }
    this.#add(bytes.subarray(from));
    return lines;
  }

  #add(bytes: Uint8Array): void {
    if (this.#isSkipping || bytes.length === 0) return;
    if (this.#rest.length + bytes.length > this.#bytesMax) {
      this.#rest = Buffer.alloc(0);
      this.#isSkipping = true;
      this.#onFault();
    } else this.#rest = Buffer.concat([this.#rest, bytes]);
  }
}
