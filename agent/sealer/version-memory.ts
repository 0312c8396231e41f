import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fromHex, toHex } from '../../base/bytes.ts';
import { SealcamError, systemCode } from '../../base/errors.ts';
import { readOutsideFile } from '../../base/outside-file.ts';
import { digestBytes } from '../../evidence/limits.ts';
import type { SeenVersion } from '../../evidence/roster.ts';
import type { VersionMemory } from './roster.ts';

/**
 * Remembers the newest version of something in a file of one line, `VERSION D`. If the file exists but cannot be read,
 * the camera does not start: treating it as new would let an old version in.
 * @param what its name, for the error: "roster".
 * @throws SealcamError `VERSION_MEMORY`.
 */
export async function versionMemory(path: string, what: string): Promise<VersionMemory> {
  let known = await readSeen(path, what);
  return {
    seen: () => known,
    async remember(seen) {
      await replaceDurably(path, `${seen.version} ${toHex(seen.digest)}\n`);
      known = seen;
    },
  };
}

async function readSeen(path: string, what: string): Promise<SeenVersion | undefined> {
  let text: string;
  try {
    text = (await readOutsideFile(path)).toString('utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const [, version, hex] = /^([1-9][0-9]{0,15}) ([0-9a-f]{64})\n$/.exec(text) ?? [];
  const digest = fromHex(hex ?? '');
  if (digest?.length !== digestBytes || !Number.isSafeInteger(Number(version))) {
    throw new SealcamError(
      'VERSION_MEMORY',
      `${path}, which says what ${what} was used last, was damaged: have the camera provisioned again`,
    );
  }
  return { version: Number(version), digest };
}

/** Replaces the file at `path`, in one step and durably. */
export async function replaceDurably(path: string, content: string | Uint8Array): Promise<void> {
  const fresh = `${path}.new`;
  const file = await open(fresh, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
