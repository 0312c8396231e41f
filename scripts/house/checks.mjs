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

/** What takes minutes, the longest first; CI asks for it by $SEALCAM_CHECKS=all. */
const long = [
  { name: 'the native code under sanitizers and valgrind', args: ['scripts/check-native.mjs'] },
  { name: 'the native code on arm64', args: ['scripts/check-arm.mjs', 'arm64', '--quick'] },
  { name: 'the Debian packages', args: ['scripts/check-packages.mjs'] },
  { name: 'a sample of the mutants', args: ['scripts/mutants.mjs', '--sample', '1'] },
  { name: 'fuzzing', args: ['scripts/fuzz.mjs', '--seconds', '20'] },
  { name: 'keys, seal and codecs on Node.js 24', args: ['scripts/check-node24.mjs'] },
];

/** What compares speeds: nothing else may run at the same time. */
const alone = [{ name: 'the speed of the seal', args: ['dist/bench/seal.js', '--gate', '--rounds', '30'] }];

/** How many checks run at once, where nothing else does. Each of them uses one core most of the time. */
const checksAtOnce = 2;

/** The checks to run: first those that must run alone; those that tell most in a second next. */
export function wantedChecks() {
  const all = process.env.SEALCAM_CHECKS === 'all';
  return all ? { alone, together: [...checks, ...long] } : { alone: [], together: checks };
}

/** Runs every check without the tests. @returns an exit code */
export async function runChecks() {
  const { alone, together } = wantedChecks();
  const held = [...(await atOnce(1, alone, holds)), ...(await atOnce(checksAtOnce, together, holds))];
  return held.every((one) => one) ? 0 : 1;
}

/** Runs one check, prints how it went, and gives whether it holds. */
export async function holds({ name, args }) {
  const told =
    /^(seed .*|ok {2}.*| *skipped: .*| +\S+: \d.* MB installed.*| {2}\d+\.\d\d (?:reaches|misses) the goal .*)$/gm;
  const { code, output, seconds } = await timed([{ file: process.execPath, args }]);
  say(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds})`);
  if (code !== 0) process.stderr.write(output);
  else for (const line of output.match(told) ?? []) say(`       ${line}`);
  return code === 0;
}
