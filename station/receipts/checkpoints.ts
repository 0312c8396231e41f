import type { Clock, Timer } from '../../base/clock.ts';
import { isSealcamError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { RemoteSigner } from '../../evidence/crypto.ts';
import { signStatement } from '../../evidence/statements.ts';
import { type Append, appendOf } from '../intake/append.ts';
import { stationLimits } from '../limits.ts';
import type { RecordFile } from '../store/record-file.ts';
import type { ReceiptTip } from './book.ts';

/**
 * The file in the store in which a station keeps its checkpoints. The dot distinguishes it from the cameras' folders.
 */
export const checkpointsName = '.checkpoints.seal';

/** What checkpoints are made from. */
export interface CheckpointsOptions {
  readonly stationId: string;
  /** DER of the `receipt` certificate. */
  readonly certificate: Uint8Array;
  readonly signer: RemoteSigner;
  readonly clock: Clock;
  readonly log: Log;
  readonly file: Pick<RecordFile, 'size' | 'append' | 'restart'>;
  /** The newest receipt that this run has journaled; undefined before its first. */
  readonly tip: () => ReceiptTip | undefined;
}

/**
 * Signs checkpoints: which receipt was the newest at what time. Anyone who keeps a copy can later hold the station to
 * it, because every longer chain of its receipts must lead back through that receipt.
 *
 * One is signed each hour in which receipts were signed, and one at an orderly exit. The station's own file is limited:
 * once it is full, it starts again with the newest checkpoint, which vouches for the chain before it.
 */
export class Checkpoints {
  readonly #options: CheckpointsOptions;
  #timer: Timer | undefined;
  #stated: number | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: CheckpointsOptions) {
    this.#options = options;
  }

  /** Writes one each hour from now on. */
  watch(): void {
    this.#timer = this.#options.clock.setTimer(stationLimits.checkpointMs, () => {
      void this.write();
      this.watch();
    });
  }

  /**
   * Writes a checkpoint if there are receipts that none names. Never rejects: the next one covers what it could not.
   */
  write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /** Stops the timer, and writes the last one. */
  close(): Promise<void> {
    this.#timer?.cancel();
    return this.write();
  }

  async #write(): Promise<void> {
    const { stationId, certificate, signer, clock, log, file, tip } = this.#options;
    const newest = tip();
    if (newest === undefined || newest.counter === this.#stated) return;
    const { counter, digest: newestReceipt } = newest;
    const body = { certificate, stationId, counter, newestReceipt, stationUtcUs: clock.utcUs() };
    try {
      const append = appendOf(await signStatement('checkpoint', body, signer));
      if (file.size > stationLimits.checkpointsBytesMax) await file.restart([append]);
      else await this.#append(append);
      this.#stated = counter;
    } catch (error) {
      const sentence = error instanceof Error ? error.message : String(error);
      log.alarm('checkpoint.not-written', 'A checkpoint of the receipts cannot be written', {
        error: sentence,
      });
    }
  }

  async #append(append: Append): Promise<void> {
    const { file, log } = this.#options;
    try {
      await file.append([append]);
    } catch (error) {
      if (!isSealcamError(error, 'STORE_CHANGED')) throw error;
      log.alarm('checkpoint.lost', 'The checkpoints were lost while the station ran: they start again', {
        error: error.message,
      });
      await file.restart([append]);
    }
  }
}
