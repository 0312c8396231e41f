import { isSealcamError, systemCode } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Folder } from './folder.ts';

/** Runs `run`, and once more if it fails where something that is no file has one of the `names`, which is renamed. */
export async function withoutStrange<T>(
  folder: Folder,
  names: readonly string[],
  log: Log,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(await setStrangeAside(folder, names, log).catch(() => false))) throw error;
    return await run();
  }
}

/** `run`, of which a second call gets the result of the first. */
export function atMostOnce<T>(run: () => Promise<T>): () => Promise<T> {
  let first: Promise<T> | undefined;
  return () => {
    first ??= run();
    return first;
  };
}

/**
 * Renames whatever is no file though a file of the spool should have its name: a folder, a FIFO, a device, a link. It stays,
 * under another name, for a person to look at; to the spool its file is missing, which it can repair.
 * @returns whether there was one.
 */
async function setStrangeAside(folder: Folder, names: readonly string[], log: Log): Promise<boolean> {
  const there = new Set(await folder.list());
  let found = false;
  for (const name of names) {
    if (!there.has(name) || !(await isStrange(folder, name))) continue;
    let number = 1;
    while (there.has(`${name}.strange-${number}`)) number += 1;
    const file = `${name}.strange-${number}`;
    await folder.rename(name, file);
    found = true;
    log.alarm(
      'spool.strange',
      'Something that is no file has the name of a file of the spool: it is renamed',
      {
        file,
      },
    );
  }
  if (found) await folder.sync();
  return found;
}

async function isStrange(folder: Folder, name: string): Promise<boolean> {
  try {
    await folder.with(name, 'read', async () => {});
    return false;
  } catch (error) {
    return isSealcamError(error, 'FILE_KIND') || systemCode(error) === 'ELOOP';
  }
}
