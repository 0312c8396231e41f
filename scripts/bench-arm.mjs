#!/usr/bin/env node
// What a camera's work costs on ARM, in instructions that an emulator counts: npm run bench:arm -- [arm64] [armv7]
//
// Each figure is the difference between a run and one of twice as much work, so start-up is not in it. It is no time: a processor
// takes more or less than one cycle for an instruction. What the kernel does (serial port, disk, network) is not counted. It needs
// what scripts/check-arm.mjs needs, and a qemu that loads plugins: that of Debian 12's package qemu-user does, qemu-user-static
// and Debian 13's do not; $SEALCAM_QEMU names the folder of one that is elsewhere.
import { join } from 'node:path';
import { arms, crossCompiler, lackingTools, provided } from './house/arm.mjs';
import { inTemporary, layOut, making } from './house/native-tree.mjs';
import { run } from './house/process.mjs';
import { timed } from './house/step.mjs';

const emulators = { arm64: 'qemu-aarch64', armv7: 'qemu-arm' };

/** What is counted: its name, what the program is called with, and how many MiB or signatures the shorter run has. */
const stages = [
  { name: 'sensor link: frames found, checked, decoded', link: true, times: 16 },
  { name: 'seal: keys, AES-256-GCM, SHA-256, CRC', stage: 'seal', times: 2 },
  { name: '  its AES-256-GCM alone', stage: 'aes', times: 2 },
  { name: '  SHA-256 alone, one stream', stage: 'sha256', times: 2 },
  { name: '  CRC-32C alone', stage: 'crc32c', times: 2 },
  { name: 'TLS: AES-256-GCM in records of 16 KiB', stage: 'aes', times: 2 },
  { name: 'TLS: AES-128-GCM', stage: 'aes128', times: 2 },
  { name: 'TLS: ChaCha20-Poly1305', stage: 'chacha', times: 2 },
  { name: 'a signature, ECDSA P-384', stage: 'sign384', times: 4 },
  { name: 'a signature, ECDSA P-256', stage: 'sign256', times: 4 },
];

const emulatorOf = (name) => join(process.env.SEALCAM_QEMU ?? '', emulators[name]);

/** Runs a program in the emulator and gives what the plugin counted. */
async function counted(program, { emulator, options, plugin }) {
  const args = [...options, '-plugin', plugin, ...program];
  const { code, output } = await timed([{ file: emulator, args }]);
  const found = output.match(/^executed (\d+) cryptographic (\d+)$/m);
  if (code !== 0 || found === null) throw new Error(`${program.join(' ')} failed (${code}): ${output}`);
  return { executed: Number(found[1]), cryptographic: Number(found[2]) };
}

/** Instructions for one unit of a stage's work. */
async function cost({ link, stage, times }, how) {
  const program = link
    ? [how.node, '--single-threaded', join(how.folder, 'dist/bench/arm/link-cost.js')]
    : [join(how.folder, 'cost'), stage];
  const short = await counted([...program, String(times)], how);
  const long = await counted([...program, String(2 * times)], how);
  const each = (key) => (long[key] - short[key]) / times;
  return { executed: each('executed'), cryptographic: each('cryptographic') };
}

async function architecture(name, folder) {
  const arm = arms[name];
  const lacking = lackingTools(arm);
  const from = lacking === undefined ? await provided(arm) : { lacking };
  if ('lacking' in from) return console.log(`skipped: ${name}: ${from.lacking}`);
  const emulator = emulatorOf(name);
  let help = '';
  await run(emulator, ['-h'], { onOutput: (text) => (help += text) });
  if (!help.includes('-plugin'))
    return console.log(
      `skipped: ${name}: ${emulator} loads no plugins (Debian 12: apt-get install qemu-user)`,
    );
  const release = layOut(folder);
  const how = { cc: crossCompiler(arm, from.libraries), flags: arm.flags, headers: from.headers };
  const programs = [
    making('cost', folder, how),
    making('addon', release, how),
    making('counting.so', folder, {}),
  ];
  if (arm.levels.some(({ hidden }) => hidden)) programs.push(making('hiding.so', folder, how));
  const built = await timed(programs);
  if (built.code !== 0) throw new Error(built.output);
  const levels = arm.levels.map((level) => {
    const hiding = level.hidden ? ['-E', `LD_PRELOAD=${join(folder, 'hiding.so')}`] : [];
    const options = ['-L', from.libraries, '-cpu', level.cpu, ...hiding];
    return { ...from, folder, emulator, options, plugin: join(folder, 'counting.so'), name: level.name };
  });
  console.log(`| emulated instructions, ${name} | ${levels.map((level) => level.name).join(' | ')} |`);
  console.log(`|---|${'---|'.repeat(levels.length)}`);
  for (const stage of stages) {
    const cells = [];
    for (const level of levels) cells.push(cell(await cost(stage, level)));
    console.log(`| ${stage.name} | ${cells.join(' | ')} |`);
  }
}

/** Millions, and how many of them are of the cryptographic extensions, which are recognised on arm64. */
function cell({ executed, cryptographic }) {
  const millions = (value) => (value / 1e6).toFixed(2);
  return `${millions(executed)} M${cryptographic > 0 ? ` (${millions(cryptographic)} M cryptographic)` : ''}`;
}

const wanted = process.argv.slice(2);
console.log('Instructions for 1 MiB, or for one signature, as qemu counts them in user mode: not time.\n');
for (const name of wanted.length > 0 ? wanted : Object.keys(arms)) {
  if (!Object.hasOwn(arms, name))
    throw new Error(`There is no architecture "${name}": expected arm64 or armv7`);
  await inTemporary((folder) => architecture(name, folder));
  console.log('');
}
