import { toHex } from '../../../base/bytes.ts';
import type { Statement } from '../../../evidence/statements.ts';
import type { ChunkSegment } from '../errors.ts';
import type { ReceiptOutcome, SpooledRecording, UplinkSpool } from '../types.ts';
import type { SentJournals } from './sent-journals.ts';

/** What the uplink sends: the recordings of a spool, and the journals of boots. */
export class JournalsBeside implements UplinkSpool {
  readonly #spool: UplinkSpool;
  readonly #journals: SentJournals;

  constructor(spool: UplinkSpool, journals: SentJournals) {
    this.#spool = spool;
    this.#journals = journals;
  }

  recordings(): readonly SpooledRecording[] {
    return [...this.#spool.recordings(), ...this.#journals.list()];
  }

  readHead(id: string): Promise<Uint8Array[]> {
    return this.#journals.has(id) ? this.#journals.readHead(id) : this.#spool.readHead(id);
  }

  readSealedKeys(id: string): Promise<Uint8Array> {
    return this.#spool.readSealedKeys(id);
  }

  readStatements(id: string, index: number): Promise<Uint8Array[]> {
    return this.#journals.has(id)
      ? this.#journals.readEntry(id, index)
      : this.#spool.readStatements(id, index);
  }

  async readSegments(id: string, index: number, take?: (bytes: number) => Uint8Array): Promise<Uint8Array[]> {
    return this.#journals.has(id) ? [] : this.#spool.readSegments(id, index, take);
  }

  readLoss(id: string, index: number, segments: readonly ChunkSegment[]): Promise<Uint8Array[] | undefined> {
    return this.#spool.readLoss(id, index, segments);
  }

  keepLoss(loss: Statement<'loss'>): Promise<void> {
    return this.#spool.keepLoss(loss);
  }

  acceptReceipt(receipt: Statement<'receipt'>, isCertain: boolean): Promise<ReceiptOutcome> {
    return this.#journals.has(toHex(receipt.body.recordingId))
      ? this.#journals.acceptReceipt(receipt, isCertain)
      : this.#spool.acceptReceipt(receipt, isCertain);
  }

  onChange(listener: () => void): () => void {
    const stops = [this.#spool.onChange(listener), this.#journals.onChange(listener)];
    return () => {
      for (const stop of stops) stop();
    };
  }
}
