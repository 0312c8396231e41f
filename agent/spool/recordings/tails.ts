import { equalBytes } from '../../../base/bytes.ts';
import type { Log } from '../../../base/log.ts';
import type { OpenFile } from '../disk/file-system.ts';
import { readAt, writeAll } from '../disk/files.ts';
import type { Folder } from '../disk/folder.ts';
import { spoolLimits } from '../limits.ts';
import { parseBaseName, sealName, tailName, tornName } from '../names.ts';

/**
 * Cuts the part at its `end`; the bytes after it are first copied, durably, to the recording's next tail file.
 * @returns the tail's name, or undefined if there were no such bytes.
 */
export async function cutTail(
  folder: Folder,
  base: string,
  part: { readonly name: string; readonly end: number },
): Promise<string | undefined> {
  return folder.with(part.name, 'write', async (file) => {
    const size = await file.size();
    if (size <= part.end) return undefined;
    const tail = await nextTail(folder, base, file, part.end);
    await folder.with(tail, 'create', async (copy) => {
      for await (const { position, bytes } of blocks(file, part.end)) {
        await writeAll(copy, [bytes], position - part.end);
      }
      await copy.datasync();
    });
    await folder.sync();
    // Not synced: if the tail comes back after a crash, it is cut again, and the next append syncs the cut.
    await file.truncate(part.end);
    return tail;
  });
}

/** A name for the bytes after `end`. Removes a copy of them that a crash left unfinished or unused. */
async function nextTail(folder: Folder, base: string, file: OpenFile, end: number): Promise<string> {
  const names = new Set(await folder.list());
  let n = 1;
  while (names.has(tailName(base, n + 1))) n += 1;
  const newest = tailName(base, n);
  if (!names.has(newest)) return newest;
  const same = await folder.with(newest, 'read', (copy) => beginsAs(copy, file, end));
  if (!same) return tailName(base, n + 1);
  await folder.remove(newest);
  return newest;
}

/** True if `file` from `end` on begins with everything in `copy`. */
async function beginsAs(copy: OpenFile, file: OpenFile, end: number): Promise<boolean> {
  for await (const { position, bytes } of blocks(copy, 0)) {
    if (!equalBytes(await readAt(file, end + position, bytes.length), bytes)) return false;
  }
  return true;
}

async function* blocks(
  file: OpenFile,
  from: number,
): AsyncGenerator<{ position: number; bytes: Uint8Array }, void, undefined> {
  for (let position = from; ; position += spoolLimits.blockBytes) {
    const bytes = await readAt(file, position, spoolLimits.blockBytes);
    if (bytes.length > 0) yield { position, bytes };
    if (bytes.length < spoolLimits.blockBytes) return;
  }
}

/**
 * Moves the parts of a recording aside that has no complete opening: nothing was sealed into it, and its number is free.
 * @returns the new names.
 */
export async function moveTorn(
  folder: Folder,
  base: string,
  parts: readonly number[],
  log: Log,
): Promise<readonly string[]> {
  const names = new Set(await folder.list());
  const moved: string[] = [];
  let n = 1;
  for (const part of parts) {
    while (names.has(tornName(base, n))) n += 1;
    const torn = tornName(base, n);
    await folder.rename(sealName(base, part), torn);
    names.add(torn);
    moved.push(torn);
  }
  // Not synced: if the name comes back, the next start does the same again.
  log.info('opening.torn', 'A torn opening was moved aside', { number: parseBaseName(base).number });
  return moved;
}
