#!/usr/bin/env node
// Removes the checks of native/ and evidence/ and the syncs of agent/spool, and breaks promises of spool and station,
// one at a time, in a copy of the tree, and sees that a test fails.
//
//   node scripts/mutants.mjs [--sample N | --part 0.1] [--seconds N] [--seed N] [--only PART OF A FILE'S OR MUTANT'S NAME]
//
// With --seconds no mutant is begun after that time.
import { inTemporary } from './house/native-tree.mjs';
import { allMutants } from './mutants/list.mjs';
import { runMutants } from './mutants/run.mjs';
import { MutantTree } from './mutants/tree.mjs';

function option(name, otherwise) {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
}

const seed = Number(option('seed', Math.floor(Math.random() * 2 ** 31)));
const only = option('only', '');

/** `count` of `values`, in an order that the seed decides: where time runs out, it is not always the same that are left. */
function sampled(values, count) {
  let state = seed || 1;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const order = values.map((value) => ({ value, key: random() }));
  return order
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value)
    .slice(0, count);
}

const named = allMutants().filter(({ file, name }) => `${file} ${name}`.includes(only));
const mutants = sampled(named, Number(option('sample', Math.ceil(named.length * Number(option('part', 1))))));
if (mutants.length === 0) {
  console.log(`No mutant is named "${only}".`);
  process.exit(2);
}
console.log(`seed ${seed}`);
const seconds = Number(option('seconds', Number.POSITIVE_INFINITY));
const { tried, failed } = await inTemporary((folder) => runMutants(new MutantTree(folder), mutants, seconds));
const left = tried === mutants.length ? '' : `, time was up before ${mutants.length - tried} more`;
console.log(
  failed === 0 ? `ok    ${tried} mutants are noticed${left}` : `${failed} of ${tried} mutants survive${left}`,
);
process.exitCode = failed === 0 ? 0 : 1;
