import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toHex } from '../base/bytes.ts';
import { systemCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { sha256 } from '../evidence/crypto.ts';

/** The software that runs. */
export interface Software {
  /** As in package.json; `unknown` where that cannot be read. */
  readonly version: string;
  /** SHA-256 of its files, 64 hexadecimal digits; all of them 0 where one cannot be read. */
  readonly digest: string;
}

/** The folder of the program and of its package.json. */
export interface SoftwareFolders {
  readonly program: string;
  readonly description: string;
}

/** Bytes that are read of a file at once. */
const readBytes = 262_144;

const ownFolders: SoftwareFolders = {
  program: import.meta.dirname,
  description: join(import.meta.dirname, '../..'),
};

/**
 * The version and hash of the software that runs: SHA-256 over the names and hashes of the files next to this one, which
 * are all of the program once it is bundled. A camera records also where they cannot be read, and its journal says so.
 */
export async function runningSoftware(log: Log, folders = ownFolders): Promise<Software> {
  const known = (what: string, read: Promise<string>, unknown: string): Promise<string> =>
    read.catch((error: unknown) => {
      const sentence = 'The files of the software cannot be read: its journal does not say what runs';
      log.alarm('software.unreadable', sentence, { what, code: systemCode(error) });
      return unknown;
    });
  return {
    version: await known('version', versionIn(folders.description), 'unknown'),
    digest: await known('digest', digestOf(folders.program), '0'.repeat(64)),
  };
}

/**
 * The reads wait on this thread, as the agent has no other work at its start: handed to the thread pool, these some hundred files cost
 * more than twice the CPU.
 */
async function digestOf(folder: string): Promise<string> {
  const parts: Uint8Array[] = [];
  const files = readdirSync(folder, { withFileTypes: true }).filter((one) => one.isFile());
  const buffer = Buffer.alloc(readBytes);
  for (const name of files.map((one) => one.name).sort()) {
    parts.push(Buffer.from(`${name}\0`), fileDigest(join(folder, name), buffer));
  }
  return toHex(sha256(...parts));
}

/** SHA-256 of a file, through one buffer: read whole, the program's files would stay in memory until V8 collects garbage. */
function fileDigest(path: string, buffer: Buffer): Uint8Array {
  const hash = createHash('sha256');
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const bytes = readSync(file, buffer, 0, buffer.length, null);
      if (bytes === 0) return new Uint8Array(hash.digest());
      hash.update(buffer.subarray(0, bytes));
    }
  } finally {
    closeSync(file);
  }
}

async function versionIn(folder: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    version: unknown;
  };
  // In another form the journal could not hold it.
  if (typeof version === 'string' && /^[0-9A-Za-z.+-]{1,32}$/.test(version)) return version;
  throw new Error('package.json has no version');
}
