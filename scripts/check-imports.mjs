#!/usr/bin/env node
// Checks who imports whom against .dependency-cruiser.mjs.
//
//   node scripts/check-imports.mjs [FOLDER]     FOLDER holds a tsconfig.json; the project's unless given
import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { filesBelow } from './house/files.mjs';
import { root } from './house/process.mjs';

const folder = resolve(process.argv[2] ?? root);
const { forbidden, options } = (await import(join(root, '.dependency-cruiser.mjs'))).default;
const { include } = JSON.parse(readFileSync(join(folder, 'tsconfig.json'), 'utf8'));
const how = { ...options, ruleSet: { forbidden }, validate: true, baseDir: folder };
const { output } = await cruise(include, how);

const advice = new Map(forbidden.map(({ name, comment }) => [name, comment]));
const faults = output.summary.violations.map(
  ({ from, to, rule }) => `${from}: imports ${to}: ${advice.get(rule.name)}`,
);

// A parser that is missing or fails leaves files out, and every rule would hold.
const importsOf = new Map(output.modules.map(({ source, dependencies }) => [source, dependencies.length]));
const files = include
  .flatMap((name) => filesBelow(join(folder, name), (file) => /(?<!\.d)\.ts$/.test(file)))
  .map((file) => relative(folder, file));
for (const file of files) {
  const text = readFileSync(join(folder, file), 'utf8');
  const read = importsOf.get(file);
  if (read === undefined || (read === 0 && /^import\b/m.test(text)))
    faults.push(`${file}: dependency-cruiser did not read this file`);
}
if (files.length === 0) faults.push(`${folder}: there are no sources to check`);

for (const fault of faults.sort()) console.log(fault);
const read = `${output.summary.totalDependenciesCruised} imports, ${files.length} files`;
console.log(faults.length === 0 ? `The import rules hold: ${read}.` : `${faults.length} faults.`);
process.exitCode = faults.length === 0 ? 0 : 1;
