import { equalBytes, toHex } from '../../../base/bytes.ts';
import { SealcamError, systemCode } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { chunksPerRepeat } from '../../../evidence/limits.ts';
import { statementRecord } from '../../../evidence/records.ts';
import type { Statement } from '../../../evidence/statements.ts';
import type { OpenFile } from '../disk/file-system.ts';
import { writeAll } from '../disk/files.ts';
import type { Folder } from '../disk/folder.ts';
import type { Reserve } from '../disk/reserve.ts';
import { isStorageFull, storageError } from '../errors.ts';
import { sealName } from '../names.ts';
import { keepPartIndex } from './part-index.ts';
import { counted, type FilePart, type RecordingFilesState, type StoredLink } from './recording.ts';
import { checkSegmentRecords } from './segments.ts';

/** Writes one recording. Calls may not overlap. */
export interface RecordingWriter {
  /** Recording id, 32 hexadecimal digits. */
  readonly id: string;
  /**
   * Makes the next statement of the chain and its segments durable.
   * @param segmentRecords all segment records of a chunk, media first, in their stored form; otherwise empty.
   * @param receipt the receipt that the chunk is the first to name: it is written before the statement.
   * @throws SealcamError `CHAIN_INDEX`, `CHAIN_LINK`, `CHAIN_FOREIGN`, `SPOOL_SEGMENTS` (nothing was written);
   *   `SPOOL_FULL`, `SPOOL_IO`: the statement is not durable, and the recording accepts only a closing, which takes
   *   this statement's index; `SPOOL_STOPPED` if that happened before.
   */
  append(
    link: Statement<'chunk' | 'gap' | 'recorded-command'>,
    segmentRecords: Uint8Array,
    receipt?: Statement<'receipt'>,
  ): Promise<void>;
  /**
   * Makes the closing durable, using the reserve if the storage is full.
   * @throws SealcamError as {@link append}; after `SPOOL_FULL` or `SPOOL_IO` it may be called again with the same
   *   closing. If it isn't, the next start finds the recording without a closing.
   */
  close(closing: Statement<'closing'>): Promise<void>;
}

/** What a writer needs from the spool. */
export interface WriterSetting {
  readonly folder: Folder;
  readonly log: Log;
  readonly reserve: Reserve;
  readonly partBytesMax: number;
  /** Called whenever more of the recording has become durable. */
  readonly changed: () => void;
}

/** The writer of a recording in the spool, all of whose files end where their part ends. */
export class SealFileWriter implements RecordingWriter {
  readonly #setting: WriterSetting;
  readonly #recording: RecordingFilesState;
  readonly #head: readonly Uint8Array[];
  /** The file being written: undefined if writing continues in a new part. */
  #file: OpenFile | undefined;
  #partNumber: number;
  #chunksSinceHead = 0;
  #stopped = false;
  #busy = false;
  #closing: Uint8Array | undefined;

  /** @param file the recording's last part, opened for writing; the writer owns it from now on. */
  constructor(setting: WriterSetting, recording: RecordingFilesState, file: OpenFile | undefined) {
    this.#setting = setting;
    this.#recording = recording;
    this.#file = file;
    this.#partNumber = recording.parts.at(-1)?.number ?? 0;
    this.#head = [statementRecord(recording.session.encoded), statementRecord(recording.opening.encoded)];
  }

  get id(): string {
    return this.#recording.id;
  }

  append(
    link: Statement<'chunk' | 'gap' | 'recorded-command'>,
    segmentRecords: Uint8Array,
    receipt?: Statement<'receipt'>,
  ): Promise<void> {
    return this.#alone(async () => {
      if (this.#stopped) {
        throw new SealcamError('SPOOL_STOPPED', 'The recording takes no more after a fault: close it');
      }
      this.#check(link);
      if (link.kind === 'chunk') checkSegmentRecords(link.body, segmentRecords);
      else if (segmentRecords.length > 0) throw new RangeError(`a ${link.kind} statement has no segments`);
      const lead = receipt === undefined ? [] : [statementRecord(receipt.encoded)];
      try {
        const repeat = this.#chunksSinceHead >= chunksPerRepeat;
        // A command is small, and its sender must not be able to end the recording: it may use the reserve, as a closing may.
        const mayUseReserve = link.kind === 'recorded-command';
        await this.#commit(link, repeat, twice(lead, link, segmentRecords), mayUseReserve);
      } catch (error) {
        this.#stopped = true;
        throw error;
      }
      if (link.kind === 'chunk') this.#chunksSinceHead += 1;
    });
  }

  close(closing: Statement<'closing'>): Promise<void> {
    return this.closeFor(closing, undefined);
  }

  /** Closes the recording, and writes `session`, the later one that signed the closing, before it. */
  closeFor(closing: Statement<'closing'>, session: Statement<'session'> | undefined): Promise<void> {
    return this.#alone(async () => {
      if (this.#closing !== undefined && !equalBytes(this.#closing, closing.digest)) {
        throw new SealcamError(
          'CHAIN_CLOSED',
          'Another closing was tried before, and may be in the file: give the same one',
        );
      }
      this.#check(closing);
      this.#closing = closing.digest;
      this.#stopped = true;
      const lead = session === undefined ? [] : [statementRecord(session.encoded)];
      await this.#commit(closing, true, twice(lead, closing), true);
      await this.abandon();
      await this.#keepIndex();
    });
  }

  /** Closes the file without writing any more. */
  async abandon(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    // All of it is synced: an error while closing says nothing about the bytes.
    await file?.close().catch(() => {});
  }

  async #alone(run: () => Promise<void>): Promise<void> {
    if (this.#busy) throw new Error('a recording is written by one call at a time');
    this.#busy = true;
    try {
      await run();
    } finally {
      this.#busy = false;
    }
  }

  /** The rules of evidence/chain.ts, without checking signatures. */
  #check(link: StoredLink): void {
    const { next, endedBy, last, id } = this.#recording;
    const { index, previous, recordingId } = link.body;
    if (endedBy !== undefined)
      throw new SealcamError('CHAIN_CLOSED', `Statement ${index} comes after the closing`);
    if (toHex(recordingId) !== id) {
      throw new SealcamError('CHAIN_FOREIGN', `The ${link.kind} statement belongs to another recording`);
    }
    if (index !== next) {
      throw new SealcamError('CHAIN_INDEX', `Expected the statement with index ${next}, got ${index}`);
    }
    if (!equalBytes(previous, last)) {
      throw new SealcamError(
        'CHAIN_LINK',
        `Statement ${index} follows another statement than the one before it`,
      );
    }
  }

  async #commit(
    link: StoredLink,
    repeat: boolean,
    records: readonly Uint8Array[],
    mayUseReserve: boolean,
  ): Promise<void> {
    const { reserve } = this.#setting;
    const write = (): Promise<void> => this.#write(link, repeat, records);
    try {
      await (mayUseReserve ? reserve.lend(write) : write());
    } catch (error) {
      // The closing that must follow needs the space.
      if (isStorageFull(error)) await reserve.release().catch(() => false);
      throw storageError('The recording cannot be written', error);
    }
  }

  async #write(link: StoredLink, repeat: boolean, records: readonly Uint8Array[]): Promise<void> {
    const part = this.#recording.parts.at(-1);
    const isFull = part !== undefined && part.end >= this.#setting.partBytesMax;
    if (this.#file !== undefined && part !== undefined && !isFull) {
      const written = await this.#appendTo(
        this.#file,
        part.end,
        repeat ? [...this.#head, ...records] : records,
      );
      if (written) {
        this.#took(link, part, repeat, records);
        return;
      }
    }
    await this.abandon();
    if (isFull) await this.#keepIndex();
    const next = await this.#writeNewPart(records);
    this.#recording.parts.push(next);
    this.#took(link, next, true, records);
  }

  /**
   * One write and one fdatasync. False if the file can no longer be trusted: after a failed fsync the kernel marks the
   * pages clean, so a later fsync proves nothing.
   * @throws the system's error if the storage is full and the file is unchanged.
   */
  async #appendTo(file: OpenFile, end: number, records: readonly Uint8Array[]): Promise<boolean> {
    try {
      await writeAll(file, records, end);
    } catch (error) {
      if (!isStorageFull(error)) return false;
      try {
        await file.truncate(end);
      } catch {
        return false;
      }
      throw error;
    }
    try {
      await file.datasync();
      return true;
    } catch {
      return false;
    }
  }

  async #writeNewPart(records: readonly Uint8Array[]): Promise<FilePart> {
    const { folder } = this.#setting;
    this.#partNumber += 1;
    const name = sealName(this.#recording.base, this.#partNumber);
    const file = await folder.open(name, 'create');
    try {
      await writeAll(file, [...this.#head, ...records], 0);
      await file.datasync();
      await folder.sync();
    } catch (error) {
      await file.close().catch(() => {});
      // If it stays, the next scan accepts the complete records in it, as in any part.
      await folder.remove(name).catch(() => {});
      throw error;
    }
    this.#file = file;
    return { number: this.#partNumber, name, first: undefined, end: 0 };
  }

  /** Stores the index of the last part, which is finished. */
  async #keepIndex(): Promise<void> {
    const { folder, log } = this.#setting;
    try {
      await keepPartIndex(folder, this.#recording);
    } catch (error) {
      log.warn(
        'part-index.not-written',
        'The index of a part could not be written: the next start reads the whole part',
        { code: systemCode(error) },
      );
    }
  }

  /** Updates what counts as durable. */
  #took(link: StoredLink, part: FilePart, withHead: boolean, records: readonly Uint8Array[]): void {
    const recording = this.#recording;
    const first = part.end + (withHead ? bytesOf(this.#head) : 0);
    recording.index.push(first);
    part.first ??= { index: link.body.index, previous: link.body.previous };
    part.end = first + bytesOf(records);
    recording.last = link.digest;
    recording.tally = counted(recording.tally, link);
    if (withHead) this.#chunksSinceHead = 0;
    if (link.kind === 'closing') recording.endedBy = link.body.reason;
    else recording.next = link.body.index + 1;
    this.#setting.changed();
  }
}

/**
 * The records of a statement, which is repeated after its segments: only the statement identifies them, and if it
 * rotted they could not be stated as lost.
 */
function twice(
  lead: readonly Uint8Array[],
  link: StoredLink,
  segmentRecords: Uint8Array = new Uint8Array(0),
): readonly Uint8Array[] {
  const record = statementRecord(link.encoded);
  return [...lead, record, ...(segmentRecords.length > 0 ? [segmentRecords] : []), record];
}

function bytesOf(records: readonly Uint8Array[]): number {
  return records.reduce((sum, { length }) => sum + length, 0);
}
