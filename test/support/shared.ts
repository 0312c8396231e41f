import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * The path of a file among the published vectors and clips, or undefined where they are not on this
 * machine. They are in `$SEALCAM_SHARED`, or in `../shared` next to the project's folder.
 */
export function sharedFile(name: string): string | undefined {
  const folder = process.env.SEALCAM_SHARED ?? resolve(import.meta.dirname, '../../../../shared');
  const path = resolve(folder, name);
  return existsSync(path) ? path : undefined;
}

/** What a test prints that is skipped because the published files are absent. */
export const sharedMissing =
  'the published vectors are not on this machine: put them into ../shared or name their folder in SEALCAM_SHARED';
