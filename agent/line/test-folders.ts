import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { toHex } from '../../base/bytes.ts';

/** Begins with a dot, so that "sealcam verify FOLDER" passes over one that was left. */
const testFolderPattern = /^\.selftest-[0-9a-f]{16}$/;

/** The folder of a self-test, in the spool's. @param random 8 bytes. */
export function testFolderName(random: Uint8Array): string {
  return `.selftest-${toHex(random)}`;
}

/**
 * Removes what self-tests left that were killed: no one has the keys to it. Called while the spool's lock is held, without which no
 * self-test runs.
 * @throws what the system says.
 */
export async function removeTestFolders(spool: string): Promise<void> {
  for (const name of await readdir(spool))
    if (testFolderPattern.test(name)) await rm(join(spool, name), { recursive: true, force: true });
}
