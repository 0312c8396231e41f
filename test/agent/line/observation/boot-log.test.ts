import t from 'tap';
import { beginBootLog } from '../../../../agent/line/observation/boot-log.ts';
import { momentsOf } from '../../../../agent/sealer/index.ts';
import { keptBootJournals } from '../../../../agent/spool/boot-journals/kept.ts';
import { Folder } from '../../../../agent/spool/disk/folder.ts';
import { spoolLimits } from '../../../../agent/spool/limits.ts';
import { silentLog } from '../../../../base/log.ts';
import { losesAll, SimFileSystem } from '../../../../scenario/fast/disks/sim-file-system.ts';
import { softwareDigest } from '../../../support/evidence/boot-journals.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { testAgency, testSession } from '../../../support/recording.ts';

// What a boot writes into its journal, how often at most, and when that is durable.

const device = await (await testAgency()).device('camera-1');
const digest = new Uint8Array(32).fill(7);

/** A boot on a simulated storage and a fake clock. */
async function boot(fileSystem = new SimFileSystem(), bootCounter = 1) {
  const clock = fakeClock();
  const moments = momentsOf(clock, { now: () => ({ clockState: 'free-running', errorUs: 0 }) });
  const folder = new Folder(fileSystem, '/spool');
  const { statement, signer } = testSession(device, { bootCounter });
  const session = {
    ...{ deviceId: 'camera-1', statement, signer },
    head: () => t.fail('no head'),
    loss: () => t.fail('no loss'),
  } as never;
  const software = { version: '1.2.3', digest: softwareDigest };
  const begun = await beginBootLog({ folder, session, software, moments, clock, log: silentLog });
  const { bootLog, journals } = begun;
  /** What a start would find, without the boot event. */
  const written = async (): Promise<string[]> => {
    const { journals } = await keptBootJournals(folder, silentLog);
    const own = journals.find((one) => one.session.body.bootCounter === bootCounter)?.entries ?? [];
    return own.slice(1).map(({ body: { event, value } }) => `${event} ${value}`.trim());
  };
  return { bootLog, journals, clock, fileSystem, folder, written };
}

t.test('a boot begins with the software, and a shutdown ends it; both are durable', async (t) => {
  const { bootLog, fileSystem, folder, written } = await boot();
  const { journals } = await keptBootJournals(folder, silentLog);
  t.equal(journals[0]?.entries[0]?.body.value, `1.2.3 ${softwareDigest}`);
  await bootLog.end('ordered');
  bootLog.tell('sensor-lost');
  t.same(await written(), ['shutdown ordered']);
  const again = await boot(fileSystem, 2);
  t.same(await again.written(), [], 'nothing is told of a boot that was shut down');
});

t.test('the next boot tells of one that was cut', async (t) => {
  const first = await boot();
  first.bootLog.tell('sensor-lost');
  await first.clock.advance(5_000);
  const second = await boot(first.fileSystem, 2);
  const [cut = ''] = await second.written();
  t.match(cut, /^cut [0-9a-f]{64} 2 [0-9a-f]{64}$/);
});

t.test('only a later boot tells of one: a camera that counts on below it leaves it to that', async (t) => {
  const { fileSystem } = await boot(undefined, 5);
  t.same(await (await boot(fileSystem, 1)).written(), []);
  t.same(
    (await (await boot(fileSystem, 6)).written()).map((one) => one.split(' ')[0]),
    ['cut', 'cut'],
    'of boots 1 and 5',
  );
});

t.test('a journal whose file fails is left out, and the others are told of all the same', async (t) => {
  const { fileSystem } = await boot();
  const cuts = async (bootCounter: number): Promise<number> =>
    (await (await boot(fileSystem, bootCounter)).written()).filter((one) => one.startsWith('cut ')).length;
  fileSystem.failAll('EIO', /sync boot-0000000001/);
  t.equal(await cuts(2), 0);
  t.equal(await cuts(3), 1, 'of boot 2');
  fileSystem.failAll(undefined);
  t.equal(await cuts(4), 2, 'of boots 1 and 3');
});

t.test('a journal that cannot be removed keeps no other from being told of', async (t) => {
  const first = await boot();
  for (let n = 0; n < spoolLimits.bootJournalsMax; n += 1) {
    await first.folder.make(`boot-0000000000-${n.toString(16).padStart(32, '0')}.journal`, [
      new Uint8Array(1),
    ]);
  }
  first.fileSystem.failAll('EIO', /unlink boot-0000000000/);
  const second = await boot(first.fileSystem, 2);
  t.match(await second.written(), [/^dropped 0 0 2$/, /^cut /]);
});

t.test('what comes within two seconds is one write', async (t) => {
  const { bootLog, clock, fileSystem, written } = await boot();
  const before = fileSystem.calls.length;
  bootLog.tell('sensor-lost');
  bootLog.took('roster', { version: 3, digest });
  await clock.advance(1_000);
  t.same(await written(), [], 'not yet');
  bootLog.tell('sensor-back');
  await clock.advance(1_500);
  t.same(
    (await written()).map((one) => one.split(' ')[0]),
    ['sensor-lost', 'roster', 'sensor-back'],
  );
  const syncs = fileSystem.calls.slice(before).filter((call) => JSON.stringify(call).includes('datasync'));
  t.equal(syncs.length, 1);
});

t.test('a shaking connector is told sixteen times, then counted', async (t) => {
  const { bootLog, clock, written } = await boot();
  for (let n = 0; n < 500; n += 1) bootLog.tell('sensor-lost');
  bootLog.tell('lamp-fault');
  await clock.advance(3_000);
  t.equal((await written()).filter((one) => one === 'sensor-lost').length, 16);
  t.ok((await written()).includes('lamp-fault'), 'another event is not held back');
  await clock.advance(600_000);
  bootLog.tell('sensor-lost');
  await clock.advance(3_000);
  t.same((await written()).slice(-2), ['left-out 484 sensor-lost', 'sensor-lost']);
  bootLog.tell('sensor-lost');
  await bootLog.end('ordered');
  t.same((await written()).slice(-2), ['left-out 1 sensor-lost', 'shutdown ordered']);
});

t.test(
  'a step of the wall clock, and a storage that fills or falls silent, are told once each',
  async (t) => {
    const { bootLog, clock, written } = await boot();
    const well = { storageFull: false, storageAnswers: true };
    bootLog.look({ ...well, storageAnswers: false });
    bootLog.look(well);
    clock.stepUtc(-3_600_000_000);
    bootLog.look(well);
    bootLog.look(well);
    clock.stepUtc(500_000);
    bootLog.look({ ...well, storageFull: true });
    bootLog.look({ ...well, storageFull: true });
    bootLog.look({ ...well, storageAnswers: false });
    bootLog.look(well);
    await bootLog.end('ordered');
    t.same(await written(), [
      'time-step -3600000000 free-running',
      'storage-full',
      'storage-writable',
      'storage-fault silent',
      'storage-writable',
      'shutdown ordered',
    ]);
  },
);

t.test('another sensor, other controls and a lamp that fails are told', async (t) => {
  const { bootLog, written } = await boot();
  const here = { type: 'here', sensor: {} as never, resumed: false } as const;
  bootLog.hear({ ...here, changed: false });
  bootLog.hear({ ...here, changed: true });
  bootLog.hear({ type: 'controls', present: true, changed: true });
  bootLog.notice({ kind: 'lamp', right: false, commanded: 'recording', shown: 'off' });
  bootLog.notice({ kind: 'ringTooShort', ringUs: 1, groupUs: 2 });
  bootLog.notice({ kind: 'lamp', right: true });
  await bootLog.end('ordered');
  t.same(await written(), [
    'sensor-changed',
    'sensor-changed controls',
    'lamp-fault',
    'lamp-well',
    'shutdown ordered',
  ]);
});

t.test('a shaken link to the sensor is told, and no reason of it', async (t) => {
  const { bootLog, written } = await boot();
  bootLog.hear({ type: 'lost', reason: 'The port /dev/ttyS3 is gone' });
  bootLog.hear({ type: 'back', afterMs: 40 });
  bootLog.hear({ type: 'echo' });
  await bootLog.end('ordered');
  t.same(await written(), ['sensor-lost', 'sensor-back', 'shutdown ordered']);
});

t.test('a storage that refuses keeps nothing from going on; it is written once that is over', async (t) => {
  const faulty = new SimFileSystem([{ call: 1, kind: 'ENOSPC', repeat: 3 }]);
  const { bootLog, clock, written } = await boot(faulty);
  bootLog.tell('sensor-lost');
  for (let n = 0; n < 8; n += 1) await clock.advance(61_000);
  t.same(await written(), ['sensor-lost']);
});

t.test('the spool keeps so many journals; the oldest go, and are told of no more', async (t) => {
  const fileSystem = new SimFileSystem();
  const folder = new Folder(fileSystem, '/spool');
  const nameOf = (n: number): string =>
    `boot-${String(n).padStart(10, '0')}-${n.toString(16).padStart(32, '0')}.journal`;
  for (let n = 1; n <= spoolLimits.bootJournalsMax + 4; n += 1) {
    await folder.make(nameOf(n), [new Uint8Array(1)]);
  }
  const { bootLog, written } = await boot(fileSystem, 5_000);
  await bootLog.end('ordered');
  t.same(await written(), ['dropped 1 5 5', 'shutdown ordered']);
  const names = await folder.list();
  t.equal(names.length, spoolLimits.bootJournalsMax);
  t.notOk(names.includes(nameOf(5)));
  t.ok(names.includes(nameOf(6)));
});

t.test('no journal is removed before it is durable that it is', async (t) => {
  const prepared = async () => {
    const fileSystem = new SimFileSystem();
    const folder = new Folder(fileSystem, '/spool');
    for (let n = 0; n <= spoolLimits.bootJournalsMax; n += 1)
      await folder.make(`boot-0000000000-${n.toString(16).padStart(32, '0')}.journal`, [new Uint8Array(1)]);
    await folder.sync();
    return { fileSystem, folder };
  };
  const refusing = await prepared();
  refusing.fileSystem.failAll('ENOSPC', /^writev/);
  await boot(refusing.fileSystem, 2);
  const left = (await refusing.folder.list()).filter((name) => name.startsWith('boot-0000000000'));
  t.equal(left.length, spoolLimits.bootJournalsMax + 1, 'it cannot be written');

  const cut = await prepared();
  await boot(cut.fileSystem, 2);
  const kept = cut.fileSystem.restart(losesAll).names;
  t.equal(kept.length, spoolLimits.bootJournalsMax, 'the removal is durable');
  const { calls } = cut.fileSystem;
  const removal = calls.findIndex((call) => /^unlink boot-0000000000-.*journal$/.test(call));
  const told = calls.findLastIndex((call, at) => at < removal && call.startsWith('rename boot-0000000002'));
  t.ok(told > 0 && told < removal, 'what tells of it comes first');
});
