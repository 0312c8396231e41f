import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Prints a line about what the house does, on stderr: stdout belongs to what it runs. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** What Node is started with for a test file. */
export const testOptions = [`--import=${new URL('untracked.mjs', import.meta.url)}`];

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program in the project's folder, or in `options.cwd`, to its end, with our streams, and hands it our signals.
 * @param options.env what to add to the environment
 * @param options.timeout kills it after so many milliseconds
 * @param options.onOutput takes what it prints (stdout and stderr, as text) in place of our streams
 * @param options.onStdout takes its stdout alone
 * @returns its exit code; 128 + n where signal n ended it, as a shell says; 127 where it did not start
 */
export function run(file, args, { env = {}, cwd = root, timeout, onOutput, onStdout = onOutput } = {}) {
  const to = (take) => (take === undefined ? 'inherit' : 'pipe');
  const stdio = [onStdout === undefined ? 'inherit' : 'ignore', to(onStdout), to(onOutput)];
  const limit = timeout === undefined ? {} : { timeout, killSignal: 'SIGKILL' };
  const child = spawn(file, args, { cwd, stdio, env: { ...process.env, ...env }, ...limit });
  child.stdout?.setEncoding('utf8').on('data', onStdout);
  child.stderr?.setEncoding('utf8').on('data', onOutput);
  const pass = (signal) => {
    // A terminal sends its Ctrl-C to the whole foreground group: passing it on would make it two.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  for (const signal of forwarded) process.on(signal, pass);
  return new Promise((resolve) => {
    child.once('error', (error) => {
      say(`${file} could not be started: ${error.message}.`);
      resolve(127);
    });
    child.once('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  }).finally(() => {
    for (const signal of forwarded) process.off(signal, pass);
  });
}

/** Runs npm: the one that runs this, if it does. Options and result are those of {@link run}. */
export function npm(args, options) {
  const script = process.env.npm_execpath;
  const ours = script?.endsWith('npm-cli.js');
  return run(ours ? process.execPath : 'npm', ours ? [script, ...args] : args, options);
}

/** Does `work` for each of `items`, `count` of them at once, and gives what it returned, in the order of `items`. */
export async function atOnce(count, items, work) {
  const results = [];
  const waiting = items.entries();
  const worker = async () => {
    for (const [index, item] of waiting) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: count }, worker));
  return results;
}
