import fc from 'fast-check';
import t from 'tap';
import { crc32c } from '../../../base/crc32c.ts';
import { cobsBytesMax, cobsDecode, cobsEncode } from '../../../proto/link/cobs.ts';
import { encodeFrame, parseFrame } from '../../../proto/link/frame.ts';
import { Framer } from '../../../proto/link/framer.ts';
import { linkLimits } from '../../../proto/link/limits.ts';
import { seeded } from '../../support/seed.ts';

const session = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

function frameOf(sequence: number, payload: Uint8Array): Uint8Array {
  return encodeFrame({ kind: 17, session, sequence, payload });
}

/** Pushes `chunks` and gives the numbers of the frames that came out. */
function numbersOf(framer: (deliver: (body: Uint8Array) => void) => Framer, chunks: readonly Uint8Array[]) {
  const numbers: number[] = [];
  const made = framer((body) => numbers.push(parseFrame(body)?.sequence ?? -1));
  for (const chunk of chunks) made.push(chunk);
  return { numbers, counts: made.counts };
}

const plain = (deliver: (body: Uint8Array) => void) => new Framer(deliver);

t.test('COBS gives back what it took, without a zero, within its bound', (t) => {
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 1200 }),
    fc.uint8Array({ maxLength: 1200, max: 1 }),
    fc.integer({ min: 0, max: 1200 }).map((length) => new Uint8Array(length).fill(7)),
  );
  fc.assert(
    fc.property(bodies, (body) => {
      const into = new Uint8Array(cobsBytesMax(body.length));
      const encoded = into.subarray(0, cobsEncode(body, into));
      const decoded = cobsDecode(encoded);
      return !encoded.includes(0) && decoded !== undefined && Buffer.compare(decoded, body) === 0;
    }),
    { numRuns: 400 },
  );
  t.end();
});

t.test('COBS as published', (t) => {
  const run = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => (from + i) & 255);
  const vectors: [number[], number[]][] = [
    [[], [1]],
    [[0], [1, 1]],
    [
      [0, 0],
      [1, 1, 1],
    ],
    [
      [0, 0x11, 0],
      [1, 2, 0x11, 1],
    ],
    [
      [0x11, 0x22, 0, 0x33],
      [3, 0x11, 0x22, 2, 0x33],
    ],
    [run(1, 254), [255, ...run(1, 254)]],
    [run(0, 254), [1, 255, ...run(1, 254)]],
    [run(1, 255), [255, ...run(1, 254), 2, 255]],
    [
      [...run(2, 255), 0],
      [255, ...run(2, 255), 1, 1],
    ],
  ];
  for (const [body, encoded] of vectors) {
    const into = new Uint8Array(cobsBytesMax(body.length));
    t.same([...into.subarray(0, cobsEncode(Uint8Array.from(body), into))], encoded);
    t.same([...(cobsDecode(Uint8Array.from(encoded)) ?? [])], body);
  }
  t.same(
    [...(cobsDecode(Uint8Array.from([255, ...run(1, 254), 1])) ?? [])],
    run(1, 254),
    'a spare empty block',
  );
  for (const broken of [[], [0], [3, 1], [2, 0x11, 0, 1], [255, 1]]) {
    t.equal(cobsDecode(Uint8Array.from(broken)), undefined, `${broken}`);
  }
  t.end();
});

t.test('however the bytes are cut, the frames are the same', (t) => {
  const random = seeded(t);
  const frames = Array.from({ length: 40 }, (_, i) => frameOf(i + 1, random.bytes(random.int(3000))));
  const all = Buffer.concat(frames);
  const expected = frames.map((_, i) => i + 1);
  t.same(numbersOf(plain, [all]).numbers, expected, 'whole');
  t.same(
    numbersOf(
      plain,
      Array.from(all, (byte) => Uint8Array.of(byte)),
    ).numbers,
    expected,
    'one byte at a time',
  );
  for (let round = 0; round < 50; round += 1) {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < all.length; ) {
      const length = 1 + random.int(5000);
      chunks.push(all.subarray(at, at + length));
      at += length;
    }
    t.same(numbersOf(plain, chunks).numbers, expected);
  }
  t.end();
});

t.test('a frame costs its payload and few bytes more, at every length', (t) => {
  for (const length of [0, 1, 229, 230, 231, 254, 255, 16_384, linkLimits.bodyBytesMax - 24]) {
    const payload = new Uint8Array(length).fill(9);
    const wire = frameOf(5, payload);
    t.ok(wire.length <= length + 24 + Math.ceil((length + 24) / 254) + 3, `${length} bytes`);
    const bodies: Uint8Array[] = [];
    new Framer((body) => bodies.push(body.slice())).push(wire);
    const frame = bodies[0] === undefined ? undefined : parseFrame(bodies[0]);
    t.match(frame, { kind: 17, sequence: 5 });
    t.same(frame?.payload, payload);
  }
  t.throws(() => frameOf(1, new Uint8Array(linkLimits.bodyBytesMax - 23)), { code: 'LINK_FRAME_SIZE' });
  t.end();
});

t.test('a bad checksum, broken COBS and crumbs are dropped and counted', (t) => {
  const good = frameOf(1, Uint8Array.of(1, 2, 3));
  const flipped = Uint8Array.from(good);
  flipped[12] = (flipped[12] ?? 0) ^ 0x40 || 0x41;
  const overrun = Uint8Array.from([0, ...new Uint8Array(40).fill(200), 0]);
  const { numbers, counts } = numbersOf(plain, [flipped, overrun, Uint8Array.of(0, 5, 6, 0), good]);
  t.same(numbers, [1]);
  t.match(counts, { frames: 1, discarded: { tooLong: 0, tooShort: 1, cobs: 1, checksum: 1 } });
  t.end();
});

t.test('after refuse the second intact delimiter at the latest begins a frame', (t) => {
  const good = frameOf(7, Uint8Array.of(1, 2, 3));
  const half = good.subarray(0, good.length - 6);
  t.same(numbersOf(plain, [half, good]).numbers, [7], 'the frame right after a cut one is whole');
  t.same(
    numbersOf(plain, [half, good.subarray(1), good]).numbers,
    [7],
    'one delimiter lost costs one frame more',
  );
  t.end();
});

t.test('endless bytes without a delimiter hold no memory', (t) => {
  const { numbers, counts } = numbersOf(plain, []);
  t.same(numbers, []);
  const framer = new Framer(() => t.fail('nothing of this is a frame'));
  const chunk = new Uint8Array(65_536).fill(1);
  global.gc?.();
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 1600; i += 1) framer.push(chunk);
  t.ok(process.memoryUsage().arrayBuffers - before < 1024 * 1024, '100 MiB of refuse');
  t.equal(framer.counts.discarded.tooLong, 1, 'counted once');
  t.equal(framer.counts.discardedBytes, 1600 * chunk.length);
  t.equal(counts.bytes, 0);
  const bodies: Uint8Array[] = [];
  const after = new Framer((body) => bodies.push(body.slice()));
  after.push(chunk);
  after.push(chunk);
  after.push(frameOf(3, new Uint8Array(1)));
  t.equal(bodies.length, 1, 'and the next frame is found');
  t.end();
});

t.test('noise never becomes a frame', (t) => {
  const random = seeded(t);
  const framer = new Framer(() => t.fail('noise was accepted'));
  // A zero in every 64 bytes, so that noise has many chances to be a short frame.
  for (let i = 0; i < 200; i += 1) framer.push(random.bytes(4096).map((byte) => (byte < 4 ? 0 : byte)));
  t.ok(framer.counts.discarded.cobs + framer.counts.discarded.checksum > 1000, 'many were looked at');
  t.end();
});

t.test('at one wrong bit in 10,000 nothing wrong is accepted, and everything untouched is', (t) => {
  const random = seeded(t);
  const sent = new Map<number, number>();
  let accepted = 0;
  let wrong = 0;
  const framer = new Framer((body) => {
    const frame = parseFrame(body);
    accepted += 1;
    if (frame === undefined || sent.get(frame.sequence) !== crc32c(frame.payload)) wrong += 1;
  });
  let untouched = 0;
  let bits = 0;
  let errors = 0;
  let previousTailHit = false;
  for (let sequence = 1; bits < 2e6; sequence += 1) {
    const payload = random.bytes(20 + random.int(600));
    sent.set(sequence, crc32c(payload));
    const wire = Uint8Array.from(frameOf(sequence, payload));
    let hit = false;
    for (let at = 0; at < wire.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        if (random.fraction() >= 1e-4) continue;
        wire[at] = (wire[at] ?? 0) ^ (1 << bit);
        hit = true;
        errors += 1;
      }
    }
    // A frame whose neighbour's closing and own opening delimiter are both hit runs into it: once in 10^6.
    if (!hit && !previousTailHit) untouched += 1;
    previousTailHit = hit && wire.at(-1) !== 0;
    framer.push(wire);
    bits += wire.length * 8;
  }
  t.ok(errors > 100, `${errors} errors in ${bits} bits`);
  t.equal(wrong, 0, 'none accepted that was not sent so');
  t.ok(accepted >= untouched, `${accepted} of ${untouched} untouched frames came through`);
  t.end();
});

t.test('over 10^9 bits with one in 10,000 wrong, nothing wrong is accepted', (t) => {
  const random = seeded(t);
  const gap = () => 1 + Math.floor(Math.log(1 - random.fraction()) / Math.log(1 - 1e-4));
  const noise = random.bytes(70_000);
  const recent = new Map<number, number>();
  let accepted = 0;
  let wrong = 0;
  const framer = new Framer((body) => {
    const frame = parseFrame(body);
    accepted += 1;
    if (frame === undefined || recent.get(frame.sequence) !== crc32c(frame.payload)) wrong += 1;
  });
  let next = gap();
  let bits = 0;
  for (let sequence = 1; bits < 1e9; sequence += 1) {
    const from = random.int(60_000);
    const payload = noise.subarray(from, from + 20 + random.int(2000));
    recent.set(sequence, crc32c(payload));
    recent.delete(sequence - 100);
    const wire = frameOf(sequence, payload);
    for (; next < wire.length * 8; next += gap()) {
      wire[next >> 3] = (wire[next >> 3] ?? 0) ^ (1 << (next & 7));
    }
    next -= wire.length * 8;
    bits += wire.length * 8;
    framer.push(wire);
  }
  t.equal(wrong, 0);
  t.ok(accepted > 10_000 && framer.counts.discarded.checksum > 10_000, `${accepted} frames were whole`);
  t.end();
});

t.test('a header of another layout, or a number beyond 2^52, is refused', (t) => {
  const bodies: Uint8Array[] = [];
  new Framer((body) => bodies.push(body.slice())).push(frameOf(2 ** 52, new Uint8Array(2)));
  const body = bodies[0] ?? new Uint8Array(0);
  t.equal(parseFrame(body)?.sequence, 2 ** 52, 'exact up to the highest number');
  for (const [at, value] of [
    [0, 2],
    [2, 1],
    [3, 1],
    [13, 0x20],
  ] as const) {
    const other = body.slice();
    other[at] = value;
    t.equal(parseFrame(other), undefined, `byte ${at}`);
  }
  t.equal(parseFrame(body.subarray(0, 19)), undefined);
  t.end();
});
