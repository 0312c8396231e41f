import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { say } from './process.mjs';

const prefix = 'lock.';
const pollMs = 100;

/**
 * Runs `work` while no other process runs its own under the same folder, and returns what it returns.
 *
 * The lock is the file `lock.N` of the greatest N, which names its holder by pid and start time. Whoever
 * wants it makes `lock.N+1` once that holder has let go or is dead, so a crashed run leaves nothing that
 * must be cleared by hand, and a pid that was given out again is not taken for the holder. A number is
 * never used twice: between looking and making, another can only have gone further, never back.
 */
export async function withLock(folder, work) {
  mkdirSync(folder, { recursive: true });
  const file = await acquire(folder);
  try {
    return await work();
  } finally {
    replace(file, folder, { released: true });
  }
}

async function acquire(folder) {
  let told = false;
  for (;;) {
    const newest = numbers(folder).at(-1) ?? 0;
    const holder = newest === 0 ? undefined : read(join(folder, `${prefix}${newest}`));
    if (holder !== undefined && isAlive(holder)) {
      if (!told) say(`Another run (process ${holder.pid}) prepares this clone; waiting for it.`);
      told = true;
      await delay(pollMs);
      continue;
    }
    const mine = join(folder, `${prefix}${newest + 1}`);
    if (!make(mine, folder)) continue;
    const present = numbers(folder);
    if (present.at(-1) !== newest + 1) {
      rmSync(mine, { force: true });
      continue;
    }
    for (const old of present.slice(0, -1)) rmSync(join(folder, `${prefix}${old}`), { force: true });
    return mine;
  }
}

/** The numbers of the locks in `folder`, ascending. */
function numbers(folder) {
  return readdirSync(folder)
    .filter((name) => /^lock\.\d+$/.test(name))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b);
}

/** Who holds a lock, or undefined where it was let go or its file is gone. */
function read(file) {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8'));
    return holder.released ? undefined : holder;
  } catch {
    return undefined;
  }
}

/** Makes `file`, whole from its first moment, and says whether it did not exist before. */
function make(file, folder) {
  const draft = join(folder, `draft.${process.pid}`);
  writeFileSync(draft, JSON.stringify({ pid: process.pid, started: startOf(process.pid) }));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function replace(file, folder, content) {
  const draft = join(folder, `draft.${process.pid}`);
  writeFileSync(draft, JSON.stringify(content));
  renameSync(draft, file);
}

function isAlive(holder) {
  return holder.started !== undefined && startOf(holder.pid) === holder.started;
}

/** When a process started, as a text that no other process of the same pid has; undefined where it has ended. */
function startOf(pid) {
  if (process.platform !== 'linux') return startByPs(pid);
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name, in brackets, may itself hold spaces and brackets: fields count from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

function startByPs(pid) {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}
