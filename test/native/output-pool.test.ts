import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import { openRecordingKeys } from '../../native/index.ts';
import { seededBytes, sharesOf, testingAddon } from './support/reference.ts';

const opening = seededBytes(32, 1);
const telemetry = Buffer.from('t');
const fresh = async () => openRecordingKeys(await sharesOf(seededBytes(32, 2)), Buffer.from('core'));
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A recording of the testing addon, whose pool alone can be looked into, and a way to seal zeros with it. */
async function testingRecording() {
  const addon = testingAddon();
  const pipe = addon.createPipe();
  writeSync(pipe.writeFd, seededBytes(32, 4));
  addon.closeWriteEnd(pipe.handle);
  const shares = addon.createShares(1);
  await addon.readShares(shares, pipe.handle, 1000);
  const { handle } = addon.openRecording(shares, Buffer.from('core'));
  let index = 0;
  const seal = async (bytes: number) => {
    const sealed = await addon.seal(handle, index, opening, [new Uint8Array(bytes)], [telemetry], 0);
    index += 1;
    return sealed.records;
  };
  return { addon, handle, seal };
}

t.test('records that are held stay as they are, whatever is sealed and released after them', async (t) => {
  const recording = await fresh();
  const held: { records: Buffer; digest: string }[] = [];
  for (let index = 0; index < 40; index += 1) {
    const chunk = await recording.seal({
      index,
      openingDigest: opening,
      media: [seededBytes(200_000 + index * 5000, index + 1)],
      telemetry,
    });
    if (index % 3 === 0) held.push({ records: chunk.records, digest: hash(chunk.records) });
    else chunk.release();
  }
  t.equal(held.length, 14);
  t.ok(held.every(({ records, digest }) => hash(records) === digest));
  recording.erase();
});

t.test('released records are empty, in every view of them', async (t) => {
  const recording = await fresh();
  for (const [index, bytes] of [1000, 400_000].entries()) {
    const media = [seededBytes(bytes, 3)];
    const chunk = await recording.seal({ index, openingDigest: opening, media, telemetry });
    const view = chunk.records.subarray(20, 500);
    const copy = Buffer.from(view);
    t.equal(view.length, 480);
    chunk.release();
    t.same([chunk.records.length, view.length], [0, 0]);
    t.equal(copy.length, 480, 'what was copied remains');
    chunk.release();
    t.equal(chunk.media.header.length, 74, 'header and digests remain');
  }
  recording.erase();
});

t.test('memory comes back, is used again, and is bounded', async (t) => {
  const { addon, handle, seal } = await testingRecording();
  t.same(addon.outputPool(), { kept: 0, taken: 0 });
  const first = await seal(1_000_000);
  const { taken } = addon.outputPool();
  t.ok(taken >= first.length && taken < first.length + 2 ** 18, 'what is taken is rounded up by little');
  addon.releaseRecords(first);
  t.same(addon.outputPool(), { kept: taken, taken: 0 });
  addon.releaseRecords(first);
  t.same(addon.outputPool(), { kept: taken, taken: 0 }, 'released once');
  const second = await seal(900_000);
  t.same(addon.outputPool(), { kept: 0, taken }, 'the same memory');
  const small = await seal(1000);
  addon.releaseRecords(second);
  addon.releaseRecords(small);
  const many: Buffer[] = [];
  for (let i = 0; i < 8; i += 1) many.push(await seal(4_000_000));
  for (const records of many) addon.releaseRecords(records);
  const after = addon.outputPool();
  t.equal(after.taken, 0);
  t.ok(after.kept > 0 && after.kept <= 16 * 2 ** 20, `${after.kept} bytes are kept`);
  const foreign = Buffer.alloc(100_000);
  addon.releaseRecords(foreign);
  t.equal(foreign.length, 100_000, 'memory of others is left alone');
  addon.eraseRecording(handle);
});

t.test('memory of small chunks does not stay in the way of larger ones', async (t) => {
  const { addon, handle, seal } = await testingRecording();
  const many: Buffer[] = [];
  for (let i = 0; i < 8; i += 1) many.push(await seal(1000));
  for (const records of many) addon.releaseRecords(records);
  const large = await seal(1_000_000);
  const { taken } = addon.outputPool();
  addon.releaseRecords(large);
  const { kept } = addon.outputPool();
  t.ok(kept > taken, 'some of the small ones are kept next to it');
  await seal(1_000_000);
  t.same(addon.outputPool(), { kept: kept - taken, taken }, 'the same memory');
  addon.eraseRecording(handle);
});

t.test('records that are never released come back when they are collected', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const { addon, handle, seal } = await testingRecording();
  await seal(500_000);
  t.ok(addon.outputPool().taken > 500_000);
  for (let turn = 0; turn < 100 && addon.outputPool().taken > 0; turn += 1) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.equal(addon.outputPool().taken, 0);
  addon.eraseRecording(handle);
});
