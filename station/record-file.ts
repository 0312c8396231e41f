import { equalBytes } from '../base/bytes.ts';
import { SealcamError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { sha256 } from '../evidence/crypto.ts';
import {
  fileMagic,
  type RawRecord,
  RecordScanner,
  recordHeadBytes,
  recordTailBytes,
  type Scanned,
} from '../evidence/records.ts';
import type { Files } from './files.ts';
import type { Append } from './intake.ts';

const pieceBytes = 1_048_576;
/** A segment record's body begins with its place: index, part and number. */
const segmentPlaceBytes = 7;

/**
 * A file of records that only grows: `.seal`, `.receipts`, a camera's sessions, the journal of receipts.
 * What {@link append} resolved for is durable, and was read back.
 */
export class RecordFile {
  readonly path: string;
  readonly #files: Files;
  /** Bytes that are durable. */
  #size: number;
  #broken = false;

  private constructor(files: Files, path: string, size: number) {
    this.#files = files;
    this.path = path;
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Opens a file, or a new one where there is none, and reads what is in it. What a crash left torn at its
   * end is cut off and kept beside it as `PATH.tail-OFFSET`.
   * @param visit gets every good record in order; its body is a view that is good until `visit` returns.
   * @throws SealcamError `STORE_DAMAGED` where the file does not start as one of ours.
   */
  static async open(
    files: Files,
    path: string,
    log: Log,
    visit: (record: RawRecord) => void,
  ): Promise<RecordFile> {
    const size = await files.size(path);
    if (size === undefined || size === 0) return new RecordFile(files, path, 0);
    // A process that was killed may have left bytes that are in the page cache alone.
    await files.sync(path);
    const scanned = await scan(files, path, size, visit);
    if (!scanned.magic && scanned.records > 0) {
      throw new SealcamError(
        'STORE_DAMAGED',
        `"${path}" does not start as a file of records does: restore it from the backup`,
      );
    }
    const end = scanned.records === 0 && !scanned.magic ? 0 : scanned.end;
    for (const { offset, bytes } of scanned.damaged) {
      log.alarm('A stored file is damaged inside', { path, offset, bytes });
    }
    if (end < size) {
      const tail = await files.readAt(path, end, size - end);
      await files.replace(`${path}.tail-${end}`, [tail]);
      await files.truncate(path, end);
      log.warn('A torn end of a stored file was cut off and kept beside it', { path, bytes: size - end });
    }
    return new RecordFile(files, path, end);
  }

  /**
   * Writes records at the end, makes them durable, reads them back and hashes them.
   * Where that fails the file is cut back to what was durable before: what a failed write or sync left must
   * not be taken for stored later on.
   * @throws SealcamError `STORE_FAULT`.
   */
  async append(appends: readonly Append[]): Promise<void> {
    if (this.#broken) throw this.#fault(undefined);
    const offset = this.#size;
    const start = offset === 0 ? [fileMagic] : [];
    const parts = [...start, ...appends.map(({ record }) => record)];
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    try {
      await this.#files.appendAt(this.path, offset, parts);
      await this.#check(offset + (offset === 0 ? fileMagic.length : 0), appends);
    } catch (cause) {
      this.#broken = true;
      await this.#files.truncate(this.path, offset).then(
        () => {
          this.#broken = false;
        },
        () => {},
      );
      throw this.#fault(cause);
    }
    this.#size = offset + bytes;
  }

  /** Begins the file anew with one record in it, all or nothing. */
  async restart({ record }: Append): Promise<void> {
    try {
      await this.#files.replace(this.path, [fileMagic, record]);
    } catch (cause) {
      this.#broken = true;
      throw this.#fault(cause);
    }
    this.#size = fileMagic.length + record.length;
  }

  async #check(from: number, appends: readonly Append[]): Promise<void> {
    let offset = from;
    for (const group of groups(appends)) {
      const bytes = group.reduce((sum, { record }) => sum + record.length, 0);
      const back = await this.#files.readAt(this.path, offset, bytes);
      let at = 0;
      for (const append of group) {
        const record = back.subarray(at, at + append.record.length);
        if (!readsBack(append, record)) {
          throw new Error(`what was written at offset ${offset + at} reads back differently`);
        }
        at += append.record.length;
      }
      offset += bytes;
    }
  }

  #fault(cause: unknown): SealcamError {
    return new SealcamError(
      'STORE_FAULT',
      `"${this.path}" cannot be written: check the disk, and start the station again`,
      { cause },
    );
  }
}

/** The records in runs of about a piece each, so that one read serves many. */
function* groups(appends: readonly Append[]): Generator<Append[]> {
  let group: Append[] = [];
  let bytes = 0;
  for (const append of appends) {
    group.push(append);
    bytes += append.record.length;
    if (bytes < pieceBytes) continue;
    yield group;
    group = [];
    bytes = 0;
  }
  if (group.length > 0) yield group;
}

function readsBack({ record, digest, segment }: Append, back: Uint8Array): boolean {
  const head = recordHeadBytes + (segment ? segmentPlaceBytes : 0);
  return (
    back.length === record.length &&
    equalBytes(back.subarray(0, head), record.subarray(0, head)) &&
    equalBytes(sha256(back.subarray(head, back.length - recordTailBytes)), digest)
  );
}

interface ScanResult {
  readonly magic: boolean;
  readonly records: number;
  /** Where the last good record ends. */
  readonly end: number;
  /** What is no record, between good ones. */
  readonly damaged: readonly { readonly offset: number; readonly bytes: number }[];
}

async function scan(
  files: Files,
  path: string,
  size: number,
  visit: (record: RawRecord) => void,
): Promise<ScanResult> {
  const magic = equalBytes(await files.readAt(path, 0, fileMagic.length), fileMagic);
  const damaged: { offset: number; bytes: number }[] = [];
  let pending: { offset: number; bytes: number } | undefined;
  let records = 0;
  let end: number = fileMagic.length;
  const scanner = new RecordScanner(fileMagic.length);
  const take = (found: Iterable<Scanned>): void => {
    for (const one of found) {
      if (one.kind === 'skipped') {
        pending = one;
        continue;
      }
      if (pending !== undefined) damaged.push(pending);
      pending = undefined;
      records += 1;
      end = one.offset + one.bytes;
      visit(one.record);
    }
  };
  for (let at: number = fileMagic.length; at < size; ) {
    const piece = await files.readAt(path, at, Math.min(pieceBytes, size - at));
    if (piece.length === 0) break;
    take(scanner.push(piece));
    at += piece.length;
  }
  take(scanner.end());
  return { magic, records, end, damaged };
}
