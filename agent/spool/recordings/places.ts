import { isSealcamError } from '../../../base/errors.ts';
import type { Chunk } from '../../../evidence/statements.ts';
import { spoolLimits } from '../limits.ts';
import type { FileView } from './file-view.ts';
import type { PartIndex } from './part-index.ts';
import { findIndex } from './reader.ts';
import type { StoredLink } from './recording.ts';
import {
  digestsOf,
  findSegments,
  fullSegmentRecordBytes,
  segmentRecordBytes,
  segmentRecordHeadBytes,
} from './segments.ts';

// Where statements and their chunks are in a part of a recording.

/** Where a statement was found. */
export type StatementPlace = {
  /** Where the records that belong to it begin. */
  readonly first: number;
  /** As `first`, or earlier if unreadable bytes before it may be a copy of it. */
  readonly lostFrom: number | undefined;
  /** Where its record begins and ends. */
  readonly at: number;
  readonly after: number;
};

/** Where a chunk begins, where its segments do, and where it ends. */
type ChunkPlace = { readonly first: number; readonly from: number; readonly end: number };

/**
 * The place of `chunk`, whose statement was found at `place`: either before its segments, or after them if the copy
 * before them is damaged. Undefined if the segments do not fit.
 */
export async function chunkPlace(
  view: FileView,
  chunk: Chunk,
  { first, lostFrom, at, after }: StatementPlace,
): Promise<ChunkPlace | undefined> {
  const end = await chunkEnd(view, chunk, after);
  if (end !== undefined) return { first, from: after, end };
  if (lostFrom === undefined || at - lostFrom > spoolLimits.chunkBytesMax) return undefined;
  const before = await view.bytes(lostFrom, at - lostFrom);
  return findSegments(chunk, before).lost.length === 0
    ? { first: lostFrom, from: lostFrom, end: after }
    : undefined;
}

/**
 * The end of the segments of `chunk` that begin at `from`, judged by their heads only; undefined if they do not fit.
 */
async function chunkEnd(view: FileView, chunk: Chunk, from: number): Promise<number | undefined> {
  let at = from;
  for (const [part, digests] of digestsOf(chunk).entries()) {
    const number = digests.length - 1;
    const final = at + number * fullSegmentRecordBytes;
    const head = await view.bytes(final, segmentRecordHeadBytes);
    const bytes = segmentRecordBytes(head, chunk.index, { part, number });
    if (bytes === undefined || final + bytes > view.size) return undefined;
    at = final + bytes;
  }
  return at;
}

/** The last of the statements from index `first` on that begin at `offsets`; undefined if it cannot be read there. */
export async function lastLink(
  view: FileView,
  id: string,
  first: number,
  offsets: PartIndex['offsets'],
): Promise<StoredLink | undefined> {
  const offset = offsets.at(-1);
  if (offset === undefined) return undefined;
  try {
    return (await findIndex(view, id, first + offsets.length - 1, offset)).link;
  } catch (error) {
    if (!isSealcamError(error)) throw error;
    return undefined;
  }
}
