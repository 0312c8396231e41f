import { equalBytes } from '../base/bytes.ts';
import { SealcamError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { confirmDigest, grouped, type Hasher } from '../evidence/hasher.ts';
import {
  fileMagic,
  type RawRecord,
  RecordScanner,
  recordHeadBytes,
  recordTailBytes,
  recordType,
  type Scanned,
} from '../evidence/records.ts';
import type { Files } from './files.ts';
import type { Append } from './intake.ts';

const pieceBytes = 1_048_576;
/** A segment record's body begins with its place: index, part and number. */
const segmentPlaceBytes = 7;

/** What files of records are read and written with. */
export interface RecordFileTools {
  readonly files: Files;
  readonly hasher: Hasher;
  readonly log: Log;
  /**
   * By path, how many bytes are durable of a file that a failed write may have left longer. What stands behind them may
   * be in the page cache alone, and no later sync tells: it is cut off before the file is used again. Undefined of a
   * file that could not be begun anew: nobody knows which it is, the old or the new.
   */
  readonly doubtful: Map<string, number | undefined>;
}

/** Takes good records in the order of the file, segments that follow one another together. */
export type RecordVisitor = (group: readonly RawRecord[]) => void | Promise<void>;

/**
 * A file of records that only grows: `.seal`, `.receipts`, a camera's sessions, the journal of receipts.
 * What {@link append} resolved for is durable, and was read back.
 */
export class RecordFile {
  readonly path: string;
  readonly #tools: RecordFileTools;
  /** Bytes that are durable. */
  #size: number;

  private constructor(tools: RecordFileTools, path: string, size: number) {
    this.#tools = tools;
    this.path = path;
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Opens a file, or a new one where there is none, and reads what is in it. What a crash left torn at its
   * end is cut off and kept beside it as `PATH.tail-OFFSET`.
   * @param visit gets every good record; their bodies are views that are good until it is done.
   * @throws SealcamError `STORE_DAMAGED` where the file does not start as one of ours; `STORE_FAULT` where what a failed
   *   write left cannot be cut off.
   */
  static async open(tools: RecordFileTools, path: string, visit: RecordVisitor): Promise<RecordFile> {
    const { files, log } = tools;
    await cutBack(tools, path);
    const size = await files.size(path);
    if (size === undefined || size === 0) return new RecordFile(tools, path, 0);
    // A process that was killed may have left bytes that are in the page cache alone.
    await files.sync(path);
    const scanned = await scan(tools, path, size, visit);
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
    return new RecordFile(tools, path, end);
  }

  /**
   * Writes records at the end, makes them durable, reads them back and hashes them.
   * Where that fails the file is cut back to what was durable before, now or before the next write: what a failed write
   * or sync left must not be taken for stored later on.
   * @throws SealcamError `STORE_FAULT`.
   */
  async append(appends: readonly Append[]): Promise<void> {
    await cutBack(this.#tools, this.path);
    const offset = this.#size;
    const start = offset === 0 ? [fileMagic] : [];
    const parts = [...start, ...appends.map(({ record }) => record)];
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    try {
      await this.#tools.files.appendAt(this.path, offset, parts);
      await this.#check(offset, appends);
    } catch (cause) {
      this.#tools.doubtful.set(this.path, offset);
      await cutBack(this.#tools, this.path).catch(() => {});
      throw fault(this.path, cause);
    }
    this.#size = offset + bytes;
  }

  /** Begins the file anew with one record in it, all or nothing; where that fails, nothing but another try is taken. */
  async restart({ record }: Append): Promise<void> {
    this.#tools.doubtful.set(this.path, undefined);
    try {
      await this.#tools.files.replace(this.path, [fileMagic, record]);
    } catch (cause) {
      throw fault(this.path, cause);
    }
    this.#tools.doubtful.delete(this.path);
    this.#size = fileMagic.length + record.length;
  }

  /** Every byte counts: without its magic a file, without its checksum a record, is not read by the next start. */
  async #check(from: number, appends: readonly Append[]): Promise<void> {
    let offset = from;
    if (offset === 0) {
      const magic = await this.#tools.files.readAt(this.path, 0, fileMagic.length);
      if (!equalBytes(magic, fileMagic)) throw new Error("the file's first bytes read back differently");
      offset = fileMagic.length;
    }
    for (const group of groups(appends)) {
      const bytes = group.reduce((sum, { record }) => sum + record.length, 0);
      const back = await this.#tools.files.readAt(this.path, offset, bytes);
      await this.#compare(group, back, offset);
      offset += bytes;
    }
  }

  async #compare(group: readonly Append[], back: Uint8Array, offset: number): Promise<void> {
    const differs = (at: number): Error =>
      new Error(`what was written at offset ${offset + at} reads back differently`);
    const read: { content: Uint8Array; digest: Uint8Array; at: number }[] = [];
    let at = 0;
    for (const append of group) {
      const { record, digest, segment } = append;
      const head = recordHeadBytes + (segment ? segmentPlaceBytes : 0);
      const end = at + record.length;
      const framed =
        equalBytes(back.subarray(at, at + head), record.subarray(0, head)) &&
        equalBytes(back.subarray(end - recordTailBytes, end), record.subarray(-recordTailBytes));
      if (end > back.length || !framed) throw differs(at);
      read.push({ content: back.subarray(at + head, end - recordTailBytes), digest, at });
      at = end;
    }
    const digests = await this.#tools.hasher.digests(read.map(({ content }) => content));
    for (const [place, one] of read.entries()) {
      const digest = digests[place];
      if (digest !== undefined && equalBytes(digest, one.digest)) continue;
      confirmDigest(this.#tools.hasher, one.content, digest);
      throw differs(one.at);
    }
  }
}

/** Cuts off what a failed write may have left. @throws SealcamError `STORE_FAULT` */
export async function cutBack({ files, doubtful }: RecordFileTools, path: string): Promise<void> {
  if (!doubtful.has(path)) return;
  const durable = doubtful.get(path);
  try {
    if (durable === undefined) throw new Error('it could not be begun anew');
    const size = await files.size(path);
    if ((size ?? 0) < durable)
      throw new RangeError(`${size ?? 'none'} of ${durable} durable bytes are there`);
    if (size !== undefined) await files.truncate(path, durable);
  } catch (cause) {
    throw fault(path, cause);
  }
  doubtful.delete(path);
}

function fault(path: string, cause: unknown): SealcamError {
  return new SealcamError('STORE_FAULT', `"${path}" cannot be written: check the disk`, { cause });
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

function isSegment(found: Scanned): boolean {
  return found.kind === 'record' && found.record.type === recordType.segment;
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
  { files, hasher }: RecordFileTools,
  path: string,
  size: number,
  visit: RecordVisitor,
): Promise<ScanResult> {
  const magic = equalBytes(await files.readAt(path, 0, fileMagic.length), fileMagic);
  const damaged: { offset: number; bytes: number }[] = [];
  let pending: { offset: number; bytes: number } | undefined;
  let records = 0;
  let end: number = fileMagic.length;
  const scanner = new RecordScanner(fileMagic.length, hasher.crc32c);
  const take = async (found: Iterable<Scanned>): Promise<void> => {
    for (const group of grouped(found, (one) => (isSegment(one) ? 'segment' : undefined))) {
      const good: RawRecord[] = [];
      for (const one of group) {
        if (one.kind === 'skipped') {
          pending = one;
          continue;
        }
        if (pending !== undefined) damaged.push(pending);
        pending = undefined;
        records += 1;
        end = one.offset + one.bytes;
        good.push(one.record);
      }
      if (good.length > 0) await visit(good);
    }
  };
  for (let at: number = fileMagic.length; at < size; ) {
    const piece = await files.readAt(path, at, Math.min(pieceBytes, size - at));
    if (piece.length === 0) break;
    await take(scanner.push(piece));
    at += piece.length;
  }
  await take(scanner.end());
  return { magic, records, end, damaged };
}
