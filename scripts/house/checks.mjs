import { atOnce, say } from './process.mjs';
import { timed } from './step.mjs';

/** The checks of the whole tree, in addition to its tests, and how to run each. */
const checks = [
  {
    name: 'format and lint (biome)',
    args: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '--colors=off', '.'],
  },
  {
    name: "the types of the panel's page",
    args: ['node_modules/typescript/bin/tsc', '-p', 'hardware-sim/panel/page', '--pretty', 'false'],
  },
  { name: 'import rules', args: ['scripts/check-imports.mjs'] },
  { name: 'the list of mutants', args: ['scripts/check-mutants.mjs'] },
];

/** What takes minutes, the longest first, so that two at once end together; CI asks for it by $SEALCAM_CHECKS=all. */
const long = [
  { name: 'a sample of the mutants', args: ['scripts/mutants.mjs', '--sample', '1'] },
  { name: 'the native code under sanitizers and valgrind', args: ['scripts/check-native.mjs'] },
  { name: 'the Debian packages', args: ['scripts/check-packages.mjs'] },
  { name: 'fuzzing', args: ['scripts/fuzz.mjs', '--seconds', '20'] },
  { name: 'the native code on arm64', args: ['scripts/check-arm.mjs', 'arm64', '--quick'] },
  { name: 'keys, seal and codecs on Node.js 24', args: ['scripts/check-node24.mjs'] },
];

/** What compares speeds: nothing else may run at the same time. */
const alone = [{ name: 'the speed of the seal', args: ['dist/bench/seal.js', '--gate', '--rounds', '30'] }];

/** How many checks run at once. Each of them uses one core most of the time. */
const checksAtOnce = 2;

/**
 * Runs every check and waits for its end.
 * @returns for each its name, exit code, what it printed and how long it took
 */
export async function allChecks() {
  const all = process.env.SEALCAM_CHECKS === 'all';
  const together = await atOnce(checksAtOnce, all ? [...long, ...checks] : checks, result);
  return [...together, ...(await atOnce(1, all ? alone : [], result))];
}

async function result({ name, args }) {
  return { name, ...(await timed([{ file: process.execPath, args }])) };
}

/** Prints the results of {@link allChecks} and returns an exit code. */
export function printChecks(results) {
  const told =
    /^(seed .*|ok {2}.*| *skipped: .*| +\S+: \d.* MB installed.*| {2}\d+\.\d\d (?:reaches|misses) the goal .*)$/gm;
  for (const { name, code, output, seconds } of results) {
    say(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds})`);
    if (code !== 0) process.stderr.write(output);
    else for (const line of output.match(told) ?? []) say(`       ${line}`);
  }
  return results.every(({ code }) => code === 0) ? 0 : 1;
}
