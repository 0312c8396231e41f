import { spawn } from 'node:child_process';
import { say } from './process.mjs';

/**
 * Runs `work` while no other process has locked the same folder, and returns what it returns. The kernel keeps the lock
 * for flock(1), and drops it when the holder ends in whatever way: nothing has to be cleared by hand.
 */
export async function withLock(folder, work) {
  const lock = (await hold(['--nonblock', folder])) ?? (await wait(folder));
  try {
    return await work();
  } finally {
    lock?.stdin.end();
  }
}

function wait(folder) {
  say('Another run prepares this clone; waiting for it.');
  return hold([folder]);
}

/**
 * A process that holds the lock until its input ends, as it does when this process ends.
 * @returns undefined where the lock was not to be had, `{ stdin }` of nothing where this system has no flock
 */
function hold(args) {
  const child = spawn('flock', [...args, 'sh', '-c', 'echo held; exec cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    // Ctrl-C is for this process, which decides when to let go.
    detached: true,
  });
  return new Promise((resolve) => {
    child.once('error', () => resolve({ stdin: { end: () => {} } }));
    child.once('exit', () => resolve(undefined));
    child.stdout.once('data', () => resolve(child));
  });
}
