import { createHash, randomInt } from 'node:crypto';
import { writeSync } from 'node:fs';
import t from 'tap';
import {
  type ChunkInput,
  capabilities,
  crc32c,
  type KeyShares,
  mediaBytesMax,
  openRecordingKeys,
  type SealedChunk,
  segmentPlaintextBytes,
  telemetryBytesMax,
} from '../../native/index.ts';
import {
  be,
  parseRecords,
  ReferenceChain,
  referenceCrc32c,
  referenceOpen,
  seededBytes,
  sharesOf,
  testingAddon,
} from './support/reference.ts';

const opening = seededBytes(32, 99);
const core = Buffer.from('the opening core');
const shares = [seededBytes(32, 1), seededBytes(32, 2)];

async function fresh() {
  return {
    recording: openRecordingKeys(await sharesOf(...shares), core),
    chain: new ReferenceChain(shares, core),
  };
}

function input(index: number, media: readonly Uint8Array[], telemetry: Uint8Array): ChunkInput {
  return { index, openingDigest: opening, media, telemetry };
}

/** Opens a sealed chunk by the reference, checking records, numbers, headers' place and digests. */
function open(
  chunk: SealedChunk,
  keys: { media: Buffer; telemetry: Buffer },
  checkCrc: (bytes: Uint8Array) => number = crc32c,
): { media: Buffer; telemetry: Buffer } {
  const records = parseRecords(chunk.records, checkCrc);
  const parts = [chunk.media, chunk.telemetry].map((part, which) => {
    const segments = records.filter((record) => record.part === which);
    if (segments.length !== part.digests.length) throw new Error('records and digests differ in number');
    segments.forEach((record, number) => {
      if (record.index !== chunk.index || record.number !== number) throw new Error('misplaced');
      const digest = createHash('sha256').update(record.segment).digest();
      if (!digest.equals(part.digests[number] ?? Buffer.of())) throw new Error('digest');
    });
    const aad = Buffer.concat([opening, be(chunk.index, 8), Uint8Array.of(which)]);
    const key = which === 0 ? keys.media : keys.telemetry;
    const bytes = segments.map((record) => record.segment);
    return referenceOpen(key, aad, part.header, bytes);
  });
  if (!records.every((record, i) => record.part >= (records[i - 1]?.part ?? 0)))
    throw new Error('order of parts');
  const [media, telemetry] = parts;
  if (media === undefined || telemetry === undefined) throw new Error('parts');
  return { media, telemetry };
}

t.test('share commitments are those of the format', async (t) => {
  for (const count of [1, 2, 16]) {
    const many = Array.from({ length: count }, (_, i) => seededBytes(32, i + 50));
    const recording = openRecordingKeys(await sharesOf(...many), core);
    t.same(recording.commitments.map(Buffer.from), new ReferenceChain(many, core).commitments);
    recording.erase();
  }
});

t.test('the records, byte for byte', async (t) => {
  const { recording, chain } = await fresh();
  const media = seededBytes(70_000, 5);
  const chunk = await recording.seal(input(0, [media], Buffer.from('where and when')));
  const records = parseRecords(chunk.records, referenceCrc32c);
  t.same(
    records.map(({ index, part, number, segment }) => [index, part, number, segment.length]),
    [
      [0, 0, 0, 65_536],
      [0, 0, 1, 70_000 - 65_504 + 32],
      [0, 1, 0, 14 + 32],
    ],
  );
  t.same([chunk.media.header.length, chunk.telemetry.header.length], [74, 74]);
  t.same(Buffer.from(chunk.media.header.subarray(0, 10)).toString('hex'), '00000001000000000020');
  const opened = open(chunk, chain.step(), referenceCrc32c);
  t.ok(opened.media.equals(media));
  t.equal(opened.telemetry.toString(), 'where and when');
  recording.erase();
});

t.test('a chain of chunks and gaps opens with the keys of each index', async (t) => {
  const { recording, chain } = await fresh();
  for (let index = 0; index < 12; index += 1) {
    const keys = chain.step();
    if (index % 4 === 2) {
      recording.skip(index);
      continue;
    }
    const media = seededBytes(1000 + index, index + 1);
    const opened = open(await recording.seal(input(index, [media], be(index, 4))), keys);
    t.ok(opened.media.equals(media) && opened.telemetry.equals(be(index, 4)), `index ${index}`);
  }
  recording.erase();
});

t.test('lengths around every boundary', async (t) => {
  const { recording, chain } = await fresh();
  const full = segmentPlaintextBytes;
  const four = 4 * full;
  const lengths = [
    0,
    1,
    full - 1,
    full,
    full + 1,
    2 * full,
    four - 1,
    four,
    four + 1,
    5 * full,
    4_194_304,
    mediaBytesMax,
  ];
  const data = seededBytes(mediaBytesMax, 77);
  for (const [index, length] of lengths.entries()) {
    const media = data.subarray(0, length);
    const telemetry = data.subarray(0, Math.min(length, telemetryBytesMax));
    const chunk = await recording.seal(input(index, [media], telemetry));
    t.equal(chunk.media.digests.length, Math.max(1, Math.ceil(length / full)), `segments of ${length} bytes`);
    const opened = open(chunk, chain.step());
    t.ok(opened.media.equals(media) && opened.telemetry.equals(telemetry), `${length} bytes`);
  }
  recording.erase();
});

t.test('media in pieces is sealed as one', async (t) => {
  const seed = randomInt(1, 2 ** 31);
  t.comment(`seed ${seed}`);
  const { recording, chain } = await fresh();
  const media = seededBytes(200_000, 6);
  const odd = seededBytes(4000, seed);
  const ways: (() => Uint8Array[])[] = [
    () => [],
    () => [new Uint8Array(0), media, new Uint8Array(0)],
    () => [media.subarray(0, 65_504), new Uint8Array(0), media.subarray(65_504)],
    () => [media.subarray(0, 65_505), media.subarray(65_505, 65_507), media.subarray(65_507)],
    () => Array.from({ length: 40 }, (_, i) => media.subarray(i * 5000 + 1, (i + 1) * 5000 + 1)),
    () => {
      const pieces: Uint8Array[] = [];
      let at = 0;
      for (let i = 0; at < media.length; i += 2) {
        const length = i + 1 < odd.length ? odd.readUInt16BE(i) % 3000 : media.length;
        pieces.push(media.subarray(at, at + length));
        at += length;
      }
      return pieces;
    },
  ];
  for (const [index, way] of ways.entries()) {
    const pieces = way();
    const opened = open(await recording.seal(input(index, pieces, new Uint8Array(0))), chain.step());
    t.ok(opened.media.equals(Buffer.concat(pieces)), `${pieces.length} pieces`);
    t.equal(opened.telemetry.length, 0);
  }
  recording.erase();
});

t.test('the same content sealed twice has nothing in common', async (t) => {
  const [one, two] = [await fresh(), await fresh()];
  const content = input(0, [seededBytes(500, 4)], Buffer.from('x'));
  const [first, second] = [await one.recording.seal(content), await two.recording.seal(content)];
  t.notOk(first.records.subarray(16).equals(second.records.subarray(16)));
  t.notSame(first.media.header, second.media.header);
  t.notSame(first.media.digests, second.media.digests);
  one.recording.erase();
  two.recording.erase();
});

t.test('each index once, in order, and one chunk at a time', async (t) => {
  const { recording, chain } = await fresh();
  const part = Buffer.from('m');
  await t.rejects(recording.seal(input(1, [part], part)), { name: 'SealcamError', code: 'SEAL_ORDER' });
  t.throws(() => recording.skip(5), { code: 'SEAL_ORDER', message: /index 5 is not the next one/ });
  const running = recording.seal(input(0, [seededBytes(500_000, 8)], part));
  await t.rejects(recording.seal(input(1, [part], part)), { code: 'SEAL_BUSY' });
  t.throws(() => recording.skip(1), { code: 'SEAL_BUSY' });
  t.equal(open(await running, chain.step()).media.length, 500_000);
  await t.rejects(recording.seal(input(0, [part], part)), { code: 'SEAL_ORDER' }, 'never twice');
  t.ok(open(await recording.seal(input(1, [part], part)), chain.step()), 'the refusals changed nothing');
  recording.erase();
});

t.test('the caller says up to which size a chunk is sealed at once', async (t) => {
  const { recording, chain } = await fresh();
  const [part, telemetry] = [seededBytes(200_000, 3), Buffer.from('t')];
  const bytes = part.length + telemetry.length;
  const two = [0, 1].map((index) => recording.seal(input(index, [part], telemetry), bytes));
  for (const one of two) {
    t.ok(open(await one, chain.step()).media.equals(part), 'at once, so that the next may follow');
  }
  const running = recording.seal(input(2, [part], telemetry), bytes - 1);
  await t.rejects(recording.seal(input(3, [part], telemetry), bytes), { code: 'SEAL_BUSY' });
  t.ok(open(await running, chain.step()).media.equals(part), 'off the thread');
  recording.erase();
});

t.test('parts above their bound are refused and change nothing', async (t) => {
  const { recording, chain } = await fresh();
  const big = new Uint8Array(mediaBytesMax);
  const small = Buffer.from('t');
  await t.rejects(recording.seal(input(0, [big, small], small)), { code: 'SEAL_SIZE', message: /4259841/ });
  await t.rejects(recording.seal(input(0, [], new Uint8Array(telemetryBytesMax + 1))), { code: 'SEAL_SIZE' });
  t.ok(open(await recording.seal(input(0, [small], small)), chain.step()));
  recording.erase();
});

t.test('an erased recording does nothing any more', async (t) => {
  const before = capabilities().keyMemory.slotsTaken;
  const { recording, chain } = await fresh();
  const part = Buffer.from('m');
  const running = recording.seal(input(0, [seededBytes(300_000, 9)], part));
  recording.erase();
  t.equal(open(await running, chain.step()).media.length, 300_000, 'the chunk under way is still delivered');
  t.equal(capabilities().keyMemory.slotsTaken, before, 'then its memory is given back');
  recording.erase();
  await t.rejects(recording.seal(input(1, [part], part)), { code: 'SEAL_ERASED' });
  t.throws(() => recording.skip(1), { code: 'SEAL_ERASED' });
});

t.test('shares open one recording only', async (t) => {
  const once = await sharesOf(...shares);
  const recording = openRecordingKeys(once, core);
  t.throws(() => openRecordingKeys(once, core), { code: 'SHARES_ERASED' });
  recording.erase();
  const erased = await sharesOf(...shares);
  erased.erase();
  erased.erase();
  t.throws(() => openRecordingKeys(erased, core), { code: 'SHARES_ERASED' });
  const kept = await sharesOf(...shares);
  t.throws(() => openRecordingKeys(kept, new Uint8Array(65_537)), { code: 'SEAL_SIZE' });
  kept.erase();
});

t.test('memory for keys is bounded, and comes back', async (t) => {
  const { slots, slotsTaken } = capabilities().keyMemory;
  const held: KeyShares[] = [];
  while (held.length < slots - slotsTaken) held.push(await sharesOf(...shares));
  await t.rejects(sharesOf(...shares), { code: 'KEY_MEMORY' });
  for (const one of held) one.erase();
  t.equal(capabilities().keyMemory.slotsTaken, slotsTaken);
  (await sharesOf(...shares)).erase();
});

t.test('without randomness the keys are erased and nothing is sealed', async (t) => {
  const addon = testingAddon();
  const openTesting = async () => {
    const pipe = addon.createPipe();
    writeSync(pipe.writeFd, Buffer.concat(shares));
    addon.closeWriteEnd(pipe.handle);
    const handle = addon.createShares(2);
    t.equal(await addon.readShares(handle, pipe.handle, 1000), true);
    return addon.openRecording(handle, core).handle;
  };
  // 19 segments of media, one of telemetry: for each part an IV and 18 nonces at once, and one request more for media.
  const media = [new Uint8Array(18 * segmentPlaintextBytes + 1)];
  for (let request = 0; request < 3; request += 1) {
    const recording = await openTesting();
    addon.failRandomness(request);
    await t.rejects(
      addon.seal(recording, 0, opening, media, [core], 0),
      { code: 'SEAL_FAILED' },
      `request ${request}`,
    );
    t.throws(() => addon.skip(recording, 1), { code: 'SEAL_ERASED' });
    await t.rejects(async () => addon.seal(recording, 1, opening, media, [core], 0), { code: 'SEAL_ERASED' });
    t.equal(addon.capabilities().keyMemory.slotsTaken, 0);
  }
  const recording = await openTesting();
  addon.failRandomness(3);
  t.ok(await addon.seal(recording, 0, opening, media, [core], 0), 'there are three requests');
  addon.eraseRecording(recording);
});

t.test('wrong arguments are named', async (t) => {
  const { recording } = await fresh();
  const part = new Uint8Array(1);
  const wrong = (change: object) => recording.seal({ ...input(0, [part], part), ...change });
  await t.rejects(wrong({ openingDigest: part }), {
    name: 'TypeError',
    message: /"openingDigest": expected 32 bytes, got 1/,
  });
  await t.rejects(wrong({ index: -1 }), { name: 'TypeError', message: /"index"/ });
  await t.rejects(wrong({ index: 2 ** 32 }), { name: 'TypeError', message: /"index"/ });
  await t.rejects(wrong({ media: part }), { name: 'TypeError', message: /"media": expected an array/ });
  await t.rejects(wrong({ media: [part, 'x'] }), {
    name: 'TypeError',
    message: /"media": expected a Uint8Array/,
  });
  await t.rejects(wrong({ telemetry: 'x' }), {
    name: 'TypeError',
    message: /"telemetry": expected a Uint8Array/,
  });
  await t.rejects(recording.seal(input(0, [part], part), -1), { name: 'TypeError', message: /"atOnceMax"/ });
  t.throws(() => openRecordingKeys({ count: 1, erase: () => {} }, core), {
    name: 'TypeError',
    message: /"shares"/,
  });
  t.throws(() => testingAddon().skip({}, 0), {
    name: 'TypeError',
    message: /"recording": expected a handle/,
  });
  recording.erase();
});
