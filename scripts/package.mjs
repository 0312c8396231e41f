#!/usr/bin/env node
// Builds Debian packages: sealcam-camera and sealcam-station, each with what it needs and no more (docs/PACKAGES.md).
//
//   node scripts/package.mjs [--arch amd64,arm64,armhf] [--only NAME] [--out DIR] [--revision N] [--system-node | --node FOLDER]
//
// Everything for this machine's processor unless said otherwise. Node.js 24 goes along on amd64 and arm64: it is fetched from npm
// once, or taken from FOLDER (with bin/node and include/node). With --system-node, and always on armhf, the package depends on the
// distribution's. Built twice from the same commit with the same compiler, packages are the same bytes.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { inTemporary } from './house/native-tree.mjs';
import { root, say } from './house/process.mjs';
import { isProgram } from './house/tools.mjs';
import { buildDeb } from './package/deb.mjs';
import { fetchNode, localHeaders } from './package/native.mjs';
import { roles, targets } from './package/targets.mjs';
import { layOutPackage } from './package/tree.mjs';

const text = { type: 'string' };
const flag = { type: 'boolean' };
const { values } = parseArgs({
  options: { arch: text, only: text, out: text, revision: text, node: text, 'system-node': flag },
});

class Unfit extends Error {}

function wanted(given, known, usual) {
  const names = given?.split(',') ?? usual;
  const wrong = names.find((name) => !Object.hasOwn(known, name));
  if (wrong !== undefined)
    throw new Unfit(`"${wrong}" is unknown: give some of ${Object.keys(known).join(', ')}`);
  return names;
}

/** The time that everything in the package bears: that of the commit, unless $SOURCE_DATE_EPOCH says another. */
function epochOf() {
  const given = process.env.SOURCE_DATE_EPOCH;
  try {
    const said = given ?? execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' });
    if (/^\d{1,10}\s*$/.test(said)) return Number(said);
  } catch {}
  throw new Unfit(
    'The time of the commit is unknown, as this is no clone: give SOURCE_DATE_EPOCH, in seconds',
  );
}

const here = { x64: 'amd64', arm64: 'arm64', arm: 'armhf' };

async function nodeFor(arch) {
  if (values['system-node'] || targets[arch].node === undefined)
    return { node: undefined, headers: localHeaders() };
  const cache = join(root, 'node_modules/.cache/sealcam-node');
  const node = values.node === undefined ? await fetchNode(arch, cache) : resolve(values.node);
  return { node, headers: join(node, 'include/node') };
}

async function main() {
  if (!isProgram('dpkg-deb', process.env.PATH ?? ''))
    throw new Unfit('dpkg-deb is not here: packages are built on Debian or one of its kind');
  const epoch = epochOf();
  const out = resolve(values.out ?? join(root, 'dist/packages'));
  const revision = values.revision ?? '1';
  if (!/^[0-9][0-9A-Za-z.~+]*$/.test(revision))
    throw new Unfit(`"--revision" is "${revision}": give a number`);
  const version = `${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}-${revision}`;
  for (const arch of wanted(values.arch, targets, [here[process.arch] ?? 'amd64'])) {
    const { node, headers } = await nodeFor(arch);
    const ownNode = node !== undefined;
    // What is compiled for one package is there for the next.
    await inTemporary(async (work) => {
      for (const name of wanted(values.only, roles, Object.keys(roles))) {
        const what = { name, version, arch, role: roles[name], node, headers, ownNode, epoch };
        const tree = join(work, name);
        mkdirSync(tree);
        await layOutPackage(what, tree, work);
        say(await buildDeb(what, tree, out, epoch));
      }
    });
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Error)) throw error;
  console.error(
    `package: ${error instanceof Unfit ? error.message : `It could not be built. ${error.message}`}`,
  );
  process.exitCode = 1;
}
