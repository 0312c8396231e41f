import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { filesBelow } from './files.mjs';
import { root } from './process.mjs';

/** The options of every build of the C code, as in native/binding.gyp. */
export const common = [
  ...['-std=c11', '-D_GNU_SOURCE', '-DOPENSSL_NO_DEPRECATED', '-DOPENSSL_API_COMPAT=30000'],
  ...['-Wall', '-Wextra', '-Wshadow', '-Wstrict-prototypes', '-Wvla', '-Werror'],
];

export const sanitizers = ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];

/** The core without Node, with which test programs are linked. */
export function coreSources(tree = root) {
  const isC = (name) => name.endsWith('.c');
  return [
    ...filesBelow(join(tree, 'native/src/core'), isC),
    ...filesBelow(join(tree, 'native/src/arch'), isC),
    join(tree, 'native/src/addon/key_memory.c'),
  ];
}

/** The test program of the core. */
export function testSources(tree = root) {
  return filesBelow(join(tree, 'test/native-c'), (name) => name.endsWith('.c'), ['fuzz', 'corpus']);
}

/** The firmware library, and the folder of its tests. */
export function firmwareSources(tree = root) {
  return filesBelow(join(tree, 'hardware-sim/firmware/library'), (name) => name.endsWith('.c'));
}
export const firmwareTests = join(root, 'test/hardware-sim/firmware');
/** The options of every build of it; it knows no operating system. */
export const firmwareFlags = [
  '-std=c99',
  '-Wall',
  '-Wextra',
  '-Wshadow',
  '-Wstrict-prototypes',
  '-Wvla',
  '-Werror',
  `-I${join(root, 'hardware-sim/firmware/library')}`,
];

/** The sources of the addon, from its build file, so that no list is kept twice. */
export function addonSources(tree = root) {
  const text = readFileSync(join(tree, 'native/binding.gyp'), 'utf8');
  return [...text.matchAll(/'(src\/[\w/]+\.c)'/g)].map(([, name]) => join(tree, 'native', name));
}

/**
 * What the compiler is given for each build of the addon, the ordinary one and that for tests.
 * @param {string} headers the folder of Node's headers
 * @param {string} release the folder to write them to (`layOut`)
 * @param {readonly string[]} flags further ones
 */
export function addonBuilds(headers, release, flags) {
  const sources = addonSources();
  const ordinary = sources.filter((file) => !file.endsWith('testing.c'));
  const build = (name, files, ...more) => ({
    name,
    args: [
      ...[...common, '-DNAPI_VERSION=8', '-shared', '-fPIC', '-fvisibility=hidden', ...flags, ...more],
      ...[`-I${join(root, 'native/src')}`, `-I${headers}`, ...files, '-o', join(release, name)],
    ],
  });
  return [build('sealcam.node', ordinary), build('sealcam_testing.node', sources, '-DSEALCAM_TESTING')];
}

/** The folder of Node's headers, which came with it, or undefined. */
export function nodeHeaders() {
  return process.config.variables.nodedir ?? join(dirname(dirname(process.execPath)), 'include/node');
}

/** A temporary folder for the time of `use`. */
export async function inTemporary(use) {
  const folder = mkdtempSync(join(tmpdir(), 'sealcam-check-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A place next to the compiled JavaScript for other builds of the addon, to which `#addon` resolves there. */
export function layOut(folder) {
  const release = join(folder, 'native/build/Release');
  mkdirSync(release, { recursive: true });
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(join(root, 'proto/generated'), join(folder, 'proto/generated'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return release;
}
