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
  { name: 'the list of mutants', args: ['scripts/check-mutants.mjs'] },
];

/** What takes minutes; CI asks for it by $SEALCAM_CHECKS=all. */
const long = [
  { name: 'the native code under sanitizers and valgrind', args: ['scripts/check-native.mjs'] },
  { name: 'the native code on arm64', args: ['scripts/check-arm64.mjs'] },
  { name: 'fuzzing', args: ['scripts/fuzz.mjs', '--seconds', '120'] },
  { name: 'the speed of the seal, as ratios', args: ['dist/bench/seal.js', '--gate', '--rounds', '30'] },
  { name: 'a sample of the mutants', args: ['scripts/mutants.mjs', '--sample', '5'] },
];

/**
 * Runs every check and waits for its end.
 * @returns for each its name, whether it held, and what it printed
 */
export async function allChecks() {
  const results = [];
  for (const { name, args } of process.env.SEALCAM_CHECKS === 'all' ? [...checks, ...long] : checks) {
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
    else
      for (const line of output.match(
        /^(seed .*|ok {2}.*| *skipped: .*| {2}\d+\.\d\d (?:reaches|misses) the goal .*)$/gm,
      ) ?? [])
        say(`       ${line}`);
  }
  return results.every((result) => result.ok) ? 0 : 1;
}
