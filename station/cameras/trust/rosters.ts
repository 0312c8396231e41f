import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isSealcamError, SealcamError } from '../../../base/errors.ts';
import { recordBodyBytesMax } from '../../../evidence/limits.ts';
import type { Root } from '../../../evidence/root.ts';
import { readRoster } from '../../../evidence/roster.ts';
import type { Statement } from '../../../evidence/statements.ts';
import type { Files } from '../../store/files.ts';

/**
 * The rosters in `paths`: files, or folders of files `N.dsse` as an agency keeps them.
 * @throws SealcamError `STATION_ROSTERS` if one is missing, or is not a roster that the root signed.
 */
export async function readRosters(
  files: Files,
  paths: readonly string[],
  root: Root,
): Promise<Statement<'roster'>[]> {
  const rosters: Statement<'roster'>[] = [];
  for (const path of paths) {
    for (const one of await filesOf(files, path)) rosters.push(await readOne(files, one, root));
  }
  return rosters;
}

async function filesOf(files: Files, path: string): Promise<string[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return [path];
  const names = (await files.list(path)).filter((name) => /^[1-9][0-9]{0,15}\.dsse$/.test(name));
  if (names.length === 0) throw unusable(path, 'the folder holds no roster N.dsse');
  return names.map((name) => join(path, name));
}

async function readOne(files: Files, path: string, root: Root): Promise<Statement<'roster'>> {
  try {
    const size = await files.size(path);
    if (size === undefined) throw unusable(path, 'there is no such file');
    if (size > recordBodyBytesMax) throw unusable(path, `${size} bytes are too many`);
    return readRoster(await files.readAt(path, 0, size), root);
  } catch (cause) {
    if (!isSealcamError(cause) || cause.code === 'STATION_ROSTERS') throw cause;
    throw unusable(path, cause.message, cause);
  }
}

function unusable(path: string, why: string, cause?: unknown): SealcamError {
  return new SealcamError(
    'STATION_ROSTERS',
    `"${path}" is not a roster of this agency (${why}): copy the files of its folder "rosters"`,
    { cause },
  );
}
