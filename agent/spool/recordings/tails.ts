import { equalBytes } from '../../../base/bytes.ts';
import type { FileSystem, OpenFile } from '../disk/file-system.ts';
import { readAt, withFile, writeAll } from '../disk/files.ts';
import { spoolLimits } from '../limits.ts';
import { tailName } from '../names.ts';

/**
 * Cuts `name` at `end`; what lay behind is copied beforehand to the recording's next tail file, durably.
 * @returns the tail's name, or undefined where nothing lay behind.
 */
export async function cutTail(
  fileSystem: FileSystem,
  directory: string,
  base: string,
  part: { readonly name: string; readonly end: number },
): Promise<string | undefined> {
  return withFile(fileSystem, `${directory}/${part.name}`, 'write', async (file) => {
    const size = await file.size();
    if (size <= part.end) return undefined;
    const tail = await nextTail(fileSystem, directory, base, file, part.end);
    await withFile(fileSystem, `${directory}/${tail}`, 'create', async (copy) => {
      for await (const { position, bytes } of blocks(file, part.end)) {
        await writeAll(copy, [bytes], position - part.end);
      }
      await copy.datasync();
    });
    await fileSystem.syncDirectory(directory);
    // Not synced: should the tail come back, it is cut again, and what is appended is synced with it.
    await file.truncate(part.end);
    return tail;
  });
}

/** A name for what lies behind `end`; a copy of it that a crash kept from being finished, or used, is removed. */
async function nextTail(
  fileSystem: FileSystem,
  directory: string,
  base: string,
  file: OpenFile,
  end: number,
): Promise<string> {
  const names = new Set(await fileSystem.list(directory));
  let n = 1;
  while (names.has(tailName(base, n + 1))) n += 1;
  const newest = tailName(base, n);
  if (!names.has(newest)) return newest;
  const same = await withFile(fileSystem, `${directory}/${newest}`, 'read', (copy) =>
    beginsAs(copy, file, end),
  );
  if (!same) return tailName(base, n + 1);
  await fileSystem.unlink(`${directory}/${newest}`);
  return newest;
}

/** True when `file` from `end` on begins with all that `copy` holds. */
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
