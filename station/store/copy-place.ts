import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { SealcamError } from '../../base/errors.ts';
import { idPattern } from '../../evidence/limits.ts';
import type { Files } from './files.ts';
import { markName } from './places.ts';
import { pieceBytes, piecesOf } from './record-scan.ts';

/** Bytes that are written at a time. */
const writtenBytes = 16 * pieceBytes;

/** A store, or a vault. */
export interface CopiedPlace {
  readonly files: Files;
  readonly folder: string;
}

/** What a copy did. */
export interface CopyReport {
  readonly files: number;
  readonly bytes: number;
  /** Of the files, those that were there already and are the same. */
  readonly present: number;
}

/**
 * Copies a store or a vault whose station does not run, and compares each file afterwards by reading both. What was set aside of
 * refused messages is left out. An interrupted copy is continued by the next one. The mark, without which no station takes
 * the copy for its own, comes last.
 * @throws SealcamError `COPY_DIFFERS`, `COPY_CHANGED`, `COPY_EMPTY`; what reading and writing throws.
 */
export async function copyPlace(from: CopiedPlace, to: CopiedPlace): Promise<CopyReport> {
  if ((await from.files.size(join(from.folder, markName))) === undefined) {
    throw new SealcamError(
      'COPY_EMPTY',
      `"${from.folder}" is no store and no vault of a station: it has no ${markName}; give the place of one that has run`,
    );
  }
  const paths = await pathsIn(from);
  await to.files.makeFolder(to.folder);
  let [bytes, present] = [0, 0];
  for (const path of paths) {
    const copied = await copyFile(from, to, path);
    bytes += copied.bytes;
    present += copied.isPresent ? 1 : 0;
  }
  const after = await pathsIn(from);
  if (after.join('\n') !== paths.join('\n')) throw changed(from.folder);
  return { files: paths.length, bytes, present };
}

/** The files of a place, the mark last. */
async function pathsIn({ files, folder }: CopiedPlace): Promise<string[]> {
  const names = (await files.list(folder)).sort();
  // `.STATION.refused` and `.locks` are folders, of stations that share the store.
  const paths = names.filter(
    (name) => name.startsWith('.') && name !== '.locks' && !name.endsWith('.refused') && name !== markName,
  );
  for (const device of names.filter((name) => idPattern.test(name)))
    for (const name of (await files.list(join(folder, device))).sort()) paths.push(join(device, name));
  return names.includes(markName) ? [...paths, markName] : paths;
}

async function copyFile(
  from: CopiedPlace,
  to: CopiedPlace,
  path: string,
): Promise<{ readonly bytes: number; readonly isPresent: boolean }> {
  const [source, target] = [join(from.folder, path), join(to.folder, path)];
  const size = await from.files.size(source);
  // It was removed, and a listing may still name it.
  if (size === undefined) return { bytes: 0, isPresent: true };
  await to.files.makeFolder(join(target, '..'));
  let is = await to.files.identify(target);
  const isPresent = is?.bytes === size;
  if (
    is !== undefined &&
    (is.bytes > size ||
      (await hashOf(to.files, target, is.bytes)) !== (await hashOf(from.files, source, is.bytes)))
  ) {
    throw new SealcamError(
      'COPY_DIFFERS',
      `"${target}" is there and is no beginning of "${source}": copy to a place of its own`,
    );
  }
  if (is === undefined && size === 0) await to.files.appendAt(target, undefined, []);
  while ((is?.bytes ?? 0) < size) {
    const at = is?.bytes ?? 0;
    const piece = await from.files.readAt(source, at, Math.min(writtenBytes, size - at));
    if (piece.length === 0) throw changed(source);
    is = await to.files.appendAt(target, is, [piece]);
  }
  if (isPresent) return { bytes: size, isPresent };
  await to.files.sync(target);
  if ((await from.files.size(source)) !== size) throw changed(source);
  if ((await hashOf(to.files, target, size)) !== (await hashOf(from.files, source, size))) {
    throw new SealcamError('COPY_DIFFERS', `"${target}" reads back differently than "${source}": check both`);
  }
  return { bytes: size, isPresent };
}

async function hashOf(files: Files, path: string, size: number): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of piecesOf(files, path, size)) hash.update(piece);
  return hash.digest('hex');
}

function changed(path: string): SealcamError {
  return new SealcamError(
    'COPY_CHANGED',
    `"${path}" changed while it was copied: stop the station, and run the command again`,
  );
}
