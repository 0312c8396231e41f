import type { Seeded } from '../support/seed.ts';

/** What a drive writes at once or not at all. */
export const sectorBytes = 512;

/** A write that the drive has acknowledged and not yet made durable. */
interface Unflushed {
  readonly offset: number;
  readonly data: Buffer;
}

/** What a cut left of the writes that were not flushed, in sectors. */
export interface Left {
  readonly kept: number;
  readonly lost: number;
}

/**
 * A drive with a volatile write cache: what is written is read back at once, and survives a cut of the power for certain only
 * once it was flushed. Of the rest a cut keeps any sectors and loses the others, in any order, as a real drive may.
 */
export class VolatileDisk {
  /** What a read gives. */
  readonly #now: Buffer;
  /** What is on the medium; undefined once the power was cut. */
  #durable: Buffer | undefined;
  #unflushed: Unflushed[] = [];
  /** Who waits for a write, and how many are still to come before it. */
  #awaited: { count: number; readonly done: () => void }[] = [];

  /** @param durable its content, a whole number of sectors; it is taken over. */
  constructor(durable: Buffer) {
    if (durable.length === 0 || durable.length % sectorBytes !== 0)
      throw new RangeError(`a disk is a whole number of sectors, not ${durable.length} bytes`);
    this.#durable = durable;
    this.#now = Buffer.from(durable);
  }

  get bytes(): number {
    return this.#now.length;
  }

  /** The bytes themselves, until the next write. */
  read(offset: number, length: number): Buffer {
    return this.#now.subarray(offset, offset + length);
  }

  write(offset: number, data: Buffer): void {
    data.copy(this.#now, offset);
    if (this.#durable !== undefined) this.#unflushed.push({ offset, data: Buffer.from(data) });
    for (const one of this.#awaited) {
      one.count -= 1;
      if (one.count === 0) one.done();
    }
    this.#awaited = this.#awaited.filter(({ count }) => count > 0);
  }

  /** Resolves with this write from now on, 1 for the next one, before its sender can know of it. */
  async written(count: number): Promise<void> {
    await new Promise<void>((done) => this.#awaited.push({ count, done }));
  }

  flush(): void {
    if (this.#durable === undefined) return;
    for (const { offset, data } of this.#unflushed) data.copy(this.#durable, offset);
    this.#unflushed = [];
  }

  /**
   * The power is gone: gives the disk as it is found at the next start. Who still has this one may go on with it, to let go of it in
   * good order; that reaches the medium no more.
   */
  cut(random: Seeded): Left & { readonly disk: VolatileDisk } {
    const durable = this.#durable;
    if (durable === undefined) throw new Error('the power of this disk was cut before');
    let kept = 0;
    let lost = 0;
    // Of four cuts one keeps nothing, another one nearly all.
    const keptOfFour = random.int(4);
    for (const { offset, data } of this.#unflushed) {
      const isTorn = random.int(4) === 0;
      const isKept = random.int(4) < keptOfFour;
      for (let at = 0; at < data.length; at += sectorBytes) {
        if (isTorn ? random.int(2) === 0 : isKept) {
          data.copy(durable, offset + at, at, at + sectorBytes);
          kept += 1;
        } else lost += 1;
      }
    }
    this.#durable = undefined;
    this.#unflushed = [];
    return { disk: new VolatileDisk(durable), kept, lost };
  }
}
