import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toHex } from '../base/bytes.ts';
import { sha256 } from '../evidence/crypto.ts';

/** The software that runs. */
export interface Software {
  /** As in package.json. */
  readonly version: string;
  /** SHA-256 of its files, 64 hexadecimal digits. */
  readonly digest: string;
}

/**
 * The version and hash of the software that runs: SHA-256 over the names and hashes of the files next to this one, which
 * are all of the program once it is bundled.
 */
export async function runningSoftware(): Promise<Software> {
  const folder = import.meta.dirname;
  const parts: Uint8Array[] = [];
  const files = (await readdir(folder, { withFileTypes: true })).filter((one) => one.isFile());
  for (const name of files.map((one) => one.name).sort()) {
    parts.push(Buffer.from(`${name}\0`), sha256(await readFile(join(folder, name))));
  }
  const description = await readFile(join(folder, '../../package.json'), 'utf8');
  const { version } = JSON.parse(description) as { version: string };
  return { version, digest: toHex(sha256(...parts)) };
}
