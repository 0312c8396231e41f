import { createHash, type Hash } from 'node:crypto';
import { equalBytes } from '../../base/bytes.ts';
import { grouped, type Hasher } from '../../evidence/hasher.ts';
import {
  fileMagic,
  type RawRecord,
  RecordScanner,
  recordType,
  type Scanned,
} from '../../evidence/records.ts';
import type { Files } from './files.ts';

/** Bytes that are read at a time. */
export const pieceBytes = 1_048_576;

/** Takes valid records in file order, consecutive segments together. */
export type RecordVisitor = (group: readonly RawRecord[]) => void | Promise<void>;

/** The content of a file of records. */
export interface ScanResult {
  readonly magic: boolean;
  readonly records: number;
  /** Where the last valid record ends. */
  readonly end: number;
  /** Stretches between valid records that are not records. */
  readonly damaged: readonly { readonly offset: number; readonly bytes: number }[];
  /** SHA-256 over everything that was read, to be continued. */
  readonly hash: Hash;
}

function isSegment(found: Scanned): boolean {
  return found.kind === 'record' && found.record.type === recordType.segment;
}

/** The first `size` bytes of a file, in pieces; fewer if it is shorter. */
export async function* piecesOf(
  files: Files,
  path: string,
  size: number,
  whole = false,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; ) {
    const piece = await files.readAt(path, at, Math.min(pieceBytes, size - at), whole);
    if (piece.length === 0) return;
    yield piece;
    at += piece.length;
  }
}

/** Reads a file of records from its beginning to `size`. @param whole as for {@link Files.readAt}. */
export async function scanRecords(
  { files, hasher }: { readonly files: Files; readonly hasher: Hasher },
  path: string,
  size: number,
  visit: RecordVisitor,
  whole: boolean,
): Promise<ScanResult> {
  const hash = createHash('sha256');
  const damaged: { offset: number; bytes: number }[] = [];
  let magic = false;
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
  let at = 0;
  for await (const piece of piecesOf(files, path, size, whole)) {
    hash.update(piece);
    if (at === 0) magic = equalBytes(piece.subarray(0, fileMagic.length), fileMagic);
    await take(scanner.push(at === 0 ? piece.subarray(fileMagic.length) : piece));
    at += piece.length;
  }
  await take(scanner.end());
  return { magic, records, end, damaged, hash };
}
