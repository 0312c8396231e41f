import t from 'tap';
import type { FileSystem } from '../../../agent/spool/disk/file-system.ts';
import { keptOpen } from '../../../agent/spool/disk/kept-open.ts';
import { SimFileSystem } from '../../../scenario/fast/disks/sim-file-system.ts';

/** A simulated file system with files of one byte, that lists which files are opened and closed to be read. */
async function counted(names: readonly string[]): Promise<{ inner: FileSystem; calls: string[] }> {
  const sim = new SimFileSystem();
  const calls: string[] = [];
  for (const [at, name] of names.entries()) {
    const file = await sim.open(`d/${name}`, 'create');
    await file.writev([Uint8Array.of(at)], 0);
    await file.close();
  }
  const inner: FileSystem = {
    list: (directory) => sim.list(directory),
    makeDirectory: (directory) => sim.makeDirectory(directory),
    rename: (from, to) => sim.rename(from, to),
    unlink: (path) => sim.unlink(path),
    syncDirectory: (directory) => sim.syncDirectory(directory),
    freeBytes: (directory) => sim.freeBytes(directory),
    lock: (path) => sim.lock(path),
    async open(path, mode) {
      const file = await sim.open(path, mode);
      calls.push(`open ${path}`);
      return {
        read: (target, position) => file.read(target, position),
        readNow: (target, position) => file.readNow(target, position),
        writev: (parts, position) => file.writev(parts, position),
        datasync: () => file.datasync(),
        truncate: (bytes) => file.truncate(bytes),
        size: () => file.size(),
        close: async () => {
          calls.push(`close ${path}`);
          await file.close();
        },
      };
    },
  };
  return { inner, calls };
}

t.test(
  'files that are read again and again are opened once; the one read longest ago is closed',
  async (t) => {
    const { inner, calls } = await counted(['a', 'b', 'c']);
    const { fileSystem, close } = keptOpen(inner);
    const read = async (name: string): Promise<number | undefined> => {
      const file = await fileSystem.open(`d/${name}`, 'read');
      const target = new Uint8Array(1);
      await file.read(target, 0);
      await file.close();
      return target[0];
    };
    for (const name of ['a', 'b', 'a', 'b', 'a']) await read(name);
    t.same(calls, ['open d/a', 'open d/b']);
    t.equal(await read('c'), 2);
    t.same(calls.slice(2), ['open d/c', 'close d/b']);
    await close();
    t.same(calls.slice(4).sort(), ['close d/a', 'close d/c']);
  },
);

t.test('what is unlinked or renamed is not read any more, but by who reads it now', async (t) => {
  const { inner, calls } = await counted(['a', 'b']);
  const { fileSystem, close } = keptOpen(inner);
  const reading = await fileSystem.open('d/a', 'read');
  await fileSystem.rename('d/b', 'd/a');
  t.same(calls, ['open d/a'], 'it is still being read');
  const target = new Uint8Array(1);
  const renamed = await fileSystem.open('d/a', 'read');
  await renamed.read(target, 0);
  t.same(target, Uint8Array.of(1), 'another file has the name now');
  await reading.close();
  await reading.close();
  t.same(calls, ['open d/a', 'open d/a', 'close d/a']);
  await renamed.close();
  await fileSystem.unlink('d/a');
  t.equal(calls.at(-1), 'close d/a');
  await t.rejects(fileSystem.open('d/a', 'read'), { code: 'ENOENT' });
  await t.rejects(fileSystem.open('d/a', 'read'), { code: 'ENOENT' }, 'a failure is not kept');
  await close();
});
