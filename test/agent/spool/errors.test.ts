import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { storageError } from '../../../agent/spool/errors.ts';
import { openSpool } from '../../../agent/spool/open-spool.ts';

t.test('what is no fault of the storage is not called one', (t) => {
  for (const [code, words] of [
    ['EROFS', /read-only/],
    ['EACCES', /may not write there/],
    ['EPERM', /may not write there/],
    ['EEXIST', /a file is where/],
    ['ENOTDIR', /a file is where/],
    ['ENOENT', /not there/],
    ['ELOOP', /leads to itself/],
    ['ENAMETOOLONG', /too long/],
    ['EMFILE', /no more files/],
    ['ENFILE', /as many files open/],
    ['ENOMEM', /no more memory/],
    ['EIO', /the storage failed \(EIO\)/],
  ] as const) {
    const error = storageError('the spool cannot be opened', Object.assign(new Error(code), { code }));
    t.match(error, { code: 'SPOOL_IO', message: words });
  }
  t.match(storageError('x', Object.assign(new Error(), { code: 'ENOSPC' })), { code: 'SPOOL_FULL' });
  t.end();
});

t.test('a spool that is a file, or below one, is said to be that', async (t) => {
  const folder = t.testdir();
  mkdirSync(join(folder, 'a'));
  writeFileSync(join(folder, 'spool'), '');
  for (const directory of [join(folder, 'spool'), join(folder, 'spool', 'below')]) {
    await t.rejects(openSpool({ directory }), { code: 'SPOOL_IO', message: /a file is where/ });
  }
});
