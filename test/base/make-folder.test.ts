import { existsSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { makeFolder } from '../../base/make-folder.ts';

t.test('all folders that are missing are made, for this user alone', async (t) => {
  const folder = t.testdir();
  const deep = join(folder, 'a', 'b', 'c');
  t.equal(await makeFolder(deep), join(folder, 'a'), 'it says which was the first');
  t.equal(statSync(deep).mode & 0o777, 0o700);
  t.equal(await makeFolder(deep), undefined, 'again: all were there');
  t.equal(await makeFolder(join(folder, 'a', 'd')), join(folder, 'a', 'd'));
});

t.test('where none can be made, the system says why, at once', async (t) => {
  const file = join(t.testdir(), 'file');
  writeFileSync(file, '');
  await t.rejects(makeFolder(file), { code: 'EEXIST' });
  await t.rejects(makeFolder(join(file, 'below')), { code: 'ENOTDIR' });
  await t.rejects(makeFolder(join(file, 'x'.repeat(300))), { code: /ENOTDIR|ENAMETOOLONG/ });
  symlinkSync('loop', join(t.testdirName, 'loop'));
  await t.rejects(makeFolder(join(t.testdirName, 'loop')), { code: 'ELOOP' });
  if (existsSync('/proc/self')) await t.rejects(makeFolder('/proc/none/below'), { code: 'ENOENT' });
});
