import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, say } from './process.mjs';

/** What is held true of the whole tree, beside its tests, and how each is asked. */
const checks = [
  {
    name: 'format and lint (biome)',
    args: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '--colors=off', '.'],
  },
  { name: 'import rules', args: ['scripts/check-imports.mjs'] },
];

/**
 * Runs every check and waits for its end.
 * @returns for each its name, whether it held, and what it printed
 */
export async function allChecks() {
  const results = [];
  for (const { name, args } of checks) {
    let output = '';
    const present = existsSync(join(root, args[0]));
    const code = present ? await run(process.execPath, args, { onOutput: (text) => (output += text) }) : 1;
    if (!present) output = `${args[0]} is missing.\n`;
    results.push({ name, ok: code === 0, output });
  }
  return results;
}

/** Prints what {@link allChecks} found and returns an exit code. */
export function printChecks(results) {
  for (const { name, ok, output } of results) {
    say(`${ok ? 'ok    ' : 'FAILED'} ${name}`);
    if (!ok) process.stderr.write(output);
  }
  return results.every((result) => result.ok) ? 0 : 1;
}
