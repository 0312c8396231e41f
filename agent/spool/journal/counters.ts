import { beBytes, concatBytes, equalBytes } from '../../../base/bytes.ts';
import { crc32c } from '../../../base/crc32c.ts';
import { systemCode } from '../../../base/errors.ts';
import { chainIdBytes, digestBytes } from '../../../evidence/limits.ts';
import type { Attempts } from '../disk/attempts.ts';
import { readAt, writeAll } from '../disk/files.ts';
import type { Folder } from '../disk/folder.ts';
import { storageError } from '../errors.ts';
import { countersName } from '../names.ts';
import type { JournalState, NewestStatement } from './journal-entries.ts';

/** The counters that a camera may never reuse, and the chain in which they count. */
export interface Counters {
  readonly bootCounter: number;
  /** The largest recording number that was used. */
  readonly numberTaken: number;
  /**
   * The newest recording, and its newest statement when this copy was written, which the next opening names; undefined
   * where there is no recording, or its files cannot be read.
   */
  readonly newest: NewestStatement | undefined;
  /** 16 bytes; undefined in a camera's first chain. */
  readonly chain: Uint8Array | undefined;
}

/** True if both count in the same chain. */
export function sameChain(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one === undefined || other === undefined ? one === other : equalBytes(one, other);
}

// Each write goes to the slot that does not hold the newest counters, so that a torn write leaves the other slot
// intact.
const slotBytes = 128;
const bodyBytes = 8 + 8 + 8 + 1 + chainIdBytes + 8 + digestBytes;
/** The bits of a slot's byte of flags. */
const flag = { chain: 1, newest: 2, closed: 4 } as const;

/**
 * The second copy of the camera's counters: a file of two slots, separate from the journal, so that neither losing one
 * file nor a bad block makes the camera reuse a boot counter or a recording number.
 */
export class CounterFile {
  readonly #folder: Folder;
  #sequence = 0;
  #made = false;

  constructor(folder: Folder) {
    this.#folder = folder;
  }

  /** The counters in the file; undefined if the file is missing, cannot be read, or has no valid slot. */
  async read(attempts: Attempts): Promise<Counters | undefined> {
    const bytes = await this.#bytes(attempts);
    if (bytes === undefined) return undefined;
    this.#made = bytes.length === 2 * slotBytes;
    const slots = [0, 1].flatMap((n) => decode(bytes.subarray(n * slotBytes, (n + 1) * slotBytes)) ?? []);
    const newest = slots.sort((a, b) => b.sequence - a.sequence)[0];
    this.#sequence = newest?.sequence ?? 0;
    return newest?.counters;
  }

  async #bytes(attempts: Attempts): Promise<Uint8Array | undefined> {
    let bytes: Uint8Array | undefined;
    await attempts.until(async () => {
      try {
        bytes = await this.#folder.with(countersName, 'read', (file) => readAt(file, 0, 2 * slotBytes));
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error;
      }
      return true;
    });
    return bytes;
  }

  /** Makes `counters` durable. @throws SealcamError `SPOOL_FULL`, `SPOOL_IO`. */
  async write(counters: Counters): Promise<void> {
    const sequence = this.#sequence + 1;
    const slot = encode(sequence, counters);
    try {
      if (this.#made) {
        await this.#folder.with(countersName, 'write', async (file) => {
          await writeAll(file, [slot], (sequence % 2) * slotBytes);
          await file.datasync();
        });
      } else await this.#make(slot, sequence);
    } catch (error) {
      // After a failed write or fsync the file proves nothing: the next call creates another.
      this.#made = false;
      throw storageError("The second copy of the camera's counters cannot be written", error);
    }
    this.#sequence = sequence;
  }

  async #make(slot: Uint8Array, sequence: number): Promise<void> {
    const fresh = `${countersName}.new`;
    if (await this.#folder.has(fresh)) await this.#folder.remove(fresh);
    const empty = new Uint8Array(slotBytes);
    await this.#folder.make(fresh, sequence % 2 === 0 ? [slot, empty] : [empty, slot]);
    await this.#folder.rename(fresh, countersName);
    await this.#folder.sync();
    this.#made = true;
  }
}

function encode(sequence: number, { bootCounter, numberTaken, chain, newest }: Counters): Uint8Array {
  const body = concatBytes(
    beBytes(sequence, 8),
    beBytes(bootCounter, 8),
    beBytes(numberTaken, 8),
    Uint8Array.of(
      (chain === undefined ? 0 : flag.chain) |
        (newest === undefined ? 0 : flag.newest) |
        (newest?.closed === true ? flag.closed : 0),
    ),
    chain ?? new Uint8Array(chainIdBytes),
    beBytes(newest?.number ?? 0, 8),
    newest?.digest ?? new Uint8Array(digestBytes),
  );
  return concatBytes(body, beBytes(crc32c(body), 4), new Uint8Array(slotBytes - bodyBytes - 4));
}

function decode(slot: Uint8Array): { sequence: number; counters: Counters } | undefined {
  if (slot.length !== slotBytes) return undefined;
  const view = new DataView(slot.buffer, slot.byteOffset, slot.byteLength);
  if (view.getUint32(bodyBytes) !== crc32c(slot.subarray(0, bodyBytes))) return undefined;
  const numbers = [0, 8, 16, 41].map((at) => Number(view.getBigUint64(at)));
  const [sequence = 0, bootCounter = 0, numberTaken = 0, number = 0] = numbers;
  if (sequence === 0 || bootCounter === 0 || !numbers.every(Number.isSafeInteger)) return undefined;
  const flags = slot[24] ?? 0;
  const chain = flags & flag.chain ? slot.slice(25, 25 + chainIdBytes) : undefined;
  const digest = slot.slice(49, 49 + digestBytes);
  const newest = flags & flag.newest ? { number, digest, closed: (flags & flag.closed) !== 0 } : undefined;
  return { sequence, counters: { bootCounter, numberTaken, chain, newest } };
}

/** The counters in the journal; undefined if it is lost: one that was ever used contains its boot. */
export function countersOf({ bootCounter, numberTaken, newest, chain }: JournalState): Counters | undefined {
  return bootCounter === 0 ? undefined : { bootCounter, numberTaken, chain, newest };
}

/** What two copies of the counters say together. */
export interface AgreedCounters {
  /** Undefined if no valid copy is left: a new chain has to begin. */
  readonly counters: Counters | undefined;
  /** What is wrong with the copies, for a person to read; undefined if nothing is. */
  readonly fault: string | undefined;
}

/**
 * The journal is written first, so a crash leaves the second copy one lower. Any other difference means a loss, or
 * that an old file was put back: the larger counters win, unless the two copies count in different chains; then neither
 * can be trusted.
 */
export function agreed(journal: Counters | undefined, second: Counters | undefined): AgreedCounters {
  if (journal === undefined || second === undefined) {
    const counters = journal ?? second;
    if (counters === undefined) return { counters, fault: undefined };
    const lost = journal === undefined ? 'journal' : 'file of counters';
    return { counters, fault: `the ${lost} is lost or damaged: its counters are taken from the other copy` };
  }
  if (!sameChain(journal.chain, second.chain)) {
    return { counters: undefined, fault: 'the journal and the file of counters are of different chains' };
  }
  const boots = journal.bootCounter - second.bootCounter;
  const numbers = journal.numberTaken - second.numberTaken;
  const counters = {
    bootCounter: Math.max(journal.bootCounter, second.bootCounter),
    numberTaken: Math.max(journal.numberTaken, second.numberTaken),
    chain: journal.chain,
    // The journal knows the closing too.
    newest: (second.newest?.number ?? 0) > (journal.newest?.number ?? 0) ? second.newest : journal.newest,
  };
  const usual = boots >= 0 && boots <= 1 && numbers >= 0 && numbers <= 1;
  return { counters, fault: usual ? undefined : 'the two copies of the counters differ: the larger counts' };
}
