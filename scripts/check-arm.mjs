#!/usr/bin/env node
// Tests the project on the architectures of cameras, from any machine with the cross compiler and qemu's user-mode emulation:
//
//   node scripts/check-arm.mjs arm64|armv7 [--quick] [--seed N]
//
// the C code and the published vectors, the addon inside a Node.js for that architecture, both once as a processor with instructions
// for AES and SHA and once as one without; and `sealcam demo --seconds 3`. --quick, for CI, runs a part, and without the demo, which
// takes a minute of CPU. Node.js 24 for arm64 comes from the registry; for armv7 (hard float), for which Node.js has no releases any
// more, it is Debian 13's, which shares its OpenSSL with the system. They and Debian's libraries are fetched once, into
// node_modules/.cache. What this machine lacks is said, and left out. An emulator says nothing of speed; `npm run bench:arm` counts
// instructions.
import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { arms, crossCompiler, lackingTools, provided } from './house/arm.mjs';
import { inTemporary, layOut, making } from './house/native-tree.mjs';
import { root, run } from './house/process.mjs';
import { step, timed } from './house/step.mjs';
import { bundleTests } from './house/test-bundle.mjs';
import { vectorsRequired, vectorsWanted } from './house/vectors.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const [name = ''] = positionals;
const arm = Object.hasOwn(arms, name) ? arms[name] : undefined;
const seed = String(values.seed ?? Math.floor(Math.random() * 2 ** 32));
const shared = process.env.SEALCAM_SHARED ?? join(root, '../shared');
const vectors = join(shared, 'vectors/floe');

/** In one process each, as an emulated one takes seconds to start. */
const coreTests = ['native/floe', 'native/recording', 'native/segment-hash'];
const moreTests = [
  ...['native/output-pool', 'conformance/hpke', 'evidence/crypto'],
  ...['evidence/keys/hpke', 'evidence/statements', 'proto/int64', 'agent/sensor/local/input-event'],
];
/** An emulator is up to fifty times as slow as what these were made for. */
const patience = { TAP: '1', TAP_TIMEOUT: '1800', SEALCAM_SHARED: shared };

const skip = (what, why) => console.log(`skipped: ${what}: ${why}`);

/** What follows the emulator's name, for a program of this level. */
function emulated(level, { libraries, hiding }) {
  return ['-L', libraries, '-cpu', level.cpu, ...(level.hidden ? ['-E', `LD_PRELOAD=${hiding}`] : [])];
}

/** The bits of AES and SHA-256 of OPENSSL_armcap (arm_arch.h). */
const aesAndSha = 0x4 | 0x10;

/** Runs the C core's tests, and sees that OpenSSL and our own code took this level for theirs. */
async function core(level, built) {
  const what = `the C core and the vectors, ${level.name}`;
  // An emulator keeps nothing out of core files and forks, which is what "key memory" looks at.
  const parts = [seed, existsSync(vectors) ? vectors : '', values.quick ? 'FLOE messages' : '-key memory'];
  const args = [...emulated(level, built), join(built.folder, 'core'), ...parts];
  const { code, output, seconds } = await timed([{ file: arm.emulator.name, args }]);
  const found = Number(output.match(/OPENSSL_armcap=(0x[0-9a-f]+)/)?.[1] ?? Number.NaN);
  const wanted = level.name.startsWith('with ') ? aesAndSha : 0;
  const right = (found & aesAndSha) === wanted && !Number.isNaN(found);
  const fine = code === 0 && right;
  console.log(`${fine ? 'ok    ' : 'FAILED'} ${what} (${seconds}): ${output.trim().split('\n').at(-1)}`);
  if (fine) return;
  process.exitCode = 1;
  if (!right) console.log(`The level is not in effect: OpenSSL says armcap ${found}.`);
  console.log(output.split('\n').slice(-40).join('\n'));
}

async function addonTests(level, built, tests) {
  // An emulator takes a quarter of a minute to load what a test imports file by file.
  const sources = tests.map((test) => `test/${test}.test.ts`);
  const { fileOf } = await bundleTests(sources, built.folder);
  for (const source of sources) {
    const args = [...emulated(level, built), built.node, fileOf(source)];
    await step(`${source}, ${level.name}`, [{ file: arm.emulator.name, args, env: patience }]);
  }
}

/**
 * The demo and some tests start Node.js by its own path, so the kernel must know how to run a program for `arm`: said in a namespace
 * of its own, which leaves this machine as it was.
 */
async function withChildren(level, built) {
  const interpreter = join(built.folder, 'interpreter');
  const words = emulated(level, built).map((word) => `'${word}'`);
  // The key child starts with an empty environment, so what the emulator needs to know is in a script.
  const script = `#!/bin/sh\nPATH=/usr/local/bin:/usr/bin\nexec ${arm.emulator.name} ${words.join(' ')} "$@"\n`;
  writeFileSync(interpreter, script, { mode: 0o755 });
  const mask =
    '\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff\\xff';
  const registration = `:sealcam:M::${arm.magic}:${mask}:${interpreter}:`;
  const place = '/proc/sys/fs/binfmt_misc';
  const setUp = `mount -t binfmt_misc none ${place} && printf %s "$0" > ${place}/register || exit 99; exec "$@"`;
  const args = ['-Urm', 'sh', '-c', setUp, registration];
  const possible = await run('unshare', [...args, 'true'], { onOutput() {} });
  if (possible !== 0)
    return skip('what starts processes', 'this kernel lets no user namespace say how foreign programs run');
  const shares = [built.node, join(built.folder, 'dist/test/native/shares.test.js')];
  await step(`test/native/shares, ${level.name}`, [
    { file: 'unshare', args: [...args, ...shares], env: patience },
  ]);
  const program = [built.node, join(built.folder, 'dist/program/main.js')];
  const demo = [...program, 'demo', '--seconds', '3', '--out', join(built.folder, 'out')];
  await step(`sealcam demo --seconds 3, ${level.name}`, [{ file: 'unshare', args: [...args, ...demo] }]);
}

/** What needs nothing but the compiler and the emulator. */
async function plain(folder) {
  const built = making('arch', folder, { cc: arm.compiler.name, flags: arm.flags });
  if (!(await step(`hashes and checksums, compiled for ${name}`, [built]))) return;
  for (const { cpu } of arm.levels) {
    const args = ['-cpu', cpu, join(folder, 'arch')];
    await step(`hashes and checksums, -cpu ${cpu}`, [{ file: arm.emulator.name, args }]);
  }
}

/** What needs OpenSSL and Node.js for `arm`. */
async function whole(from, folder) {
  const release = layOut(folder);
  for (const part of ['agency', 'hardware-sim', 'test', 'docs', 'deploy'])
    symlinkSync(join(root, part), join(folder, part));
  const how = { cc: crossCompiler(arm, from.libraries), flags: arm.flags, headers: from.headers };
  const programs = [making('core', folder, how), making('addon', release, how)];
  if (arm.levels.some(({ hidden }) => hidden)) programs.push(making('hiding.so', folder, how));
  if (!(await step(`the C core and the addon, compiled for ${name}`, programs))) return;
  const built = { ...from, folder, hiding: join(folder, 'hiding.so') };
  for (const level of arm.levels) await core(level, built);
  const [withThem, without] = arm.levels;
  await addonTests(withThem, built, values.quick ? ['native/floe'] : [...coreTests, ...moreTests]);
  await addonTests(without, built, values.quick ? ['native/recording'] : coreTests);
  if (!values.quick) await withChildren(without, built);
}

async function check(folder) {
  await plain(folder);
  const from = await provided(arm);
  if ('lacking' in from) skip(`the core and the addon on ${name}`, from.lacking);
  else await whole(from, folder);
}

if (arm === undefined) {
  console.log('Usage: node scripts/check-arm.mjs arm64|armv7 [--quick] [--seed N]');
  process.exitCode = 2;
} else if (!existsSync(vectors) && vectorsRequired()) {
  console.log(`FAILED the FLOE vectors are not in ${vectors}: ${vectorsWanted}.`);
  process.exitCode = 1;
} else {
  console.log(`seed ${seed}`);
  const lacking = lackingTools(arm);
  if (lacking === undefined) await inTemporary(check);
  else skip(`tests on ${name}`, lacking);
}
