import type { BigIntStats } from 'node:fs';
import { constants, type FileHandle, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SealcamError, systemCode } from '../../base/errors.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { expectRegularFile, openFlags } from '../../base/outside-file.ts';

/** The identity and length of the file that a path leads to at this moment. */
export interface FileIdentity {
  /** Differs between any two files, even if one took the other's name or its inode. */
  readonly id: string;
  readonly bytes: number;
  /** Differs after each write, even one that changed neither; a program that writes may put it back. */
  readonly written: string;
  /** Differs after each write too, and can't be put back; but also after a mere link or change of the mode. */
  readonly changed: string;
}

/**
 * The file system as the store needs it. Every method resolves only when its result is durable. After a method rejects,
 * the file may be in any state: it is cut back to what was durable before it is used again. Only regular files are
 * opened, so that a pipe or a device in place of one blocks nothing.
 */
export interface Files {
  /** Creates a folder and its parents, accessible to the owner only. */
  makeFolder(path: string): Promise<void>;
  /** Identifies the file system that holds a folder; undefined if there is no such folder. */
  volumeOf(folder: string): Promise<string | undefined>;
  /** The names in a folder; empty if there is no such folder. */
  list(path: string): Promise<string[]>;
  /** The size of a file in bytes, or undefined if there is none. */
  size(path: string): Promise<number | undefined>;
  /** What is at `path`; undefined if nothing is. @throws SealcamError `FILE_*` if it is not a regular file. */
  identify(path: string): Promise<FileIdentity | undefined>;
  /**
   * `length` bytes from `offset` on; fewer at the end.
   * @param whole throws SealcamError `STORE_DAMAGED` for a part that is known to be damaged, instead of returning other bytes
   *   for it: for callers that cut off an end that cannot be read.
   */
  readAt(path: string, offset: number, length: number, whole?: boolean): Promise<Uint8Array>;
  /**
   * Writes `parts` one after another at the end of the file that `before` identifies; without `before` there must be no
   * file, and one is created.
   * @returns what the path leads to once they are durable.
   * @throws SealcamError `STORE_CHANGED` if the path leads to another file, or one of another length.
   */
  appendAt(
    path: string,
    before: FileIdentity | undefined,
    parts: readonly Uint8Array[],
  ): Promise<FileIdentity>;
  /** Cuts a file to `length`. */
  truncate(path: string, length: number): Promise<void>;
  /** Makes durable what an earlier process may have left in the page cache. */
  sync(path: string): Promise<void>;
  /** Renames a file within its folder, to a name that is not in use. */
  move(from: string, to: string): Promise<void>;
  /** Replaces what is there with a complete file, all or nothing. */
  replace(path: string, parts: readonly Uint8Array[]): Promise<void>;
  /**
   * Overwrites a file with zeros and removes it. If there is none, its absence becomes durable: an earlier process may
   * have removed it and died before it synced the folder.
   * @returns whether the file existed.
   */
  destroy(path: string): Promise<boolean>;
}

/** POSIX allows 1,024 (IOV_MAX). */
const partsPerWriteMax = 1_024;

/** The machine's own file system. */
export const systemFiles: Files = {
  async makeFolder(path) {
    const first = await makeFolder(path);
    if (first === undefined) return;
    // Each new folder is an entry of the one above it.
    for (let made = path; ; made = dirname(made)) {
      await syncFolder(dirname(made));
      if (made === first || made === dirname(made)) return;
    }
  },

  async volumeOf(folder) {
    try {
      const found = await stat(folder, { bigint: true });
      return found.isDirectory() ? String(found.dev) : undefined;
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
      throw error;
    }
  },

  async list(path) {
    try {
      return await readdir(path);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    }
  },

  size: async (path) => (await systemFiles.identify(path))?.bytes,

  async identify(path) {
    try {
      return identityOf(path, await stat(path, { bigint: true }));
    } catch (error) {
      if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
      throw error;
    }
  },

  readAt: (path, offset, length) =>
    withFile(path, constants.O_RDONLY, async (file) => {
      const bytes = new Uint8Array(length);
      let at = 0;
      while (at < length) {
        const { bytesRead } = await file.read(bytes, at, length - at, offset + at);
        if (bytesRead === 0) break;
        at += bytesRead;
      }
      return bytes.subarray(0, at);
    }),

  async appendAt(path, before, parts) {
    const make = before === undefined ? constants.O_CREAT | constants.O_EXCL : 0;
    let written: FileIdentity;
    try {
      written = await withOpened(path, constants.O_WRONLY | make, async (file) => {
        const offset = before?.bytes ?? 0;
        const found = await identityIn(path, file);
        if (before !== undefined) expectSame(path, before, found);
        await writeAll(file, offset, parts);
        await file.datasync();
        return identityIn(path, file);
      });
    } catch (error) {
      if (systemCode(error) === 'ENOENT' && before !== undefined) throw changed(path, 'is gone');
      if (systemCode(error) === 'EEXIST') throw changed(path, 'is there, and was not before');
      throw error;
    }
    if (before === undefined) await syncFolder(dirname(path));
    // What was written may have gone into a file that lost its name meanwhile. Some file systems report another
    // modification time once the file is closed.
    const now = await systemFiles.identify(path);
    expectSame(path, { ...written, written: now?.written ?? '' }, now);
    return now ?? written;
  },

  truncate: (path, length) =>
    withFile(path, constants.O_WRONLY, async (file) => {
      await file.truncate(length);
      await file.sync();
    }),

  async sync(path) {
    await withFile(path, constants.O_WRONLY, (file) => file.sync());
    await syncFolder(dirname(path));
  },

  async move(from, to) {
    await rename(from, to);
    await syncFolder(dirname(to));
  },

  async replace(path, parts) {
    const draft = `${path}.new`;
    await withFile(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, async (file) => {
      await writeAll(file, 0, parts);
      await file.sync();
    });
    await rename(draft, path);
    await syncFolder(dirname(path));
  },

  async destroy(path) {
    let there = true;
    try {
      await withFile(path, constants.O_WRONLY, async (file) => {
        const { size } = await file.stat();
        await writeAll(file, 0, [new Uint8Array(size)]);
        await file.sync();
      });
      await unlink(path);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      there = false;
    }
    await syncFolder(dirname(path));
    return there;
  },
};

/**
 * Compares what a path leads to with what it must lead to. A backup may link to it, and change nothing.
 * @throws SealcamError `STORE_CHANGED`, which says what happened to the file.
 */
export function expectSame(
  path: string,
  before: Omit<FileIdentity, 'changed'>,
  now: FileIdentity | undefined,
): void {
  if (now === undefined) throw changed(path, 'is gone');
  if (now.id !== before.id) throw changed(path, 'is another file than the one that was written');
  if (now.bytes !== before.bytes) {
    throw changed(path, `has ${now.bytes} bytes, of which ${before.bytes} were written`);
  }
  if (now.written !== before.written) throw changed(path, 'was written to by another program');
}

/** Whether what a path leads to is certainly what it led to before, and was not written to since. */
export function isSame(now: FileIdentity, before: FileIdentity | undefined): boolean {
  const isSameFile = now.id === before?.id && now.bytes === before.bytes;
  return isSameFile && now.written === before.written && now.changed === before.changed;
}

/** What happened to a file of the store without the station's doing. */
export function changed(path: string, what: string): SealcamError {
  return new SealcamError(
    'STORE_CHANGED',
    `"${path}" ${what}: find out what changes the files of a running station, and check the disk and its mounts`,
  );
}

function identityOf(path: string, found: BigIntStats): FileIdentity {
  expectRegularFile(path, {
    isFile: () => found.isFile(),
    isDirectory: () => found.isDirectory(),
    size: Number(found.size),
    blocks: Number(found.blocks),
  });
  // An inode's number is reused for the next file; its creation time differs.
  const id = `${found.dev}:${found.ino}:${found.birthtimeNs}`;
  return {
    id,
    bytes: Number(found.size),
    written: String(found.mtimeNs),
    changed: String(found.ctimeNs),
  };
}

async function identityIn(path: string, file: FileHandle): Promise<FileIdentity> {
  return identityOf(path, await file.stat({ bigint: true }));
}

function withFile<T>(path: string, flags: number, use: (file: FileHandle) => Promise<T>): Promise<T> {
  return withOpened(path, flags, async (file) => {
    expectRegularFile(path, await file.stat());
    return use(file);
  });
}

/** As {@link withFile}, for a `use` that looks itself whether it is a regular file. */
async function withOpened<T>(path: string, flags: number, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, flags | openFlags, 0o600);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** `writev` may write less than it was given, and takes a limited number of parts. */
async function writeAll(file: FileHandle, offset: number, parts: readonly Uint8Array[]): Promise<void> {
  let left = parts.filter(({ length }) => length > 0);
  for (let at = offset; left.length > 0; ) {
    const { bytesWritten } = await file.writev(left.slice(0, partsPerWriteMax), at);
    if (bytesWritten === 0) throw new Error(`nothing of ${left[0]?.length} bytes was written`);
    at += bytesWritten;
    left = after(left, bytesWritten);
  }
}

/** What is left of `parts` without their first `bytes` bytes. */
function after(parts: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes;
  return parts.flatMap((part) => {
    const skipped = Math.min(skip, part.length);
    skip -= skipped;
    return skipped === part.length ? [] : [part.subarray(skipped)];
  });
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
