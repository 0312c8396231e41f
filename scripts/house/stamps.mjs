import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root, say } from './process.mjs';

/**
 * A step of the build.
 * @typedef {object} Step
 * @property {string} name also the name of its stamp
 * @property {string} [doing] what is printed when it runs
 * @property {() => string | undefined} wanted what its inputs are, as one digest; undefined: nothing to do here
 * @property {() => boolean} present whether its output is there
 * @property {() => Promise<number>} make does it and returns an exit code
 */

/**
 * Does those steps whose inputs differ from what their stamps say, in order, and stops at the first that
 * fails. A stamp is removed before its step and written after it: what was cut short is done again.
 * @param {readonly Step[]} steps
 * @returns the exit code of the step that failed, or 0
 */
export async function bringUpToDate(steps, folder = join(root, '.stamps')) {
  mkdirSync(folder, { recursive: true });
  for (const step of steps) {
    const stamp = join(folder, step.name);
    const wanted = step.wanted();
    if (wanted === undefined || (readIfThere(stamp) === wanted && step.present())) continue;
    if (step.doing !== undefined) say(step.doing);
    rmSync(stamp, { force: true });
    const code = await step.make();
    if (code !== 0) return code;
    // Inputs that changed meanwhile leave a stamp that no longer matches, so the next run sees them.
    writeFileSync(`${stamp}.new`, wanted);
    renameSync(`${stamp}.new`, stamp);
  }
  return 0;
}

/** One digest of files, each by its path and content, and of further texts. */
export function digest(files, ...texts) {
  const hash = createHash('sha256');
  const add = (bytes) => hash.update(`${bytes.length}:`).update(bytes);
  for (const text of texts) add(text);
  for (const file of [...files].sort()) {
    add(relative(root, file));
    add(readFileSync(file));
  }
  return hash.digest('hex');
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
