#!/usr/bin/env node
// Tests the native code on ARMv8, the camera's architecture: cross-compiles native/src/arch with a program of its own and
// runs it under qemu, as a processor with everything and as a Cortex-A53; then cross-compiles the whole addon; and runs
// its tests, those without child processes, where a Node.js for arm64 is named. Correctness alone: an emulator says nothing of
// speed. What a machine lacks is said and left out.
//
//   node scripts/check-arm64.mjs [--node PATH]    PATH: the `node` of a Node.js for linux-arm64, of the same version
//
// Needs (Debian) gcc-aarch64-linux-gnu, libc6-dev-arm64-cross, qemu-user-static; with --node libstdc++6-arm64-cross too.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { addonBuilds, common, inTemporary, layOut, nodeHeaders } from './house/native-tree.mjs';
import { root } from './house/process.mjs';
import { step } from './house/step.mjs';
import { isProgram } from './house/tools.mjs';

const compiler = 'aarch64-linux-gnu-gcc';
const emulator = 'qemu-aarch64-static';
const libraries = '/usr/aarch64-linux-gnu';
/** Tests whose processes are all this one: children would be started without the emulator. */
const tests = ['floe', 'segment-hash', 'recording', 'output-pool'];

const { values } = parseArgs({ options: { node: { type: 'string' } } });
const lacking = [compiler, emulator].filter((name) => !isProgram(name, process.env.PATH ?? ''));
if (lacking.length > 0) {
  console.log(`skipped: the native code on arm64: ${lacking.join(' and ')} not installed`);
  process.exit(0);
}

async function arch(folder) {
  const native = join(root, 'native/src');
  const sources = ['sha256.c', 'sha256_arm.c', 'sha256_x86.c', 'crc32c.c', 'crc32c_arm.c', 'crc32c_x86.c'];
  const program = join(folder, 'arch-test');
  const files = [
    ...sources.map((name) => join(native, 'arch', name)),
    join(root, 'test/native-arch/arch_test.c'),
  ];
  const args = [...common, '-O2', '-static', `-I${native}`, '-o', program, ...files];
  if (!(await step('hashes and checksums, compiled', [{ file: compiler, args }]))) return;
  for (const cpu of ['max', 'cortex-a53']) {
    await step(`hashes and checksums, -cpu ${cpu}`, [{ file: emulator, args: ['-cpu', cpu, program] }]);
  }
}

async function addon(folder) {
  const headers = nodeHeaders();
  if (!existsSync(join(headers, 'node_api.h'))) {
    console.log('skipped: the whole addon: this Node.js came without its headers');
    return;
  }
  let built = true;
  for (const { name, args } of addonBuilds(headers, layOut(folder), ['-O2'])) {
    built = (await step(`the whole addon, ${name}`, [{ file: compiler, args }])) && built;
  }
  if (!built || values.node === undefined) return;
  for (const name of tests) {
    const test = join(folder, `dist/test/native/${name}.test.js`);
    // An emulator may be fifty times as slow as what tap's timeout is made for.
    const env = { TAP_TIMEOUT: '900' };
    const args = ['-L', libraries, values.node, test];
    await step(`test/native/${name}`, [{ file: emulator, args, env }]);
  }
}

await inTemporary(arch);
await inTemporary(addon);
