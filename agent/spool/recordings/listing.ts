import type { Folder } from '../disk/folder.ts';
import { parseName } from '../names.ts';

/** A recording's files by kind. */
export interface RecordingFiles {
  readonly parts: number[];
  readonly indexes: number[];
  readonly losses: number[];
  keys: boolean;
  aside: boolean;
}

/** The files of each recording in the spool, by its base name; the numbers of its parts ascend. Throws as the file system does. */
export async function listRecordings(folder: Folder): Promise<Map<string, RecordingFiles>> {
  const files = new Map<string, RecordingFiles>();
  for (const name of (await folder.list()).sort()) {
    const file = parseName(name);
    if (file === undefined) continue;
    const entry = files.get(file.base) ?? { parts: [], indexes: [], losses: [], keys: false, aside: false };
    files.set(file.base, entry);
    if (file.kind === 'seal') entry.parts.push(file.part);
    else if (file.kind === 'index') entry.indexes.push(file.part);
    else if (file.kind === 'loss') entry.losses.push(file.index);
    else entry[file.kind] = true;
  }
  for (const { parts } of files.values()) parts.sort((a, b) => a - b);
  return files;
}
