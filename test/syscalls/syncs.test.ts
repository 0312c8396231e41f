import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';

// What the tests' simulated disks take for granted of the real ones' adapters: that each call makes durable what its
// contract says, in an order that no power cut can turn. The system calls of a real process are watched from within.

const source = resolve(import.meta.dirname, '../../../test/syscalls/watch.c');
const folder = realpathSync(t.testdir());
const watcher = join(folder, 'watch.so');
const log = join(folder, 'calls');
execFileSync(process.env.CC ?? 'cc', ['-shared', '-fPIC', '-O1', '-o', watcher, source, '-ldl']);

/** The calls that `code` makes, with the paths below the test's folder. */
function callsOf(module: string, code: string): string[] {
  const url = new URL(`../../${module}`, import.meta.url);
  const script = `import * as it from ${JSON.stringify(url.href)}; const at = (name) => ${JSON.stringify(`${folder}/`)} + name; ${code}`;
  rmSync(log, { force: true });
  execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...process.env, NODE_OPTIONS: '', LD_PRELOAD: watcher, WATCH_LOG: log },
    timeout: 60_000,
  });
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  return lines.flatMap((line) => {
    const [call = '', path = ''] = line.split(' ');
    if (path === folder) return [`${call} .`];
    return path.startsWith(`${folder}/`) ? [`${call} ${path.slice(folder.length + 1)}`] : [];
  });
}

t.test("a station's files are durable, and their names, before a call resolves", (t) => {
  const station = (code: string) =>
    callsOf('station/store/files.js', `const files = it.systemFiles; ${code}`);
  const bytes = 'new Uint8Array(9)';
  t.same(
    station(`await files.makeFolder(at('a/b'))`),
    ['folder a', 'folder a/b', 'sync a', 'sync .'],
    'each new folder is listed in the one above it',
  );
  t.same(
    station(`await files.appendAt(at('a/file'), undefined, [${bytes}, ${bytes}])`),
    ['write a/file', 'sync a/file', 'sync a'],
    'a new file, and its name',
  );
  t.same(station(`await files.appendAt(at('a/file'), await files.identify(at('a/file')), [${bytes}])`), [
    'write a/file',
    'sync a/file',
  ]);
  t.same(station(`await files.truncate(at('a/file'), 9)`), ['cut a/file', 'sync a/file']);
  t.same(station(`await files.sync(at('a/file'))`), ['sync a/file', 'sync a']);
  t.same(
    station(`await files.replace(at('a/file'), [${bytes}])`),
    ['write a/file.new', 'sync a/file.new', 'name a/file', 'sync a'],
    'whole before it takes the place of what was there',
  );
  t.same(station(`await files.move(at('a/file'), at('a/b/file'))`), ['name a/b/file', 'sync a/b']);
  t.same(station(`await files.move(at('a/b/file'), at('a/file'))`), ['name a/file', 'sync a']);
  t.same(
    station(`await files.destroy(at('a/file'))`),
    ['write a/file', 'sync a/file', 'remove a/file', 'sync a'],
    'overwritten before the name is gone',
  );
  t.same(station(`await files.destroy(at('a/file'))`), ['sync a'], 'what is not there is durably not there');
  t.end();
});

t.test("a camera's files do what the spool asks of them, each call at once", (t) => {
  const camera = (code: string) =>
    callsOf('agent/spool/disk/node-file-system.js', `const files = it.nodeFileSystem; ${code}`);
  t.same(
    camera(`
      await files.makeDirectory(at('spool'));
      const file = await files.open(at('spool/file'), 'create');
      await file.writev([new Uint8Array(3), new Uint8Array(4)], 0);
      await file.datasync();
      await files.syncDirectory(at('spool'));
      await file.truncate(2);
      await file.datasync();
      await file.close();
      await files.rename(at('spool/file'), at('spool/other'));
      await files.unlink(at('spool/other'));
      await files.syncDirectory(at('spool'));`),
    [
      ...['folder spool', 'write spool/file', 'sync spool/file', 'sync spool', 'cut spool/file'],
      ...['sync spool/file', 'name spool/other', 'remove spool/other', 'sync spool'],
    ],
  );
  t.end();
});
