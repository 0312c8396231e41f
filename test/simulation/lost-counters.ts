import { countersName, journalName } from '../../agent/spool/names.ts';
import type { Spool } from '../../agent/spool/spool.ts';
import { toHex } from '../../base/bytes.ts';
import { type Fault, SimFileSystem } from '../../scenario/fast/disks/sim-file-system.ts';
import type { Seeded } from '../support/seed.ts';
import { Violation } from './judge/truth.ts';
import type { World } from './world.ts';

const copies = [journalName, countersName] as const;

/**
 * A camera that is off loses its journal, the second copy of its counters, or both. With one copy left it must go on in
 * its chain, and never use a counter again; with none it must begin another chain.
 */
export class LostCounters {
  readonly counts = { journalLost: 0, secondCopyLost: 0, bothCopiesLost: 0, chainsBegun: 0 };
  readonly #world: World;
  readonly #random: Seeded;
  /** One power cut in so many; 0: none. */
  readonly #oneIn: number;
  #isNew = true;
  /** The second copy could not be written in the last start, or since. */
  #isStale = false;
  readonly #chains = new Set<string>();
  #chain: string | undefined;
  /** What the next start has to do. */
  #expects: 'same' | 'another' | undefined;

  constructor(world: World, random: Seeded) {
    this.#world = world;
    this.#random = random;
    this.#oneIn = random.pick([0, 2]);
  }

  /** As the mark in a new camera's folder, which the first start takes away. */
  claimNew(): boolean {
    const isNew = this.#isNew;
    this.#isNew = false;
    return isNew;
  }

  copyFailed(): void {
    this.#isStale = true;
  }

  /** The storage after a power cut, perhaps without some of its files. */
  strike(disk: SimFileSystem, faults: readonly Fault[]): SimFileSystem {
    const { names } = disk;
    const both = copies.every((name) => names.includes(name));
    if (this.#oneIn === 0 || !both || this.#chain === undefined || this.#random.int(this.#oneIn) > 0)
      return disk;
    const lost = this.#random.pick([copies, [journalName], [countersName]]);
    const isBoth = lost.length > 1;
    // Where the second copy could not be written, it knows of fewer recordings, and nothing tells that it does.
    if (!isBoth && lost[0] === journalName && this.#isStale) return disk;
    if (isBoth) this.counts.bothCopiesLost += 1;
    else this.counts[lost[0] === journalName ? 'journalLost' : 'secondCopyLost'] += 1;
    this.#expects = isBoth ? 'another' : 'same';
    this.#world.note(`the camera's storage loses ${lost.join(' and ')}`);
    if (lost[0] === journalName) this.#world.debts.forget();
    const left = names.flatMap((name): [string, Uint8Array][] => {
      const bytes = disk.content(name);
      return bytes === undefined || lost.some((one) => one === name) ? [] : [[name, bytes]];
    });
    return SimFileSystem.holding(new Map(left), isBoth ? faults : []);
  }

  /** While one copy is lost, no other fault takes what is left. */
  isSpared(disk: SimFileSystem): boolean {
    return this.#expects === 'same' && !copies.every((name) => disk.names.includes(name));
  }

  /** The camera is about to start. */
  starting(): void {
    this.#isStale = false;
  }

  /** The camera has started. @throws Violation */
  started(spool: Spool): void {
    const { chain } = spool;
    const name = chain === undefined ? 'first' : toHex(chain);
    const before = this.#chain;
    if (this.#expects === 'same' && name !== before)
      throw new Violation('a camera with one copy of its counters left its chain');
    if (this.#expects === 'another' && this.#chains.has(name))
      throw new Violation('a camera without counters went on in a chain of before');
    this.#expects = undefined;
    if (name !== before && before !== undefined) this.counts.chainsBegun += 1;
    this.#chains.add(name);
    this.#chain = name;
  }
}
