import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { making, nodeHeaders } from '../house/native-tree.mjs';
import { npm, root, run } from '../house/process.mjs';
import { nodeVersion, targets } from './targets.mjs';

// What is compiled for the processor of a package.

/** The same bytes wherever it is compiled, and hardened as Debian's own packages are. */
const flags = (from) =>
  [
    ...['-O2', '-fstack-protector-strong', '-fPIC', `-ffile-prefix-map=${from}=.`],
    ...['-Wl,-z,relro', '-Wl,-z,now', '-Wl,-z,noexecstack', '-Wl,--build-id=none'],
  ].join(' ');

/** Runs a step of the build. @throws Error with what it printed, where it fails. */
export async function must(file, args, options = {}) {
  let output = '';
  const code = await run(file, args, { onOutput: (text) => (output += text), ...options });
  if (code !== 0)
    throw new Error(`${file} ended with ${code}: ${output.trim().split('\n').slice(-8).join('\n')}`);
  return output;
}

/**
 * Fetches the Node.js of a target from npm, once, into `cache`, and unpacks it there. What is fetched, and what is in the cache, must be
 * the bytes that {@link targets} name.
 * @returns its folder, with bin/node and include/node.
 */
export async function fetchNode(arch, cache) {
  const { node } = targets[arch];
  const name = `${node}-${nodeVersion}`;
  const archive = join(cache, `${name}.tgz`);
  if (!existsSync(archive)) await fetchArchive(`${node}@${nodeVersion}`, archive, cache);
  await checkArchive(archive, targets[arch].sha512);
  // Unpacked every time: nothing checks the files of an earlier one.
  const folder = join(cache, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  await must('tar', ['-xzf', archive, '--no-same-owner', '--strip-components=1', '-C', folder]);
  return folder;
}

async function fetchArchive(what, archive, cache) {
  // In another folder until it is whole: a build that is interrupted leaves no half of it.
  const draft = `${archive}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const output = [];
  const onOutput = (text) => output.push(text);
  const args = ['pack', '--silent', '--ignore-scripts', `--pack-destination=${draft}`, what];
  const code = await npm(args, { cwd: cache, timeout: 600_000, onOutput });
  const [made] = namesIn(draft);
  if (code !== 0 || made === undefined)
    throw new Error(
      `${what} could not be fetched (${output.join('').trim().split('\n').at(-1) || code}): give its folder with --node, or take the distribution's with --system-node`,
    );
  renameSync(join(draft, made), archive);
  rmSync(draft, { recursive: true });
}

async function checkArchive(archive, expected) {
  const hash = createHash('sha512');
  for await (const part of createReadStream(archive)) hash.update(part);
  const digest = hash.digest('base64');
  if (digest === expected) return;
  throw new Error(
    `${archive} has the SHA-512 ${digest} and not ${expected}: delete it, and ask who changed it, or where it was fetched from`,
  );
}

/** The folder of headers of a Node.js that is not packaged itself. */
export function localHeaders() {
  const folder = [nodeHeaders(), '/usr/include/node'].find(
    (one) => one && existsSync(join(one, 'node_api.h')),
  );
  if (folder === undefined)
    throw new Error("Node.js's headers are not here: install libnode-dev (Debian), or give --node");
  return folder;
}

/** A name such as `aarch64-linux-gnu-gcc`, or `gcc` where the machine itself is of that kind. */
function tool(arch, name) {
  const cross = `${targets[arch].tools}${name}`;
  const places = (process.env.PATH ?? '').split(':');
  return places.some((folder) => existsSync(join(folder, cross))) ? cross : name;
}

/** The addon for `arch`, as `to`. */
export async function compileAddon(arch, headers, to, work) {
  const how = { cc: tool(arch, 'gcc'), flags: flags(root), headers };
  const { file, args } = making('sealcam.node', join(work, 'addon'), how);
  await must(file, args);
  await stripped(arch, join(work, 'addon/sealcam.node'), to);
}

/** What reaches keys in tokens, as `to`. It is C++, which its package's own build links with Node's headers alone. */
export async function compileTokens(arch, headers, to, work) {
  const folder = join(root, 'node_modules/pkcs11js');
  const gyp = readFileSync(join(folder, 'binding.gyp'), 'utf8');
  const sources = [...gyp.matchAll(/"(src\/\w+\.cpp)"/g)].map(([, name]) => name);
  const made = join(work, 'pkcs11.node');
  const defines = [
    '-DNAPI_DISABLE_CPP_EXCEPTIONS',
    '-DBUILDING_NODE_EXTENSION',
    '-DNODE_GYP_MODULE_NAME=pkcs11',
  ];
  const args = ['-std=c++17', '-shared', '-w', ...flags(folder).split(' '), ...defines];
  const files = ['-Iincludes', `-I${headers}`, ...sources, '-o', made];
  await must(tool(arch, 'g++'), [...args, ...files], { cwd: folder });
  await stripped(arch, made, to);
}

/** Copies a program or library without its symbols and debugging information. */
export async function stripped(arch, from, to) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  await must(tool(arch, 'strip'), ['--strip-unneeded', '--enable-deterministic-archives', to]);
}

const unused =
  /^(?:README.*|.*\.d\.ts|.*\.map|.*\.md|binding\.gyp|build-test\.js|bin\.js|optional\.js|\.release.*|\.mocharc.*|\.eslint.*)$/i;

/**
 * Copies a package of npm and all that it needs at run time into `to` (a folder node_modules), with the prebuilt files of `arch`
 * alone.
 * @returns the folders of the packages in the clone, such as `node_modules/debug`, also of those that are only compiled in.
 */
export function copyModule(name, arch, to, from = '') {
  const folder = nearest(name, from);
  const place = join(to, folder.slice(folder.indexOf('node_modules/') + 'node_modules/'.length));
  const { prebuilt } = targets[arch];
  const isCompiled = existsSync(join(root, folder, 'binding.gyp'));
  const left = [
    'node_modules',
    'test',
    'tests',
    '.github',
    ...(isCompiled ? ['src', 'includes', 'build'] : []),
  ];
  const wanted = (path) => {
    const inside = path.slice(join(root, folder).length + 1);
    const [first = ''] = inside.split('/');
    if (left.includes(first)) return false;
    if (first === 'prebuilds')
      return (
        `prebuilds/${prebuilt}`.startsWith(inside) &&
        !(inside.endsWith('.node') && !inside.endsWith(prebuilt))
      );
    const name = inside.split('/').at(-1) ?? '';
    return inside === '' || /^licen[cs]e/i.test(name) || !unused.test(name);
  };
  cpSync(join(root, folder), place, { recursive: true, dereference: true, filter: wanted });
  const { dependencies = {} } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const all = [folder];
  for (const each of Object.keys(dependencies).sort()) {
    // Headers alone, compiled into what is prebuilt.
    if (each === 'node-addon-api') all.push(nearest(each, folder));
    else all.push(...copyModule(each, arch, to, folder));
  }
  return [...new Set(all)];
}

/** The folder of a package as a package in `from` finds it. */
function nearest(name, from) {
  for (
    let at = from;
    ;
    at = at.includes('/node_modules/') ? at.slice(0, at.lastIndexOf('/node_modules/')) : ''
  ) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(join(root, folder))) return folder;
    if (at === '') throw new Error(`The package ${name} is not installed: run "npm ci"`);
  }
}

/** The names of a folder, in the same order everywhere. */
export function namesIn(folder) {
  return readdirSync(folder).sort();
}
