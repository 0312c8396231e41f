import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { allChecks, printChecks } from './checks.mjs';
import { root, run, say } from './process.mjs';
import { tapReport } from './report.mjs';
import { filesBelow } from './stamps.mjs';
import { vectorsRequired, vectorsWanted } from './vectors.mjs';

/**
 * Runs the checks and all tests; or, where paths are given, the tests in and below those alone.
 * Ends with the line `N passed, M failed`, which counts assertions, and a check as one.
 * @param {readonly string[]} args paths of tests (`test/evidence`); what begins with a dash goes to tap
 * @returns an exit code
 */
export async function runTests(args) {
  const paths = args.filter((arg) => !arg.startsWith('-')).map((path) => relative(root, join(root, path)));
  const options = args.filter((arg) => arg.startsWith('-'));
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
  const tap = join(root, 'node_modules/tap/dist/esm/run.mjs');
  const code = await run(process.execPath, [tap, 'run', '--reporter=tap', ...options, ...compiled], {
    onStdout: (text) => report.write(text),
  });
  const result = report.end();
  const passed = result.passed + checks.filter((check) => check.ok).length;
  let failed = result.failed + checks.filter((check) => !check.ok).length;
  for (const [reason, places] of result.skips) say(`skipped: ${reason}: ${places.join(', ')}`);
  if (await skippedVectorsInCi(result.skips)) {
    failed += 1;
    say(`FAILED tests were skipped: ${vectorsWanted}.`);
  }
  // A run that tap itself calls failed is never reported as passed, whatever was counted.
  if (code !== 0 && failed === 0) {
    failed = 1;
    say(`FAILED the test runner ended with exit code ${code}.`);
  }
  const skipped = [...result.skips.values()].flat().length;
  if (skipped > 0) say(`${skipped} skipped`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 && result.passed > 0 ? 0 : 1;
}

/** The sources of all tests, as paths from the project's folder, ascending. */
function testFiles() {
  return filesBelow(join(root, 'test'), (name) => name.endsWith('.test.ts'))
    .map((file) => relative(root, file))
    .sort();
}

async function skippedVectorsInCi(skips) {
  if (!vectorsRequired()) return false;
  const shared = join(root, 'dist/test/support/shared.js');
  if (!existsSync(shared)) return false;
  const { sharedMissing } = await import(pathToFileURL(shared).href);
  return [...skips.keys()].some((reason) => reason.includes(sharedMissing));
}
