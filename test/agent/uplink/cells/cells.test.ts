import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { exitCode, verifyEvidence } from '../../../../evidence/verify/index.ts';
import { sourcesIn } from '../../../station/support/harness.ts';
import { fileLimitMs } from '../../../support/patience.ts';
import { seeded } from '../../../support/seed.ts';
import { agencyOfTwo, CellCamera } from './two-cells.ts';

t.setTimeout(fileLimitMs);
const random = seeded(t);
const agency = await agencyOfTwo(t);

t.test(
  'begun at one cell, completed at another: the first is told, and the camera comes back to it',
  async (t) => {
    const camera = await CellCamera.start(t, agency, random);
    const { first, second, spool } = camera;
    const take = await camera.opens();
    for (let n = 0; n < 3; n += 1) await camera.chunk(take);
    await camera.until(() => first.harness.last === '3k');
    t.notOk(second.connected, 'one cell is enough');

    const cells = () => camera.uplink.stats().cells.map(({ station, is }) => `${station} ${is}`);
    t.same(cells(), ['station-1 answering', 'station-2 spare']);
    await first.set(false);
    for (let n = 0; n < 2; n += 1) await camera.chunk(take);
    await camera.closes(take);
    t.equal(spool.recordings()[0]?.receipted, 3);
    await camera.until(() => spool.recordings().length === 0);
    t.equal(second.harness.last, '5k complete', 'all of it is there, the keys too');
    t.same(await second.inventory(), ['1 complete']);
    t.ok(camera.events.includes('cell.away'));
    t.same(cells(), ['station-1 away', 'station-2 answering']);

    const later = await camera.opens();
    await camera.chunk(later);
    await camera.closes(later);
    await camera.until(() => spool.recordings().length === 0);

    await first.set(true);
    await camera.until(() => spool.cells.handovers.size === 0);
    t.same(await first.inventory(), ['1 elsewhere station-2', '2 elsewhere station-2']);
    await camera.until(() => !second.connected);
    t.ok(camera.events.includes('cell.left'));

    const last = await camera.opens();
    await camera.chunk(last);
    await camera.closes(last);
    await camera.until(() => spool.recordings().length === 0);
    t.same(await first.inventory(), ['1 elsewhere station-2', '2 elsewhere station-2', '3 complete']);
    const sources = await Promise.all(
      camera.cells.map(({ harness }) => sourcesIn(join(harness.store, 'camera-1'))),
    );
    const judged = async (...given: typeof sources) => {
      const { report } = await verifyEvidence(given.flat(), first.harness.credentials.root);
      return [exitCode(report), ...report.recordings.flatMap(({ faults }) => faults)];
    };
    const told =
      'station-2 signed that the closing is there, and it is not in these files: look for it there';
    t.same(await judged(sources[0] ?? []), [5, told, told], 'the first store alone is not all of it');
    t.same(await judged(...sources), [0], 'with the second one it is');
    for (const { harness } of camera.cells) t.same(harness.alarms, []);
    t.equal(camera.uplink.stats().receiptsRefused, 0);
    t.notOk(camera.events.includes('receipt.refused'));
  },
);

t.test('a station that takes messages and signs nothing does not answer', async (t) => {
  const camera = await CellCamera.start(t, agency, random);
  const { first, second, spool } = camera;
  first.deaf = true;
  const take = await camera.opens();
  await camera.chunk(take);
  await camera.closes(take);
  await camera.until(() => spool.recordings().length === 0);
  t.ok(first.connected);
  t.same(camera.uplink.stats().cells[0], { station: 'station-1', is: 'silent' });
  t.same(await second.inventory(), ['1 complete']);
});

t.test('what another station signed moves nothing here', async (t) => {
  const camera = await CellCamera.start(t, agency, random, 2);
  const { first, second, spool } = camera;
  const take = await camera.opens();
  await camera.chunk(take);
  await camera.closes(take);
  await second.set(false);
  await camera.until(() => first.harness.last === '1k complete');
  second.replayed = first;
  await second.set(true);
  await camera.until(() => spool.recordings().length === 0);
  t.same(await second.inventory(), ['1 complete'], 'all of it was sent to each');
  // 10 where the other one's receipts move the cursor, which its own then takes back.
  t.ok(second.harness.counts.repeated < 5, 'hardly anything is sent twice');
  t.equal(camera.uplink.stats().receiptsRefused, 0);
});

t.test('a cell that is away for a moment is not left', async (t) => {
  const camera = await CellCamera.start(t, agency, random);
  for (let n = 0; n < 4; n += 1) {
    await camera.first.set(false);
    await camera.seconds(8);
    await camera.first.set(true);
    await camera.seconds(12);
  }
  t.notOk(camera.second.connected);
  t.equal(camera.second.taken.length, 0);
});

t.test('where two stations are needed, one is not enough, also after a restart', async (t) => {
  const camera = await CellCamera.start(t, agency, random, 2);
  const { first, second } = camera;
  await second.set(false);
  const take = await camera.opens();
  await camera.chunk(take);
  await camera.closes(take);
  await camera.until(() => first.harness.last === '1k complete');
  await camera.seconds(30);
  t.match(camera.spool.recordings(), [{ complete: false, receipted: 1 }]);
  await camera.end();
  camera.fileSystem = camera.fileSystem.afterKill();
  await camera.boot();
  t.match(camera.spool.recordings(), [{ complete: false, receipted: 1 }]);
  await second.set(true);
  await camera.until(() => camera.spool.recordings().length === 0);
  t.same(await first.inventory(), ['1 complete']);
  t.same(await second.inventory(), ['1 complete']);
  t.equal(camera.spool.cells.handovers.size, 0, 'no one is to be told');
});

t.test('a station whose store was put back is asked again before anything is deleted', async (t) => {
  const camera = await CellCamera.start(t, agency, random, 2);
  const { first, second, spool } = camera;
  const older = join(t.testdir({}), 'older');
  await second.set(false);
  const take = await camera.opens();
  await camera.chunk(take);
  await camera.until(() => first.harness.last === '1k');
  await cp(first.harness.folder, older, { recursive: true });
  await camera.chunk(take);
  await camera.closes(take);
  await camera.until(() => first.harness.last === '2k complete');
  await camera.seconds(5);
  const asked = first.taken.length;
  await camera.seconds(60);
  t.equal(first.taken.length, asked, 'on one connection it is not asked again');

  await first.set(false);
  await rm(first.harness.folder, { recursive: true });
  await cp(older, first.harness.folder, { recursive: true });
  await first.set(true);
  await second.set(true);
  await camera.until(() => spool.recordings().length === 0);
  t.same(await first.inventory(), ['1 complete']);
  t.same(await second.inventory(), ['1 complete']);
  t.equal(camera.uplink.stats().receiptsRefused, 0);
});

t.test('a station whose key is revoked signs all of it again, under its new one', async (t) => {
  const camera = await CellCamera.start(t, agency, random, 2);
  const { first, second, spool } = camera;
  await second.set(false);
  const take = await camera.opens();
  await camera.chunk(take);
  await camera.closes(take);
  await camera.until(() => first.harness.last === '1k complete');
  await camera.seconds(5);
  const { keyId } = first.harness.credentials.receipt.signer;

  camera.revoked.add(keyId);
  await spool.recount();
  await second.set(true);
  await camera.until(() => second.harness.last === '1k complete');
  await camera.seconds(30);
  t.match(spool.recordings(), [{ complete: false }], 'the second one alone is not enough');

  await first.set(false);
  await first.rekey(agency, join(agency.folder, 'station-1-again'));
  await first.set(true);
  await camera.until(() => spool.recordings().length === 0);
  t.equal(first.harness.last, '1k complete');
  t.not(first.harness.credentials.receipt.signer.keyId, keyId);
  t.same(await first.inventory(), ['1 complete']);
  t.same(await second.inventory(), ['1 complete']);
});

t.test('what is recorded goes to the stations that the policy names, and to no other', async (t) => {
  const camera = await CellCamera.start(t, agency, random);
  const { first, second, spool } = camera;
  const begun = await camera.opens();
  await camera.chunk(begun);
  await camera.until(() => first.harness.last === '1k');
  camera.allowed.push(second.id);
  await spool.recount();
  await camera.chunk(begun);
  await camera.closes(begun);
  await camera.until(() => spool.recordings().length === 0);
  t.equal(second.harness.last, '2k complete');
  t.equal(first.harness.last, '1k', 'the one that was used before gets nothing more');
  await camera.until(() => !first.connected);
  t.same(camera.uplink.stats().cells, [
    { station: 'station-1', is: 'not-allowed' },
    { station: 'station-2', is: 'answering' },
  ]);

  await second.set(false);
  const later = await camera.opens();
  await camera.chunk(later);
  await camera.closes(later);
  await camera.until(() => first.connected);
  await camera.seconds(60);
  t.same(await first.inventory(), ['1 elsewhere station-2'], 'a policy may come by it, and it is told');
  t.notOk(camera.uplink.stats().connected, 'no connection to a station that counts');
  await second.set(true);
  await camera.until(() => spool.recordings().length === 0);
  t.same(await second.inventory(), ['1 complete', '2 complete']);
  await camera.until(() => !first.connected);
  for (const { harness } of camera.cells) t.same(harness.alarms, []);
});

t.test('keys that are sealed to one vault alone go to its station alone', async (t) => {
  const camera = await CellCamera.start(t, agency, random, 2);
  const { second } = camera;
  const take = await camera.opensForSecond();
  await camera.chunk(take);
  await camera.closes(take);
  await camera.until(() => second.harness.last === '1k complete');
  await camera.seconds(60);
  const [atFirst, atSecond] = camera.cells.map(({ taken }) => taken.filter((one) => one.endsWith(' keys')));
  t.same(atFirst, []);
  t.equal(atSecond?.length, 1);
  for (const { harness } of camera.cells)
    t.same(harness.alarms, [], 'no vault is asked to open what it cannot');
  t.same(camera.uplink.stats().cells, [
    { station: 'station-1', is: 'keyless' },
    { station: 'station-2', is: 'answering' },
  ]);
  const asked = camera.first.taken.length;
  await camera.seconds(120);
  t.equal(camera.first.taken.length, asked, 'what a station cannot complete it is not asked about');
  await camera.spool.recount();
  t.equal(camera.spool.sealedTo.tooFew, 1, 'it is never deleted');
});

t.test('cells and camera come and go: all is whole somewhere, and each cell knows where', async (t) => {
  const camera = await CellCamera.start(t, agency, random);
  const { first, second } = camera;
  let made = 0;
  for (let round = 0; round < 5; round += 1) {
    const take = await camera.opens();
    made += 1;
    for (let n = random.int(4); n >= 0; n -= 1) {
      await camera.chunk(take);
      await first.set(random.int(3) > 0);
      await second.set(random.int(3) > 0);
      await camera.seconds(random.int(40));
    }
    await camera.closes(take);
    if (random.int(3) > 0) continue;
    await camera.end();
    camera.fileSystem = camera.fileSystem.afterKill();
    await camera.boot();
  }
  await first.set(true);
  await second.set(true);
  await camera.until(
    () => camera.spool.recordings().length === 0 && camera.spool.cells.handovers.size <= made,
  );
  // The second one is told what it does not hold when it is used again.
  await camera.until(() =>
    [...camera.spool.cells.handovers.values()].every(({ told }) => told.has(first.id)),
  );
  const [atFirst, atSecond] = [await first.inventory(), await second.inventory()];
  for (let number = 1; number <= made; number += 1) {
    const whole = (lines: readonly string[]): boolean => lines.includes(`${number} complete`);
    t.ok(whole(atFirst) || whole(atSecond), `recording ${number} is whole at a station`);
    if (!whole(atFirst))
      t.ok(atFirst.includes(`${number} elsewhere station-2`), `the first one knows ${number}`);
  }
  t.equal(atFirst.length, made, 'nothing else is said');
  for (const { harness } of camera.cells) t.same(harness.alarms, []);
  t.notOk(camera.events.includes('receipt.refused'));
});
