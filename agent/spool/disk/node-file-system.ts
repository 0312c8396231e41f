import { constants, readSync } from 'node:fs';
import {
  type FileHandle,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  statfs,
  symlink,
  unlink,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import { SealcamError, systemCode } from '../../../base/errors.ts';
import { makeFolder } from '../../../base/make-folder.ts';
import { expectRegularFile, openFlags } from '../../../base/outside-file.ts';
import { dropPageCache } from '../../../native/index.ts';
import type { FileSystem, OpenFile, OpenMode } from './file-system.ts';

const flags: Readonly<Record<OpenMode, number>> = {
  read: constants.O_RDONLY,
  write: constants.O_RDWR,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
};

/** The machine's own file system. Files are accessible to their owner only. */
export const nodeFileSystem: FileSystem = {
  async open(path, mode) {
    const handle = await open(path, flags[mode] | constants.O_NOFOLLOW | openFlags, 0o600);
    try {
      expectRegularFile(path, await handle.stat());
    } catch (error) {
      await handle.close();
      throw error;
    }
    return openFile(handle);
  },
  list: (directory) => readdir(directory),
  async makeDirectory(directory) {
    await makeFolder(directory);
  },
  rename,
  unlink,
  async syncDirectory(directory) {
    const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  async freeBytes(directory) {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  },
  lock,
};

function openFile(handle: FileHandle): OpenFile {
  return {
    read: async (target, position) => (await handle.read(target, 0, target.length, position)).bytesRead,
    readNow: (target, position) => readSync(handle.fd, target, 0, target.length, position),
    writev: async (parts, position) => (await handle.writev(parts, position)).bytesWritten,
    datasync: () => handle.datasync(),
    forget: () => dropPageCache(handle.fd),
    truncate: (bytes) => handle.truncate(bytes),
    size: async () => (await handle.stat()).size,
    close: () => handle.close(),
  };
}

/** File systems without a journal: a power cut may damage what was synced long before. By the number that statfs(2) gives. */
const withoutJournal: ReadonlyMap<number, string> = new Map([
  [0x4d44, 'vfat'],
  [0x2011_bab0, 'exfat'],
]);

/** @throws SealcamError `SPOOL_FILE_SYSTEM` if the file system of kind `type` must not hold a spool. */
export function expectSafeFileSystem(type: number, directory: string): void {
  const name = withoutJournal.get(type);
  if (name === undefined) return;
  throw new SealcamError(
    'SPOOL_FILE_SYSTEM',
    `The spool (${directory}) is on ${name}, where a power cut may damage files that were synced: use a disk with ext4 or f2fs, and copy to it what is in the folder`,
  );
}

/**
 * The lock is a symbolic link to its holder's process id, start time and boot, so a lock whose holder has died can be
 * recognised. Creating a link is atomic and needs no block, so it works when the storage is full. (An advisory kernel
 * lock would need native code; any other user of the machine could take an abstract socket and so keep the camera from
 * recording.)
 */
async function lock(path: string): Promise<() => Promise<void>> {
  const directory = dirname(path);
  expectSafeFileSystem((await statfs(directory)).type, directory);
  const own = await holderOf('self');
  if (!(await linked(own, path))) await takeOver(path, own);
  return async () => {
    if ((await holderAt(path)) === own) await unlink(path);
  };
}

/** Whether a process that runs holds the lock file `path`. */
export async function isLockHeld(path: string): Promise<boolean> {
  const held = await holderAt(path);
  return held !== undefined && (await isRunning(held));
}

async function takeOver(path: string, own: string): Promise<void> {
  const held = await holderAt(path);
  if (held !== undefined) {
    if (await isRunning(held)) throw locked(path);
    const stale = `${path}.${process.pid}.stale`;
    await rename(path, stale);
    // Another process may have taken the lock over between the read and the rename: then it gets the lock back.
    const moved = await holderAt(stale);
    if (moved !== held) await linked(moved ?? held, path);
    await rm(stale, { recursive: true, force: true });
    if (moved !== held) throw locked(path);
  }
  if (!(await linked(own, path))) throw locked(path);
}

function locked(path: string): SealcamError {
  return new SealcamError(
    'SPOOL_LOCKED',
    `Another running agent holds the spool (${path}): stop it, or give this one another directory`,
  );
}

async function linked(holder: string, path: string): Promise<boolean> {
  try {
    await symlink(holder, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The holder that a lock names; undefined if there is no lock, '' if the file is not a link. */
async function holderAt(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined;
    if (systemCode(error) === 'EINVAL') return '';
    throw error;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function isRunning(holder: string): Promise<boolean> {
  const pid = /^([1-9][0-9]*) /.exec(holder)?.[1];
  return pid !== undefined && (await holderOf(pid)) === holder;
}

/** A process's id, start time in clock ticks (proc(5), field 22 of stat) and boot; '' if there is no such process. */
async function holderOf(pid: string): Promise<string> {
  const stat = await readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return '';
  const id = stat.slice(0, stat.indexOf(' '));
  // The name, in brackets, may itself contain spaces and brackets: count from the last bracket.
  const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  return `${id} ${startTicks} ${boot}`;
}
