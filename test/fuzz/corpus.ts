import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

// What runs over the readers of foreign bytes have found: FOLDER/READER/WHAT.hex, which `targets.test` tries again.

/** Where it is in the sources. */
export const committedCorpus = resolve(import.meta.dirname, '../../../test/fuzz/corpus');

/** A reader's name as its folder is named. */
export function folderOf(reader: string): string {
  return reader.replaceAll(/[^A-Za-z0-9]+/g, '-').toLowerCase();
}

/**
 * Keeps an input whole, however long it is, under a name of its own content.
 * @returns its path.
 */
export function keepInput(corpus: string, reader: string, bytes: Uint8Array): string {
  const folder = join(corpus, folderOf(reader));
  mkdirSync(folder, { recursive: true });
  const name = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const path = join(folder, `found-${name}.hex`);
  writeFileSync(path, `${Buffer.from(bytes).toString('hex')}\n`);
  return path;
}

/** Every input that is kept, with the folder of its reader. */
export function* keptInputs(
  corpus: string,
): Generator<{ readonly folder: string; readonly name: string; readonly bytes: Uint8Array }> {
  if (!existsSync(corpus)) return;
  for (const folder of readdirSync(corpus)) {
    for (const name of readdirSync(join(corpus, folder))) {
      const hex = readFileSync(join(corpus, folder, name), 'latin1').trim();
      yield { folder, name, bytes: Uint8Array.from(Buffer.from(hex, 'hex')) };
    }
  }
}
