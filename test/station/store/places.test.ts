import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { silentLog } from '../../../base/log.ts';
import { systemRandomness } from '../../../base/random.ts';
import { systemFiles } from '../../../station/store/files.ts';
import { markName, Places } from '../../../station/store/places.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { temporaryFolder } from '../support/agency.ts';

async function setUp(t: Parameters<typeof temporaryFolder>[0], files = systemFiles) {
  const folder = await temporaryFolder(t);
  const folders = [join(folder, 'evidence'), join(folder, 'vault')] as const;
  for (const one of folders) await mkdir(one);
  const options = { files, clock: fakeClock(), randomness: systemRandomness, log: silentLog };
  return { folder, folders, open: (using = files) => Places.open({ ...options, files: using }, folders) };
}

/** Leaves an empty folder, as an unmounted disk does. */
async function unmount(folder: string): Promise<void> {
  await rename(folder, `${folder}.away`);
  await mkdir(folder);
}

async function mount(folder: string): Promise<void> {
  await rm(folder, { recursive: true });
  await rename(`${folder}.away`, folder);
}

for (const [which, what] of ['store', 'vault'].entries()) {
  t.test(`a ${what} that is not mounted when the station starts is not taken for a new one`, async (t) => {
    const { folders, open } = await setUp(t);
    await open();
    const folder = folders[which] ?? '';
    const other = folders[1 - which] ?? '';
    await unmount(folder);
    const message = new RegExp(`"${folder}" has no mark.*"${other}" belongs`);
    await t.rejects(open(), { code: 'STORE_AWAY', message });
    t.same(await readdir(folder), [], 'nothing is written into it');
    await mount(folder);
    await (await open()).check();
  });

  t.test(`a ${what} of another station is refused`, async (t) => {
    const [own, foreign] = [await setUp(t), await setUp(t)];
    await own.open();
    await foreign.open();
    const folder = own.folders[which] ?? '';
    await rm(folder, { recursive: true });
    await rename(foreign.folders[which] ?? '', folder);
    await t.rejects(own.open(), { code: 'STORE_AWAY', message: /has the mark of another folder/ });
  });

  t.test(
    `a ${what} that is lost for good: without the mark of the other folder both begin again`,
    async (t) => {
      const { folders, open } = await setUp(t);
      await open();
      await rm(folders[which] ?? '', { recursive: true });
      await mkdir(folders[which] ?? '');
      await rm(join(folders[1 - which] ?? '', markName));
      await (await open()).check();
      await (await open()).check();
    },
  );
}

t.test('both unmounted at once look like a new station: nothing can tell', async (t) => {
  const { folders, open } = await setUp(t);
  await open();
  for (const folder of folders) await unmount(folder);
  await (await open()).check();
});

t.test('a crash while the marks are written keeps no start from happening', async (t) => {
  for (let writes = 0; writes < 3; writes += 1) {
    const { open } = await setUp(t);
    let left = writes;
    const crashing: typeof systemFiles = {
      ...systemFiles,
      replace: async (path, parts) => {
        left -= 1;
        if (left < 0) throw new Error('the power is cut');
        await systemFiles.replace(path, parts);
      },
    };
    await t.rejects(open(crashing), /power/);
    await (await open()).check();
    await (await open()).check();
  }
});
