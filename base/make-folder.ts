import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from './errors.ts';

/**
 * Makes a folder that only this user may enter, and those above it that are missing. `mkdir` with `recursive` tries for
 * ever where a file system takes no folder at all, as below /proc.
 * @returns the topmost folder that was made; undefined if all were there.
 * @throws what the system says: `EEXIST` if something else is at `path`, `ENOENT` if no folder can be made there.
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  try {
    await mkdir(path, { mode: 0o700 });
    return path;
  } catch (error) {
    const code = systemCode(error);
    // A link that leads to itself says so here.
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return undefined;
    const above = dirname(path);
    if (code !== 'ENOENT' || above === path || (await isFolder(above))) throw error;
    const first = await makeFolder(above);
    const made = await makeFolder(path);
    return first ?? made;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
