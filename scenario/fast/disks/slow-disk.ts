import type { FileSystem, OpenFile } from '../../../agent/spool/disk/file-system.ts';

/**
 * `inner`, each call of which first waits for `pass`: a disk that takes its time, so that other things happen
 * between two calls. Small reads that hold the thread do not wait.
 */
export function slowDisk(inner: FileSystem, pass: () => Promise<void>): FileSystem {
  const after = async <T>(run: () => Promise<T>): Promise<T> => {
    await pass();
    return run();
  };
  const slowFile = (file: OpenFile): OpenFile => ({
    read: (target, position) => after(() => file.read(target, position)),
    readNow: (target, position) => file.readNow(target, position),
    writev: (parts, position) => after(() => file.writev(parts, position)),
    datasync: () => after(() => file.datasync()),
    truncate: (bytes) => after(() => file.truncate(bytes)),
    size: () => after(() => file.size()),
    close: () => after(() => file.close()),
  });
  return {
    open: (path, mode) => after(async () => slowFile(await inner.open(path, mode))),
    list: (directory) => after(() => inner.list(directory)),
    makeDirectory: (directory) => after(() => inner.makeDirectory(directory)),
    rename: (from, to) => after(() => inner.rename(from, to)),
    unlink: (path) => after(() => inner.unlink(path)),
    syncDirectory: (directory) => after(() => inner.syncDirectory(directory)),
    freeBytes: (directory) => after(() => inner.freeBytes(directory)),
    lock: (path) => inner.lock(path),
  };
}
