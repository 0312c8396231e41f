import { equalBytes } from '../../base/bytes.ts';
import { isSealcamError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Statement } from '../../evidence/statements.ts';
import type { Quota } from '../cameras/quotas.ts';
import { appendOf } from '../intake/append.ts';
import type { RecordFile } from './record-file.ts';
import type { RecordingName } from './recording-name.ts';
import type { Store } from './store.ts';

/** What storing receipts needs. */
export interface StoredReceiptsOptions {
  readonly device: string;
  readonly store: Store;
  /** Called with the number of bytes stored. */
  readonly quota: Pick<Quota, 'addBytes'>;
  readonly log: Log;
}

/** The receipts of one recording, or of a boot's journal, in the file next to it. */
export class StoredReceipts {
  readonly #options: StoredReceiptsOptions;
  readonly #name: RecordingName;
  #file: RecordFile;
  #newest: Statement<'receipt'> | undefined;

  private constructor(
    options: StoredReceiptsOptions,
    name: RecordingName,
    read: { readonly file: RecordFile; readonly newest: Statement<'receipt'> | undefined },
  ) {
    this.#options = options;
    this.#name = name;
    this.#file = read.file;
    this.#newest = read.newest;
  }

  static async open(options: StoredReceiptsOptions, name: RecordingName): Promise<StoredReceipts> {
    return new StoredReceipts(options, name, await options.store.openReceipts(options.device, name));
  }

  get newest(): Statement<'receipt'> | undefined {
    return this.#newest;
  }

  /** Stores a receipt, which becomes the newest. @throws SealcamError as `RecordFile.append` does. */
  async add(receipt: Statement<'receipt'>): Promise<void> {
    try {
      await this.#file.append([appendOf(receipt)]);
    } catch (error) {
      if (!isSealcamError(error, 'STORE_CHANGED')) throw error;
      await this.#addAnew(receipt, error.message);
    }
    this.#newest = receipt;
    this.#options.quota.addBytes(receipt.encoded.length, this.#name.journal);
  }

  /** The file is not the one that was written: the newest earlier receipt is written to it again, if it is missing. */
  async #addAnew(receipt: Statement<'receipt'>, why: string): Promise<void> {
    const { store, device, log } = this.#options;
    log.alarm('receipt.lost', 'Stored receipts are no longer on the disk', { device, error: why });
    const { file, newest } = await store.openReceipts(device, this.#name);
    this.#file = file;
    const there = this.#newest === undefined || (newest && equalBytes(newest.digest, this.#newest.digest));
    const before = there || this.#newest === undefined ? [] : [this.#newest];
    await file.append([...before, receipt].map(appendOf));
  }
}
