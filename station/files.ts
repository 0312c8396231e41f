import { constants, type FileHandle, mkdir, open, readdir, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '../base/errors.ts';
import { expectRegularFile, openFlags } from '../base/outside-file.ts';

/**
 * The file system as the store needs it. Every method resolves only when what it says is durable; what
 * rejects has left the file in a state that nobody knows: it is cut back to what was durable before it is used again.
 */
export interface Files {
  /** Makes a folder and those above it, for the owner alone. */
  makeFolder(path: string): Promise<void>;
  /** The names in a folder; none where there is no such folder. */
  list(path: string): Promise<string[]>;
  /** Bytes of a file, or undefined where there is none. */
  size(path: string): Promise<number | undefined>;
  /** `length` bytes from `offset` on; fewer at the end. */
  readAt(path: string, offset: number, length: number): Promise<Uint8Array>;
  /** Writes `parts` end to end at `offset`, the file's end; makes the file at offset 0. */
  appendAt(path: string, offset: number, parts: readonly Uint8Array[]): Promise<void>;
  /** Cuts a file to `length`. */
  truncate(path: string, length: number): Promise<void>;
  /** Makes durable what an earlier process may have left in the page cache. */
  sync(path: string): Promise<void>;
  /** Puts a whole file in place of what is there, all or nothing. */
  replace(path: string, parts: readonly Uint8Array[]): Promise<void>;
  /**
   * Overwrites a file with zeros and removes it. Where there is none, that is what becomes durable: an earlier process
   * may have removed it and not lived to sync the folder.
   * @returns whether it was there.
   */
  destroy(path: string): Promise<boolean>;
}

/** The machine's own file system. */
export const systemFiles: Files = {
  async makeFolder(path) {
    const first = await mkdir(path, { recursive: true, mode: 0o700 });
    if (first === undefined) return;
    // Each new folder is an entry of the one above it.
    for (let made = path; ; made = dirname(made)) {
      await syncFolder(dirname(made));
      if (made === first || made === dirname(made)) return;
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

  async size(path) {
    try {
      return await withFile(path, constants.O_RDONLY, async (file) => (await file.stat()).size);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
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

  async appendAt(path, offset, parts) {
    await withFile(path, constants.O_WRONLY | constants.O_CREAT, async (file) => {
      await writeAll(file, offset, parts);
      await file.datasync();
    });
    if (offset === 0) await syncFolder(dirname(path));
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

async function withFile<T>(path: string, flags: number, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, flags | openFlags, 0o600);
  try {
    expectRegularFile(path, await file.stat());
    return await use(file);
  } finally {
    await file.close();
  }
}

/** `write` may take less than it is given. */
async function writeAll(file: FileHandle, offset: number, parts: readonly Uint8Array[]): Promise<void> {
  let at = offset;
  for (const part of parts) {
    for (let done = 0; done < part.length; ) {
      const { bytesWritten } = await file.write(part, done, part.length - done, at);
      if (bytesWritten === 0) throw new Error(`nothing of ${part.length - done} bytes was written`);
      done += bytesWritten;
      at += bytesWritten;
    }
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
