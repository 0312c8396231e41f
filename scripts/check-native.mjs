#!/usr/bin/env node
// Tests the C core without Node, plain, under AddressSanitizer and UndefinedBehaviorSanitizer, and under valgrind,
// and the addon inside Node under AddressSanitizer; and the firmware library in the same ways as the core. What a machine
// lacks is said and left out.
//
//   node scripts/check-native.mjs [--seed N]
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  addonBuilds,
  common,
  coreSources,
  firmwareFlags,
  firmwareSources,
  firmwareTests,
  inTemporary,
  layOut,
  nodeHeaders,
  sanitizers,
  testSources,
} from './house/native-tree.mjs';
import { root, run } from './house/process.mjs';
import { step } from './house/step.mjs';
import { isProgram } from './house/tools.mjs';
import { vectorsRequired, vectorsWanted } from './house/vectors.mjs';

const { values } = parseArgs({ options: { seed: { type: 'string' } } });
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
const cc = process.env.CC || 'cc';
const includes = ['native/src', 'test/native-c'].map((name) => `-I${join(root, name)}`);
const vectors = join(process.env.SEALCAM_SHARED ?? join(root, '../shared'), 'vectors/floe');
const testArguments = [String(seed), ...(existsSync(vectors) ? [vectors] : [])];

const notValgrind = 'it is not installed (Debian: apt-get install valgrind)';
const leaveOut = (name, reason) => console.log(`skipped: ${name}: ${reason}`);

/** Whether `compiler` builds and links a program with these flags. */
async function builds(compiler, flags, folder) {
  const source =
    '#include <openssl/evp.h>\nint main(void) { return EVP_MD_get_size(EVP_sha256()) == 32 ? 0 : 1; }';
  const out = join(folder, 'probe');
  const script = `printf '%s' "$1" | "$0" -x c - "\${@:3}" -o "$2" -lcrypto && "$2"`;
  const code = await run('bash', ['-c', script, compiler, source, out, ...flags], { onOutput: () => {} });
  return code === 0;
}

/** Which of the compilers here builds under AddressSanitizer and UndefinedBehaviorSanitizer, if any. */
async function sanitizingCompiler(folder) {
  const compilers = isProgram('clang', process.env.PATH ?? '') ? ['clang', cc] : [cc];
  for (const compiler of compilers) if (await builds(compiler, sanitizers, folder)) return compiler;
  return undefined;
}

/** The firmware library against the golden frames of the link. */
async function firmware(folder) {
  const sources = [...firmwareSources(), join(firmwareTests, 'library_test.c')];
  const testArguments = [join(root, 'test/proto/link/golden'), String(seed)];
  const sanitizing = await sanitizingCompiler(folder);
  const plain = join(folder, 'firmware');
  await step('the firmware library', [
    { file: cc, args: [...firmwareFlags, '-O2', '-g', ...sources, '-o', plain] },
    { file: plain, args: testArguments },
  ]);
  if (sanitizing === undefined) leaveOut('the firmware library under sanitizers', 'no compiler has them');
  else {
    const out = join(folder, 'firmware-sanitized');
    await step(`the firmware library under ASan and UBSan (${sanitizing})`, [
      { file: sanitizing, args: [...firmwareFlags, ...sanitizers, ...sources, '-o', out] },
      { file: out, args: testArguments },
    ]);
  }
  if (!isProgram('valgrind', process.env.PATH ?? ''))
    leaveOut('the firmware library under valgrind', notValgrind);
  else
    await step('the firmware library under valgrind', [
      { file: 'valgrind', args: ['--quiet', '--error-exitcode=99', plain, ...testArguments] },
    ]);
}

async function core(folder) {
  if (!(await builds(cc, [], folder))) {
    leaveOut('the C core', `${cc} cannot link OpenSSL 3 (Debian: apt-get install libssl-dev)`);
    return;
  }
  const sources = [...coreSources(), ...testSources()];
  const libraries = ['-lcrypto', '-lpthread'];
  const plain = join(folder, 'plain');
  await step('the C core', [
    { file: cc, args: [...common, ...includes, '-O2', '-g', ...sources, '-o', plain, ...libraries] },
    { file: plain, args: testArguments },
  ]);
  const sanitizing = await sanitizingCompiler(folder);
  if (sanitizing === undefined) {
    leaveOut('the C core under sanitizers', 'no compiler here has them (Debian: clang, or gcc)');
  } else {
    const out = join(folder, 'sanitized');
    await step(`the C core under ASan and UBSan (${sanitizing})`, [
      {
        file: sanitizing,
        args: [...common, ...includes, ...sanitizers, ...sources, '-o', out, ...libraries],
      },
      { file: out, args: testArguments },
    ]);
  }
  if (!isProgram('valgrind', process.env.PATH ?? '')) {
    leaveOut('the C core under valgrind', notValgrind);
    return;
  }
  const options = [
    ...['--quiet', '--error-exitcode=99', '--leak-check=full', '--child-silent-after-fork=yes'],
    ...['--errors-for-leak-kinds=definite', '--show-leak-kinds=definite'],
  ];
  await step('the C core under valgrind', [
    { file: 'valgrind', args: [...options, plain, ...testArguments] },
  ]);
}

/** The addon's own tests with both its builds under AddressSanitizer; `shutdown` ends a process in every way. */
async function addon(folder) {
  const headers = nodeHeaders();
  if (!existsSync(join(headers, 'node_api.h'))) {
    leaveOut('the addon under ASan', 'this Node.js came without its headers');
    return;
  }
  const library = sharedAsan();
  if (library === undefined) {
    leaveOut('the addon under ASan', `${cc} has no libasan.so (Debian: apt-get install gcc)`);
    return;
  }
  const builds = addonBuilds(headers, layOut(folder), ['-O1', '-g', '-fsanitize=address']);
  const env = {
    LD_PRELOAD: library,
    // Node frees nothing when it exits: what it leaves would hide what the addon leaves.
    ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=0:exitcode=97',
    SEALCAM_SANITIZED: '1',
    TAP_TIMEOUT: '900',
  };
  const names = ['floe', 'recording', 'shares', 'shutdown', 'platform'];
  await step('the addon under ASan, with every way to end', [
    ...builds.map(({ args }) => ({ file: cc, args })),
    ...names.map((name) => ({
      file: process.execPath,
      args: [join(folder, `dist/test/native/${name}.test.js`)],
      env,
    })),
  ]);
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
} else {
  await inTemporary(core);
  await inTemporary(firmware);
  await inTemporary(addon);
}
