import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { type Signer, sha256 } from '../evidence/crypto.ts';
import { statementRecord } from '../evidence/records.ts';
import { makeStatement, type Receipt, type Statement } from '../evidence/statements.ts';
import type { Append, Standing } from './intake.ts';
import { stationLimits } from './limits.ts';
import type { RecordFile } from './record-file.ts';
import type { RevokedFrom } from './revocations.ts';

/** A recording as far as receipts go. */
export interface Receiptable {
  readonly device: string;
  readonly recordingId: Uint8Array;
  readonly receipts: RecordFile;
  /** Key id of the camera's identity that stands for it; undefined where its evidence is not read. */
  readonly identityKeyId: string | undefined;
  /** What is durable of it; undefined where that is not known, so that none is signed. */
  readonly standing: Standing | undefined;
  /** H(key envelope) once none is to come any more: the vault holds it, or a signed order had it destroyed. */
  readonly keyEnvelopeHash: Uint8Array | undefined;
  /** The newest receipt; the book sets it. */
  newest: Statement<'receipt'> | undefined;
}

/** Where the chain of a station's receipts stands. */
export interface ReceiptChain {
  /** The next receipt has a higher one. */
  readonly counter: number;
  /** D of the newest receipt; none before the first. */
  readonly previous: Uint8Array | undefined;
}

/** The newest receipt that is in the journal. */
export interface ReceiptTip {
  readonly counter: number;
  /** D of it. */
  readonly digest: Uint8Array;
}

/** What the book needs. */
export interface ReceiptBookOptions {
  readonly stationId: string;
  /** DER of the `receipt` certificate. */
  readonly certificate: Uint8Array;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: RecordFile;
  readonly chain: ReceiptChain;
  /** Nothing is signed for a key from then on: a receipt's time says that it was before. */
  readonly revokedFrom: RevokedFrom;
  /** Sends a record to a camera; not waited for, as the camera asks again. */
  readonly publish: (device: string, recordingId: Uint8Array, record: Uint8Array) => void;
  /** Called for each receipt that was signed and is durable. */
  readonly signed: () => void;
}

/**
 * Signs receipts. They are cumulative, so that one covers all that was stored since the last: while some are
 * being signed and written, what else falls due waits and is taken together. An idle book signs at once.
 *
 * A receipt is in the journal and in the recording's `.receipts` before it leaves; a counter is never used
 * twice, also where writing it failed.
 */
export class ReceiptBook {
  readonly #options: ReceiptBookOptions;
  /** Whether the camera asks, so that it is answered also where there is nothing new. */
  readonly #due = new Map<Receiptable, boolean>();
  readonly #busy = new Set<Receiptable>();
  #counter: number;
  #previous: Uint8Array | undefined;
  #tip: ReceiptTip | undefined;
  #running: Promise<void> | undefined;

  constructor(options: ReceiptBookOptions) {
    this.#options = options;
    this.#counter = options.chain.counter;
    this.#previous = options.chain.previous;
  }

  /**
   * Says that a recording has grown, or that its camera `asks` by sending again what is there: then it gets
   * its newest receipt also where that is not new.
   */
  due(recording: Receiptable, asks: boolean): void {
    this.#due.set(recording, asks || this.#due.get(recording) === true);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** The newest receipt that was signed since the start and is journaled. */
  get tip(): ReceiptTip | undefined {
    return this.#tip;
  }

  /** True while a receipt of the recording is to be signed or written. */
  holds(recording: Receiptable): boolean {
    return this.#due.has(recording) || this.#busy.has(recording);
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
      for (const [recording] of batch) {
        this.#due.delete(recording);
        this.#busy.add(recording);
      }
      await this.#sign(batch);
      this.#busy.clear();
    }
  }

  async #sign(batch: readonly (readonly [Receiptable, boolean])[]): Promise<void> {
    const signed: { recording: Receiptable; receipt: Statement<'receipt'> }[] = [];
    const before = this.#previous;
    for (const [recording, asks] of batch) {
      const body = this.#next(recording);
      if (body === undefined) {
        if (asks) this.#publish(recording);
        continue;
      }
      const receipt = makeStatement('receipt', body, this.#options.signer);
      this.#counter = body.counter;
      this.#previous = receipt.digest;
      signed.push({ recording, receipt });
      // A signature takes milliseconds: let the rest of the program have its turn.
      await nextTurn();
    }
    if (signed.length === 0) return;
    const journaled = await this.#journal(signed.map(({ receipt }) => receipt));
    if (!journaled) {
      this.#previous = before;
      return;
    }
    const last = signed.at(-1)?.receipt;
    if (last !== undefined) this.#tip = { counter: last.body.counter, digest: last.digest };
    await Promise.all(signed.map(({ recording, receipt }) => this.#record(recording, receipt)));
  }

  async #journal(receipts: readonly Statement<'receipt'>[]): Promise<boolean> {
    const { journal, log } = this.#options;
    try {
      const last = receipts.at(-1);
      if (last !== undefined && journal.size > stationLimits.journalBytesMax) {
        await journal.restart(appendOf(last));
      } else {
        await journal.append(receipts.map(appendOf));
      }
      return true;
    } catch (error) {
      log.alarm('Receipts cannot be journaled: none goes out', { error: messageOf(error) });
      return false;
    }
  }

  async #record(recording: Receiptable, receipt: Statement<'receipt'>): Promise<void> {
    try {
      await recording.receipts.append([appendOf(receipt)]);
    } catch (error) {
      this.#options.log.alarm('A receipt cannot be stored and does not go out', { error: messageOf(error) });
      return;
    }
    recording.newest = receipt;
    this.#options.signed();
    this.#publish(recording);
  }

  #publish({ device, recordingId, newest }: Receiptable): void {
    if (newest !== undefined) this.#options.publish(device, recordingId, statementRecord(newest.encoded));
  }

  /** What the next receipt of a recording says, or undefined where the newest one says it all. */
  #next(recording: Receiptable): Receipt | undefined {
    const { device, recordingId, identityKeyId, standing, keyEnvelopeHash, newest } = recording;
    if (standing === undefined || standing.conflict || identityKeyId === undefined) return undefined;
    const { clock, revokedFrom } = this.#options;
    const stationUtcUs = clock.utcUs();
    if (stationUtcUs >= (revokedFrom(identityKeyId) ?? Number.POSITIVE_INFINITY)) return undefined;
    const closing = keyEnvelopeHash === undefined ? undefined : standing.closing;
    const complete = closing !== undefined;
    const before = newest?.body;
    // Also where it is less: a store that was restored from a backup says what it holds.
    const same =
      before !== undefined &&
      before.count === standing.count &&
      before.complete === complete &&
      (before.keyEnvelopeHash === undefined) === (keyEnvelopeHash === undefined);
    if (same) return undefined;
    return {
      certificate: this.#options.certificate,
      stationId: this.#options.stationId,
      deviceId: device,
      recordingId,
      count: standing.count,
      statement: closing ?? standing.statement,
      keyEnvelopeHash,
      complete,
      stationUtcUs,
      counter: this.#counter + 1,
      previousReceipt: this.#previous,
      losses: [],
    };
  }
}

/** A statement as a record to be written. */
export function appendOf({ encoded }: Statement): Append {
  return { record: statementRecord(encoded), digest: sha256(encoded), segment: false };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
