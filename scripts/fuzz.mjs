#!/usr/bin/env node
// Gives damaged and random bytes to everything that reads foreign bytes: the C core by libFuzzer under the sanitizers,
// the TypeScript by property tests. What fails is printed with the seed that repeats it.
//
//   node scripts/fuzz.mjs [--seconds N] [--seed N] [--only PART OF A READER'S NAME]
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inTemporary, making, sanitizers } from './house/native-tree.mjs';
import { root, run } from './house/process.mjs';
import { isProgram } from './house/tools.mjs';

const text = { type: 'string' };
const { values: asked } = parseArgs({ options: { seconds: text, seed: text, only: text } });
const seconds = Number(asked.seconds ?? 60);
const seed = Number(asked.seed ?? Math.floor(Math.random() * 2 ** 31));
const only = asked.only ?? '';
if (!(seconds > 0) || !Number.isInteger(seed)) {
  console.log('Usage: npm run fuzz -- [--seconds N] [--seed N] [--only PART]; both are positive numbers.');
  process.exit(2);
}
console.log(`seed ${seed}`);

/** What is fuzzed in C: its name, and the folder of its corpus. */
const targets = [
  { name: 'floe', corpus: join(root, 'test/native-c/corpus/floe') },
  { name: 'hash', corpus: join(root, 'test/native-c/corpus/hash') },
  { name: 'link', corpus: join(root, 'test/hardware-sim/firmware/corpus/link') },
].filter(({ name }) => only === '' || `${name} in C`.includes(only));
/** Of the time, the part of C: it has three readers of bytes, TypeScript has some sixty. */
const nativeSeconds = targets.length === 0 ? 0 : Math.max(3, Math.round(seconds / 4));

/** One libFuzzer target, begun from its committed corpus. Returns an exit code. */
async function fuzzNative({ name, corpus }, folder) {
  let output = '';
  const onOutput = (text) => (output = (output + text).slice(-20_000));
  const flags = `${sanitizers} -fsanitize=fuzzer`;
  const { file, args } = making(`${name}_fuzz`, folder, { cc: 'clang', flags });
  let code = await run(file, args, { onOutput });
  if (code !== 0) {
    const packages = 'clang libclang-rt-19-dev libssl-dev';
    console.log(`skipped: ${name} in C: clang could not build it (Debian: apt-get install ${packages})`);
    if (process.env.SEALCAM_CHECKS === 'all') console.log(output.split('\n').slice(0, 12).join('\n'));
    return 0;
  }
  const seen = join(folder, `${name}-corpus`);
  mkdirSync(seen);
  if (existsSync(corpus)) cpSync(corpus, seen, { recursive: true });
  const options = [
    `-max_total_time=${Math.max(1, Math.round(nativeSeconds / targets.length))}`,
    `-seed=${(seed % 0xffff_fffe) + 1}`,
    ...['-max_len=4096', '-timeout=10', '-rss_limit_mb=1024', '-print_final_stats=1'],
    // What is found becomes a test: the next run begins with it.
    `-artifact_prefix=${corpus}/`,
  ];
  code = await run(join(folder, `${name}_fuzz`), [...options, seen], { onOutput });
  const inputs = /number_of_executed_units: (\d+)/.exec(output)?.[1] ?? '?';
  const kept = readdirSync(seen).length;
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} in C, ${inputs} inputs, ${kept} kept`);
  if (code !== 0) console.log(output);
  return code;
}

let failed = 0;
if (targets.length > 0 && !isProgram('clang', process.env.PATH ?? ''))
  console.log('skipped: the readers in C: clang is not installed (Debian: apt-get install clang)');
else
  await inTemporary(async (folder) => {
    for (const target of targets) if ((await fuzzNative(target, folder)) !== 0) failed += 1;
  });
const main = join(root, 'dist/test/fuzz/run.js');
const limit = ['--signal=KILL', String(Math.ceil(2 * seconds + 600))];
const args = [process.execPath, main, String(seconds - nativeSeconds), String(seed), only];
const code = await run('timeout', [...limit, ...args]);
if (code === 137) console.log('FAILED a reader in TypeScript hangs: the run was ended from outside');
if (code !== 0) failed += 1;
process.exitCode = failed === 0 ? 0 : 1;
