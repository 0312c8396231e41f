import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { holds, wantedChecks } from './checks.mjs';
import { filesBelow } from './files.mjs';
import { root, run, say, testOptions } from './process.mjs';
import { tapReport } from './report.mjs';
import { bundleTests } from './test-bundle.mjs';
import { vectorsRequired, vectorsWanted } from './vectors.mjs';

/**
 * How many checks and files run at once: two use two cores, nearly. One scenario at a time runs as well, as scenarios mostly wait for
 * pictures; later, one more file.
 */
const othersAtOnce = 3;
const isScenario = (file) => file.startsWith('test/scenario/');
/** Rooms with long files come first: a long one at the end would leave a core idle. */
const longRooms = ['simulation', 'scenario-runner', 'hardware-sim', 'station', 'syscalls', 'bench', 'house'];
const isLong = (file) => longRooms.some((room) => file.startsWith(`test/${room}/`));
/** tap ends a file that takes longer: nothing but a hang does. */
const fileSecondsMax = 900;

/**
 * Runs the checks and all tests; or, if paths are given, only the tests in and below those.
 * Ends with the line `N passed, M failed`, which counts assertions, and a check as one.
 * @param {readonly string[]} args paths of tests (`test/evidence`)
 * @returns an exit code
 */
export async function runTests(args) {
  const paths = args.map((path) => relative(root, join(root, path)));
  const files = testFiles().filter(
    (file) => paths.length === 0 || paths.some((path) => file === path || file.startsWith(`${path}/`)),
  );
  if (files.length === 0) {
    say(`No test matches ${paths.join(', ')}: name a file or a folder below test/.`);
    say('0 passed, 0 failed');
    return 1;
  }
  const checks = paths.length === 0 ? wantedChecks() : { alone: [], together: [] };
  const held = { passed: 0, failed: 0 };
  const check = async (one) => {
    held[(await holds(one)) ? 'passed' : 'failed'] += 1;
  };
  for (const one of checks.alone) await check(one);
  const bundle = await bundleTests(files);
  const report = tapReport((text) => process.stdout.write(bundle.inSources(text)));
  const first = checks.together.map((one) => () => check(one));
  await runFiles(files, bundle, (text) => report.write(text), first);
  const result = report.end();
  bundle.remove();
  let failed = result.failed + held.failed;
  for (const [reason, places] of result.skips) say(`skipped: ${reason}: ${places.join(', ')}`);
  if (await skippedVectorsInCi(result.skips)) {
    failed += 1;
    say(`FAILED tests were skipped: ${vectorsWanted}.`);
  }
  const skipped = [...result.skips.values()].flat().length;
  if (skipped > 0) say(`${skipped} skipped`);
  process.stdout.write(`${result.passed + held.passed} passed, ${failed} failed\n`);
  return failed === 0 && result.passed > 0 ? 0 : 1;
}

/**
 * Runs the work in `first`, and test files, each in a process of its own; what files print goes to `write` as one run's TAP. `tap run`
 * is not used: it loads a module of its own into each Node process that a test starts, which makes each start three times
 * as slow, and what is tested another program than what runs on a camera.
 */
async function runFiles(files, { fileOf, inSources }, write, first) {
  write('TAP version 14\n');
  const runFile = async (file) => {
    let output = '';
    const began = performance.now();
    const code = await run(process.execPath, [...testOptions, fileOf(file)], {
      env: { TAP: '1', TAP_TIMEOUT: String(fileSecondsMax) },
      // For a file that is too busy to notice tap's own limit.
      timeout: (fileSecondsMax + 60) * 1_000,
      onStdout: (text) => (output += text),
      onOutput: (text) => process.stderr.write(inSources(text)),
    });
    const point = `ok ${files.indexOf(file) + 1} - ${file} # time=${(performance.now() - began).toFixed(3)}ms`;
    const end = code === 0 ? point : `not ${point}\n  ---\n  exitCode: ${code}\n  ...`;
    write(`# Subtest: ${file}\n${output.replaceAll(/^(?=.)/gm, '    ')}${end}\n`);
  };
  const scenarios = files.filter(isScenario);
  const others = files.filter((file) => !isScenario(file));
  const ordered = [...others.filter(isLong), ...others.filter((file) => !isLong(file))];
  const waiting = [...first, ...ordered.map((file) => () => runFile(file))].values();
  const runOthers = async () => {
    for (const work of waiting) await work();
  };
  const runScenarios = async () => {
    for (const file of scenarios) await runFile(file);
    await runOthers();
  };
  await Promise.all([runScenarios(), ...Array.from({ length: othersAtOnce }, runOthers)]);
  write(`1..${files.length}\n`);
}

/** The sources of all tests, as paths from the project's folder, ascending. */
function testFiles() {
  const files = filesBelow(join(root, 'test'), (name) => name.endsWith('.test.ts'));
  return files.map((file) => relative(root, file)).sort();
}

async function skippedVectorsInCi(skips) {
  const shared = join(root, 'dist/test/support/shared.js');
  if (!vectorsRequired() || !existsSync(shared)) return false;
  const { sharedMissing } = await import(pathToFileURL(shared).href);
  return [...skips.keys()].some((reason) => reason.includes(sharedMissing));
}
