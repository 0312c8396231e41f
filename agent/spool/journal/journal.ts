import { SealcamError, systemCode } from '../../../base/errors.ts';
import type { OpenFile } from '../disk/file-system.ts';
import { readAt, readInto, writeAll } from '../disk/files.ts';
import type { Folder } from '../disk/folder.ts';
import type { Reserve } from '../disk/reserve.ts';
import { isDamage, storageError } from '../errors.ts';
import { spoolLimits } from '../limits.ts';
import { journalName, newJournalName } from '../names.ts';
import {
  decodeEntries,
  emptyJournal,
  encodeEntry,
  entriesOf,
  type JournalEntry,
  type JournalState,
  withEntry,
} from './journal-entries.ts';

/**
 * What the journal contains, and how many of its bytes belong to no entry. A block that the storage cannot read costs
 * the entries in it, just as rot does: a camera that refused to start because of it would record nothing at all. As the
 * start then replaces the journal, what fails is tried again first: a fault that passes must cost nothing.
 * @throws SealcamError `SPOOL_JOURNAL`, and what the file system throws for any other reason than damage.
 */
export async function readJournal(folder: Folder): Promise<{ state: JournalState; skipped: number }> {
  let read: JournalBytes | undefined;
  for (let attempt = 1; attempt <= spoolLimits.readsMax; attempt += 1) {
    try {
      read = await readOnce(folder, read);
      if (read.unread.length === 0) break;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') break;
      if (!isDamage(error)) throw error;
    }
  }
  const { entries, skipped } = decodeEntries(read?.bytes ?? new Uint8Array());
  return { state: entries.reduce(withEntry, emptyJournal), skipped };
}

/** The journal's bytes, as far as they could be read: `unread` are the offsets of the blocks that are zeros instead. */
interface JournalBytes {
  readonly bytes: Uint8Array;
  readonly unread: readonly number[];
}

/** Reads the journal, or what of it is missing in `before`. Throws as the file system does, and `SPOOL_JOURNAL`. */
async function readOnce(folder: Folder, before: JournalBytes | undefined): Promise<JournalBytes> {
  return folder.with(journalName, 'read', async (file) => {
    const size = await file.size();
    if (size > spoolLimits.journalBytesMax) {
      throw new SealcamError(
        'SPOOL_JOURNAL',
        `The spool's journal has ${size} bytes, more than it can: move it away if it is not the agent's`,
      );
    }
    if (before !== undefined) return readBlocks(file, before);
    try {
      return { bytes: await readAt(file, 0, size), unread: [] };
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
    const blocks = Math.ceil(size / spoolLimits.scanBytes);
    const unread = Array.from({ length: blocks }, (_, n) => n * spoolLimits.scanBytes);
    return readBlocks(file, { bytes: new Uint8Array(size), unread });
  });
}

/** Fills in what was not read yet. */
async function readBlocks(file: OpenFile, { bytes, unread }: JournalBytes): Promise<JournalBytes> {
  const failed: number[] = [];
  for (const at of unread) {
    const block = bytes.subarray(at, at + spoolLimits.scanBytes);
    try {
      await readInto(file, at, block);
    } catch (error) {
      if (!isDamage(error)) throw error;
      block.fill(0);
      failed.push(at);
    }
  }
  return { bytes, unread: failed };
}

/**
 * The append-only journal. An entry counts once {@link commit} resolves. After a failed write or fsync its file is
 * never written again: the whole state goes to a new file, which replaces it.
 */
export class Journal {
  readonly #folder: Folder;
  readonly #reserve: Reserve;
  #state: JournalState;
  #file: OpenFile | undefined;
  #end = 0;
  #leanBytes = 0;

  /** {@link rewrite} creates its file. */
  constructor(folder: Folder, reserve: Reserve, state: JournalState) {
    this.#folder = folder;
    this.#reserve = reserve;
    this.#state = state;
  }

  get state(): JournalState {
    return this.#state;
  }

  /**
   * Makes `entries` durable, all in one write. Calls may not overlap.
   * @throws SealcamError `SPOOL_FULL`, `SPOOL_IO`: the state is as before, though after a crash the entries may or may
   *   not count.
   */
  async commit(...entries: readonly JournalEntry[]): Promise<void> {
    const state = entries.reduce(withEntry, this.#state);
    const large = this.#end > spoolLimits.journalBytesMin && this.#end > 4 * this.#leanBytes;
    if (this.#file === undefined || large) return this.rewrite(state);
    try {
      const bytes = await writeAll(this.#file, entries.map(encodeEntry), this.#end);
      await this.#file.datasync();
      this.#end += bytes;
      this.#state = state;
    } catch {
      await this.rewrite(state);
    }
  }

  /** Replaces the journal with one that contains only `state`; throws as {@link commit}. */
  async rewrite(state: JournalState): Promise<void> {
    await this.close();
    try {
      await this.#reserve.lend(() => this.#rewriteOnce(state));
    } catch (cause) {
      throw storageError("The spool's journal cannot be written", cause);
    }
  }

  async #rewriteOnce(state: JournalState): Promise<void> {
    const folder = this.#folder;
    if (await folder.has(newJournalName)) await folder.remove(newJournalName);
    const file = await folder.open(newJournalName, 'create');
    try {
      const bytes = await writeAll(file, entriesOf(state).map(encodeEntry), 0);
      await file.datasync();
      await folder.rename(newJournalName, journalName);
      await folder.sync();
      this.#file = file;
      this.#end = bytes;
      this.#leanBytes = bytes;
      this.#state = state;
    } catch (error) {
      await file.close().catch(() => {});
      throw error;
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close().catch(() => {});
  }
}
