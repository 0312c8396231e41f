import { equalBytes } from '../../../base/bytes.ts';
import { SealcamError } from '../../../base/errors.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import { segmentBytes } from '../../../evidence/limits.ts';
import {
  parseSegment,
  RecordScanner,
  recordHeadBytes,
  recordMagic,
  recordTailBytes,
  recordType,
  type Scanned,
} from '../../../evidence/records.ts';
import type { Chunk } from '../../../evidence/statements.ts';
import { crc32c, hashSegments } from '../../../native/index.ts';
import type { ChunkSegment } from '../errors.ts';

const segmentHeadBytes = 7;
/** Bytes of the record of a segment that is not the last of its part. */
export const fullSegmentRecordBytes = recordHeadBytes + segmentHeadBytes + segmentBytes + recordTailBytes;
/** Bytes that {@link segmentRecordBytes} needs to identify a record. */
export const segmentRecordHeadBytes = recordHeadBytes + segmentHeadBytes;

/** The digests of a chunk's parts, media first. */
export function digestsOf(chunk: Chunk): readonly (readonly Uint8Array[])[] {
  return [chunk.media.segmentDigests, chunk.telemetry.segmentDigests];
}

/** Bytes of the record that begins with `head`, if that is the record of the segment `place` of `index`. */
export function segmentRecordBytes(head: Uint8Array, index: number, place: ChunkSegment): number | undefined {
  if (head.length < segmentRecordHeadBytes) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const body = view.getUint32(4);
  const right =
    equalBytes(head.subarray(0, recordMagic.length), recordMagic) &&
    view.getUint8(8) === recordType.segment &&
    body > segmentHeadBytes &&
    body <= segmentHeadBytes + segmentBytes &&
    view.getUint32(9) === index &&
    view.getUint8(13) === place.part &&
    view.getUint16(14) === place.number;
  return right ? recordHeadBytes + body + recordTailBytes : undefined;
}

/**
 * Refuses `records` unless their heads are, one by one, those of the segments that `chunk` names.
 * @throws SealcamError `SPOOL_SEGMENTS`.
 */
export function checkSegmentRecords(chunk: Chunk, records: Uint8Array): void {
  let at = 0;
  for (const [part, digests] of digestsOf(chunk).entries()) {
    for (let number = 0; number < digests.length; number += 1) {
      const head = records.subarray(at, at + segmentRecordHeadBytes);
      const bytes = segmentRecordBytes(head, chunk.index, { part, number });
      if (bytes === undefined || (number < digests.length - 1 && bytes !== fullSegmentRecordBytes)) {
        throw mismatch(chunk.index, `expected segment ${number} of part ${part} at byte ${at}`);
      }
      at += bytes;
    }
  }
  if (at !== records.length) throw mismatch(chunk.index, `expected ${at} bytes, got ${records.length}`);
}

function mismatch(index: number, what: string): SealcamError {
  return new SealcamError(
    'SPOOL_SEGMENTS',
    `The segment records of index ${index} are not what its statement says: ${what}`,
  );
}

/**
 * The segment records of `chunk` if `bytes` begins with all of them, one after another, complete and as signed. This is
 * nearly always so and needs no search; the digests are computed off this thread. Otherwise undefined: {@link
 * findSegments} then finds what is left.
 */
export async function wholeSegments(chunk: Chunk, bytes: Uint8Array): Promise<Uint8Array[] | undefined> {
  const records: Uint8Array[] = [];
  const segments: Uint8Array[] = [];
  let at = 0;
  for (const [part, digests] of digestsOf(chunk).entries()) {
    for (let number = 0; number < digests.length; number += 1) {
      const head = bytes.subarray(at, at + segmentRecordHeadBytes);
      const length = segmentRecordBytes(head, chunk.index, { part, number });
      if (length === undefined || at + length > bytes.length) return undefined;
      const record = bytes.subarray(at, at + length);
      const end = length - recordTailBytes;
      const checksum = new DataView(record.buffer, record.byteOffset + end, recordTailBytes).getUint32(0);
      if (crc32c(record.subarray(recordMagic.length, end)) !== checksum) return undefined;
      records.push(record);
      segments.push(record.subarray(segmentRecordHeadBytes, end));
      at += length;
    }
  }
  const signed = digestsOf(chunk).flat();
  const found = await hashSegments(segments);
  return found.every((digest, place) => equalBytes(digest, signed[place] ?? new Uint8Array(0)))
    ? records
    : undefined;
}

/**
 * The segment records of `chunk` in `bytes` that are complete and as signed, in order, and the places of the others.
 */
export function findSegments(
  chunk: Chunk,
  bytes: Uint8Array,
): { intact: Uint8Array[]; lost: ChunkSegment[] } {
  const found = digestsOf(chunk).map((): (Uint8Array | undefined)[] => []);
  const scanner = new RecordScanner();
  // A damaged length may lead past the end: records before the end are found once the end is known.
  for (const piece of pieces(scanner, bytes)) {
    if (piece.kind !== 'record' || piece.record.type !== recordType.segment) continue;
    if (piece.record.body.length <= segmentHeadBytes) continue;
    const { index, part, number, segment } = parseSegment(piece.record.body);
    const digest = digestsOf(chunk)[part]?.[number];
    const places = found[part];
    if (index !== chunk.index || digest === undefined || places === undefined) continue;
    if (!equalBytes(sha256(segment), digest)) continue;
    places[number] ??= bytes.subarray(piece.offset, piece.offset + piece.bytes);
  }
  const intact: Uint8Array[] = [];
  const lost: ChunkSegment[] = [];
  for (const [part, digests] of digestsOf(chunk).entries()) {
    for (let number = 0; number < digests.length; number += 1) {
      const record = found[part]?.[number];
      if (record === undefined) lost.push({ part, number });
      else intact.push(record);
    }
  }
  return { intact, lost };
}

function* pieces(scanner: RecordScanner, bytes: Uint8Array): Generator<Scanned> {
  yield* scanner.push(bytes);
  yield* scanner.end();
}
