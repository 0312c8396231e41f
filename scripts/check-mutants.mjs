#!/usr/bin/env node
// Sees that each mutant can still be tried: what it replaces occurs once in its file, and the tests that are to notice
// it are there. `npm run mutants` tries them.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './house/process.mjs';
import { allMutants, editsOf, replaced } from './mutants/list.mjs';

for (const mutant of allMutants()) {
  const missing = (mutant.tests ?? []).filter((test) => !existsSync(join(root, test)));
  const faults = missing.map((test) => `${test} is missing`);
  for (const edit of editsOf(mutant)) {
    try {
      replaced(readFileSync(join(root, edit.file), 'utf8'), edit);
    } catch (error) {
      faults.push(error.message);
    }
  }
  for (const fault of faults) console.error(`mutant "${mutant.name}": ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}
