import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { systemClock } from '../../../base/clock.ts';
import { silentLog } from '../../../base/log.ts';
import { IssuedPost } from '../../../station/orders/issued.ts';
import { systemFiles } from '../../../station/store/files.ts';

t.test('what the agency issued since the last look is noticed once, of each kind', async (t) => {
  const folder = t.testdir();
  const post = (at: string | undefined): IssuedPost =>
    new IssuedPost({
      ...{ folder: at, stationId: 'station-1', clock: systemClock(), files: systemFiles, log: silentLog },
      ...{ root: {} as never, publish: () => t.fail('nothing is sent by a look') },
    });
  const own = post(folder);
  const look = async (): Promise<readonly boolean[]> => [await own.isNewer(), await own.isNewer()];
  t.same(await look(), [false, false], 'at first nothing is new');
  const files = {
    'policies/1.dsse': true,
    'policies/2.dsse': true,
    'rosters/1.dsse': true,
    'rosters/1.txt': false,
    'vaults/station-1.1.dsse': true,
    'vaults/station-2.9.dsse': false,
    'revocations/3.dsse': true,
    'revocations/2.dsse': false,
  };
  for (const [name, isNewer] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), '');
    t.same(await look(), [isNewer, false], name);
  }
  await rm(folder, { recursive: true });
  t.equal(await post(undefined).isNewer(), false, 'a station without such a folder');
});
