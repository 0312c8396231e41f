/** Memory is taken in steps, so that chunks of like size use it again. */
const stepBytes = 256 * 1024;

/**
 * The memory that segments are read into, used again: new memory for each chunk makes V8 collect garbage every few
 * megabytes, which costs more than reading and sending together.
 */
export class ReadBuffers {
  readonly #freeBytesMax: number;
  /** Least recently given back first. */
  readonly #free: Uint8Array[] = [];

  /** @param freeBytesMax what it keeps at most of what nobody uses. */
  constructor(freeBytesMax: number) {
    this.#freeBytesMax = freeBytesMax;
  }

  /** Memory of at least `bytes`, with whatever was in it. */
  take(bytes: number): Uint8Array {
    let best = -1;
    for (const [at, { length }] of this.#free.entries()) {
      if (length >= bytes && length < (this.#free[best]?.length ?? Number.POSITIVE_INFINITY)) best = at;
    }
    const [found] = best === -1 ? [] : this.#free.splice(best, 1);
    return found ?? Buffer.allocUnsafeSlow(Math.ceil(bytes / stepBytes) * stepBytes);
  }

  /** Gives back what {@link take} gave. Nobody may read or write it any more. */
  giveBack(buffer: Uint8Array): void {
    this.#free.push(buffer);
    while (this.#freeBytes() > this.#freeBytesMax) this.#free.shift();
  }

  #freeBytes(): number {
    return this.#free.reduce((sum, { length }) => sum + length, 0);
  }
}

/** What one job was read into, until nobody looks at it any more. */
export class Lease {
  readonly #buffers: ReadBuffers;
  readonly #taken: Uint8Array[] = [];
  #uses = 1;

  /** In use once, by whoever made it. */
  constructor(buffers: ReadBuffers) {
    this.#buffers = buffers;
  }

  /** Memory for as long as this is in use. */
  readonly take = (bytes: number): Uint8Array => {
    const buffer = this.#buffers.take(bytes);
    this.#taken.push(buffer);
    return buffer;
  };

  /** One more looks at it. */
  use(): void {
    this.#uses += 1;
  }

  /** One less does; the last gives the memory back. */
  done(): void {
    this.#uses -= 1;
    if (this.#uses < 0) throw new RangeError('memory was given back twice');
    if (this.#uses === 0) for (const buffer of this.#taken.splice(0)) this.#buffers.giveBack(buffer);
  }
}
