#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { systemCode } from '../base/errors.ts';
import { silenceMlKemWarnings } from '../base/program.ts';
import { describe, type Subcommand } from './command.ts';
import { sayError } from './output.ts';

// Each subcommand's module is loaded only on demand: a camera never loads the station or the simulator.
const commands: Readonly<Record<string, { readonly does: string; load(): Promise<Subcommand> }>> = {
  demo: {
    does: 'the main job on this machine: record, seal, send, receipt, verify, open',
    load: () => import('./commands/demo.ts'),
  },
  agent: { does: 'the daemon on the camera', load: () => import('./commands/agent.ts') },
  station: {
    does: 'the receiver, with the embedded broker or another one',
    load: () => import('./commands/station.ts'),
  },
  sim: { does: 'the simulated camera', load: () => import('./commands/sim.ts') },
  link: {
    does: 'the line between sensor and agent: records it, shows it, checks either side',
    load: () => import('./commands/link.ts'),
  },
  scenario: {
    does: 'plays scenarios with camera, agent and station, and says whether they went as expected',
    load: () => import('./commands/scenario.ts'),
  },
  provision: {
    does: "an agency's root, and everything that it issues",
    load: () => import('./commands/provision.ts'),
  },
  verify: { does: 'checks recordings without any key', load: () => import('./commands/verify.ts') },
  open: { does: 'verifies and decrypts a recording', load: () => import('./commands/open.ts') },
  inspect: { does: 'shows the records of a file in words', load: () => import('./commands/inspect.ts') },
  inventory: {
    does: 'which recordings of each camera should exist, which do, and which are proven deleted',
    load: () => import('./commands/inventory.ts'),
  },
  delete: {
    does: 'erases a recording by a signed order: destroys its key object',
    load: () => import('./commands/delete.ts'),
  },
  command: {
    does: 'orders a camera to start, stop, bookmark ...',
    load: () => import('./commands/command.ts'),
  },
  status: { does: 'what the agent on this camera is doing', load: () => import('./commands/status.ts') },
  doctor: { does: 'checks this machine', load: () => import('./commands/doctor.ts') },
};

const help = `sealcam: body-camera evidence, sealed at the lens

${Object.entries(commands)
  .map(([name, { does }]) => `  ${name.padEnd(10)}${does}`)
  .join('\n')}

"sealcam COMMAND --help" says more. "sealcam --version" prints the version.
`;

async function main(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h') {
    (name === undefined ? process.stderr : process.stdout).write(help);
    return name === undefined ? 2 : 0;
  }
  if (name === '--version') {
    const file = new URL('../../package.json', import.meta.url);
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    sayError(`sealcam: "${name}" is not a command: give one of ${Object.keys(commands).join(', ')}`);
    return 2;
  }
  return (await command.load()).run(rest);
}

/**
 * Files that must be allowed to be open at once: with fewer, Node.js can't load the program and reports a fault
 * of its own.
 */
const openFilesMin = 128;

/** The system's limit, or undefined if the system does not say. */
function openFilesMax(): number | undefined {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return limit === undefined ? undefined : Number(limit);
  } catch {
    return undefined;
  }
}

/** As {@link main}; also turns an error of the system while a command is loaded into one sentence. */
async function run(args: string[]): Promise<number> {
  const most = openFilesMax();
  if (most !== undefined && most < openFilesMin) {
    sayError(
      `sealcam: the system lets it open ${most} files at once, and it needs ${openFilesMin}: raise the limit ("ulimit -n", or LimitNOFILE= of its service)`,
    );
    return 1;
  }
  try {
    return await main(args);
  } catch (error) {
    const sentence = describe(error);
    if (sentence === undefined) throw error;
    sayError(`sealcam: ${sentence}`);
    return 1;
  }
}

/**
 * A reader may leave before the end (`sealcam inspect FILE | head`): what the command found out is in its exit code all the
 * same. That a disk was full is not to be taken for success.
 */
function watchOutput(): void {
  let failed = false;
  process.once('exit', (code) => {
    if (failed && code === 0) process.exitCode = 1;
  });
  process.stdout.on('error', (error) => {
    if (systemCode(error) === 'EPIPE' || failed) return;
    failed = true;
    sayError(
      `sealcam: The output can't be written (${systemCode(error) ?? error.message}): free or change its disk`,
    );
  });
  // Without a place to say it, an error's sentence is lost; the exit code stays.
  process.stderr.on('error', () => {});
}

silenceMlKemWarnings();
watchOutput();
process.exitCode = await run(process.argv.slice(2));
