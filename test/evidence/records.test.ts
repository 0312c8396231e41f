import t from 'tap';
import { crc32c } from '../../base/crc32c.ts';
import { indexMax, recordBodyBytesMax, segmentBytes, segmentsPerPartMax } from '../../evidence/limits.ts';
import {
  encodeRecord,
  parseRecord,
  parseSegment,
  RecordScanner,
  recordMagic,
} from '../../evidence/records.ts';

// The bounds of records, each kept and overstepped by one.

/** A record with a body of `length` bytes whose checksum is right, whatever the format allows. */
function record(length: number, type = 1): Uint8Array {
  const bytes = Buffer.alloc(9 + length + 4);
  bytes.set(recordMagic, 0);
  bytes.writeUInt32BE(length, 4);
  bytes.writeUInt8(type, 8);
  bytes.writeUInt32BE(crc32c(bytes.subarray(4, 9 + length)), 9 + length);
  return bytes;
}

t.test('a body has up to 130,000 bytes', async (t) => {
  t.equal(parseRecord(record(recordBodyBytesMax)).body.length, recordBodyBytesMax);
  const long = record(recordBodyBytesMax + 1);
  t.throws(() => parseRecord(long), { code: 'RECORD_BAD' });
  t.throws(() => encodeRecord(1, new Uint8Array(recordBodyBytesMax + 1)), RangeError);
  const scanner = new RecordScanner();
  const found = [...scanner.push(long), ...scanner.end()];
  t.same(
    found.map(({ kind, bytes }) => [kind, bytes]),
    [['skipped', long.length]],
  );
});

t.test('a message is one whole record and nothing else', async (t) => {
  const whole = record(3);
  t.equal(parseRecord(whole).body.length, 3);
  const wrong = [
    new Uint8Array(0),
    whole.subarray(0, -1),
    Buffer.concat([whole, whole]),
    Buffer.concat([whole, Buffer.alloc(1)]),
  ];
  for (const bytes of wrong)
    t.throws(() => parseRecord(bytes), { code: 'RECORD_BAD' }, `${bytes.length} bytes`);
});

t.test('a record is a statement or a segment', async (t) => {
  for (const type of [1, 2]) t.equal(parseRecord(record(3, type)).type, type);
  for (const type of [0, 3, 16, 255])
    t.throws(() => parseRecord(record(3, type)), { code: 'RECORD_BAD' }, `${type}`);
});

t.test('a segment is within the bounds of the format', async (t) => {
  const body = (index: number, part: number, number: number, bytes: number): Uint8Array => {
    const out = Buffer.alloc(7 + bytes);
    out.writeUInt32BE(index, 0);
    out.writeUInt8(part, 4);
    out.writeUInt16BE(number, 5);
    return out;
  };
  t.match(parseSegment(body(indexMax, 1, segmentsPerPartMax - 1, segmentBytes)), {
    index: indexMax,
    part: 1,
  });
  const beyond: [string, Uint8Array][] = [
    ['index', body(indexMax + 1, 0, 0, 40)],
    ['part', body(0, 2, 0, 40)],
    ['number', body(0, 0, segmentsPerPartMax, 40)],
    ['length', body(0, 0, 0, segmentBytes + 1)],
    ['nothing in it', body(0, 0, 0, 0)],
    ['not even a head', new Uint8Array(6)],
  ];
  for (const [what, bytes] of beyond)
    t.throws(() => parseSegment(bytes), { code: 'EVIDENCE_MALFORMED' }, what);
});
