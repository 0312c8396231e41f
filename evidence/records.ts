import { crc32c } from '../base/crc32c.ts';
import { SealcamError } from '../base/errors.ts';
import { CrcWindows } from './encoding/crc-windows.ts';
import { indexMax, recordBodyBytesMax, segmentBytes, segmentsPerPartMax } from './limits.ts';

/** The first bytes of every `.seal` file. */
export const fileMagic = Uint8Array.of(0x89, 0x53, 0x45, 0x41, 0x4c, 0x0d, 0x0a, 0x1a);
/** The first bytes of every record: `SCR1`. */
export const recordMagic = Uint8Array.of(0x53, 0x43, 0x52, 0x31);
/** Bytes before a record's body, and after it. */
export const recordHeadBytes = 9;
export const recordTailBytes = 4;

/** The types of records. */
export const recordType = { statement: 1, segment: 2 } as const;
/** The parts of a chunk. */
export const partNumber = { media: 0, telemetry: 1 } as const;

/** Bytes before the FLOE segment in a segment record's body. */
const segmentHeadBytes = 7;

/** A record whose checksum is right. `body` is a view into the scanned bytes. */
export interface RawRecord {
  readonly type: number;
  readonly body: Uint8Array;
}

/** A FLOE segment and where it belongs. */
export interface SegmentRecord {
  readonly index: number;
  /** 0 media, 1 telemetry. */
  readonly part: number;
  readonly number: number;
  readonly segment: Uint8Array;
}

/** One record around `body`. */
export function encodeRecord(type: number, body: Uint8Array): Uint8Array {
  if (body.length > recordBodyBytesMax) throw new RangeError(`a record of ${body.length} bytes`);
  const record = Buffer.alloc(recordHeadBytes + body.length + recordTailBytes);
  record.set(recordMagic, 0);
  record.writeUInt32BE(body.length, 4);
  record.writeUInt8(type, 8);
  record.set(body, recordHeadBytes);
  record.writeUInt32BE(
    crc32c(record.subarray(4, recordHeadBytes + body.length)),
    recordHeadBytes + body.length,
  );
  return record;
}

/** The record of an encoded envelope. */
export function statementRecord(envelope: Uint8Array): Uint8Array {
  return encodeRecord(recordType.statement, envelope);
}

/** The record of a FLOE segment. */
export function segmentRecord({ index, part, number, segment }: SegmentRecord): Uint8Array {
  const body = Buffer.alloc(segmentHeadBytes + segment.length);
  body.writeUInt32BE(index, 0);
  body.writeUInt8(part, 4);
  body.writeUInt16BE(number, 5);
  body.set(segment, segmentHeadBytes);
  return encodeRecord(recordType.segment, body);
}

/** The segment in a record's body; `segment` is a view into it. @throws SealcamError `EVIDENCE_MALFORMED`. */
export function parseSegment(body: Uint8Array): SegmentRecord {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const formed =
    body.length > segmentHeadBytes &&
    body.length <= segmentHeadBytes + segmentBytes &&
    view.getUint32(0) <= indexMax &&
    view.getUint8(4) <= 1 &&
    view.getUint16(5) < segmentsPerPartMax;
  if (!formed) {
    throw new SealcamError(
      'EVIDENCE_MALFORMED',
      `A segment record of ${body.length} bytes is out of its bounds`,
    );
  }
  return {
    index: view.getUint32(0),
    part: view.getUint8(4),
    number: view.getUint16(5),
    segment: body.subarray(segmentHeadBytes),
  };
}

/**
 * The record that fills `bytes` exactly (an MQTT message is one).
 * @param fast computes a CRC-32C.
 * @throws SealcamError `RECORD_BAD` if it is not a record, or its checksum is wrong.
 */
export function parseRecord(bytes: Uint8Array, fast: Crc32c = crc32c): RawRecord {
  const found = recordAt(bytes, 0, (start, end, sum) => hasSum(bytes.subarray(start, end), sum, fast));
  if (found === 'bad' || found === 'short' || found.bytes !== bytes.length) {
    throw new SealcamError('RECORD_BAD', `${bytes.length} bytes are not one whole record`);
  }
  return found.record;
}

/** The type that a record claims; nothing has checked it. */
export function claimedRecordType(record: Uint8Array): number | undefined {
  return record[recordMagic.length + 4];
}

/**
 * Whether `tail`, bytes at the end of a file that are no record, may be what an interrupted write left there: the beginning of a
 * record, perhaps with zeros after it. Anything else was written otherwise, or has changed since.
 */
export function mayBeTorn(tail: Uint8Array): boolean {
  let end = tail.length;
  while (end > 0 && tail[end - 1] === 0) end -= 1;
  const written = tail.subarray(0, end);
  // A record's last bytes may be zeros themselves, though not many of them.
  const whole = end + recordTailBytes >= tail.length ? tail : written;
  return end === 0 || recordAt(whole, 0, () => false) === 'short';
}

/** What {@link RecordScanner} finds. Offsets and lengths count bytes of the whole input. */
export type Scanned =
  | { readonly kind: 'record'; readonly offset: number; readonly bytes: number; readonly record: RawRecord }
  | { readonly kind: 'skipped'; readonly offset: number; readonly bytes: number };

type Crc32c = (bytes: Uint8Array) => number;

/**
 * Whether `sum` is the CRC-32C of `bytes`. If `fast` says no, the reference is asked, so that a fault of `fast`
 * condemns no record.
 */
function hasSum(bytes: Uint8Array, sum: number, fast: Crc32c): boolean {
  return fast(bytes) === sum || (fast !== crc32c && crc32c(bytes) === sum);
}

/** Whether `sum` is the CRC-32C of the bytes from `start` to before `end`. */
type SumCheck = (start: number, end: number, sum: number) => boolean;

function recordAt(
  bytes: Uint8Array,
  at: number,
  isSum: SumCheck,
): { record: RawRecord; bytes: number } | 'short' | 'bad' {
  const rest = bytes.length - at;
  for (let i = 0; i < Math.min(4, rest); i += 1) if (bytes[at + i] !== recordMagic[i]) return 'bad';
  if (rest < recordHeadBytes) return 'short';
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, rest);
  const length = view.getUint32(4);
  const type = view.getUint8(8);
  if (length > recordBodyBytesMax || type === 0 || type > recordType.segment) return 'bad';
  const whole = recordHeadBytes + length + recordTailBytes;
  if (rest < whole) return 'short';
  const bodyEnd = at + recordHeadBytes + length;
  if (!isSum(at + 4, bodyEnd, view.getUint32(recordHeadBytes + length))) return 'bad';
  return { record: { type, body: bytes.subarray(at + recordHeadBytes, bodyEnd) }, bytes: whole };
}

/** Bytes that checksums may read more than once, in addition to the length of the input. */
const repeatedBytesFree = 1_048_576;

/**
 * Finds the records in a stream of bytes, however it is cut. Anything else is skipped and reported; after a bad
 * record the search continues one byte after the start of its magic. Holds at most one record and the last
 * input.
 *
 * Hostile input may claim a long record every few bytes, each with a wrong checksum: once checksums have read
 * twice the input's length, further ones come from {@link CrcWindows}, which reads every byte once.
 */
export class RecordScanner {
  #held: Uint8Array = new Uint8Array(0);
  #joined: Uint8Array = new Uint8Array(0);
  /** Offset of `#held` in the input. */
  #offset: number;
  readonly #start: number;
  #skippedFrom: number | undefined;
  readonly #fast: Crc32c;
  /** Bytes that checksums have read one by one. */
  #summed = 0;

  /** @param offset where in the file the input begins. @param fast computes a CRC-32C. */
  constructor(offset = 0, fast: Crc32c = crc32c) {
    this.#offset = offset;
    this.#start = offset;
    this.#fast = fast;
  }

  /** Takes more input; the records' bodies are views, valid until the next call. */
  *push(input: Uint8Array): Generator<Scanned> {
    this.#held = this.#held.length === 0 ? input : this.#join(input);
    yield* this.#scan(false);
    // The caller will reuse the input: keep a copy of what is not yet a record.
    if (this.#held.buffer !== this.#joined.buffer) this.#held = Uint8Array.from(this.#held);
  }

  /**
   * The held bytes and `input`, end to end, in reused memory: a new buffer for each would be garbage to
   * collect.
   */
  #join(input: Uint8Array): Uint8Array {
    const bytes = this.#held.length + input.length;
    const joined = this.#joined.length < bytes ? new Uint8Array(bytes) : this.#joined;
    joined.set(this.#held);
    joined.set(input, this.#held.length);
    this.#joined = joined;
    return joined.subarray(0, bytes);
  }

  /** Ends the input: what is left is not a record. */
  *end(): Generator<Scanned> {
    yield* this.#scan(true);
  }

  *#scan(ended: boolean): Generator<Scanned> {
    const held = Buffer.from(this.#held.buffer, this.#held.byteOffset, this.#held.length);
    let at = 0;
    let windows: CrcWindows | undefined;
    const isSum: SumCheck = (start, end, sum) => {
      const passed = this.#offset - this.#start + at;
      if (windows === undefined && this.#summed <= 2 * passed + repeatedBytesFree) {
        this.#summed += end - start;
        return hasSum(held.subarray(start, end), sum, this.#fast);
      }
      windows ??= new CrcWindows(held, at);
      return windows.crc(start, end) === sum;
    };
    while (at < held.length) {
      const found = recordAt(held, at, isSum);
      if (found === 'short' && !ended) break;
      if (found === 'short' || found === 'bad') {
        this.#skippedFrom ??= this.#offset + at;
        const next = held.indexOf(recordMagic, at + 1);
        // The last three bytes may begin a magic that the next input completes.
        at = next === -1 ? Math.max(at + 1, held.length - 3) : next;
        continue;
      }
      const offset = this.#offset + at;
      yield* this.#skipped(offset);
      yield { kind: 'record', offset, bytes: found.bytes, record: found.record };
      at += found.bytes;
    }
    this.#held = this.#held.subarray(at);
    this.#offset += at;
    if (ended) yield* this.#skipped(this.#offset);
  }

  *#skipped(until: number): Generator<Scanned> {
    const from = this.#skippedFrom;
    this.#skippedFrom = undefined;
    if (from !== undefined) yield { kind: 'skipped', offset: from, bytes: until - from };
  }
}

if (indexMax > 0xffff_ffff) throw new RangeError('an index must fit the u32 of a segment record');
