import { fromHex } from '../../base/bytes.ts';
import type { Log } from '../../base/log.ts';
import type { Recording } from '../../evidence/chain.ts';
import { auditRecipients } from '../../evidence/open/recipients.ts';
import type { Statement } from '../../evidence/statements.ts';
import { orders } from '../../evidence/verify/judge.ts';
import type { Quota } from '../cameras/quotas.ts';
import type { DeviceSessions } from '../cameras/sessions.ts';
import type { RevokedFrom } from '../cameras/trust/revocations.ts';
import type { RecordingIntake, StoredExtent } from '../intake/recording-intake.ts';
import { stationLimits } from '../limits.ts';
import { lossKey } from '../receipts/book.ts';
import type { Receiptable } from '../receipts/receiptable.ts';
import type { EnvelopePlace, Vault } from '../vault/vault.ts';
import type { Completed } from './completed.ts';
import { fileName, type RecordingName } from './recording-name.ts';
import type { Store, StoredEvidence } from './store.ts';
import { StoredReceipts } from './stored-receipts.ts';

/** What a stored recording needs. */
export interface RecordingOptions {
  readonly device: string;
  readonly store: Store;
  readonly vault: Vault;
  /** Called for each recording with which a complete receipt is stored. */
  readonly completed: Pick<Completed, 'add'>;
  readonly revokedFrom: RevokedFrom;
  readonly log: Log;
  /** Called with the number of bytes stored. */
  readonly quota: Pick<Quota, 'addBytes'>;
  /** Rosters of the agency, with which the recipients of each recording are compared; none by default. */
  readonly rosters?: readonly Statement<'roster'>[];
}

/** A recording, between the pure intake and the disk. */
export class StoredRecording implements Receiptable {
  readonly device: string;
  readonly name: RecordingName;
  readonly recordingId: Uint8Array;
  readonly hasKeys = true;
  /** What was durable after the last write; a check of the disk may have withdrawn it. */
  standing: StoredExtent | undefined;
  keyEnvelopeHash: Uint8Array | undefined;
  readonly #options: RecordingOptions;
  readonly #receipts: StoredReceipts;
  /** Another recording of the camera has the same number, and came first. */
  readonly #twin: boolean;
  /** The evidence ends with the closing that the newest receipt names. */
  readonly #ended: boolean;
  /** A signed order had its key object destroyed: no key is accepted for it, and no other receipt is signed. */
  #erased = false;
  #evidence: StoredEvidence | undefined;
  /** Its opening, as it was read before: it is signed, and may be stored again if the file has lost it. */
  #known: Recording | undefined;
  #named = new Set<string>();
  #repeatedUs = Number.NEGATIVE_INFINITY;

  private constructor(
    options: RecordingOptions,
    name: RecordingName,
    receipts: StoredReceipts,
    twin: boolean,
    ended: boolean,
  ) {
    this.#options = options;
    this.device = options.device;
    this.name = name;
    this.recordingId = fromHex(name.id) ?? new Uint8Array();
    this.#receipts = receipts;
    // If neither was receipted, it cannot be determined which came first.
    this.#twin = twin && receipts.newest === undefined;
    this.#ended = ended;
  }

  /** A recording in the store: its receipts are read, its evidence only by {@link load}. */
  static async open(options: RecordingOptions, name: RecordingName, twin: boolean): Promise<StoredRecording> {
    const { device, store } = options;
    const receipts = await StoredReceipts.open(options, name);
    const closing = receipts.newest?.body.complete === true ? receipts.newest.body.statement : undefined;
    const ended = closing !== undefined && (await store.endsWith(device, name, closing));
    return new StoredRecording(options, name, receipts, twin, ended);
  }

  /** A recording that has just been opened; it is in the store after {@link commit}. */
  static async create(
    options: RecordingOptions,
    name: RecordingName,
    recording: Recording,
    sessions: DeviceSessions,
    twin: boolean,
  ): Promise<StoredRecording> {
    const created = await StoredRecording.open(options, name, twin);
    created.#take(await options.store.createEvidence(options.device, recording, sessions));
    return created;
  }

  #take(evidence: StoredEvidence): void {
    this.#evidence = evidence;
    this.#named = new Set([...this.#named, ...evidence.named]);
    this.#known = evidence.intake?.recording ?? this.#known;
  }

  /** Decides on records; undefined if the evidence is not read, or does not contain its opening. */
  get intake(): RecordingIntake | undefined {
    return this.#evidence?.intake;
  }

  get newest(): Statement<'receipt'> | undefined {
    return this.#receipts.newest;
  }

  get identityKeyId(): string | undefined {
    return this.intake?.recording.session.certificate.keyId;
  }

  get erased(): boolean {
    return this.#erased;
  }

  get named(): ReadonlySet<string> {
    return this.#named;
  }

  /** A complete receipt was signed, and what it covers is still there: nothing can be added. */
  get complete(): boolean {
    if (this.newest?.body.complete !== true) return false;
    return this.standing === undefined ? this.#ended : this.standing.closing !== undefined;
  }

  /**
   * Whether its newest receipt may be repeated at `nowUs` to say where the station is: not more often than is useful.
   */
  mayRepeat(nowUs: number): boolean {
    if (nowUs - this.#repeatedUs < stationLimits.repeatReceiptMsMin * 1_000) return false;
    this.#repeatedUs = nowUs;
    return true;
  }

  /** True if it may be forgotten and read again. */
  get idle(): boolean {
    return this.intake?.idle ?? true;
  }

  /** Reads the evidence, if that has not been done. */
  async load(sessions: DeviceSessions): Promise<void> {
    if (this.#evidence !== undefined) return;
    const { store } = this.#options;
    const evidence = await store.openEvidence(this.device, this.name, sessions, this.#known);
    this.#take(evidence);
    const { intake } = evidence;
    if (intake === undefined) return;
    await this.#lookForKeys(intake);
    this.#stand(intake);
  }

  /** Forgets what is in memory, so that {@link load} reads the stored files again. */
  forget(): void {
    this.#evidence = undefined;
    this.standing = undefined;
    this.keyEnvelopeHash = undefined;
  }

  /**
   * Writes what the intake returns; it is durable and read back when this resolves. Once the closing is stored, the
   * whole recording has been read back.
   * @throws SealcamError `STORE_FAULT`, `STORE_CHANGED`; what reading throws: then all is forgotten.
   */
  async commit(): Promise<void> {
    const evidence = this.#evidence;
    if (evidence?.intake === undefined) return;
    const appends = evidence.intake.takeAppends();
    try {
      if (appends.length > 0) await evidence.seal.append(appends);
      this.#options.quota.addBytes(appends.reduce((sum, { record }) => sum + record.length, 0));
      // After a complete receipt the camera deletes its copy.
      const closed = evidence.intake.standing.closing !== undefined;
      if (closed && !evidence.seal.isReread) await evidence.seal.reread();
    } catch (error) {
      this.forget();
      throw error;
    }
    this.#stand(evidence.intake);
  }

  async look(): Promise<void> {
    const evidence = this.#evidence;
    if (evidence?.intake === undefined) return;
    try {
      await evidence.seal.look();
      await this.#lookForKeys(evidence.intake);
    } catch (error) {
      this.forget();
      throw error;
    }
    if (this.#erased) this.standing = undefined;
  }

  /** Reads the key object in the vault; one that cannot be read does not count as held. */
  async #lookForKeys(intake: RecordingIntake): Promise<void> {
    const { vault, log } = this.#options;
    const place = this.#place(intake);
    let held = false;
    let why = 'it is gone, or not what the opening names';
    try {
      held = await vault.has(place);
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
    this.#erased = !held && (await this.#isErased(intake));
    if (!held && !this.#erased && this.keyEnvelopeHash !== undefined) {
      const sentence =
        'A stored key object is no longer in the vault: it is not receipted, and the camera is asked for it again';
      log.alarm('key-object.lost', sentence, { path: vault.pathOf(place), error: why });
    }
    this.keyEnvelopeHash = held || this.#erased ? place.hash : undefined;
  }

  async storeReceipt(receipt: Statement<'receipt'>): Promise<void> {
    await this.#receipts.add(receipt);
    const { complete, counter } = receipt.body;
    if (complete) this.#options.completed.add(this.device, { ...this.name, counter });
    for (const loss of receipt.body.losses) this.#named.add(lossKey(receipt.body.stationId, loss));
  }

  /** Opens and stores the key envelope. @throws SealcamError as the vault does. */
  async storeKeys(sealed: Uint8Array): Promise<void> {
    const { intake } = this;
    if (intake === undefined) throw new TypeError('keys are stored for a recording that is read');
    const place = this.#place(intake);
    const envelope = await this.#options.vault.store(sealed, place);
    this.keyEnvelopeHash = place.hash;
    this.#audit(intake.recording, envelope);
  }

  /**
   * Raises an alarm if recipients other than its roster's can open the recording. It is stored and receipted
   * nevertheless: it is still evidence.
   */
  #audit(recording: Recording, envelope: Uint8Array): void {
    const { rosters = [], log, device } = this.#options;
    const { faults, notes } = auditRecipients(recording, rosters, envelope);
    const named = { device, recording: this.name.number };
    for (const what of faults)
      log.alarm('recipient.unexpected', 'A recording can be opened by others than its roster names', {
        ...named,
        what,
      });
    for (const what of notes)
      log.warn('recipient.not-compared', 'Who can open a recording was not compared with its roster', {
        ...named,
        what,
      });
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
