#!/usr/bin/env node
// The one way in: `node scripts/run.mjs demo|test|build|check|check:native|fuzz|mutants|torture [arguments]`. Brings a clone to the state
// in which the command can run (packages, native addon, JavaScript) and runs it. Node's built-ins alone:
// it must work before anything is installed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './house/build.mjs';
import { allChecks, printChecks } from './house/checks.mjs';
import { withLock } from './house/lock.mjs';
import { root, run, say } from './house/process.mjs';
import { runTests } from './house/tests.mjs';
import { missingTools } from './house/tools.mjs';

const usage =
  'Usage: node scripts/run.mjs demo|test|build|check|check:native|fuzz|mutants|torture [arguments]';
const script = (name) => (args) => run(process.execPath, [join(root, 'scripts', name), ...args]);
const commands = {
  demo,
  test: runTests,
  build: () => 0,
  check: async () => printChecks(await allChecks()),
  'check:native': script('check-native.mjs'),
  fuzz: script('fuzz.mjs'),
  mutants: script('mutants.mjs'),
  torture: (args) => run(process.execPath, [join(root, 'dist/test/torture/main.js'), ...args]),
};

async function demo(args) {
  const main = join(root, 'dist/cli/main.js');
  if (!existsSync(main)) {
    say('`sealcam demo` cannot run: cli/main.ts, the `sealcam` command, is missing from this clone.');
    return 1;
  }
  return run(process.execPath, [main, 'demo', ...args]);
}

const [name = '', ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command === undefined) {
  say(`${name === '' ? 'No command is given' : `There is no command "${name}"`}. ${usage}`);
  process.exit(2);
}
const missing = missingTools();
if (missing !== undefined) {
  say(missing);
  process.exit(1);
}
const prepared = await withLock(root, build);
process.exitCode = prepared === 0 ? await command(args) : prepared;
