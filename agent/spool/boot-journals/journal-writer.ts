import assert from 'node:assert/strict';
import { toHex } from '../../../base/bytes.ts';
import { systemCode } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { serial } from '../../../base/serial.ts';
import {
  type BootJournal,
  bootJournalId,
  extendBootJournal,
  startBootJournal,
} from '../../../evidence/boot-journal.ts';
import type { Signer } from '../../../evidence/crypto.ts';
import { isJournalValue, type JournalEvent } from '../../../evidence/encoding/journal-table.ts';
import { statementRecord } from '../../../evidence/records.ts';
import { type Moment, makeStatement, type Statement } from '../../../evidence/statements.ts';
import { writeAll } from '../disk/files.ts';
import type { Folder } from '../disk/folder.ts';
import { spoolLimits } from '../limits.ts';
import { bootJournalName } from '../names.ts';
import { journalFileParts, journalRecords } from './kept.ts';

/** The session of this boot, and the key that signs its journal. */
export interface JournalSigner {
  readonly statement: Statement<'session'>;
  readonly signer: Signer;
}

/**
 * The journal of this boot. Entries are signed at once, and durable after the next `flush`; only what is durable may leave
 * the camera. Each index is signed once: what a failed write left is written again, never made again.
 */
export class BootJournalWriter {
  /** The journal's id, 32 hexadecimal digits. */
  readonly id: string;
  /** Called when more entries are durable. */
  onDurable: () => void = () => {};
  readonly #session: JournalSigner;
  readonly #folder: Folder;
  readonly #name: string;
  readonly #log: Log;
  readonly #inTurn = serial();
  readonly #entries: Statement<'journal'>[] = [];
  #chain: BootJournal;
  #durable = 0;
  /** Bytes of the file that are durable; undefined while there is no file that is to be trusted. */
  #end: number | undefined;

  constructor(session: JournalSigner, folder: Folder, log: Log) {
    this.#session = session;
    this.#folder = folder;
    this.#log = log;
    this.id = toHex(bootJournalId(session.statement.digest));
    this.#name = bootJournalName(session.statement.body.bootCounter, this.id);
    this.#chain = startBootJournal(session.statement);
  }

  /** Entries that may be added before only those are taken that end the boot. */
  get room(): number {
    return spoolLimits.bootJournalEntriesMax - spoolLimits.bootJournalEntriesKept - this.#entries.length;
  }

  /** How many entries are durable. */
  get durable(): number {
    return this.#durable;
  }

  /** True if all entries are durable. */
  get settled(): boolean {
    return this.#durable === this.#entries.length;
  }

  /** Signs the next entry. Beyond the bound, or after a shutdown, it adds nothing. */
  add(event: JournalEvent, value: string, moment: Moment): void {
    assert(isJournalValue(event, value), `a value of another form than ${event} has`);
    if (this.#entries.length >= spoolLimits.bootJournalEntriesMax || this.#chain.shutDown) return;
    const { statement, signer } = this.#session;
    const { next: index, last: previous } = this.#chain;
    const entry = makeStatement(
      'journal',
      { session: statement.digest, index, previous, moment, event, value },
      signer,
    );
    this.#chain = extendBootJournal(this.#chain, entry);
    this.#entries.push(entry);
  }

  /** Makes all entries durable. What fails is logged, and written by a later call. */
  flush(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.settled) return;
      const count = this.#entries.length;
      try {
        if (this.#end === undefined) await this.#writeWhole(count);
        else await this.#append(this.#end, count);
        this.#durable = count;
        this.onDurable();
      } catch (error) {
        // What a failed write or sync left is not known: the file is replaced by a whole one.
        this.#end = undefined;
        const code = systemCode(error);
        this.#log.alarm('boot-journal.not-written', 'The journal of this boot cannot be written', { code });
      }
    });
  }

  async #append(end: number, count: number): Promise<void> {
    const records = this.#entries.slice(this.#durable, count).map(({ encoded }) => statementRecord(encoded));
    const bytes = await this.#folder.with(this.#name, 'write', async (file) => {
      const written = await writeAll(file, records, end);
      await file.datasync();
      return written;
    });
    this.#end = end + bytes;
  }

  async #writeWhole(count: number): Promise<void> {
    const parts = journalFileParts(journalRecords(this.#session.statement, this.#entries.slice(0, count)));
    const draft = `${this.#name}.new`;
    await this.#folder.removeIfThere(draft);
    await this.#folder.make(draft, parts);
    await this.#folder.rename(draft, this.#name);
    await this.#folder.sync();
    this.#end = parts.reduce((sum, { length }) => sum + length, 0);
  }

  get session(): Statement<'session'> {
    return this.#session.statement;
  }

  /** The durable entry at an index; undefined beyond the last one. */
  entry(index: number): Statement<'journal'> | undefined {
    return index < this.#durable ? this.#entries[index] : undefined;
  }
}
