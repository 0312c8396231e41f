import { toHex } from '../../base/bytes.ts';
import { isSealcamError, systemCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Root } from '../../evidence/root.ts';
import type { Statement } from '../../evidence/statements.ts';
import { uplinkLimits } from '../limits.ts';
import type { ReceiptOutcome, UplinkSpool } from '../spool/types.ts';
import { keepOnly } from './keep-only.ts';
import { holdsKeys, readReceiptMessage } from './receipts.ts';

/** What receipts are checked against, and who receives them. */
export interface ReceiptIntakeOptions {
  readonly spool: UplinkSpool;
  /** The camera's id. */
  readonly deviceId: string;
  /** The agency's root, against which receipts are verified. */
  readonly root: Root;
  /** Whether the agency has revoked a key: what it signed is no receipt, whenever that was. */
  readonly isRevoked?: (keyId: string) => boolean;
  /**
   * Whether all keys are known that the agency has revoked; by default they are. Until they are, a receipt tells what the
   * station holds, and is journaled only once it is certain that its key is good: nothing is deleted on it before.
   */
  readonly knowsRevoked?: () => boolean;
  /** Whether the station with this id answers here: what another one holds is no progress. By default each does. */
  readonly speaksFor?: (stationId: string) => boolean;
  /**
   * Called with each receipt that is newer, by the station's time, than all before it, once the spool has journaled it:
   * the sealer names it in the next chunk.
   */
  readonly onReceipt: (receipt: Statement<'receipt'>) => void;
  readonly log: Log;
}

/**
 * What a station says it holds of a recording in the spool: statements below `count`, whether it holds the key
 * envelope, and whether that is all.
 */
export interface RecordingHolding {
  readonly recording: string;
  readonly count: number;
  readonly keys: boolean;
  /** It holds all of it. */
  readonly complete: boolean;
  /**
   * The same station has signed a newer receipt for the recording, which arrived before: the network reordered them, or
   * someone replays an old one.
   */
  readonly late: boolean;
}

/** The newest receipt received for a recording, by its station's counter, which only increases. */
interface NewestReceipt {
  readonly station: string;
  readonly counter: number;
}

const refusals = {
  unknown: 'RECEIPT_UNKNOWN',
  revoked: 'RECEIPT_REVOKED',
  contradicting: 'RECEIPT_CONTRADICTING',
} as const;

/** A message with a receipt whose key may be revoked. */
interface UncertainReceipt {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** Verifies the receipts that arrive, has the spool journal them one after another, and reports those it took. */
export class ReceiptIntake {
  /** Receipts that were journaled. */
  accepted = 0;
  /** Receipts that said no more than an earlier one: repeated by their station, late, or replayed by someone. */
  repeated = 0;
  /** Receipts of the station that answers here, new ones and repeated ones. */
  ofStation = 0;
  /** Receipts that were forged, malformed, foreign, or did not match the spool. */
  refused = 0;
  /** The same, by the code of the error. */
  readonly refusedBy = new Map<string, number>();
  readonly #options: ReceiptIntakeOptions;
  readonly #onHeld: (held: RecordingHolding) => void;
  #journaled: Promise<void> = Promise.resolve();
  #waiting = 0;
  #newestUs = -1;
  /** By recording, of those in the spool. */
  readonly #newest = new Map<string, NewestReceipt>();
  /** The newest of each recording and station that came while it was not known which keys are revoked. */
  readonly #uncertain = new Map<string, Map<string, UncertainReceipt>>();

  /** @param onHeld called with the content of each receipt that the spool took, before `onReceipt` gets the receipt. */
  constructor(options: ReceiptIntakeOptions, onHeld: (held: RecordingHolding) => void) {
    this.#options = options;
    this.#onHeld = onHeld;
  }

  /** Resolves when no receipt is waiting for the journal. */
  settled(): Promise<void> {
    return this.#journaled;
  }

  /** Takes a message that is not one of the station's challenges. */
  take(topic: string, payload: Uint8Array): void {
    this.takeHeld();
    this.#take(topic, payload);
  }

  /** Takes the receipts that waited until it is known which keys are revoked, if that is known now. */
  takeHeld(): void {
    if (this.#isCertain) this.#takeUncertain();
  }

  get #isCertain(): boolean {
    return this.#options.knowsRevoked?.() ?? true;
  }

  /** Takes again, under the list of revoked keys that is known now, what came before it. */
  #takeUncertain(): void {
    for (const [id, byStation] of this.#uncertain) {
      for (const [station, { topic, payload }] of byStation) {
        if (this.#waiting >= uplinkLimits.receiptsWaitingMax) return;
        byStation.delete(station);
        this.#take(topic, payload);
      }
      this.#uncertain.delete(id);
    }
  }

  #take(topic: string, payload: Uint8Array): void {
    if (this.#waiting >= uplinkLimits.receiptsWaitingMax) {
      this.#options.log.warn(
        'receipt.dropped',
        'More receipts came than the journal can take: the rest is dropped',
      );
      return;
    }
    // Asked together with the key: a list that comes before the receipt's turn may revoke it.
    const isCertain = this.#isCertain;
    let receipt: Statement<'receipt'>;
    try {
      receipt = readReceiptMessage(topic, payload, this.#options);
    } catch (error) {
      // Whatever the network sends can cost only that message: a fault of this program in reading it must not end
      // recording.
      this.#refuse(isSealcamError(error) ? error.code : 'PROGRAM_FAULT');
      return;
    }
    this.#waiting += 1;
    this.#journaled = this.#journaled.then(async () => {
      try {
        await this.#accept(receipt, isCertain ? undefined : { topic, payload: Uint8Array.from(payload) });
      } finally {
        this.#waiting -= 1;
        this.takeHeld();
      }
    });
  }

  #refuse(code: string): void {
    this.refused += 1;
    this.refusedBy.set(code, (this.refusedBy.get(code) ?? 0) + 1);
    this.#options.log.alarm('receipt.refused', 'A receipt was refused', { code });
  }

  #isLate(recording: string, { body: { stationId: station, counter } }: Statement<'receipt'>): boolean {
    const newest = this.#newest.get(recording);
    if (newest?.station === station && counter < newest.counter) return true;
    this.#newest.set(recording, { station, counter });
    return false;
  }

  /** Forgets recordings that are no longer in the spool. */
  keepOnly(recordings: readonly { readonly id: string }[]): void {
    keepOnly(this.#newest, recordings);
    keepOnly(this.#uncertain, recordings);
  }

  /**
   * Journals a receipt that a station signed for this camera, and acts on it if the spool took it.
   * @param uncertain its message, if it is not known whether its key is revoked: then the message waits.
   */
  async #accept(receipt: Statement<'receipt'>, uncertain: UncertainReceipt | undefined): Promise<void> {
    const { spool, onReceipt, log } = this.#options;
    const { count, complete, stationUtcUs } = receipt.body;
    const id = toHex(receipt.body.recordingId);
    const recording = spool.recordings().find((one) => one.id === id);
    let outcome: ReceiptOutcome;
    try {
      outcome = await spool.acceptReceipt(receipt, uncertain === undefined);
    } catch (error) {
      const code = isSealcamError(error) ? error.code : systemCode(error);
      this.#options.log.alarm('receipt.not-journaled', 'A receipt could not be journaled', { code });
      return;
    }
    if (outcome === 'unknown' || outcome === 'revoked' || outcome === 'contradicting') {
      this.#refuse(refusals[outcome]);
      return;
    }
    if (outcome === 'journaled') this.accepted += 1;
    else if (outcome === 'known') this.repeated += 1;
    // A station may repeat the receipt of a recording that is fully receipted and deleted, and anyone may replay it.
    if (recording === undefined) return;
    // A receipt that the spool already knew is still the station's word on what it holds now.
    const { keyEnvelopeHash, journal } = recording;
    const keys = keyEnvelopeHash === undefined || holdsKeys(receipt, keyEnvelopeHash);
    const speaks = this.#options.speaksFor?.(receipt.body.stationId) ?? true;
    const late = speaks && this.#isLate(id, receipt);
    if (speaks && !late) this.ofStation += 1;
    if (speaks) this.#onHeld({ recording: id, count, keys, complete, late });
    if (outcome === 'held' && uncertain !== undefined) {
      if (!late) {
        const byStation = this.#uncertain.get(id) ?? new Map<string, UncertainReceipt>();
        this.#uncertain.set(id, byStation.set(receipt.body.stationId, uncertain));
      }
      log.warn(
        'receipt.held',
        'A receipt waits until the camera knows which keys are revoked: nothing is deleted on it before',
      );
      return;
    }
    // What a chunk names is the receipt of a recording.
    if (journal === undefined && stationUtcUs > this.#newestUs) {
      this.#newestUs = stationUtcUs;
      onReceipt(receipt);
    }
  }
}
