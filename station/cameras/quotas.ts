import { join } from 'node:path';
import { SealcamError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { stationLimits } from '../limits.ts';
import type { Files } from '../store/files.ts';
import { parseFileName, parseJournalName } from '../store/recording-name.ts';

/** How much a station stores for one camera. */
export interface QuotaLimits {
  /** Bytes of all files in the camera's folder of the store. */
  readonly bytesMax: number;
  readonly recordingsMax: number;
  /** Bytes of the journals of its boots; as in `stationLimits` unless given. */
  readonly journalBytesMax?: number;
}

/** What quotas need. */
export interface QuotasOptions {
  readonly limits: QuotaLimits;
  readonly files: Files;
  /** The evidence store. */
  readonly folder: string;
  readonly log: Log;
}

/** The quotas of all cameras that have sent something since the start. */
export class Quotas {
  readonly #options: QuotasOptions;
  readonly #quotas = new Map<string, Quota>();

  constructor(options: QuotasOptions) {
    this.#options = options;
  }

  of(device: string): Quota {
    const quota = this.#quotas.get(device) ?? new Quota(this.#options, device);
    this.#quotas.set(device, quota);
    return quota;
  }

  /** The cameras that have used up their quota. */
  get full(): string[] {
    return [...this.#quotas].filter(([, quota]) => quota.isFull).map(([device]) => device);
  }

  /** Recounts the stored files of cameras that have used up their quota: something may have been removed. */
  async look(): Promise<void> {
    for (const quota of this.#quotas.values()) if (quota.isFull || quota.journalsFull) await quota.count();
  }

  /** Resolves when nothing is being counted. */
  async settled(): Promise<void> {
    for (const quota of this.#quotas.values()) await quota.settled();
  }
}

/**
 * What is stored for one camera, and whether it may add to it. Recordings are counted by the names in the folder before
 * the first message is handled. Bytes are counted in the background, file by file, so that no message waits for it:
 * until then only what was stored since the start counts. What other programs remove is noticed when the quota is used
 * up, by counting again.
 */
export class Quota {
  readonly #options: QuotasOptions;
  readonly #device: string;
  readonly #folder: string;
  #recordings = 0;
  #bytes = 0;
  /** Bytes stored since the start. */
  #storedBytes = 0;
  /** The same of the journals of boots alone. */
  #journalBytes = 0;
  #storedJournalBytes = 0;
  #journalsFull = false;
  #counting: { readonly listed: Promise<void>; readonly done: Promise<void> } | undefined;
  #begun = false;
  #full = false;

  constructor(options: QuotasOptions, device: string) {
    this.#options = options;
    this.#device = device;
    this.#folder = join(options.folder, device);
  }

  /** Nothing that begins or extends a recording is accepted. */
  get isFull(): boolean {
    return this.#full;
  }

  /** No journal of a boot is begun or extended. */
  get journalsFull(): boolean {
    return this.#journalsFull;
  }

  /** Begins to count, the first time; resolves when the number of recordings is known. Never rejects. */
  async begin(): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    void this.count();
    await this.#counting?.listed;
  }

  /** The folder may have been replaced by another: it is counted again. */
  forget(): void {
    this.#begun = false;
  }

  /** Counts what is stored. Never rejects. */
  count(): Promise<void> {
    if (this.#counting === undefined) {
      const listing = this.#list();
      const done = this.#count(listing).finally(() => {
        this.#counting = undefined;
      });
      const listed = listing.then(
        () => {},
        () => {},
      );
      this.#counting = { listed, done };
    }
    return this.#counting.done;
  }

  /** Resolves when nothing is being counted. */
  async settled(): Promise<void> {
    await this.#counting?.done;
  }

  /** @throws SealcamError `QUOTA_RECORDINGS`, `QUOTA_BYTES` if another recording would exceed the quota. */
  expectRoomForRecording(): void {
    const { recordingsMax } = this.#options.limits;
    if (this.#recordings >= recordingsMax) {
      throw new SealcamError(
        'QUOTA_RECORDINGS',
        `The camera has ${this.#recordings} recordings here, of at most ${recordingsMax}: move some to an archive, or raise "quota.recordingsMax"`,
      );
    }
    this.expectRoomForContent();
  }

  /** @throws SealcamError `QUOTA_BYTES` if the bytes of the quota are used up. */
  expectRoomForContent(): void {
    const { bytesMax } = this.#options.limits;
    if (this.#bytes < bytesMax) return;
    throw new SealcamError(
      'QUOTA_BYTES',
      `The camera has ${this.#bytes} bytes here, of at most ${bytesMax}: move some recordings to an archive, or raise "quota.bytesMax"`,
    );
  }

  /** @throws SealcamError `QUOTA_JOURNALS`, `QUOTA_BYTES`: journals of boots must not use up the room of recordings. */
  expectRoomForJournal(): void {
    const { journalBytesMax = stationLimits.bootJournalBytesMax } = this.#options.limits;
    if (this.#journalBytes >= journalBytesMax) {
      throw new SealcamError(
        'QUOTA_JOURNALS',
        `The camera has ${this.#journalBytes} bytes of boot journals here, of at most ${journalBytesMax}: move some to an archive`,
      );
    }
    this.expectRoomForContent();
  }

  /** Adds a recording that has begun. */
  addRecording(): void {
    this.#recordings += 1;
    this.#judge();
  }

  /** Adds bytes that were stored; `journal`: with the journal of a boot. */
  addBytes(bytes: number, journal = false): void {
    this.#bytes += bytes;
    this.#storedBytes += bytes;
    if (journal) {
      this.#journalBytes += bytes;
      this.#storedJournalBytes += bytes;
    }
    this.#judge();
  }

  async #list(): Promise<string[]> {
    const names = await this.#options.files.list(this.#folder);
    this.#recordings = names.filter((name) => parseFileName(name)?.ending === 'seal').length;
    return names;
  }

  async #count(listing: Promise<string[]>): Promise<void> {
    const { files, log } = this.#options;
    try {
      const names = await listing;
      const [before, journalsBefore] = [this.#storedBytes, this.#storedJournalBytes];
      let [bytes, journalBytes] = [0, 0];
      for (const name of names) {
        const size = (await files.size(join(this.#folder, name)).catch(() => 0)) ?? 0;
        bytes += size;
        if (parseJournalName(name) !== undefined) journalBytes += size;
      }
      // What was stored meanwhile may be counted twice: that is corrected before anything is refused for long.
      this.#bytes = bytes + this.#storedBytes - before;
      this.#journalBytes = journalBytes + this.#storedJournalBytes - journalsBefore;
      this.#judge();
    } catch (error) {
      this.#begun = false;
      const why = error instanceof Error ? error.message : String(error);
      log.warn('quota.uncounted', 'What is stored of a camera cannot be counted', {
        device: this.#device,
        error: why,
      });
    }
  }

  #judge(): void {
    const { limits, log } = this.#options;
    const { journalBytesMax = stationLimits.bootJournalBytesMax } = limits;
    const journalsFull = this.#journalBytes >= journalBytesMax;
    if (journalsFull && !this.#journalsFull)
      log.alarm(
        'quota.journals-used-up',
        'A camera has used up the room for the journals of its boots: further ones are kept on the camera alone. Move some of them to an archive, or find out why it boots so often',
        { device: this.#device, bytes: this.#journalBytes },
      );
    this.#journalsFull = journalsFull;
    const full = this.#bytes >= limits.bytesMax || this.#recordings >= limits.recordingsMax;
    if (full === this.#full) return;
    this.#full = full;
    const fields = { device: this.#device, recordings: this.#recordings, bytes: this.#bytes };
    if (full) {
      log.alarm(
        'quota.used-up',
        'A camera has used up its quota: what it records is kept on the camera alone. Move recordings of it to an archive, or raise its quota',
        fields,
      );
    } else log.warn('quota.room', 'A camera has room in its quota again', fields);
  }
}
