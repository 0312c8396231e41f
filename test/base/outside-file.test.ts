import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openOutsideFile, outsideFileLimits, readOutsideFile } from '../../base/outside-file.ts';
import { printable, printableJson } from '../../base/printable.ts';
import { strangeFiles } from '../support/strange-files.ts';

t.test('what is no file of ours is refused at once, and named', async (t) => {
  for (const { what, path, code } of strangeFiles(t.testdir())) {
    await t.rejects(openOutsideFile(path), { code }, what);
    await t.rejects(readOutsideFile(path), { code: /FILE_KIND|FILE_TOO_LARGE|FILE_SPARSE/ }, what);
  }
});

t.test('a bound holds to the byte, and a file that is there is read whole', async (t) => {
  const path = join(t.testdir(), 'file');
  writeFileSync(path, Buffer.alloc(1_000, 7));
  t.same(await readOutsideFile(path, 1_000), Buffer.alloc(1_000, 7));
  await t.rejects(readOutsideFile(path, 999), { code: 'FILE_TOO_LARGE' });
  symlinkSync(path, `${path}.link`);
  t.equal((await readOutsideFile(`${path}.link`)).length, 1_000, 'a symbolic link is followed');
  t.equal(
    (await readOutsideFile('/proc/self/status')).length > 100,
    true,
    'a file without a size of its own',
  );
  await t.rejects(readOutsideFile('/proc/self/status', 10), { code: 'FILE_TOO_LARGE' });
  await t.rejects(readOutsideFile(`${path}.none`), { code: 'ENOENT' });
});

t.test('holes are only refused where they take time', async (t) => {
  const path = join(t.testdir(), 'holes');
  writeFileSync(path, '');
  truncateSync(path, outsideFileLimits.sparseFileBytesMin);
  await (await openOutsideFile(path)).close();
  truncateSync(path, outsideFileLimits.sparseFileBytesMin + 1);
  await t.rejects(openOutsideFile(path), { code: 'FILE_SPARSE' });
});

t.test('what others named cannot begin a line, move the cursor or turn the text', (t) => {
  t.equal(printable('Wache Köln 3.seal'), 'Wache Köln 3.seal');
  t.equal(printable('a\nverdict: complete\u001b[2K\r'), 'a\\nverdict: complete\\u{1b}[2K\\u{d}');
  for (const one of [
    '\u0000',
    '\u007f',
    '\u009b',
    '\u2028',
    '\u2029',
    '\u202e',
    '\u2066',
    '\u200b',
    '\ud800',
  ]) {
    t.match(printable(one), /^\\u\{[0-9a-f]+\}$/);
    const json = printableJson(JSON.stringify({ one }));
    t.notOk(json.includes(one), 'nor in JSON');
    t.same(JSON.parse(json), { one }, 'which says the same');
  }
  t.equal(printableJson(JSON.stringify([1], undefined, 2)), '[\n  1\n]');
  t.end();
});

t.test('a folder is named as one', async (t) => {
  const path = join(t.testdir(), 'folder');
  mkdirSync(path);
  await t.rejects(openOutsideFile(path), { code: 'FILE_KIND', message: `${path} is a folder: give a file` });
});
