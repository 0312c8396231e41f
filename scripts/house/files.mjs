import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The files in and below `folder` whose names `wanted` accepts; none if there is no such folder. */
export function filesBelow(folder, wanted, skipped = ['node_modules', 'dist', 'build']) {
  const found = [];
  const entries = (() => {
    try {
      return readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      if (error.code === 'ENOENT') return [];
      throw error;
    }
  })();
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !skipped.includes(entry.name))
      found.push(...filesBelow(path, wanted, skipped));
    else if (entry.isFile() && wanted(entry.name)) found.push(path);
  }
  return found;
}
