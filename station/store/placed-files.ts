import { sep } from 'node:path';
import type { Files } from './files.ts';

/** Files below a folder that are not on this machine's disk. */
export interface PlacedFiles {
  readonly folder: string;
  readonly files: Files;
}

/** The files of this machine, except those below some folders. No file is moved from one place to another. */
export function placedFiles(own: Files, places: readonly PlacedFiles[]): Files {
  if (places.length === 0) return own;
  const at = (path: string): Files =>
    places.find(({ folder }) => path === folder || path.startsWith(`${folder}${sep}`))?.files ?? own;
  return {
    makeFolder: (path) => at(path).makeFolder(path),
    volumeOf: (folder) => at(folder).volumeOf(folder),
    list: (path) => at(path).list(path),
    size: (path) => at(path).size(path),
    identify: (path) => at(path).identify(path),
    readAt: (path, offset, length, whole) => at(path).readAt(path, offset, length, whole),
    appendAt: (path, before, parts) => at(path).appendAt(path, before, parts),
    truncate: (path, length) => at(path).truncate(path, length),
    sync: (path) => at(path).sync(path),
    move: (from, to) => at(from).move(from, to),
    replace: (path, parts) => at(path).replace(path, parts),
    destroy: (path) => at(path).destroy(path),
  };
}
