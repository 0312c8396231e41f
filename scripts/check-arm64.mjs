#!/usr/bin/env node
// Tests the C core on ARMv8: cross-compiles native/src/arch with a program of its own and runs it under qemu, as a
// processor with everything and as a Cortex-A53. Correctness alone: an emulator says nothing of speed.
//
//   node scripts/check-arm64.mjs        needs (Debian) gcc-aarch64-linux-gnu, libc6-dev-arm64-cross, qemu-user-static
import { join } from 'node:path';
import { common, inTemporary } from './house/native-tree.mjs';
import { root, run } from './house/process.mjs';
import { isProgram } from './house/tools.mjs';

const compiler = 'aarch64-linux-gnu-gcc';
const emulator = 'qemu-aarch64-static';
const lacking = [compiler, emulator].filter((name) => !isProgram(name, process.env.PATH ?? ''));
if (lacking.length > 0) {
  console.log(`skipped: the C core on arm64: ${lacking.join(' and ')} not installed`);
  process.exit(0);
}
const native = join(root, 'native/src');
const sources = ['sha256.c', 'sha256_arm.c', 'sha256_x86.c', 'crc32c.c', 'crc32c_arm.c', 'crc32c_x86.c'];
await inTemporary(async (folder) => {
  const program = join(folder, 'arch-test');
  const built = await run(compiler, [
    ...common,
    '-O2',
    '-static',
    `-I${native}`,
    '-o',
    program,
    ...sources.map((name) => join(native, 'arch', name)),
    join(root, 'test/native-arch/arch_test.c'),
  ]);
  if (built !== 0) {
    process.exitCode = 1;
    return;
  }
  for (const cpu of ['max', 'cortex-a53']) {
    console.log(`-cpu ${cpu}`);
    if ((await run(emulator, ['-cpu', cpu, program])) !== 0) process.exitCode = 1;
  }
});
