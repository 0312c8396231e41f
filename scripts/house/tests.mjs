import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { allChecks, printChecks } from './checks.mjs';
import { filesBelow } from './files.mjs';
import { atOnce, root, run, say, testOptions } from './process.mjs';
import { tapReport } from './report.mjs';
import { vectorsRequired, vectorsWanted } from './vectors.mjs';

/** Two use two cores. One scenario at a time runs as well: scenarios mostly wait for pictures. */
const filesAtOnce = 2;
const isScenario = (file) => file.startsWith('dist/test/scenario/');
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
  const checks = paths.length === 0 ? await allChecks() : [];
  printChecks(checks);
  const report = tapReport((text) => process.stdout.write(text));
  const compiled = files.map((file) => join('dist', file.replace(/ts$/, 'js')));
  await runFiles(compiled, (text) => report.write(text));
  const result = report.end();
  const held = checks.filter(({ code }) => code === 0).length;
  let failed = result.failed + checks.length - held;
  for (const [reason, places] of result.skips) say(`skipped: ${reason}: ${places.join(', ')}`);
  if (await skippedVectorsInCi(result.skips)) {
    failed += 1;
    say(`FAILED tests were skipped: ${vectorsWanted}.`);
  }
  const skipped = [...result.skips.values()].flat().length;
  if (skipped > 0) say(`${skipped} skipped`);
  process.stdout.write(`${result.passed + held} passed, ${failed} failed\n`);
  return failed === 0 && result.passed > 0 ? 0 : 1;
}

/**
 * Runs test files, each in a process of its own, and gives what they print to `write` as one run's TAP. `tap run`
 * is not used: it loads a module of its own into each Node process that a test starts, which makes each start three times
 * as slow, and what is tested another program than what runs on a camera.
 */
async function runFiles(files, write) {
  write('TAP version 14\n');
  const runFile = async (file) => {
    let output = '';
    const began = performance.now();
    const code = await run(process.execPath, [...testOptions, file], {
      env: { TAP: '1', TAP_TIMEOUT: String(fileSecondsMax) },
      // For a file that is too busy to notice tap's own limit.
      timeout: (fileSecondsMax + 60) * 1_000,
      onStdout: (text) => (output += text),
    });
    const point = `ok ${files.indexOf(file) + 1} - ${file} # time=${(performance.now() - began).toFixed(3)}ms`;
    const end = code === 0 ? point : `not ${point}\n  ---\n  exitCode: ${code}\n  ...`;
    write(`# Subtest: ${file}\n${output.replaceAll(/^(?=.)/gm, '    ')}${end}\n`);
  };
  const others = files.filter((file) => !isScenario(file));
  await Promise.all([atOnce(1, files.filter(isScenario), runFile), atOnce(filesAtOnce, others, runFile)]);
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
