import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isSealcamError, SealcamError, systemCode } from '../base/errors.ts';
import { readOutsideFile } from '../base/outside-file.ts';

/** A file to be written; if it holds a private key, only its owner may read it. */
export interface NewFile {
  readonly name: string;
  readonly data: string | Uint8Array;
  readonly secret: boolean;
}

/** The longest file that is read from an agency's folder: a revocation list with the most entries. */
const fileBytesMax = 4_194_304;

/**
 * Writes `files` into a new folder `path`, mode 0700, all or none, and durably: they are written and synced
 * under another name, which is then renamed to `path`.
 * @throws SealcamError `PROVISION_EXISTS` if the folder exists and is not empty: no key is ever overwritten.
 */
export async function writeNewFolder(path: string, files: readonly NewFile[]): Promise<void> {
  const parent = dirname(path);
  await mkdir(parent, { recursive: true });
  const draft = join(parent, `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  await mkdir(draft, { mode: 0o700 });
  try {
    for (const file of files) await writeSynced(join(draft, file.name), file);
    await syncFolder(draft);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw exists(path);
    throw error;
  }
  await syncFolder(parent);
}

/**
 * Checks, before any other work, that `path` is free, or an empty folder.
 * @throws SealcamError `PROVISION_EXISTS`.
 */
export async function expectFree(path: string): Promise<void> {
  try {
    if ((await readdir(path)).length > 0) throw exists(path);
  } catch (error) {
    if (systemCode(error) === 'ENOTDIR') throw exists(path);
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}

/**
 * Adds one file to an existing folder, durably.
 * @throws SealcamError `PROVISION_EXISTS` if the name is taken: nothing is ever overwritten.
 */
export async function writeNewFile(path: string, data: string | Uint8Array, secret: boolean): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeSynced(path, { name: basename(path), data, secret });
  } catch (error) {
    if (systemCode(error) === 'EEXIST') throw exists(path);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Writes a file in an existing folder, durably and whole, in place of one that may be there. */
export async function replaceFile(path: string, data: Uint8Array): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    await writeSynced(draft, { name: basename(path), data, secret: false });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

async function writeSynced(path: string, file: NewFile): Promise<void> {
  const handle = await open(path, 'wx', file.secret ? 0o600 : 0o644);
  try {
    await handle.writeFile(file.data);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * The bytes of a file that must exist.
 * @param what the file in words, for the error.
 * @throws SealcamError `PROVISION_MISSING`, `PROVISION_UNREADABLE`.
 */
export async function readPresent(path: string, what: string): Promise<Buffer> {
  let data: Buffer;
  try {
    data = await readOutsideFile(path, fileBytesMax);
  } catch (cause) {
    if (isSealcamError(cause))
      throw new SealcamError('PROVISION_UNREADABLE', `The ${what} cannot be read: ${cause.message}`, {
        cause,
      });
    const code = systemCode(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new SealcamError('PROVISION_MISSING', `There is no ${what} at "${path}": check the path`, {
        cause,
      });
    }
    throw new SealcamError('PROVISION_UNREADABLE', `The ${what} at "${path}" cannot be read (${code})`, {
      cause,
    });
  }
  return data;
}

/** The names in a folder; empty if there is no such folder. */
export async function listFolder(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function exists(path: string): SealcamError {
  return new SealcamError(
    'PROVISION_EXISTS',
    `"${path}" exists already and is never overwritten: give another path, or move it away`,
  );
}
