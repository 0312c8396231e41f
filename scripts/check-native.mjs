#!/usr/bin/env node
// Tests the C core without Node and the firmware library: plain, under AddressSanitizer and UndefinedBehaviorSanitizer, and
// under valgrind; and the addon inside Node under AddressSanitizer. It says what this machine lacks, and leaves that out.
//
//   node scripts/check-native.mjs [--seed N]
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inTemporary, layOut, making, nodeHeaders, sanitizers } from './house/native-tree.mjs';
import { root, run } from './house/process.mjs';
import { step } from './house/step.mjs';
import { bundleTests } from './house/test-bundle.mjs';
import { isProgram } from './house/tools.mjs';
import { vectorsRequired, vectorsWanted } from './house/vectors.mjs';

const { values } = parseArgs({ options: { seed: { type: 'string' } } });
const seed = String(values.seed ?? Math.floor(Math.random() * 2 ** 32));
const cc = process.env.CC || 'cc';
const vectors = join(process.env.SEALCAM_SHARED ?? join(root, '../shared'), 'vectors/floe');

const leaveOut = (name, reason) => console.log(`skipped: ${name}: ${reason}`);
const isHere = (name) => isProgram(name, process.env.PATH ?? '');

/** Whether `compiler` builds and links a program of OpenSSL with these flags, and it runs. */
async function builds(compiler, flags, folder) {
  const source =
    '#include <openssl/evp.h>\nint main(void) { return EVP_MD_get_size(EVP_sha256()) == 32 ? 0 : 1; }';
  const script = `printf '%s' "$1" | "$0" -x c - $3 -o "$2" -lcrypto && "$2"`;
  const args = ['-c', script, compiler, source, join(folder, 'probe'), flags];
  return (await run('bash', args, { onOutput() {} })) === 0;
}

/** Which of the compilers here builds under AddressSanitizer and UndefinedBehaviorSanitizer, if any. */
async function sanitizingCompiler(folder) {
  for (const compiler of isHere('clang') ? ['clang', cc] : [cc])
    if (await builds(compiler, sanitizers, folder)) return compiler;
  return undefined;
}

/** Runs a test program, `target` of the Makefile, in all three ways. */
async function inEachWay(name, target, args, folder) {
  const plain = making(target, folder, { flags: '-O2 -g' });
  await step(name, [plain, { file: join(folder, target), args }]);
  const sanitizing = await sanitizingCompiler(folder);
  if (sanitizing === undefined)
    leaveOut(`${name} under sanitizers`, 'no compiler here has them (Debian: clang)');
  else {
    const out = join(folder, 'sanitized');
    const made = making(target, out, { cc: sanitizing, flags: sanitizers });
    await step(`${name} under ASan and UBSan (${sanitizing})`, [made, { file: join(out, target), args }]);
  }
  if (!isHere('valgrind')) {
    leaveOut(`${name} under valgrind`, 'it is not installed (Debian: apt-get install valgrind)');
    return;
  }
  const options = [
    ...['--quiet', '--error-exitcode=99', '--leak-check=full', '--child-silent-after-fork=yes'],
    ...['--errors-for-leak-kinds=definite', '--show-leak-kinds=definite'],
  ];
  const file = 'valgrind';
  await step(`${name} under valgrind`, [{ file, args: [...options, join(folder, target), ...args] }]);
}

async function core(folder) {
  if (await builds(cc, '', folder))
    await inEachWay('the C core', 'core', [seed, ...(existsSync(vectors) ? [vectors] : [])], folder);
  else leaveOut('the C core', `${cc} cannot link OpenSSL 3 (Debian: apt-get install libssl-dev)`);
}

/** The firmware library against the golden frames of the link. */
async function firmware(folder) {
  const golden = join(root, 'test/proto/link/golden');
  await inEachWay('the firmware library', 'firmware', [golden, seed], folder);
}

/** The addon's own tests with both its builds under AddressSanitizer; `shutdown` ends a process in every way. */
async function addon(folder) {
  const headers = nodeHeaders();
  const library = sharedAsan();
  if (headers === undefined) return leaveOut('the addon under ASan', 'this Node.js came without its headers');
  if (library === undefined)
    return leaveOut('the addon under ASan', `${cc} has no libasan.so (Debian: apt-get install gcc)`);
  const env = {
    LD_PRELOAD: library,
    // Node frees nothing when it exits: what it leaves would hide what the addon leaves.
    ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=0:exitcode=97',
    SEALCAM_SANITIZED: '1',
    TAP_TIMEOUT: '900',
  };
  const built = making('addon', layOut(folder), { flags: '-O1 -g -fsanitize=address', headers });
  const names = ['floe', 'recording', 'shares', 'shutdown', 'platform', 'capture'];
  const sources = names.map((name) => `test/native/${name}.test.ts`);
  const { fileOf } = await bundleTests(sources, folder);
  const tests = sources.map((source) => ({ file: process.execPath, args: [fileOf(source)], env }));
  await step('the addon under ASan, with every way to end', [built, ...tests]);
}

function sharedAsan() {
  try {
    const path = execFileSync(cc, ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim();
    return path.startsWith('/') ? path : undefined;
  } catch {
    return undefined;
  }
}

console.log(`seed ${seed}`);
if (!existsSync(vectors) && vectorsRequired()) {
  process.exitCode = 1;
  console.log(`FAILED the FLOE vectors are not in ${vectors}: ${vectorsWanted}.`);
} else for (const part of [core, firmware, addon]) await inTemporary(part);
