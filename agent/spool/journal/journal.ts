import type { OpenFile } from '../disk/file-system.ts';
import { writeAll } from '../disk/files.ts';
import type { Folder } from '../disk/folder.ts';
import type { Reserve } from '../disk/reserve.ts';
import { storageError } from '../errors.ts';
import { spoolLimits } from '../limits.ts';
import { journalName, newJournalName } from '../names.ts';
import {
  encodeEntry,
  entriesOf,
  type JournalEntry,
  type JournalState,
  withEntry,
} from './journal-entries.ts';

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
  async commit(entries: readonly JournalEntry[]): Promise<void> {
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
