import type { FileSystem, OpenFile } from './file-system.ts';

interface CachedFile {
  readonly path: string;
  readonly file: Promise<OpenFile>;
  /** How many users are reading it now. */
  users: number;
  /** It is given to no further user: its last user closes it. */
  given: boolean;
}

/**
 * `inner`, which keeps recently read files open: a backlog is read from one file chunk by chunk, and opening and
 * closing would cost as much as the reads.
 * @param filesMax how many idle files it keeps open, in addition to those being read.
 */
export function keptOpen(
  inner: FileSystem,
  filesMax = 2,
): { readonly fileSystem: FileSystem; readonly close: () => Promise<void> } {
  /** Least recently used first. */
  let kept: CachedFile[] = [];

  const giveUp = async (one: CachedFile): Promise<void> => {
    one.given = true;
    if (one.users === 0) await one.file.then((file) => file.close()).catch(() => {});
  };
  const forget = async (is: (one: CachedFile) => boolean): Promise<void> => {
    const gone = kept.filter(is);
    kept = kept.filter((one) => !is(one));
    await Promise.all(gone.map(giveUp));
  };
  const release = async (one: CachedFile): Promise<void> => {
    one.users -= 1;
    if (one.given) await giveUp(one);
    else while (kept.length > filesMax) await forget((each) => each === kept[0]);
  };
  const read = async (path: string): Promise<OpenFile> => {
    const one = kept.find((each) => each.path === path) ?? {
      path,
      file: inner.open(path, 'read'),
      users: 0,
      given: false,
    };
    one.users += 1;
    kept = [...kept.filter((each) => each !== one), one];
    let file: OpenFile;
    try {
      file = await one.file;
    } catch (error) {
      one.users -= 1;
      one.given = true;
      kept = kept.filter((each) => each !== one);
      throw error;
    }
    let open = true;
    return {
      read: (target, position) => file.read(target, position),
      readNow: (target, position) => file.readNow(target, position),
      writev: (parts, position) => file.writev(parts, position),
      datasync: () => file.datasync(),
      truncate: (bytes) => file.truncate(bytes),
      size: () => file.size(),
      async close() {
        if (!open) return;
        open = false;
        await release(one);
      },
    };
  };
  const without = async (path: string): Promise<void> => forget((one) => one.path === path);
  return {
    fileSystem: {
      open: (path, mode) => (mode === 'read' ? read(path) : inner.open(path, mode)),
      list: (directory) => inner.list(directory),
      makeDirectory: (directory) => inner.makeDirectory(directory),
      async rename(from, to) {
        await without(from);
        await without(to);
        await inner.rename(from, to);
      },
      async unlink(path) {
        await without(path);
        await inner.unlink(path);
      },
      syncDirectory: (directory) => inner.syncDirectory(directory),
      freeBytes: (directory) => inner.freeBytes(directory),
      lock: (path) => inner.lock(path),
    },
    close: () => forget(() => true),
  };
}
