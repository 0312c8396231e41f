import { SealcamError, systemCode } from '../../../base/errors.ts';
import type { Attempts } from '../disk/attempts.ts';
import type { OpenFile } from '../disk/file-system.ts';
import { readAt, readInto } from '../disk/files.ts';
import type { Folder } from '../disk/folder.ts';
import { isDamage } from '../errors.ts';
import { recordBytesMax, spoolLimits } from '../limits.ts';
import { type ByteRange, decodeEntries, type JournalEntry } from './journal-entries.ts';

/** All bytes that a journal can have. */
const allBytes: ByteRange = { from: 0, to: spoolLimits.journalBytesMax };

/** A journal as a start found it. */
export interface JournalContent {
  readonly entries: readonly JournalEntry[];
  /** Where each entry is in the file. */
  readonly places: readonly ByteRange[];
  /** Bytes that belong to no entry. */
  readonly skipped: number;
  /** What could not be read, or was not what was written; ascending. A torn end is not part of it. */
  readonly unread: readonly ByteRange[];
}

/** A journal of which nothing could be read. */
export const unreadJournal: JournalContent = { entries: [], places: [], skipped: 0, unread: [allBytes] };

/**
 * The content of the journal `name`; undefined if there is none. A block that the storage cannot read costs the entries
 * in it, just as rot does: a camera that refused to start because of it would record nothing at all.
 * @throws SealcamError `SPOOL_JOURNAL` (more than `bytesMax` bytes), and what the file system throws for any other
 *   reason than damage.
 */
export async function readJournal(
  folder: Folder,
  name: string,
  attempts: Pick<Attempts, 'until'>,
  bytesMax: number = spoolLimits.journalBytesMax,
): Promise<JournalContent | undefined> {
  let read: JournalBytes | undefined;
  let isThere = true;
  await attempts.until(async () => {
    try {
      read = await readOnce(folder, name, bytesMax, read);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      isThere = false;
    }
    return !isThere || read?.unread.length === 0;
  });
  if (!isThere) return undefined;
  if (read === undefined) return unreadJournal;
  const { bytes, unread } = read;
  const { entries, places, skipped } = decodeEntries(bytes);
  const blocks = unread.map((from) => ({ from, to: Math.min(from + spoolLimits.scanBytes, bytes.length) }));
  return {
    entries,
    places,
    skipped: skipped.reduce((sum, { from, to }) => sum + to - from, 0),
    unread: joined([...blocks, ...skipped.filter((each) => !isTorn(each, bytes.length))]),
  };
}

/** A crash tears the end of one commit: a few records. Nothing but such an end follows what was written whole. */
function isTorn({ from, to }: ByteRange, size: number): boolean {
  return to === size && from > 0 && to - from <= 2 * recordBytesMax;
}

/** `ranges` in order, `spoolLimits.unreadRangesMax` at most: of more, the last one contains what is between them too. */
function joined(ranges: readonly ByteRange[]): ByteRange[] {
  const all: { from: number; to: number }[] = [];
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last !== undefined && (from <= last.to || all.length === spoolLimits.unreadRangesMax))
      last.to = Math.max(last.to, to);
    else all.push({ from, to });
  }
  return all;
}

/** The bytes that are in both. */
export function inBoth(one: readonly ByteRange[], other: readonly ByteRange[]): ByteRange[] {
  const both = one.flatMap((a) =>
    other.map((b) => ({ from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) })),
  );
  return joined(both.filter(({ from, to }) => from < to));
}

/** Whether a byte of `place` is in any of `ranges`. */
export function isIn(ranges: readonly ByteRange[], place: ByteRange | undefined): boolean {
  return place !== undefined && ranges.some(({ from, to }) => from < place.to && place.from < to);
}

/** The journal's bytes, as far as they could be read: `unread` are the offsets of the blocks that are zeros instead. */
interface JournalBytes {
  readonly bytes: Uint8Array;
  readonly unread: readonly number[];
}

/** Reads the journal, or what of it is missing in `before`. Throws as the file system does, and `SPOOL_JOURNAL`. */
async function readOnce(
  folder: Folder,
  name: string,
  bytesMax: number,
  before: JournalBytes | undefined,
): Promise<JournalBytes> {
  return folder.with(name, 'read', async (file) => {
    const size = await file.size();
    if (size > bytesMax) {
      throw new SealcamError(
        'SPOOL_JOURNAL',
        `The spool's ${name} has ${size} bytes, more than the ${bytesMax} that are read: move it away if it is not the agent's`,
      );
    }
    if (before !== undefined) return readBlocks(file, before);
    try {
      return { bytes: await readAt(file, 0, size), unread: [] };
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
    const blocks = Math.ceil(size / spoolLimits.scanBytes);
    const unread = Array.from({ length: blocks }, (_, n) => n * spoolLimits.scanBytes);
    return readBlocks(file, { bytes: new Uint8Array(size), unread });
  });
}

/** Fills in what was not read yet. */
async function readBlocks(file: OpenFile, { bytes, unread }: JournalBytes): Promise<JournalBytes> {
  const failed: number[] = [];
  for (const at of unread) {
    const block = bytes.subarray(at, at + spoolLimits.scanBytes);
    try {
      await readInto(file, at, block);
    } catch (error) {
      if (!isDamage(error)) throw error;
      block.fill(0);
      failed.push(at);
    }
  }
  return { bytes, unread: failed };
}
