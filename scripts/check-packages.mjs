#!/usr/bin/env node
// Builds both packages twice for this machine's processor, with the distribution's Node.js, so that nothing is fetched, and looks at what
// is in them: equal bytes, sizes, owners and modes, whose code, what the bill of materials names, how far the units are shut in.
//
//   node scripts/check-packages.mjs [--packages FOLDER]     FOLDER: packages that are there already, of which nothing is built again
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleProgram } from './house/bundle-program.mjs';
import { inTemporary } from './house/native-tree.mjs';
import { root, run } from './house/process.mjs';
import { isProgram } from './house/tools.mjs';
import { filesOf } from './package/deb.mjs';
import { roles } from './package/targets.mjs';

const { values } = parseArgs({ options: { packages: { type: 'string' } } });
const path = process.env.PATH ?? '';
const output = (file, args) => execFileSync(file, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });

/** MB that an installed package may take, with a Node.js of its own and without. */
const sizeMost = { withNode: 130, without: 25 };
/** What `systemd-analyze security` may say of a unit. */
const exposureMost = 2;

/** Whose sources must not be in a package. */
const foreign = {
  'sealcam-camera': [
    ...['station', 'hardware-sim', 'scenario', 'test', 'bench'],
    ...['node_modules/@aws-sdk', 'node_modules/@smithy'],
  ],
  'sealcam-station': ['agent/recorder', 'agent/line', 'hardware-sim', 'scenario', 'test', 'bench'],
};

let failed = false;
function judge(name, problems) {
  if (problems.length === 0) return console.log(`ok   ${name}`);
  failed = true;
  console.log(`FAILED ${name}\n${problems.map((one) => `  ${one}`).join('\n')}`);
}

async function build(out, umask) {
  let said = '';
  const script = `umask ${umask}; exec "$@"`;
  const args = [
    '-c',
    script,
    'sh',
    process.execPath,
    join(root, 'scripts/package.mjs'),
    '--system-node',
    '--out',
    out,
  ];
  // Not the commit's time, as what is checked may be no clone of this user's.
  const env = { SOURCE_DATE_EPOCH: process.env.SOURCE_DATE_EPOCH ?? '1767225600' };
  const code = await run('sh', args, { env, onOutput: (text) => (said += text) });
  if (code !== 0) throw new Error(said.trim());
}

const namesOf = (folder) => readdirSync(folder).sort();

/** What differs between two builds. */
function differences(one, other) {
  const names = new Set([...namesOf(one), ...namesOf(other)]);
  return [...names].filter((name) => !readFileSync(join(one, name)).equals(readFileSync(join(other, name))));
}

/** Owners and modes of everything in the package. */
function strangeModes(deb) {
  const lines = output('dpkg-deb', ['--contents', deb]).trimEnd().split('\n');
  return lines.filter((line) => !/^(?:drwxr-xr-x|-rwxr-xr-x|-rw-r--r--) root\/root /.test(line));
}

/** The sources whose code is in a package's bundle, and the files of it that these sources do not make once more. */
async function bundled(name, program, again) {
  const { outputs } = await bundleProgram(root, again, roles[name].programs);
  const inputs = Object.values(outputs).flatMap((one) => Object.entries(one.inputs));
  const sources = inputs.flatMap(([source, { bytesInOutput }]) => (bytesInOutput > 0 ? [source] : []));
  return { sources, foreign: differences(again, program) };
}

/** npm's packages of which the package has files or bundled code, as `name@version`. */
function npmPackages(files, sources) {
  const folders = new Set(sources.flatMap((one) => one.match(/^node_modules\/.*/) ?? []).map(folderOf));
  const bundled = [...folders].map((folder) =>
    JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')),
  );
  const copied = files
    .filter(({ name }) => /\/node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(name))
    .map(({ text }) => JSON.parse(text));
  return [...bundled, ...copied].map(({ name, version }) => `${name}@${version}`);
}

const folderOf = (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? file;

function exposure(unit) {
  if (!isProgram('systemd-analyze', path)) {
    console.log('skipped: how far the units are shut in: systemd-analyze is not here (Debian: systemd)');
    return [];
  }
  const said = output('systemd-analyze', ['security', '--offline=true', '--no-pager', unit]);
  const [, level] = /Overall exposure level for \S+: (\d+\.\d+)/.exec(said) ?? [];
  if (level === undefined) return [`systemd-analyze says nothing of ${basename(unit)}`];
  console.log(`       ${basename(unit)}: exposure level ${level}`);
  return Number(level) <= exposureMost ? [] : [`its exposure level is ${level}, above ${exposureMost}`];
}

/** The unpacked program runs: all that it needs is in the package. */
function doctorProblems(tree, name) {
  const home = join(tree, 'usr/lib', name);
  const own = join(home, 'bin/node');
  const node = filesOf(home).includes('bin/node') ? own : process.execPath;
  const program = join(home, 'dist/program/main.js');
  const daemon = roles[name].config.replace('.yaml', '');
  // It loads all that it needs before it looks for its configuration, which is not there.
  const { stderr } = spawnSync(node, [program, daemon, '--config', join(tree, 'none')], { encoding: 'utf8' });
  if (!/none.*(?:not exist|no such file)/i.test(stderr)) return [`sealcam ${daemon}: ${stderr}`];
  try {
    const findings = JSON.parse(output(node, [program, 'doctor', '--json']));
    return findings.filter(({ check, state }) => check === 'addon' && state !== 'ok').map(({ says }) => says);
  } catch (error) {
    return [`sealcam doctor: ${error.stdout || error.message}`];
  }
}

async function look(deb, tree, again) {
  const title = basename(deb);
  const [name] = title.split('_');
  output('dpkg-deb', ['--extract', deb, tree]);
  const names = filesOf(tree);
  const files = names.map((one) => ({
    name: one,
    text: /\.(?:js|json)$/.test(one) ? readFileSync(join(tree, one), 'utf8') : '',
  }));
  judge(`${title}: owners and modes`, strangeModes(deb));
  const megabytes = (Number(output('dpkg-deb', ['--field', deb, 'Installed-Size'])) * 1024) / 1e6;
  const most = names.includes(`usr/lib/${name}/bin/node`) ? sizeMost.withNode : sizeMost.without;
  console.log(`       ${title}: ${megabytes.toFixed(1)} MB installed, ${names.length} files`);
  judge(`${title}: at most ${most} MB`, megabytes <= most ? [] : [`it has ${megabytes} MB`]);
  const program = join(tree, `usr/lib/${name}/dist/program`);
  const { sources, foreign: unlike } = await bundled(name, program, again);
  judge(`${title}: its program is made of these sources`, unlike);
  const isForeign = (one) => foreign[name].some((folder) => one.startsWith(`${folder}/`));
  const few = sources.some((one) => one.startsWith('evidence/'))
    ? []
    : ['no source of evidence/ is found in it'];
  judge(`${title}: no code of others`, [...few, ...sources.filter(isForeign)]);
  judge(
    `${title}: nothing to compile`,
    names.filter((one) => /\.(?:c|cc|cpp|h|gyp|gypi|ts)$/.test(one)),
  );
  const bill = JSON.parse(files.find((one) => one.name.endsWith('sbom.cdx.json')).text);
  const named = new Set(bill.components.map((one) => one['bom-ref']));
  const packaged = npmPackages(files, sources);
  const unnamed = packaged.filter((one) => !named.has(one));
  judge(
    `${title}: the bill of materials`,
    packaged.length > 10 ? unnamed : [`only ${packaged.length} packages`],
  );
  judge(`${title}: runs`, doctorProblems(tree, name));
  judge(`${title}: its unit`, exposure(join(tree, 'usr/lib/systemd/system', roles[name].unit)));
}

await inTemporary(async (folder) => {
  const lacking = ['dpkg-deb', 'g++'].filter((name) => !isProgram(name, path));
  if (lacking.length > 0) return console.log(`skipped: packages: ${lacking.join(' and ')} not here`);
  const first = values.packages ?? join(folder, '1');
  if (values.packages === undefined) {
    await build(first, '022');
    await build(join(folder, '2'), '077');
    judge('packages built twice are equal bytes', differences(first, join(folder, '2')));
  }
  for (const name of namesOf(first))
    await look(join(first, name), join(folder, `tree-${name}`), join(folder, `again-${name}`));
});
if (failed) process.exitCode = 1;
