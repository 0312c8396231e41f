import { fromHex } from '../../base/bytes.ts';
import type { Log } from '../../base/log.ts';
import type { Statement } from '../../evidence/statements.ts';
import type { Quota } from '../cameras/quotas.ts';
import type { DeviceSessions } from '../cameras/sessions.ts';
import type { JournalIntake } from '../intake/journal-intake.ts';
import type { StoredExtent } from '../intake/recording-intake.ts';
import { stationLimits } from '../limits.ts';
import type { Receiptable } from '../receipts/receiptable.ts';
import type { RecordFile } from './record-file.ts';
import type { RecordingName } from './recording-name.ts';
import type { Store } from './store.ts';
import { StoredReceipts } from './stored-receipts.ts';

/** What the stored journal of a boot needs. */
export interface StoredJournalOptions {
  readonly device: string;
  readonly store: Store;
  readonly quota: Pick<Quota, 'addBytes'>;
  readonly log: Log;
}

/** The journal of one boot of a camera, between the pure intake and the disk. */
export class StoredJournal implements Receiptable {
  readonly device: string;
  readonly name: RecordingName;
  readonly recordingId: Uint8Array;
  readonly hasKeys = false;
  readonly keyEnvelopeHash = undefined;
  readonly erased = false;
  readonly named: ReadonlySet<string> = new Set();
  /** What was durable after the last write; a check of the disk may have withdrawn it. */
  standing: StoredExtent | undefined;
  readonly #options: StoredJournalOptions;
  readonly #receipts: StoredReceipts;
  #evidence: { readonly seal: RecordFile; readonly intake: JournalIntake } | undefined;
  #repeatedUs = Number.NEGATIVE_INFINITY;

  private constructor(options: StoredJournalOptions, name: RecordingName, receipts: StoredReceipts) {
    this.#options = options;
    this.device = options.device;
    this.name = name;
    this.recordingId = fromHex(name.id) ?? new Uint8Array();
    this.#receipts = receipts;
  }

  /** A journal in the store, or one that begins: its receipts are read, its entries only by {@link load}. */
  static async open(options: StoredJournalOptions, name: RecordingName): Promise<StoredJournal> {
    return new StoredJournal(options, name, await StoredReceipts.open(options, name));
  }

  /** Decides on entries; undefined if they are not read, or the camera has not shown the session. */
  get intake(): JournalIntake | undefined {
    return this.#evidence?.intake;
  }

  get newest(): Statement<'receipt'> | undefined {
    return this.#receipts.newest;
  }

  get identityKeyId(): string | undefined {
    return this.intake?.session.certificate.keyId;
  }

  /** Whether its newest receipt may be repeated at `nowUs`; see `StoredRecording.mayRepeat`. */
  mayRepeat(nowUs: number): boolean {
    if (nowUs - this.#repeatedUs < stationLimits.repeatReceiptMsMin * 1_000) return false;
    this.#repeatedUs = nowUs;
    return true;
  }

  /** Reads the entries, if that has not been done. @returns how many bytes it read. */
  async load(sessions: DeviceSessions): Promise<number> {
    const session = sessions.ofJournal(this.name.id);
    if (this.#evidence !== undefined || session === undefined) return 0;
    const evidence = await this.#options.store.journals.open(this.device, this.name, session, sessions);
    this.#evidence = evidence;
    this.standing = evidence.intake.standing;
    return evidence.seal.size;
  }

  /** Forgets what is in memory, so that {@link load} reads the stored file again. */
  forget(): void {
    this.#evidence = undefined;
    this.standing = undefined;
  }

  /**
   * Writes what the intake returns; it is durable and read back when this resolves. Once its end is known, the whole
   * journal has been read back.
   * @throws SealcamError `STORE_FAULT`, `STORE_CHANGED`; what reading throws: then all is forgotten.
   */
  async commit(): Promise<void> {
    const evidence = this.#evidence;
    if (evidence === undefined) return;
    const { seal, intake } = evidence;
    const appends = intake.takeAppends();
    try {
      if (appends.length > 0) await seal.append(appends);
      const bytes = appends.reduce((sum, { record }) => sum + record.length, 0);
      this.#options.quota.addBytes(bytes, true);
      // After a complete receipt the camera deletes its copy.
      if (intake.standing.closing !== undefined && !seal.isReread) await seal.reread();
    } catch (error) {
      this.forget();
      throw error;
    }
    this.standing = intake.standing;
  }

  async look(): Promise<void> {
    try {
      await this.#evidence?.seal.look();
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  storeReceipt(receipt: Statement<'receipt'>): Promise<void> {
    return this.#receipts.add(receipt);
  }
}
