import t from 'tap';
import { fileLimitMs } from '../../../support/patience.ts';
import { seeded } from '../../../support/seed.ts';
import { agencyOfTwo, CellCamera } from './two-cells.ts';

t.setTimeout(fileLimitMs);
const random = seeded(t);
const agency = await agencyOfTwo(t);

t.test(
  'what was recorded before a cell was preferred goes there without keys, and is completed elsewhere',
  async (t) => {
    const camera = await CellCamera.start(t, agency, random);
    const { first, second, spool } = camera;
    for (let recording = 0; recording < 2; recording += 1) {
      const take = await camera.opens('station-9');
      for (let n = 0; n < 3; n += 1) await camera.chunk(take);
      await camera.closes(take);
    }
    await camera.until(() => first.harness.last === '3');
    t.equal(camera.uplink.stats().unreadable, 0);
    t.ok(camera.events.includes('keys.absent'));
    await camera.until(() => spool.recordings().length === 0);
    t.same(await second.inventory(), ['1 complete', '2 complete']);
    t.ok(camera.events.includes('cell.away'));

    await camera.until(() => !second.connected);
    const take = await camera.opens();
    await camera.chunk(take);
    await camera.closes(take);
    await camera.until(() => spool.recordings().length === 0);
    t.notOk(second.connected, 'the first cell is enough again');
    t.equal((await first.inventory()).at(-1), '3 complete');
  },
);

t.test('of an order the camera knows from which cell it came', async (t) => {
  const camera = await CellCamera.start(t, agency, random);
  await camera.first.set(false);
  await camera.until(() => camera.second.connected);
  await camera.first.set(true);
  await camera.until(() => camera.uplink.stats().connections >= 3);
  camera.second.orders('command');
  camera.first.orders('revocation');
  t.same(camera.orders, ['command 1', 'revocation 0']);
});
