import { spawnSync } from 'node:child_process';
import { copyFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';

const clone = resolve(import.meta.dirname, '../../..');
const run = (path: string, args: string[]) => spawnSync(path, args, { encoding: 'utf8', timeout: 60_000 });

t.test('a clone has a command of its own, which works from any folder and through a link', async (t) => {
  const link = join(t.testdir(), 'linked');
  symlinkSync(join(clone, 'sealcam'), link);
  for (const path of [join(clone, 'sealcam'), link]) {
    const { status, stdout } = run(path, ['--version']);
    t.equal(status, 0);
    t.match(stdout, /^\d+\.\d+\.\d+\n$/);
  }
});

t.test('it passes on the exit code', async (t) => {
  t.equal(run(join(clone, 'sealcam'), ['no-such-command']).status, 2);
});

t.test('in a clone that is not built it says what to run', async (t) => {
  const copy = join(t.testdir(), 'sealcam');
  copyFileSync(join(clone, 'sealcam'), copy);
  const { status, stderr } = run(copy, ['--version']);
  t.equal(status, 1);
  t.match(stderr, /not built yet: run "npm run build" first/);
});
