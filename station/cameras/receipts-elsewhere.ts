import type { UnverifiedEnvelope } from '../../evidence/dsse.ts';
import { claimedKind, type Statement, storedStatement } from '../../evidence/statements.ts';
import type { Outcome } from '../intake/recording-intake.ts';
import type { ReceiptBook } from '../receipts/book.ts';
import type { Stored } from './camera-memory.ts';

/**
 * Complete receipts of other stations that a camera hands over: what it began here and completed there. Once such a
 * receipt is durable with its recording, it is sent back, so that the camera need not send it again.
 */
export class ReceiptsElsewhere {
  readonly #book: Pick<ReceiptBook, 'stationId' | 'handBack'>;
  readonly #taken = new Map<Stored, Statement<'receipt'>>();

  constructor(book: Pick<ReceiptBook, 'stationId' | 'handBack'>) {
    this.#book = book;
  }

  /** Notes what the intake of `recording` has taken. @returns whether it is such a receipt. */
  note(recording: Stored, envelope: UnverifiedEnvelope, outcome: Outcome): boolean {
    if (claimedKind(envelope) !== 'receipt' || (outcome.kind !== 'taken' && outcome.kind !== 'known'))
      return false;
    const receipt = storedStatement('receipt', envelope);
    const { complete, stationId, recordingId } = receipt.body;
    const own = Buffer.compare(recordingId, recording.recordingId) === 0;
    if (!complete || !own || stationId === this.#book.stationId) return false;
    this.#taken.set(recording, receipt);
    return true;
  }

  /** All of the batch that could be written of a recording is durable. */
  written(recording: Stored): void {
    const receipt = this.#taken.get(recording);
    if (receipt !== undefined) this.#book.handBack(recording, receipt);
  }

  /** A batch begins. */
  clear(): void {
    this.#taken.clear();
  }
}
