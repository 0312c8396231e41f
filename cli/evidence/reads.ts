import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../base/errors.ts';
import { readOutsideFile } from '../../base/outside-file.ts';
import { type FileSource, openSource } from '../files.ts';

/** What a path leads to. */
export interface FoundEntry {
  readonly name: string;
  readonly kind: 'folder' | 'file' | 'link to a folder';
}

/** Where evidence is read from. */
export interface EvidenceReads {
  /** What a path leads to; undefined if to nothing. */
  kindOf(path: string): Promise<'folder' | 'file' | undefined>;
  /** What is in a folder, by name. */
  entries(path: string): Promise<FoundEntry[]>;
  open(path: string): Promise<FileSource>;
  /** The whole of a file. @throws SealcamError `FILE_TOO_LARGE`. */
  whole(path: string, bytesMax: number): Promise<Uint8Array>;
}

/** The disks of this machine. */
export const diskReads: EvidenceReads = {
  async kindOf(path) {
    try {
      return (await stat(path)).isDirectory() ? 'folder' : 'file';
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  },
  async entries(path) {
    const found: FoundEntry[] = [];
    for (const entry of await readdir(path, { withFileTypes: true })) {
      const isLink = entry.isSymbolicLink() && (await isFolder(join(path, entry.name)));
      const kind = entry.isDirectory() ? 'folder' : isLink ? 'link to a folder' : 'file';
      found.push({ name: entry.name, kind });
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  },
  open: openSource,
  whole: readOutsideFile,
};

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
