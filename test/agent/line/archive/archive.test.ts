import t from 'tap';
import { openSpool } from '../../../../agent/spool/open-spool.ts';
import { SimFileSystem } from '../../../../scenario/fast/disks/sim-file-system.ts';
import { verdictOf } from '../../../support/evidence/verdict.ts';
import { fileLimitMs } from '../../../support/patience.ts';
import { agency, camera, filesOf, openAll, prepareInChild, samples } from './archive-camera.ts';

t.setTimeout(fileLimitMs);

t.test('what the recorder hands over is sealed, stored, verifies and opens', async (t) => {
  const fileSystem = new SimFileSystem();
  const { spool, archive, recorder, hear, told } = await camera(t, fileSystem, prepareInChild);
  hear(...samples);
  t.equal(recorder.phase, 'recording');
  t.equal(recorder.oldestHeld, 0, 'nothing is durable yet');
  await archive.idle();
  t.ok((recorder.oldestHeld ?? 0) >= 75, 'only the chunk that fills is held');
  hear({ kind: 'lost', gap: { fromUs: 4_040_000, toUs: 5_000_000, cause: 'link', video: 24, audio: 0 } });
  hear({ kind: 'stop', by: 'button', atUs: 5_000_000 });
  await archive.idle();
  t.same(told, ['closed']);
  t.equal(recorder.phase, 'standby');
  t.equal(recorder.oldestHeld, undefined);

  const files = filesOf(fileSystem);
  t.match(await verdictOf(files, agency.root), /^1 complete i{5}gi?, exit 4$/);
  const opened = await openAll(spool, files);
  t.equal(opened.samples, samples.length);
  t.ok(
    opened.mediaBytes.every((bytes) => bytes % 65_504 === 0),
    'padded to whole segments',
  );
});

for (const [code, cause] of [
  ['ENOSPC', 'storage'],
  ['EIO', 'fault'],
] as const) {
  t.test(`${code} in mid-recording closes after the last durable chunk`, async (t) => {
    const fileSystem = new SimFileSystem();
    const { spool, archive, recorder, hear, told, lamps } = await camera(t, fileSystem);
    hear(...samples.slice(0, 30));
    await archive.idle();
    const before = spool.recordings()[0]?.durable;
    fileSystem.failAll(code);
    hear(...samples.slice(30, 60));
    await archive.idle();
    t.same(told.slice(0, 1), [`failed ${cause}`]);
    t.not(recorder.phase, 'recording');
    t.equal(lamps.at(-1), 'alarm', 'the camera shows it');
    fileSystem.failAll(undefined);
    await spool.close();
    const again = await openSpool({ directory: 'spool', fileSystem });
    t.ok((again.recordings()[0]?.durable ?? 0) >= (before ?? 99), 'nothing that was durable is lost');
    const verdict = await verdictOf(filesOf(fileSystem), agency.root);
    t.match(verdict, /^1 (complete|open-ended) i+, exit [03]$/);
  });
}

t.test('where no recording can be opened for want of room, the next one begins with that gap', async (t) => {
  const fileSystem = new SimFileSystem();
  const { spool, archive, recorder, hear, told } = await camera(t, fileSystem);
  fileSystem.failAll('ENOSPC', /^writev /);
  hear(...samples.slice(0, 40));
  await archive.idle();
  t.match(told, ['failed storage']);
  t.equal(spool.recordings().length, 0);
  fileSystem.failAll(undefined);
  hear({ kind: 'storage', full: false, atUs: 9_000_000 }, { kind: 'start', by: 'button', atUs: 9_000_000 });
  hear(...samples.slice(40));
  hear({ kind: 'stop', by: 'button', atUs: 9_500_000 });
  await archive.idle();
  t.equal(recorder.phase, 'standby');
  t.match(await verdictOf(filesOf(fileSystem), agency.root), /^1 complete igi+g, exit 4$/);
});

t.test('a bookmark puts its recording first, and only the one that is being made', async (t) => {
  const fileSystem = new SimFileSystem();
  const { spool, archive, hear, told } = await camera(t, fileSystem);
  archive.mark();
  hear(...samples);
  await archive.idle();
  t.match(spool.recordings(), [{ marked: false }], 'one that comes before any recording means none');
  archive.mark();
  await archive.idle();
  t.match(spool.recordings(), [{ marked: true }]);
  t.same(told, []);
});
