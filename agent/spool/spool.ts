import { equalBytes, joinBytes, toHex } from '../../base/bytes.ts';
import { SealcamError } from '../../base/errors.ts';
import { serial } from '../../base/serial.ts';
import { fileMagic, statementRecord } from '../../evidence/records.ts';
import type { SeenVersion } from '../../evidence/roster.ts';
import { coreCodec, type Moment, type Statement } from '../../evidence/statements.ts';
import { CellFacts } from './cell-facts.ts';
import { Debts } from './debts.ts';
import { type ChunkSegment, storageError } from './errors.ts';
import type { Journal } from './journal/journal.ts';
import type { JournalEntry, NewestStatement } from './journal/journal-entries.ts';
import type { Owed } from './journal/owed.ts';
import { baseName } from './names.ts';
import { ReceiptTaker, spooled } from './receipt-taker.ts';
import { inheritedMark, marksFor } from './recordings/linked.ts';
import { keepLoss, readKeptLoss } from './recordings/losses.ts';
import { certainDigest, newestOf } from './recordings/newest.ts';
import { OpeningFiles } from './recordings/opening-files.ts';
import { RecordingReader } from './recordings/reader.ts';
import {
  justOpened,
  newestPolicyOf,
  type RecordingFilesState,
  type Recoverable,
  recoverableOf,
  type Tally,
  type Unstopped,
  unstoppedOf,
} from './recordings/recording.ts';
import { readSealedKeys } from './recordings/sealed-keys.ts';
import { SealedTo } from './recordings/sealed-to.ts';
import { cutTail } from './recordings/tails.ts';
import { type RecordingWriter, SealFileWriter, type WriterSetting } from './recordings/writer.ts';
import type { SpoolFindings, SpoolStart } from './spool-start.ts';
import type { NewRecording, ReceiptOutcome, SpooledRecording, UplinkSpool } from './types.ts';

/** The camera's durable store: its content is sealed, and stays until a station has receipted it in full. */
export class Spool implements UplinkSpool {
  /**
   * The chain in which boots and recordings are counted, 16 bytes; undefined in a camera's first chain. As durable as
   * the counters.
   */
  readonly chain: Uint8Array | undefined;
  /** The boot counter of this boot; durable before the spool was returned. */
  readonly bootCounter: number;
  /** D of the newest session before this boot. */
  readonly previousSession: Uint8Array | undefined;
  readonly findings: SpoolFindings;
  readonly cells: CellFacts;
  readonly sealedTo: SealedTo;
  readonly #start: SpoolStart;
  readonly #journal: Journal;
  readonly #recordings: Map<string, RecordingFilesState>;
  readonly #uncut: Set<string>;
  readonly #writers = new Map<string, SealFileWriter>();
  /** Opened, but not journaled: they stay hidden until the next start. */
  readonly #hidden = new Set<string>();
  readonly #listeners = new Set<() => void>();
  readonly #inTurn = serial();
  readonly #openingFiles: OpeningFiles;
  readonly #debts: Debts;
  readonly #receipts: ReceiptTaker;
  #session: Statement<'session'> | undefined;
  #numberTaken: number;
  #snapshot: readonly SpooledRecording[] | undefined;

  /** Use {@link openSpool}. */
  constructor(start: SpoolStart) {
    this.#start = start;
    this.#journal = start.journal;
    this.#openingFiles = new OpeningFiles(start);
    this.chain = start.chain;
    this.bootCounter = start.bootCounter;
    this.previousSession = start.previousSession;
    this.findings = start.findings;
    this.cells = new CellFacts(start, this.#inTurn, () => this.#changed());
    this.#recordings = new Map(start.recordings.map((recording) => [recording.id, recording]));
    this.#uncut = new Set(start.uncut);
    this.#numberTaken = start.numberTaken;
    this.sealedTo = new SealedTo(start);
    this.#debts = new Debts(start.journal, () => this.#all(), this.#hidden);
    this.#receipts = new ReceiptTaker(start, this.#debts, {
      find: (id) => (this.#hidden.has(id) ? undefined : this.#recordings.get(id)),
      numbers: () => new Set(this.#all().map(({ number }) => number)),
      gone: ({ id }) => {
        this.#recordings.delete(id);
        this.#writers.delete(id);
      },
      changed: () => this.#changed(),
    });
  }

  /** The number that the next opening must have. */
  get nextRecordingNumber(): number {
    return this.#numberTaken + 1;
  }

  /** The newest recording of this chain and its newest statement, whether its files are still in the spool or not. */
  get newest(): NewestStatement | undefined {
    return newestOf(this.#all(), this.#journal.state.newest, this.chain);
  }

  /** D of that statement, for a station to compare with what it holds; undefined if a newer one may exist. */
  get newestStatement(): Uint8Array | undefined {
    return certainDigest(this.newest, this.#all(), this.findings.unreadable, this.#numberTaken);
  }

  /** Recordings that a crash, or a fault in this run, left without a closing. */
  get recoverable(): readonly Recoverable[] {
    return this.#visible()
      .filter(({ id, endedBy }) => endedBy === undefined && !this.#writers.has(id))
      .map(recoverableOf);
  }

  /** The newest recording, unless someone stopped it: whoever started it believes that the camera is recording. */
  get unstopped(): Unstopped | undefined {
    return unstoppedOf(this.#all());
  }

  /** Bytes of the recordings' files, not counting keys and tails. */
  get storedBytes(): number {
    let bytes = 0;
    for (const { parts } of this.#recordings.values()) for (const { end } of parts) bytes += end;
    return bytes;
  }

  /** The durable part of a recording that is being made; undefined if it is not in the spool. */
  tallyOf(id: string): Tally | undefined {
    return this.#recordings.get(id)?.tally;
  }

  /** When a recording began, according to its opening; undefined if it is not, or no longer, in the spool. */
  startOf(id: string): Moment | undefined {
    return this.#recordings.get(id)?.core.claimedStart;
  }

  /** The newest signed policy that an opening in the spool names, in whatever chain; undefined if none does. */
  get newestPolicy(): SeenVersion | undefined {
    return newestPolicyOf(this.#all());
  }

  /** Free bytes of the storage, not counting the reserve. */
  freeBytes(): Promise<number> {
    return this.#start.folder.freeBytes();
  }

  /**
   * Journals the session of this boot, which is written into every file from now on.
   * @throws SealcamError `SPOOL_FULL`, `SPOOL_IO`, `SPOOL_SESSION` if it has another boot counter.
   */
  beginSession(session: Statement<'session'>): Promise<void> {
    return this.#inTurn(async () => {
      if (session.body.bootCounter !== this.bootCounter) {
        throw new SealcamError(
          'SPOOL_SESSION',
          `The session has boot counter ${session.body.bootCounter}, expected ${this.bootCounter}`,
        );
      }
      await this.#journal.commit([{ kind: 'session', counter: this.bootCounter, digest: session.digest }]);
      this.#session = session;
    });
  }

  /**
   * Opens a recording. On return its keys and its opening are durable and its number is used: only now may the keys or
   * the opening leave the camera.
   * @throws SealcamError `SPOOL_SESSION` (another session), `SPOOL_NUMBER` (not the next number),
   * `SPOOL_FULL`, `SPOOL_IO`: no recording was opened; after `SPOOL_IO` the number may be used.
   */
  open(given: NewRecording): Promise<RecordingWriter> {
    return this.#inTurn(() => this.#open(given));
  }

  /** Recordings that are owed, oldest first. */
  get owed(): readonly Owed[] {
    return this.#debts.owed;
  }

  /**
   * Journals that a recording is owed, or what more is known about one that is. One that is already stored is not owed.
   * @param instead the name of an entry whose place this one takes.
   * @throws SealcamError `SPOOL_FULL`, `SPOOL_IO`.
   */
  owe(owed: Owed, instead?: string): Promise<void> {
    return this.#inTurn(() => this.#debts.owe(owed, instead));
  }

  /** See {@link Debts.unusedStart}. */
  unusedStart(start: Moment): Moment {
    return this.#debts.unusedStart(start);
  }

  /** Journals that the owed recording of this name is durable, including its gap. Throws as {@link owe}. */
  paid(name: string): Promise<void> {
    return this.#inTurn(() => this.#debts.paid(name));
  }

  async #open({ opening, sealedKeys, paying }: NewRecording): Promise<RecordingWriter> {
    await this.#openingFiles.takeBackLeft();
    const core = coreCodec.decode(opening.body.core);
    const id = toHex(core.recordingId);
    const session = this.#session;
    if (session === undefined || !equalBytes(core.session, session.digest)) {
      throw new SealcamError('SPOOL_SESSION', 'The opening names another session than the spool was given');
    }
    if (core.recordingNumber !== this.nextRecordingNumber || this.#recordings.has(id)) {
      throw new SealcamError(
        'SPOOL_NUMBER',
        `Expected a new recording with number ${this.nextRecordingNumber}, got ${core.recordingNumber}`,
      );
    }
    const base = baseName(core.recordingNumber, id);
    const once = [statementRecord(session.encoded), statementRecord(opening.encoded)];
    // Written twice: the whole recording depends on these two.
    const head = [fileMagic, ...once, ...once];
    const file = await this.#openingFiles.make(base, head, sealedKeys);
    const recording = justOpened(base, session, opening, core, joinBytes(head).length);
    this.#recordings.set(id, recording);
    this.#numberTaken = core.recordingNumber;
    try {
      const newest = { number: core.recordingNumber, digest: opening.digest, closed: false };
      const paid: JournalEntry[] = paying === undefined ? [] : [{ kind: 'paid', name: paying }];
      const marked = inheritedMark(recording, this.#journal.state.marked);
      await this.#journal.commit([{ kind: 'newest', newest }, ...paid, ...marked]);
      await this.#countTwice();
    } catch (error) {
      // The opening is durable, so the number is used; but as that is not journaled, the recording must stay hidden.
      this.#hidden.add(id);
      await file.close().catch(() => {});
      throw error;
    }
    const writer = new SealFileWriter(this.#writerSetting(), recording, file);
    this.#writers.set(id, writer);
    this.#changed();
    return writer;
  }

  /** The journal has the counters already: an outdated second copy is no reason not to record. */
  async #countTwice(): Promise<void> {
    const { counterFile, log } = this.#start;
    try {
      const { bootCounter, chain } = this;
      const { newest } = this.#journal.state;
      await counterFile.write({ bootCounter, numberTaken: this.#numberTaken, chain, newest });
    } catch (error) {
      if (!(error instanceof SealcamError)) throw error;
      log.alarm('counter.not-copied', 'The counters are durable once instead of twice', { code: error.code });
    }
  }

  /**
   * Closes a recording of {@link recoverable}. The session of this boot is written before the closing if it is not the
   * recording's own.
   * @throws SealcamError as {@link RecordingWriter.close}, and `SPOOL_UNKNOWN`. May be called again with the
   *   same closing.
   */
  recover(id: string, closing: Statement<'closing'>): Promise<void> {
    return this.#inTurn(async () => {
      const recording = this.#known(id);
      const session = this.#session;
      if (session === undefined) throw new SealcamError('SPOOL_SESSION', 'No session was begun');
      const { folder } = this.#start;
      const part = recording.parts.at(-1);
      if (this.#uncut.has(id)) {
        try {
          for (const each of recording.parts) await cutTail(folder, recording.base, each);
        } catch (error) {
          throw storageError('The torn end of the recording cannot be kept aside', error);
        }
        this.#uncut.delete(id);
      }
      let writer = this.#writers.get(id);
      if (writer === undefined) {
        // If the file cannot be opened, the writer creates a new part.
        const file = await folder.open(part?.name ?? '', 'write').catch(() => undefined);
        writer = new SealFileWriter(this.#writerSetting(), recording, file);
        this.#writers.set(id, writer);
      }
      await writer.closeFor(
        closing,
        equalBytes(recording.session.digest, session.digest) ? undefined : session,
      );
    });
  }

  recordings(): readonly SpooledRecording[] {
    this.#snapshot ??= this.#visible()
      .map((recording) => spooled(recording, this.#journal.state, this.#start.cells, this.#start.receiptKeys))
      .sort((a, b) => a.number - b.number);
    return this.#snapshot;
  }

  #all(): RecordingFilesState[] {
    return [...this.#recordings.values()];
  }

  #visible(): RecordingFilesState[] {
    return this.#all().filter(({ id }) => !this.#hidden.has(id));
  }

  /**
   * Journals that a recording was bookmarked, and with it all that it continues, which decides the order of uploads. What
   * continues it will be marked when it is opened. Once is enough.
   * @throws SealcamError `SPOOL_UNKNOWN`, `SPOOL_FULL`, `SPOOL_IO`.
   */
  mark(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const { number } = this.#known(id);
      const entries = marksFor(this.#visible(), number, this.#journal.state.marked);
      if (entries.length === 0) return;
      await this.#journal.commit(entries);
      this.#changed();
    });
  }

  async readHead(id: string): Promise<Uint8Array[]> {
    const { session, opening } = this.#known(id);
    return [statementRecord(session.encoded), statementRecord(opening.encoded)];
  }

  async readSealedKeys(id: string): Promise<Uint8Array> {
    return readSealedKeys(this.#start.folder, this.#known(id));
  }

  async readStatements(id: string, index: number): Promise<Uint8Array[]> {
    return new RecordingReader(this.#start.folder, this.#known(id)).statements(index);
  }

  async readSegments(id: string, index: number, take?: (bytes: number) => Uint8Array): Promise<Uint8Array[]> {
    return new RecordingReader(this.#start.folder, this.#known(id)).segments(index, take);
  }

  /** Reads `index` from the storage itself, not from the system's memory. @throws RotError (`SPOOL_ROT`), `SPOOL_UNKNOWN`. */
  async readAgain(id: string, index: number): Promise<void> {
    await new RecordingReader(this.#start.folder, this.#known(id)).again(index);
  }

  async readLoss(
    id: string,
    index: number,
    segments: readonly ChunkSegment[],
  ): Promise<Uint8Array[] | undefined> {
    const recording = this.#known(id);
    if (!recording.losses.has(index)) return undefined;
    return readKeptLoss(this.#start.folder, recording, index, segments);
  }

  keepLoss(loss: Statement<'loss'>): Promise<void> {
    return this.#inTurn(async () => {
      const recording = this.#known(toHex(loss.body.recordingId));
      const session = this.#session;
      if (session === undefined || !equalBytes(loss.body.session, session.digest)) {
        throw new SealcamError('SPOOL_SESSION', 'The loss names another session than the spool was given');
      }
      await keepLoss(this.#start, recording, session, loss);
      recording.losses.add(loss.body.index);
    });
  }

  acceptReceipt(receipt: Statement<'receipt'>, isCertain: boolean): Promise<ReceiptOutcome> {
    return this.#inTurn(() => this.#receipts.accept(receipt, isCertain));
  }

  /** Counts the journaled receipts again, by what is revoked and needed now: what too few good ones cover is sent again. */
  recount(): Promise<void> {
    const sealedTo = (): Promise<void> => this.sealedTo.count(this.#visible());
    return this.#inTurn(() => this.#receipts.recount().then(sealedTo));
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Closes all files and releases the lock. What is durable stays so; recordings under way end without a closing. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      for (const writer of this.#writers.values()) await writer.abandon();
      await this.#journal.close();
      await this.#start.unlock();
    });
  }

  #known(id: string): RecordingFilesState {
    const recording = this.#hidden.has(id) ? undefined : this.#recordings.get(id);
    if (recording !== undefined) return recording;
    throw new SealcamError('SPOOL_UNKNOWN', `Recording ${id} is not in the spool, or no longer`);
  }

  #writerSetting(): WriterSetting {
    const { folder, log, reserve, partBytesMax } = this.#start;
    return { folder, log, reserve, partBytesMax, changed: () => this.#changed() };
  }

  #changed(): void {
    this.#snapshot = undefined;
    for (const listener of this.#listeners) listener();
  }
}
