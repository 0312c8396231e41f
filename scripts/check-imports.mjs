#!/usr/bin/env node
// Checks who imports whom against the rules of docs/ARCHITECTURE.md.
//
//   node scripts/check-imports.mjs [FOLDER]     FOLDER holds a tsconfig.json; the project's unless given
import { resolve } from 'node:path';
import { violations } from './house/import-rules.mjs';
import { readImports } from './house/read-imports.mjs';

const folder = resolve(process.argv[2] ?? resolve(import.meta.dirname, '..'));
const { files, imports } = readImports(folder);
const found = violations(imports);
for (const line of found) console.log(line);
console.log(
  found.length === 0
    ? `The import rules hold: ${imports.length} imports in ${files.length} files.`
    : `${found.length} imports break the rules.`,
);
process.exitCode = found.length === 0 && files.length > 0 ? 0 : 1;
