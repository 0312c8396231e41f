import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The files in and below `folder` whose names `wanted` accepts; none if there is no such folder. */
export function filesBelow(folder, wanted, skipped = ['node_modules', 'dist', 'build']) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skipped.includes(entry.name) ? [] : filesBelow(path, wanted, skipped);
    return entry.isFile() && wanted(entry.name) ? [path] : [];
  });
}
