import type { FileSystem, OpenFile } from './file-system.ts';

/**
 * `inner`, reporting how many seconds each fdatasync of a file took, whether it succeeded or not.
 * @param begin is called before each, and what it returns after it.
 */
export function timedFileSystem(
  inner: FileSystem,
  uptimeUs: () => number,
  tell: (seconds: number) => void,
  begin: () => () => void = () => () => {},
): FileSystem {
  const timed = (file: OpenFile): OpenFile => ({
    read: (target, position) => file.read(target, position),
    readNow: (target, position) => file.readNow(target, position),
    writev: (parts, position) => file.writev(parts, position),
    forget: () => file.forget?.(),
    truncate: (bytes) => file.truncate(bytes),
    size: () => file.size(),
    close: () => file.close(),
    async datasync() {
      const fromUs = uptimeUs();
      const end = begin();
      try {
        await file.datasync();
      } finally {
        end();
        tell((uptimeUs() - fromUs) / 1e6);
      }
    },
  });
  return {
    open: async (path, mode) => timed(await inner.open(path, mode)),
    list: (directory) => inner.list(directory),
    makeDirectory: (directory) => inner.makeDirectory(directory),
    rename: (from, to) => inner.rename(from, to),
    unlink: (path) => inner.unlink(path),
    syncDirectory: (directory) => inner.syncDirectory(directory),
    freeBytes: (directory) => inner.freeBytes(directory),
    lock: (path) => inner.lock(path),
  };
}
