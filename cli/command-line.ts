import { readFileSync } from 'node:fs';
import { systemCode } from '../base/errors.ts';
import { silenceMlKemWarnings } from '../base/program.ts';
import { describe, type Subcommand } from './command.ts';
import { sayError } from './output.ts';

/** The subcommands of a program by their names: what each does, and its module, which is loaded only on demand. */
export type CommandTable = Readonly<Record<string, { readonly does: string; load(): Promise<Subcommand> }>>;

const helpOf = (commands: CommandTable): string => `sealcam: body-camera evidence, sealed at the lens

${Object.entries(commands)
  .map(([name, { does }]) => `  ${name.padEnd(10)}${does}`)
  .join('\n')}

"sealcam COMMAND --help" says more. "sealcam --version" prints the version.
`;

async function main(commands: CommandTable, args: string[]): Promise<number> {
  const help = helpOf(commands);
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
async function run(commands: CommandTable, args: string[]): Promise<number> {
  const most = openFilesMax();
  if (most !== undefined && most < openFilesMin) {
    sayError(
      `sealcam: the system lets it open ${most} files at once, and it needs ${openFilesMin}: raise the limit ("ulimit -n", or LimitNOFILE= of its service)`,
    );
    return 1;
  }
  try {
    return await main(commands, args);
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

/** Runs this process as `sealcam`, with these subcommands, and sets its exit code. */
export async function runCommandLine(commands: CommandTable): Promise<void> {
  silenceMlKemWarnings();
  watchOutput();
  process.exitCode = await run(commands, process.argv.slice(2));
}
