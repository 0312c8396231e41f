import { fromHex } from '../base/bytes.ts';
import type { Recording } from '../evidence/chain.ts';
import type { Statement } from '../evidence/statements.ts';
import { orders } from '../evidence/verify/judge.ts';
import type { RecordingIntake, Standing } from './intake.ts';
import type { Receiptable } from './receipts.ts';
import type { RecordFile } from './record-file.ts';
import { fileName, type RecordingName } from './recording-name.ts';
import type { RevokedFrom } from './revocations.ts';
import type { DeviceSessions } from './sessions.ts';
import type { Store, StoredEvidence } from './store.ts';
import type { EnvelopePlace, Vault } from './vault.ts';

/** What a stored recording works with. */
export interface RecordingOptions {
  readonly device: string;
  readonly store: Store;
  readonly vault: Vault;
  readonly revokedFrom: RevokedFrom;
}

/** One recording between the pure intake and the disk. */
export class StoredRecording implements Receiptable {
  readonly device: string;
  readonly name: RecordingName;
  readonly recordingId: Uint8Array;
  readonly receipts: RecordFile;
  newest: Statement<'receipt'> | undefined;
  standing: Standing | undefined;
  keyEnvelopeHash: Uint8Array | undefined;
  readonly #options: RecordingOptions;
  /** Another recording of the camera has the same number, and was here first. */
  readonly #twin: boolean;
  /** The end of the evidence is the closing that the newest receipt names. */
  readonly #ended: boolean;
  /** A signed order had its key object destroyed: no key is taken for it, and no other receipt is signed. */
  #erased = false;
  #evidence: StoredEvidence | undefined;

  private constructor(
    options: RecordingOptions,
    name: RecordingName,
    receipts: { readonly file: RecordFile; readonly newest: Statement<'receipt'> | undefined },
    twin: boolean,
    ended: boolean,
  ) {
    this.#options = options;
    this.device = options.device;
    this.name = name;
    this.recordingId = fromHex(name.id) ?? new Uint8Array();
    this.receipts = receipts.file;
    this.newest = receipts.newest;
    // Where neither was receipted, nobody can tell which was first.
    this.#twin = twin && receipts.newest === undefined;
    this.#ended = ended;
  }

  /** A recording of the store: its receipts are read, its evidence only by {@link load}. */
  static async open(options: RecordingOptions, name: RecordingName, twin: boolean): Promise<StoredRecording> {
    const { device, store } = options;
    const receipts = await store.openReceipts(device, name);
    const closing = receipts.newest?.body.complete === true ? receipts.newest.body.statement : undefined;
    const ended = closing !== undefined && (await store.endsWith(device, name, closing));
    return new StoredRecording(options, name, receipts, twin, ended);
  }

  /** A recording that has just been opened; it stands in the store after {@link commit}. */
  static async create(
    options: RecordingOptions,
    name: RecordingName,
    recording: Recording,
    sessions: DeviceSessions,
    twin: boolean,
  ): Promise<StoredRecording> {
    const created = await StoredRecording.open(options, name, twin);
    created.#evidence = await options.store.createEvidence(options.device, recording, sessions);
    return created;
  }

  /** What decides on records; undefined where the evidence is not read, or does not hold its opening. */
  get intake(): RecordingIntake | undefined {
    return this.#evidence?.intake;
  }

  get identityKeyId(): string | undefined {
    return this.intake?.recording.session.certificate.keyId;
  }

  /** A complete receipt was signed, and what it speaks of is there still: nothing can be added. */
  get complete(): boolean {
    if (this.newest?.body.complete !== true) return false;
    return this.standing === undefined ? this.#ended : this.standing.closing !== undefined;
  }

  /** True where it may be forgotten and read again. */
  get idle(): boolean {
    return this.intake?.idle ?? true;
  }

  /** Reads the evidence, where that has not been done. */
  async load(sessions: DeviceSessions): Promise<void> {
    if (this.#evidence !== undefined) return;
    const evidence = await this.#options.store.openEvidence(this.device, this.name, sessions);
    this.#evidence = evidence;
    const { intake } = evidence;
    if (intake === undefined) return;
    const place = this.#place(intake);
    const held = await this.#options.vault.has(place);
    this.#erased = !held && (await this.#isErased(intake));
    this.keyEnvelopeHash = held || this.#erased ? place.hash : undefined;
    this.#stand(intake);
  }

  /** Forgets what is in memory, so that {@link load} reads again what is stored. */
  forget(): void {
    this.#evidence = undefined;
    this.standing = undefined;
  }

  /**
   * Writes what the intake gives out; it is durable and read back when this resolves.
   * @throws SealcamError `STORE_FAULT`; then what was not durable is forgotten.
   */
  async commit(): Promise<void> {
    const evidence = this.#evidence;
    if (evidence?.intake === undefined) return;
    const appends = evidence.intake.takeAppends();
    try {
      if (appends.length > 0) await evidence.seal.append(appends);
    } catch (error) {
      this.forget();
      throw error;
    }
    this.#stand(evidence.intake);
  }

  /** Opens and stores the key envelope. @throws SealcamError as the vault does. */
  async storeKeys(sealed: Uint8Array): Promise<void> {
    const { intake } = this;
    if (intake === undefined) throw new TypeError('keys are stored for a recording that is read');
    const place = this.#place(intake);
    await this.#options.vault.store(sealed, place);
    this.keyEnvelopeHash = place.hash;
  }

  #place({ recording }: RecordingIntake): EnvelopePlace {
    return {
      device: this.device,
      recordingId: this.recordingId,
      name: fileName(this.name),
      hash: recording.opening.body.keyEnvelopeHash,
    };
  }

  #stand({ standing }: RecordingIntake): void {
    if (this.#erased) this.standing = undefined;
    else this.standing = this.#twin ? { ...standing, conflict: true } : standing;
  }

  async #isErased({ recording, standing: { closing } }: RecordingIntake): Promise<boolean> {
    const { device, store, revokedFrom } = this.#options;
    const found = closing === undefined ? [] : await store.deletions(device, this.name);
    return found.some(
      ({ statement: { body }, certificate: { keyId } }) =>
        closing !== undefined && orders(body, recording, closing) && revokedFrom(keyId) === undefined,
    );
  }
}
