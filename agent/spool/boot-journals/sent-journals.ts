import { equalBytes, toHex } from '../../../base/bytes.ts';
import { SealcamError, systemCode } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { serial } from '../../../base/serial.ts';
import { statementRecord } from '../../../evidence/records.ts';
import type { Statement } from '../../../evidence/statements.ts';
import type { Folder } from '../disk/folder.ts';
import type { ReceiptOutcome, SpooledRecording } from '../types.ts';
import type { BootJournalWriter } from './journal-writer.ts';
import { type KeptBootJournal, readBootJournal, setBootJournalAside } from './kept.ts';

/** What is known of a journal that is sent, without its entries. */
interface SentJournal {
  readonly id: string;
  readonly bootCounter: number;
  readonly session: Statement<'session'>;
  /** Its durable entries. */
  readonly count: () => number;
  /** D of the entry before `index`, of the session at 0. */
  readonly before: (index: number) => Promise<Uint8Array | undefined>;
  readonly records: (index: number) => Promise<Uint8Array[]>;
  /** The file of an earlier boot, to which nothing is added; undefined for the journal of this boot. */
  readonly name: string | undefined;
  /** Its file has entries after its last one that can be read, so it is renamed instead of removed. */
  readonly damaged: boolean;
  /** The count of the newest receipt; -1 before one was taken. */
  receipted: number;
}

/**
 * The journals of boots as they are sent and receipted: those of earlier boots, of which a file is removed once a station
 * has receipted all of it, and that of this boot, which goes on.
 */
export class SentJournals {
  readonly #folder: Folder;
  readonly #log: Log;
  readonly #journals = new Map<string, SentJournal>();
  /** Ids of those that were removed: their receipts may come again. */
  readonly #gone = new Set<string>();
  readonly #listeners = new Set<() => void>();
  readonly #inTurn = serial();
  /** The earlier journal that was read last. */
  #read: { readonly id: string; readonly entries: readonly Statement<'journal'>[] } | undefined;
  /** Those whose files were synced since the start: a process that was killed may have left entries in memory alone. */
  readonly #synced = new Set<string>();

  /**
   * @param kept the journals of earlier boots, oldest first.
   * @param own that of this boot; undefined if it has none.
   */
  constructor(
    folder: Folder,
    kept: readonly KeptBootJournal[],
    own: BootJournalWriter | undefined,
    log: Log,
  ) {
    this.#folder = folder;
    this.#log = log;
    for (const one of kept) this.#add(this.#ofKept(one));
    if (own === undefined) return;
    this.#add({
      ...{ id: own.id, session: own.session, bootCounter: own.session.body.bootCounter },
      ...{ name: undefined, damaged: false },
      count: () => own.durable,
      before: async (index) => (index === 0 ? own.session.digest : own.entry(index - 1)?.digest),
      records: async (index) => recordsOf(own.entry(index)),
      receipted: -1,
    });
    own.onDurable = () => this.#changed();
  }

  #add(journal: SentJournal): void {
    this.#journals.set(journal.id, journal);
  }

  #ofKept({ id, name, session, entries, damaged }: KeptBootJournal): SentJournal {
    // The entries are not kept: there may be many journals.
    const count = entries.length;
    const entryAt = async (index: number): Promise<Statement<'journal'> | undefined> =>
      (await this.#entriesOf(id, name))[index];
    return {
      ...{ id, name, session, bootCounter: session.body.bootCounter, damaged, receipted: -1 },
      count: () => count,
      before: async (index) => (index === 0 ? session.digest : (await entryAt(index - 1))?.digest),
      records: async (index) => recordsOf(await entryAt(index)),
    };
  }

  async #entriesOf(id: string, name: string): Promise<readonly Statement<'journal'>[]> {
    if (this.#read?.id === id) return this.#read.entries;
    const { journal } = await readBootJournal(this.#folder, name);
    const entries = journal?.entries ?? [];
    this.#read = { id, entries };
    return entries;
  }

  /** The journals that are not known to be receipted in full, oldest first. */
  list(): SpooledRecording[] {
    return [...this.#journals.values()].map(({ id, bootCounter, session, count, name, receipted }) => ({
      ...{ id, number: bootCounter, openingDigest: session.digest, keyEnvelopeHash: undefined },
      ...{ durable: count(), closed: name !== undefined, receipted, complete: false, marked: false },
      journal: true as const,
    }));
  }

  has(id: string): boolean {
    return this.#journals.has(id) || this.#gone.has(id);
  }

  /** The record of the session. @throws SealcamError `SPOOL_UNKNOWN`; what the file system throws. */
  async readHead(id: string): Promise<Uint8Array[]> {
    const { session, name } = this.#find(id);
    if (name !== undefined && !this.#synced.has(id)) {
      await this.#folder.with(name, 'write', (file) => file.datasync());
      this.#synced.add(id);
    }
    return [statementRecord(session.encoded)];
  }

  /** The record of an entry. @throws SealcamError `SPOOL_UNKNOWN`, `SPOOL_ROT`; what the file system throws. */
  async readEntry(id: string, index: number): Promise<Uint8Array[]> {
    const records = await this.#find(id).records(index);
    if (records.length > 0) return records;
    throw new SealcamError('SPOOL_ROT', `Entry ${index} of the journal of a boot cannot be read back`);
  }

  /**
   * Takes a verified receipt; removes the journal of an earlier boot that a station holds in full.
   * @param isCertain false while its key may have been revoked: then nothing is removed.
   */
  acceptReceipt({ body }: Statement<'receipt'>, isCertain: boolean): Promise<ReceiptOutcome> {
    return this.#inTurn(async () => {
      const journal = this.#journals.get(toHex(body.recordingId));
      if (journal === undefined) return this.#gone.has(toHex(body.recordingId)) ? 'known' : 'unknown';
      const count = journal.count();
      const foreign =
        body.deviceId !== journal.session.body.deviceId ||
        body.keyEnvelopeHash !== undefined ||
        body.losses.length > 0;
      // All of a journal can be at a station only where nothing is added to it.
      const early = body.complete && (journal.name === undefined || body.count !== count);
      if (foreign || early || body.count > count) return 'contradicting';
      const named = await journal.before(body.count);
      if (named === undefined || !equalBytes(named, body.statement)) return 'contradicting';
      const more = body.complete || body.count > journal.receipted;
      if (!isCertain) return more ? 'held' : 'known';
      journal.receipted = Math.max(journal.receipted, body.count);
      if (body.complete) await this.#remove(journal);
      this.#changed();
      return more ? 'journaled' : 'known';
    });
  }

  /** Calls back whenever {@link list} has changed; returns a function that stops it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What fails is found by the next start, and receipted again. */
  async #remove({ id, name, bootCounter, damaged }: SentJournal): Promise<void> {
    const held = 'A station holds all of the journal of an earlier boot';
    this.#log.info('boot-journal.receipted', held, { boot: bootCounter });
    this.#journals.delete(id);
    this.#gone.add(id);
    if (this.#read?.id === id) this.#read = undefined;
    if (name === undefined) return;
    try {
      if (damaged) await setBootJournalAside(this.#folder, name);
      else await this.#folder.removeIfThere(name);
      await this.#folder.sync();
    } catch (error) {
      const code = systemCode(error);
      const sentence = 'The journal of an earlier boot cannot be removed';
      this.#log.warn('boot-journal.not-removed', sentence, { name, code });
    }
  }

  #find(id: string): SentJournal {
    const journal = this.#journals.get(id);
    if (journal !== undefined) return journal;
    throw new SealcamError('SPOOL_UNKNOWN', `The journal of a boot ${id} is not in the spool`);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function recordsOf(entry: Statement<'journal'> | undefined): Uint8Array[] {
  return entry === undefined ? [] : [statementRecord(entry.encoded)];
}
