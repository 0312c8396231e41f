import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../house/process.mjs';

/**
 * A check that is removed, and the tests that must notice.
 * @typedef {object} Mutant
 * @property {string} name what the code then does
 * @property {string} file
 * @property {string} search the text of the check; it occurs once in the file
 * @property {string} replace
 * @property {{ file: string, search: string, replace: string }[]} [with] further edits: where two checks guard one thing
 * @property {string} [core] part of the name of a test of the C core that must fail
 * @property {string[]} [tests] tests of `test/`, of which one must fail; tried in this order
 */

/** @returns {Mutant[]} every mutant of test/mutants/, in the order of its files */
export function allMutants() {
  const folder = join(root, 'test/mutants');
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return files.sort().flatMap((name) => parse(readFileSync(join(folder, name), 'utf8')));
}

/** All that a mutant changes. */
export const editsOf = ({ file, search, replace, with: more = [] }) => [{ file, search, replace }, ...more];

/**
 * `text`, a file's, with an edit's `replace` in the place of its `search`.
 * @throws Error if that does not occur exactly once.
 */
export function replaced(text, { file, search, replace }) {
  const found = text.split(search).length - 1;
  if (found !== 1)
    throw new Error(`the text to replace occurs ${found} times in ${file}: bring test/mutants up to date`);
  return text.replace(search, () => replace);
}
