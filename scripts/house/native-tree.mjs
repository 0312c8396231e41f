import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './process.mjs';
import { bundles } from './test-bundle.mjs';

export const sanitizers = '-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all';

/**
 * A call of make for a target of test/native-c/Makefile, which says how the C code is compiled.
 * @param {string} out the folder for the results
 * @param {{ cc?: string, flags?: string, headers?: string, tree?: string }} how `headers`: the folder of Node's headers
 */
export function making(
  target,
  out,
  { cc = process.env.CC || 'cc', flags = '-O2', headers = '', tree = root },
) {
  const words = [`OUT=${out}`, `CC=${cc}`, `FLAGS=${flags}`, `HEADERS=${headers}`];
  const args = ['--silent', '--jobs=2', `--directory=${join(tree, 'test/native-c')}`, target, ...words];
  return { file: 'make', args };
}

/** The folder of Node's headers, which came with it; undefined if they did not. */
export function nodeHeaders() {
  const folder = join(dirname(dirname(realpathSync(process.execPath))), 'include/node');
  return existsSync(join(folder, 'node_api.h')) ? folder : undefined;
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
  // Not the bundles of a run of tests: it removes them when it ends.
  const lasting = (path) => path !== join(root, bundles);
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true, filter: lasting });
  cpSync(join(root, 'proto/generated'), join(folder, 'proto/generated'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return release;
}
