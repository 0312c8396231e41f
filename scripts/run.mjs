#!/usr/bin/env node
// Brings a clone to the state in which a command can run (packages, native addon, JavaScript) and runs it. It uses only
// what Node brings, as it must work before anything is installed.
import { join } from 'node:path';
import { runChecks } from './house/checks.mjs';
import { root, run, say } from './house/process.mjs';
import { runTests } from './house/tests.mjs';
import { isProgram, missingTools } from './house/tools.mjs';

const usage =
  'Usage: node scripts/run.mjs demo|test|build|check|check:native|test:arm64|test:armv7|test:node24|fuzz|mutants|package|package:test|update:test|torture [arguments]';
const script =
  (name, ...first) =>
  (args) =>
    run(process.execPath, [join(root, 'scripts', name), ...first, ...args]);
const commands = {
  demo: script('../dist/program/main.js', 'demo'),
  test: runTests,
  build: () => 0,
  check: () => runChecks(),
  'check:native': script('check-native.mjs'),
  fuzz: script('fuzz.mjs'),
  mutants: script('mutants.mjs'),
  package: script('package.mjs'),
  'package:test': (args) => run('bash', [join(root, 'scripts/package/try-roots.sh'), ...args]),
  'update:test': (args) => run('bash', [join(root, 'scripts/update/try-updates.sh'), ...args]),
  'test:arm64': script('check-arm.mjs', 'arm64'),
  'test:armv7': script('check-arm.mjs', 'armv7'),
  'test:node24': script('check-node24.mjs', '--all'),
  torture: script('../dist/test/torture/main.js'),
};

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
process.exitCode = (await prepare()) || (await command(args));

/** Builds, while no other run builds in this clone. The kernel drops the lock however its holder ends. */
async function prepare() {
  const file = join(root, 'scripts/house/build.mjs');
  if (!isProgram('flock', process.env.PATH ?? '')) return run(process.execPath, [file]);
  const build = [root, process.execPath, file];
  const taken = 199;
  const code = await run('flock', ['--no-fork', '--nonblock', `--conflict-exit-code=${taken}`, ...build]);
  if (code !== taken) return code;
  say('Another run prepares this clone; waiting for it.');
  return run('flock', ['--no-fork', ...build]);
}
