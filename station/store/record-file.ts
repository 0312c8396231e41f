import { createHash, type Hash } from 'node:crypto';
import { equalBytes } from '../../base/bytes.ts';
import { isSealcamError, SealcamError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { confirmDigest, type Hasher } from '../../evidence/hasher.ts';
import {
  encodeRecord,
  fileMagic,
  type RawRecord,
  recordHeadBytes,
  recordTailBytes,
} from '../../evidence/records.ts';
import type { Append } from '../intake/append.ts';
import { stationLimits } from '../limits.ts';
import { changed, expectSame, type FileIdentity, type Files } from './files.ts';
import { pieceBytes, piecesOf, type RecordVisitor, scanRecords } from './record-scan.ts';

/** A segment record's body begins with its place: index, part and number. */
const segmentPlaceBytes = 7;

/** What files of records are read and written with. */
export interface RecordFileTools {
  readonly files: Files;
  readonly hasher: Hasher;
  readonly log: Log;
  /**
   * How many bytes are durable of a file that a failed write may have left longer, by the file's id; by its path if the
   * id could not be determined. What follows them may be only in the page cache, and no later sync tells: it is cut off
   * before the file is used again. Undefined for a path at which a new file could not replace the old one, so that
   * either may be there.
   */
  readonly doubtful: Map<string, number | undefined>;
}

/**
 * A file of records that only grows: `.seal`, `.receipts`, a camera's sessions, the journal of receipts.
 *
 * What {@link append} resolved for is durable, and was read back. Only the disk can tell whether it still is: the file
 * may have been removed, cut, or replaced, or its folder unmounted. So each write, and each {@link look}, first
 * compares the file at the path with the one that was written, and {@link reread} compares all of its bytes.
 */
export class RecordFile {
  readonly path: string;
  readonly #tools: RecordFileTools;
  /** The file, all of whose bytes are durable; undefined if there is none. */
  #is: FileIdentity | undefined;
  /** SHA-256 over its bytes so far. */
  #hash: Hash;
  /** The number of bytes when it was last read in full. */
  #rereadBytes: number;
  /** One operation at a time: a look must not see an unfinished write. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(tools: RecordFileTools, path: string, is: FileIdentity | undefined, hash: Hash) {
    this.#tools = tools;
    this.path = path;
    this.#is = is;
    this.#hash = hash;
    this.#rereadBytes = this.size;
  }

  /** Bytes that are durable. */
  get size(): number {
    return this.#is?.bytes ?? 0;
  }

  /** True if everything in it has been read since it was last written to. */
  get isReread(): boolean {
    return this.#rereadBytes === this.size;
  }

  /**
   * Opens a file, or a new one if there is none, and reads its content. A torn end that a crash left is cut off and
   * kept next to it as `PATH.tail-OFFSET`.
   * @param visit gets every valid record; their bodies are views that are valid until it is done.
   * @throws SealcamError `STORE_DAMAGED` if the file contains something other than records before its last record, or
   *   does not start as one of ours; `STORE_FAULT` if the remains of a failed write cannot be cut off; `STORE_CHANGED`.
   */
  static async open(tools: RecordFileTools, path: string, visit: RecordVisitor): Promise<RecordFile> {
    const { files, log } = tools;
    await cutBack(tools, path);
    const is = await files.identify(path);
    if (is === undefined || is.bytes === 0) return new RecordFile(tools, path, is, createHash('sha256'));
    // A process that was killed may have left bytes that are only in the page cache.
    await files.sync(path);
    const {
      magic,
      records,
      end: recordsEnd,
      damaged,
      hash,
    } = await scanRecords(tools, path, is.bytes, visit, true);
    if (damaged.length > 0 || (!magic && records > 0)) {
      const [first] = damaged;
      const what = magic
        ? `holds ${first?.bytes} bytes at ${first?.offset} that are not a record`
        : 'does not start as a file of records does';
      throw new SealcamError('STORE_DAMAGED', `"${path}" ${what}: check the disk`);
    }
    const end = records === 0 && !magic ? 0 : recordsEnd;
    if (end === is.bytes) {
      expectSame(path, is, await files.identify(path));
      return new RecordFile(tools, path, is, hash);
    }
    const tail = await files.readAt(path, end, is.bytes - end);
    await files.replace(`${path}.tail-${end}`, [tail]);
    await files.truncate(path, end);
    log.warn('tail.kept-aside', 'A torn end of a stored file was cut off and kept next to it', {
      path,
      bytes: is.bytes - end,
    });
    const cut = await files.identify(path);
    expectSame(path, { id: is.id, bytes: end, written: cut?.written ?? '' }, cut);
    return new RecordFile(tools, path, cut, await hashOf(files, path, end));
  }

  /**
   * As {@link open}, for a file of moderate size that must not block what it belongs to: a damaged one is set aside
   * under another name, and its valid records are written to a new one.
   * @param visit may be called twice for one record.
   */
  static async openMended(tools: RecordFileTools, path: string, visit: RecordVisitor): Promise<RecordFile> {
    try {
      return await RecordFile.open(tools, path, visit);
    } catch (error) {
      if (!isFileDamage(error)) throw error;
      const aside = await setAside(tools, path, error.message);
      const records: Uint8Array[] = [];
      const keep = (group: readonly RawRecord[]): void => {
        for (const { type, body } of group) records.push(encodeRecord(type, body));
      };
      await scanDamaged(tools, aside, keep);
      if (records.length > 0) await tools.files.replace(path, [fileMagic, ...records]);
      return RecordFile.open(tools, path, visit);
    }
  }

  /**
   * Writes records at the end, makes them durable, reads them back and hashes them.
   * If that fails the file is cut back to what was durable before, now or before the next write: the remains of a
   * failed write or sync must not be taken for stored later on.
   * @throws SealcamError `STORE_FAULT`; `STORE_CHANGED` if the file is not the one that was written before.
   */
  append(appends: readonly Append[]): Promise<void> {
    return this.#inTurn(() => this.#append(appends));
  }

  /** Starts the file again with a few records in it, all or nothing; after a failure `append` rejects until a restart succeeds. */
  restart(appends: readonly Append[]): Promise<void> {
    return this.#inTurn(() => this.#restart(appends));
  }

  /**
   * Compares the file at the path with the one that was written.
   * @throws SealcamError `STORE_CHANGED`; what the file system throws.
   */
  look(): Promise<void> {
    return this.#inTurn(() => this.#look());
  }

  /**
   * Reads the whole file, and compares it with what was written.
   * @throws SealcamError `STORE_CHANGED`; what the file system throws.
   */
  reread(): Promise<void> {
    return this.#inTurn(async () => {
      const { files } = this.#tools;
      await this.#look();
      const found = await hashOf(files, this.path, this.size);
      await this.#look();
      if (!equalBytes(found.digest(), this.#hash.copy().digest())) {
        throw changed(this.path, 'holds other bytes than were written');
      }
      this.#rereadBytes = this.size;
    });
  }

  #inTurn<T>(use: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(use, use);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #look(): Promise<void> {
    if (this.#is === undefined) return;
    expectSame(this.path, this.#is, await this.#tools.files.identify(this.path));
  }

  async #append(appends: readonly Append[]): Promise<void> {
    const { files, doubtful } = this.#tools;
    this.#adopt(await cutBack(this.#tools, this.path));
    const before = this.size === 0 ? await this.#empty() : this.#is;
    const offset = this.size;
    const start = offset === 0 ? [fileMagic] : [];
    const parts = [...start, ...appends.map(({ record }) => record)];
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    let is: FileIdentity;
    try {
      is = await files.appendAt(this.path, before, parts);
      await this.#check(offset, appends);
      expectSame(this.path, { ...is, bytes: offset + bytes }, await files.identify(this.path));
    } catch (cause) {
      // Either nothing was written, or all of it is durable in a file that is no longer the one at the path.
      if (isSealcamError(cause, 'STORE_CHANGED')) throw cause;
      const left = before ?? (await files.identify(this.path).catch(() => undefined));
      doubtful.set(left?.id ?? this.path, offset);
      this.#adopt(await cutBack(this.#tools, this.path).catch(() => undefined));
      throw fault(this.path, cause);
    }
    for (const part of parts) this.#hash.update(part);
    this.#is = is;
  }

  /** The file was changed by cutting it back: no other program did that. */
  #adopt(cut: FileIdentity | undefined): void {
    if (cut !== undefined && cut.id === this.#is?.id && cut.bytes === this.#is.bytes) this.#is = cut;
  }

  /** What is at the path of a file that is still empty. */
  async #empty(): Promise<FileIdentity | undefined> {
    const found = await this.#tools.files.identify(this.path);
    if (found !== undefined && found.bytes > 0) throw changed(this.path, 'is there, and was not before');
    return found;
  }

  async #restart(appends: readonly Append[]): Promise<void> {
    const { files, doubtful } = this.#tools;
    const parts = [fileMagic, ...appends.map(({ record }) => record)];
    doubtful.set(this.path, undefined);
    let is: FileIdentity | undefined;
    try {
      await files.replace(this.path, parts);
      is = await files.identify(this.path);
    } catch (cause) {
      throw fault(this.path, cause);
    }
    if (is === undefined) throw changed(this.path, 'is gone');
    doubtful.delete(this.path);
    this.#hash = createHash('sha256');
    for (const part of parts) this.#hash.update(part);
    this.#is = is;
  }

  /** Every byte counts: the next start does not read a file without its magic, nor a record without its checksum. */
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

/**
 * Cuts off the possible remains of a failed write.
 * @returns what the path leads to afterwards, if something was in doubt.
 * @throws SealcamError `STORE_FAULT`; `STORE_CHANGED` if the file could not be started again.
 */
export async function cutBack(
  { files, doubtful }: RecordFileTools,
  path: string,
): Promise<FileIdentity | undefined> {
  if (doubtful.size === 0) return undefined;
  try {
    const is = await files.identify(path);
    const key = [path, is?.id].find((one) => one !== undefined && doubtful.has(one));
    if (key === undefined) return undefined;
    const durable = doubtful.get(key);
    if (durable === undefined) throw changed(path, 'could not be started again');
    // A file that has become shorter has lost its doubtful end.
    if (is !== undefined && is.bytes > durable) await files.truncate(path, durable);
    doubtful.delete(key);
    return await files.identify(path);
  } catch (cause) {
    if (isSealcamError(cause, 'STORE_CHANGED')) throw cause;
    throw fault(path, cause);
  }
}

/**
 * Renames a file that is not what it should be, for people to look into.
 * @returns its new path.
 * @throws what the file system throws.
 */
export async function setAside({ files, log }: RecordFileTools, path: string, why: string): Promise<string> {
  for (let number = 1; number <= stationLimits.damagedPerFileMax; number += 1) {
    const aside = `${path}.damaged-${number}`;
    // Something that is not a file may have this name as well.
    const free = (await files.identify(aside).catch(() => null)) === undefined;
    if (!free) continue;
    await files.move(path, aside);
    log.alarm(
      'file.damaged',
      'A stored file is damaged: it was set aside, and its intact records are written again',
      {
        path: aside,
        error: why,
      },
    );
    return aside;
  }
  throw new SealcamError(
    'STORE_FAULT',
    `"${path}" was damaged ${stationLimits.damagedPerFileMax} times: check the disk`,
  );
}

/** Reads the valid records of a file that was set aside; none if it is not a readable file at all. */
export async function scanDamaged(tools: RecordFileTools, path: string, visit: RecordVisitor): Promise<void> {
  try {
    const found = await tools.files.identify(path);
    await scanRecords(tools, path, found?.bytes ?? 0, visit, false);
  } catch (error) {
    if (!isFileDamage(error)) throw error;
  }
}

/** True for errors that say that a file does not consist of records only. */
export function isFileDamage(error: unknown): error is SealcamError {
  return isSealcamError(error, 'STORE_DAMAGED', 'FILE_KIND', 'FILE_SPARSE', 'FILE_TOO_LARGE');
}

async function hashOf(files: Files, path: string, size: number): Promise<Hash> {
  const hash = createHash('sha256');
  for await (const piece of piecesOf(files, path, size)) hash.update(piece);
  return hash;
}

function fault(path: string, cause: unknown): SealcamError {
  return new SealcamError('STORE_FAULT', `"${path}" cannot be written: check the disk`, { cause });
}

/** The records in runs of about one read's size each, so that one read serves many. */
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
