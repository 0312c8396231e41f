import { equalBytes, toHex } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import { isSealcamError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { RemoteSigner } from '../../evidence/crypto.ts';
import { parseCertificate } from '../../evidence/encoding/x509.ts';
import { receiptLossesMax } from '../../evidence/limits.ts';
import { statementRecord } from '../../evidence/records.ts';
import { type Receipt, type Statement, signStatement } from '../../evidence/statements.ts';
import type { RevokedFrom } from '../cameras/trust/revocations.ts';
import { appendOf } from '../intake/append.ts';
import { stationLimits } from '../limits.ts';
import type { RecordFile } from '../store/record-file.ts';
import { countedBy, isSo, type Receiptable } from './receiptable.ts';

/** A loss as a receipt of this station names it. */
export function lossKey(stationId: string, digest: Uint8Array): string {
  return `${stationId} ${toHex(digest)}`;
}

/** How far the chain of a station's receipts has come. */
export interface ReceiptChain {
  /** The next receipt has a higher one. */
  readonly counter: number;
  /** D of the newest receipt; undefined before the first. */
  readonly previous: Uint8Array | undefined;
}

/** The newest receipt that is in the journal. */
export interface ReceiptTip {
  readonly counter: number;
  /** Its digest D. */
  readonly digest: Uint8Array;
}

/** What the book needs. */
export interface ReceiptBookOptions {
  readonly stationId: string;
  /** DER of the `receipt` certificate. */
  readonly certificate: Uint8Array;
  readonly signer: RemoteSigner;
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: Pick<RecordFile, 'size' | 'append' | 'restart'>;
  readonly chain: ReceiptChain;
  /** Receipts of an earlier run that are in the journal but could not be stored with their recordings. */
  readonly unstored: readonly Statement<'receipt'>[];
  /** Nothing is signed for a key from its revocation on: a receipt's time says that it was signed before. */
  readonly revokedFrom: RevokedFrom;
  /** Rejects while the store or the vault is away: then no receipt is signed, and none is repeated. */
  readonly present: () => Promise<void>;
  /** Sends a record to a camera without waiting, as the camera asks again. */
  readonly publish: (device: string, recordingId: Uint8Array, record: Uint8Array) => void;
  /** Called for each signed receipt that is durable. */
  readonly signed: (receipt: Receipt) => void;
  /** Called for each recording whose receipt a fault of the station prevented. */
  readonly unsigned: (recording: Receiptable) => void;
  /** Has a camera's part of the store stay this station's until the result is called; for a store of one station not needed. */
  readonly prolong?: (device: string) => () => void;
}

/**
 * Signs receipts, each only after checking the disk: what memory says about a recording was true when it was written.
 * Receipts are cumulative, so one covers everything stored since the last: while some are being signed and written,
 * what else falls due waits and is handled together. An idle book signs at once.
 *
 * A receipt is in the journal and in the recording's `.receipts` before it is sent; a counter is never used twice, even
 * if writing the receipt failed. The journal drops a receipt only when it is durable with its recording: if that
 * failed, the journal keeps it, and no further one is signed for the recording before it is stored.
 */
export class ReceiptBook {
  readonly #options: ReceiptBookOptions;
  /** Whether the camera asks, so that it gets an answer even if there is nothing new. */
  readonly #due = new Map<Receiptable, boolean>();
  readonly #prolonged = new Map<Receiptable, () => void>();
  readonly #busy = new Set<Receiptable>();
  /** The counters of this run are above it. */
  readonly #counterAtStart: number;
  #counter: number;
  #previous: Uint8Array | undefined;
  #tip: ReceiptTip | undefined;
  /** By recording, the receipts that are only in the journal, oldest first. */
  readonly #unstored = new Map<string, Statement<'receipt'>[]>();
  #running: Promise<void> | undefined;

  constructor(options: ReceiptBookOptions) {
    this.#options = options;
    for (const receipt of options.unstored) this.#keep(receipt);
    this.#counterAtStart = options.chain.counter;
    this.#counter = options.chain.counter;
    this.#previous = options.chain.previous;
  }

  /**
   * Called when a recording has grown, or when its camera `asks` by repeating what is stored: then it gets its newest
   * receipt even if that is not new.
   */
  due(recording: Receiptable, asks: boolean): void {
    this.#due.set(recording, asks || this.#due.get(recording) === true);
    if (!this.#prolonged.has(recording))
      this.#prolonged.set(recording, this.#options.prolong?.(recording.device) ?? (() => {}));
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** The newest journaled receipt that was signed since the start. */
  get tip(): ReceiptTip | undefined {
    return this.#tip;
  }

  /** True while a receipt of the recording is to be signed or written. */
  holds(recording: Receiptable): boolean {
    return this.#due.has(recording) || this.#busy.has(recording);
  }

  /** The station's id. */
  get stationId(): string {
    return this.#options.stationId;
  }

  /** Sends a camera a receipt of another station, which is stored with the recording. */
  handBack({ device, recordingId }: Receiptable, { encoded }: Statement<'receipt'>): void {
    this.#options.publish(device, recordingId, statementRecord(encoded));
  }

  /** Resolves when nothing is due. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    // What arrives in the same turn is one batch.
    await nextTurn();
    while (this.#due.size > 0) {
      const batch = [...this.#due].slice(0, stationLimits.receiptsPerBatchMax);
      for (const [recording] of batch) this.#due.delete(recording);
      const wanted = batch.filter(([recording, asks]) => asks || this.#hasNews(recording));
      for (const [recording] of wanted) this.#busy.add(recording);
      if (wanted.length > 0) await this.#sign(wanted);
      this.#busy.clear();
      for (const [recording] of batch) this.#giveBack(recording);
    }
  }

  #giveBack(recording: Receiptable): void {
    if (this.#due.has(recording)) return;
    this.#prolonged.get(recording)?.();
    this.#prolonged.delete(recording);
  }

  async #sign(batch: readonly (readonly [Receiptable, boolean])[]): Promise<void> {
    const signed: { recording: Receiptable; receipt: Statement<'receipt'> }[] = [];
    const before = this.#previous;
    const { unsigned, clock } = this.#options;
    const lookedUs = clock.uptimeUs();
    const seen = await Promise.all(batch.map(([recording]) => this.#look(recording)));
    if (!(await this.#present())) {
      for (const [recording] of batch) unsigned(recording);
      return;
    }
    for (const [at, [recording, asks]] of batch.entries()) {
      if (seen[at] !== true || !(await this.#settle(recording))) {
        unsigned(recording);
        continue;
      }
      const body = this.#next(recording, asks);
      if (body === undefined) {
        if (asks && isSo(recording)) this.#publish(recording);
        continue;
      }
      const receipt = await this.#signed(body);
      // A slow token may have taken its time: what a receipt says must have been seen just before.
      const isOld = clock.uptimeUs() - lookedUs > stationLimits.lookAgeMsMax * 1000;
      if (receipt === undefined || (isOld && !(await this.#look(recording)))) {
        unsigned(recording);
        continue;
      }
      this.#counter = body.counter;
      this.#previous = receipt.digest;
      signed.push({ recording, receipt });
      // A signature takes milliseconds: let the rest of the program have its turn.
      await nextTurn();
    }
    if (signed.length === 0) return;
    const journaled = await this.#journal(signed.map(({ receipt }) => receipt));
    if (!journaled) {
      for (const { recording } of signed) unsigned(recording);
      this.#previous = before;
      return;
    }
    const last = signed.at(-1)?.receipt;
    if (last !== undefined) this.#tip = { counter: last.body.counter, digest: last.digest };
    for (const { receipt } of signed) this.#keep(receipt);
    await Promise.all(signed.map(({ recording, receipt }) => this.#record(recording, receipt)));
  }

  /** Undefined while the token that holds the key fails. */
  async #signed(body: Receipt): Promise<Statement<'receipt'> | undefined> {
    try {
      return await signStatement('receipt', body, this.#options.signer);
    } catch (error) {
      if (!isSealcamError(error, 'KEY_TOKEN')) throw error;
      this.#options.log.alarm('receipt.no-key', 'A receipt cannot be signed, and none goes out', {
        error: error.message,
      });
      return undefined;
    }
  }

  /** A statement whose segments are still to come is stored, and changes no receipt. */
  #hasNews(recording: Receiptable): boolean {
    return (
      this.#unstored.has(keyOf(recording.device, recording.recordingId)) ||
      this.#next(recording) !== undefined
    );
  }

  async #present(): Promise<boolean> {
    try {
      await this.#options.present();
      return true;
    } catch (error) {
      this.#options.log.warn('receipt.not-signed', 'No receipt is signed', { error: messageOf(error) });
      return false;
    }
  }

  /** Whether the disk holds the recording that memory describes. */
  async #look(recording: Receiptable): Promise<boolean> {
    try {
      await recording.look();
      return true;
    } catch (error) {
      const sentence =
        'Stored data is no longer on the disk: it is not receipted, and the camera is asked for it again';
      this.#options.log.alarm('store.changed', sentence, {
        device: recording.device,
        error: messageOf(error),
      });
      return false;
    }
  }

  async #journal(receipts: readonly Statement<'receipt'>[]): Promise<boolean> {
    const { journal, log } = this.#options;
    try {
      if (journal.size > stationLimits.journalBytesMax) await this.#restart(receipts);
      else await journal.append(receipts.map(appendOf));
      return true;
    } catch (error) {
      if (isSealcamError(error, 'STORE_CHANGED')) return this.#journalAnew(receipts, error.message);
      log.alarm('receipt.not-journaled', 'Receipts cannot be journaled: none goes out', {
        error: messageOf(error),
      });
      return false;
    }
  }

  /** Starts the journal again, with what is not durable elsewhere. */
  #restart(receipts: readonly Statement<'receipt'>[]): Promise<void> {
    const kept = [...this.#unstored.values()].flat();
    return this.#options.journal.restart([...kept, ...receipts].map(appendOf));
  }

  /** The journal is not the one that was written: the recordings' own files contain the same receipts. */
  async #journalAnew(receipts: readonly Statement<'receipt'>[], why: string): Promise<boolean> {
    const { log } = this.#options;
    log.alarm('journal.lost', 'The journal of receipts was lost while the station ran: it starts again', {
      error: why,
    });
    try {
      await this.#restart(receipts);
      return true;
    } catch (error) {
      log.alarm('receipt.not-journaled', 'Receipts cannot be journaled: none goes out', {
        error: messageOf(error),
      });
      return false;
    }
  }

  #keep(receipt: Statement<'receipt'>): void {
    const key = keyOf(receipt.body.deviceId, receipt.body.recordingId);
    this.#unstored.set(key, [...(this.#unstored.get(key) ?? []), receipt]);
  }

  /** Stores earlier receipts for which that failed. @returns whether all are stored, so that another may be signed. */
  async #settle(recording: Receiptable): Promise<boolean> {
    const waiting = this.#unstored.get(keyOf(recording.device, recording.recordingId)) ?? [];
    for (const receipt of waiting) if (!(await this.#store(recording, receipt))) return false;
    // What was true when they were signed may no longer be.
    if (waiting.length > 0 && isSo(recording)) this.#publish(recording);
    return this.#unstored.size < stationLimits.unstoredReceiptsMax;
  }

  /** Stores the recording's oldest journaled receipt with it. @returns whether that succeeded. */
  async #store(recording: Receiptable, receipt: Statement<'receipt'>): Promise<boolean> {
    try {
      await recording.storeReceipt(receipt);
    } catch (error) {
      this.#options.log.alarm('receipt.not-stored', 'A receipt cannot be stored and does not go out', {
        error: messageOf(error),
      });
      return false;
    }
    const key = keyOf(recording.device, recording.recordingId);
    const left = (this.#unstored.get(key) ?? []).filter((one) => one !== receipt);
    if (left.length > 0) this.#unstored.set(key, left);
    else this.#unstored.delete(key);
    this.#options.signed(receipt.body);
    return true;
  }

  async #record(recording: Receiptable, receipt: Statement<'receipt'>): Promise<void> {
    if (!(await this.#store(recording, receipt))) {
      this.#options.unsigned(recording);
      return;
    }
    this.#publish(recording);
    // There may be more losses than one receipt can name.
    if (receipt.body.count < (recording.standing?.count ?? 0)) this.#due.set(recording, false);
  }

  #publish({ device, recordingId, newest }: Receiptable): void {
    if (newest !== undefined) this.#options.publish(device, recordingId, statementRecord(newest.encoded));
  }

  /**
   * The content of a recording's next receipt, or undefined if the newest one already says it all. Where the camera asks, that
   * must be one of this run: after an older state of the store was put back, one from before it is older than what the camera
   * has, so it could not tell that it was not repeated by somebody else.
   */
  #next(recording: Receiptable, asks = false): Receipt | undefined {
    const { device, recordingId, identityKeyId, standing, hasKeys, keyEnvelopeHash, newest, named } =
      recording;
    if (standing === undefined || standing.conflict || identityKeyId === undefined) return undefined;
    const { clock, revokedFrom } = this.#options;
    const stationUtcUs = clock.utcUs();
    if (stationUtcUs >= (revokedFrom(identityKeyId) ?? Number.POSITIVE_INFINITY)) return undefined;
    const { stationId } = this.#options;
    const unnamed = standing.losses.filter(({ digest }) => !named.has(lossKey(stationId, digest)));
    // After a complete receipt the camera deletes, and may need no further one.
    const last = (keyEnvelopeHash !== undefined || !hasKeys) && unnamed.length <= receiptLossesMax;
    const closing = last ? standing.closing : undefined;
    const complete = closing !== undefined;
    const before = newest?.body;
    // Also if it is less: a store that was restored from a backup says what it holds.
    const same =
      before !== undefined &&
      this.#isPresentKey(before) &&
      (!asks || before.counter > this.#counterAtStart) &&
      unnamed.length === 0 &&
      before.count === standing.count &&
      before.complete === complete &&
      (before.keyEnvelopeHash === undefined) === (keyEnvelopeHash === undefined);
    if (same) return undefined;
    const { count, losses } = countedBy(standing, unnamed);
    return {
      certificate: this.#options.certificate,
      stationId,
      deviceId: device,
      recordingId,
      count,
      statement: closing ?? standing.statementAt(count),
      keyEnvelopeHash,
      complete,
      stationUtcUs,
      counter: this.#counter + 1,
      previousReceipt: this.#previous,
      losses: losses.map(({ digest }) => digest),
    };
  }

  /** Whether the present key signed a receipt. Under a former one, which may be revoked, a camera would not take it again. */
  #isPresentKey({ certificate: other }: Receipt): boolean {
    const { certificate, signer } = this.#options;
    return equalBytes(other, certificate) || parseCertificate(other).keyId === signer.keyId;
  }
}

function keyOf(device: string, recordingId: Uint8Array): string {
  return `${device} ${toHex(recordingId)}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
