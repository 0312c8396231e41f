import type { FileSystem, OpenFile } from './file-system.ts';

/**
 * `inner`, reporting how many seconds each fdatasync of a file took, whether it succeeded or not.
 * @param begin is called before each call that changes something or opens a file, and what it returns after it.
 */
export function timedFileSystem(
  inner: FileSystem,
  uptimeUs: () => number,
  tell: (seconds: number) => void,
  begin: () => () => void = () => () => {},
): FileSystem {
  const watched = async <T>(call: () => Promise<T>): Promise<T> => {
    const end = begin();
    try {
      return await call();
    } finally {
      end();
    }
  };
  const timed = (file: OpenFile): OpenFile => ({
    read: (target, position) => file.read(target, position),
    readNow: (target, position) => file.readNow(target, position),
    writev: (parts, position) => watched(() => file.writev(parts, position)),
    forget: () => file.forget?.(),
    truncate: (bytes) => watched(() => file.truncate(bytes)),
    size: () => file.size(),
    close: () => file.close(),
    async datasync() {
      const fromUs = uptimeUs();
      try {
        await watched(() => file.datasync());
      } finally {
        tell((uptimeUs() - fromUs) / 1e6);
      }
    },
  });
  return {
    open: async (path, mode) => timed(await watched(() => inner.open(path, mode))),
    list: (directory) => inner.list(directory),
    makeDirectory: (directory) => watched(() => inner.makeDirectory(directory)),
    rename: (from, to) => watched(() => inner.rename(from, to)),
    unlink: (path) => watched(() => inner.unlink(path)),
    syncDirectory: (directory) => watched(() => inner.syncDirectory(directory)),
    freeBytes: (directory) => inner.freeBytes(directory),
    lock: (path) => inner.lock(path),
  };
}
