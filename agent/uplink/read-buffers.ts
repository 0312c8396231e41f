/** Memory is allocated in steps, so that chunks of similar size can reuse it. */
const stepBytes = 256 * 1024;

/**
 * The memory that segments are read into, for reuse: new memory for each chunk would make V8 collect garbage every few
 * megabytes, which costs more than reading and sending together.
 */
export class ReadBuffers {
  readonly #freeBytesMax: number;
  /** Least recently returned first. */
  readonly #free: Uint8Array[] = [];

  /** @param freeBytesMax the most unused memory that it keeps. */
  constructor(freeBytesMax: number) {
    this.#freeBytesMax = freeBytesMax;
  }

  /** Memory of at least `bytes`, with arbitrary content. */
  take(bytes: number): Uint8Array {
    let best = -1;
    for (const [at, { length }] of this.#free.entries()) {
      if (length >= bytes && length < (this.#free[best]?.length ?? Number.POSITIVE_INFINITY)) best = at;
    }
    const [found] = best === -1 ? [] : this.#free.splice(best, 1);
    return found ?? Buffer.allocUnsafeSlow(Math.ceil(bytes / stepBytes) * stepBytes);
  }

  /** Returns what {@link take} gave. It must no longer be read or written. */
  giveBack(buffer: Uint8Array): void {
    this.#free.push(buffer);
    while (this.#freeBytes() > this.#freeBytesMax) this.#free.shift();
  }

  #freeBytes(): number {
    return this.#free.reduce((sum, { length }) => sum + length, 0);
  }
}

/** The memory that one job was read into, until the last user releases it. */
export class Lease {
  readonly #buffers: ReadBuffers;
  readonly #taken: Uint8Array[] = [];
  #uses = 1;

  /** Counts its creator as the first user. */
  constructor(buffers: ReadBuffers) {
    this.#buffers = buffers;
  }

  /** Memory that is valid while this is in use. */
  readonly take = (bytes: number): Uint8Array => {
    const buffer = this.#buffers.take(bytes);
    this.#taken.push(buffer);
    return buffer;
  };

  /** Adds a user. */
  use(): void {
    this.#uses += 1;
  }

  /** Removes a user; the last one returns the memory. */
  done(): void {
    this.#uses -= 1;
    if (this.#uses < 0) throw new RangeError('memory was given back twice');
    if (this.#uses === 0) for (const buffer of this.#taken.splice(0)) this.#buffers.giveBack(buffer);
  }
}
