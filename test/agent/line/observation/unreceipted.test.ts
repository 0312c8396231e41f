import t from 'tap';
import { Unreceipted } from '../../../../agent/line/observation/unreceipted.ts';
import { timedFileSystem } from '../../../../agent/spool/disk/timed-file-system.ts';
import type { SpooledRecording } from '../../../../agent/spool/types.ts';
import { SimFileSystem } from '../../../../scenario/fast/disks/sim-file-system.ts';

const second = 1_000_000;

function recording(number: number, more: Partial<SpooledRecording>): SpooledRecording {
  return {
    id: `${number}`,
    number,
    openingDigest: new Uint8Array(32),
    keyEnvelopeHash: new Uint8Array(32),
    durable: 1,
    closed: false,
    receipted: -1,
    complete: false,
    marked: false,
    ...more,
  };
}

t.test('what waits has waited since it was last wholly receipted, or since it was opened', (t) => {
  const unreceipted = new Unreceipted();
  let nowUs = 100 * second;
  const age = (...recordings: SpooledRecording[]): number => {
    unreceipted.look(recordings, nowUs, () => 40 * second);
    return unreceipted.oldestSeconds(recordings, nowUs);
  };
  t.equal(age(), 0);
  t.equal(age(recording(1, {})), 60, 'it lay there before the start');
  nowUs += 5 * second;
  t.equal(age(recording(1, { receipted: 1 })), 0, 'all that is durable is receipted');
  nowUs += 2 * second;
  t.equal(age(recording(1, { durable: 2, receipted: 1 })), 2);
  nowUs += 2 * second;
  t.equal(age(recording(1, { durable: 4, receipted: 3 })), 4, 'it never caught up meanwhile');
  t.equal(age(recording(1, { durable: 4, receipted: 4, closed: true })), 4, 'the closing waits too');
  t.equal(age(recording(1, { durable: 4, receipted: 4, closed: true, complete: true })), 0);
  t.equal(age(recording(2, {})), 69, 'another one');
  t.end();
});

t.test('each fdatasync is timed, also one that fails; all else passes through', async (t) => {
  const inner = new SimFileSystem();
  let nowUs = 0;
  const told: number[] = [];
  const fileSystem = timedFileSystem(
    inner,
    () => nowUs,
    (seconds) => told.push(seconds),
  );
  await fileSystem.makeDirectory('d');
  const file = await fileSystem.open('d/a', 'create');
  t.equal(await file.writev([Uint8Array.of(1, 2)], 0), 2);
  const sync = file.datasync();
  nowUs = 250_000;
  await sync;
  t.same(told, [0.25]);
  t.equal(await file.size(), 2);
  await file.truncate(1);
  const target = new Uint8Array(4);
  t.equal(await file.read(target, 0), 1);
  t.equal(file.readNow(target, 0), 1);
  inner.failAll('EIO');
  await t.rejects(file.datasync(), { code: 'EIO' });
  inner.failAll(undefined);
  t.equal(told.length, 2);
  await file.close();
  await fileSystem.rename('d/a', 'd/b');
  await fileSystem.syncDirectory('d');
  t.same(await fileSystem.list('d'), ['b']);
  await fileSystem.unlink('d/b');
  t.equal(await fileSystem.freeBytes('d'), await inner.freeBytes('d'));
  const unlock = await fileSystem.lock('d/lock');
  await unlock();
});
