#!/usr/bin/env node
// Removes the checks of native/ and evidence/ and the syncs of agent/spool, and breaks promises of spool and station,
// one at a time, in a copy of the tree, and sees that a test fails.
//
//   node scripts/mutants.mjs [--sample N | --part 0.1] [--seconds N] [--seed N] [--only PART OF A FILE'S OR MUTANT'S NAME]
//
// With --seconds no mutant is begun after that time.
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { inTemporary } from './house/native-tree.mjs';
import { allMutants } from './mutants/list.mjs';
import { runMutants } from './mutants/run.mjs';
import { MutantTree } from './mutants/tree.mjs';

const text = { type: 'string' };
const options = { seed: text, only: text, sample: text, part: text, seconds: text };
const { values: asked } = parseArgs({ options });
const seed = Number(asked.seed ?? Math.floor(Math.random() * 2 ** 31));
const only = asked.only ?? '';

/** The order in which mutants are tried, which the seed decides: where time runs out, others are left each time. */
const place = ({ file, name, replace }) =>
  createHash('sha256').update(`${seed} ${file} ${name} ${replace}`).digest('hex');
const byPlace = (a, b) => (place(a) < place(b) ? -1 : 1);

const named = allMutants().filter(({ file, name }) => `${file} ${name}`.includes(only));
const count = Number(asked.sample ?? Math.ceil(named.length * Number(asked.part ?? 1)));
const mutants = named.sort(byPlace).slice(0, count);
if (mutants.length === 0) {
  console.log(`No mutant is named "${only}".`);
  process.exit(2);
}
console.log(`seed ${seed}`);
const seconds = Number(asked.seconds ?? Number.POSITIVE_INFINITY);
const { tried, failed } = await inTemporary((folder) => runMutants(new MutantTree(folder), mutants, seconds));
const left = tried === mutants.length ? '' : `, time was up before ${mutants.length - tried} more`;
const verdict = failed === 0 ? `ok    ${tried} mutants are noticed` : `${failed} of ${tried} mutants survive`;
console.log(`${verdict}${left}`);
process.exitCode = failed === 0 ? 0 : 1;
