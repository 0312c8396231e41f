import { type ParseArgsConfig, parseArgs } from 'node:util';
import { isSealcamError, SealcamError, systemCode } from '../base/errors.ts';
import { printable } from '../base/printable.ts';
import { sayError } from './output.ts';

/** What a subcommand's module exports. */
export interface Subcommand {
  /** What `--help` prints. */
  readonly help: string;
  /** Runs it; resolves with the exit code: 0 success, 1 failed, 2 wrong usage, and what its help names. */
  run(args: string[]): Promise<number>;
}

/** Wrong usage: exit code 2. `message` says what is wrong and what to give. */
export function usage(message: string): SealcamError {
  return new SealcamError('USAGE', message);
}

/**
 * Runs the body of a subcommand. `--help` prints its help, an error that the world can cause becomes one
 * sentence and an exit code, and an error that only a bug can cause is thrown on.
 */
export async function runCommand(
  name: string,
  help: string,
  args: readonly string[],
  body: () => Promise<number>,
): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    return 0;
  }
  try {
    return await body();
  } catch (error) {
    const sentence = describe(error);
    if (sentence === undefined) throw error;
    sayError(`sealcam ${name}: ${sentence}`);
    return isSealcamError(error, 'USAGE') ? 2 : 1;
  }
}

/** Errors of the machine, whichever file was to be opened. */
const machineWords: Readonly<Record<string, string>> = {
  EMFILE:
    'the system lets it open no more files: raise the limit ("ulimit -n", or LimitNOFILE= of its service), or end what holds them',
  ENFILE: 'the machine has as many files open as it can: end what holds them, or raise fs.file-max',
  ENOMEM:
    'the system gives it no more memory: end what uses it, or raise the limit (MemoryMax= of its service)',
  EAGAIN:
    'the system starts no more processes or threads for it: raise the limit ("ulimit -u", or TasksMax= of its service)',
};

const systemWords: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist: check the path',
  EACCES: 'may not be accessed: check its owner and mode',
  EPERM: 'may not be accessed: check its owner and mode',
  ELOOP: 'is a symbolic link that leads to itself: check the path',
  ENAMETOOLONG: 'is too long a path: give a shorter one',
  EISDIR: 'is a folder: give a file',
  ENOTDIR: 'is below something that is not a folder: check the path',
  EEXIST: 'exists already and is not overwritten: give another name',
  ENOSPC: 'could not be written, as the disk is full: make room, or give another folder',
  EROFS: 'is on a read-only file system: mount it for writing, or give another folder',
  EIO: 'could not be read or written, as the disk reported an error',
};

/** One sentence for an error that the world can cause, or undefined for any other. */
export function describe(error: unknown): string | undefined {
  if (isSealcamError(error)) return error.message;
  const code = systemCode(error);
  if (code === undefined || !(error instanceof Error)) return undefined;
  const machine = machineWords[code];
  if (machine !== undefined) return `${machine} (${code})`;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : undefined;
  const isFolder = 'syscall' in error && error.syscall === 'mkdir' && code === 'EEXIST';
  const words = isFolder
    ? 'is a file where a folder should be: move it, or give another path'
    : systemWords[code];
  return path !== undefined && words !== undefined ? `${path} ${words}` : error.message;
}

/** Parses the options and words of a command line; an error names the wrong one and the help to read. */
export function parseWords<const O extends NonNullable<ParseArgsConfig['options']>>(
  name: string,
  args: readonly string[],
  options: O,
): ReturnType<typeof parseArgs<{ args: string[]; options: O; strict: true; allowPositionals: true }>> {
  const parsed = (() => {
    try {
      return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
    } catch (error) {
      const says = error instanceof Error ? error.message : 'the command line is wrong';
      const [, option] = /^Option '(?:-\w, )?(--[\w-]+)[^']*' argument is ambiguous/.exec(says) ?? [];
      if (option !== undefined)
        throw usage(`What follows "${option}" begins with a dash: if it is its value, write ${option}=VALUE`);
      throw usage(`${says.split('. ')[0]}: see "sealcam ${name} --help"`);
    }
  })();
  for (const [option, given] of Object.entries(parsed.values)) refuseMisread(option, given);
  return parsed;
}

/**
 * A shell leaves `~` as it is after an equals sign: a folder of that name would be made. A terminal in another encoding
 * gives bytes that Node replaces: they would put broken names into the evidence.
 * @throws SealcamError `USAGE`.
 */
function refuseMisread(option: string, given: unknown): void {
  for (const text of Array.isArray(given) ? given : [given]) {
    if (typeof text !== 'string') continue;
    if (/^~(\/|$)/.test(text)) {
      throw usage(`"--${option}" is "${text}": write the path out, as a shell leaves ~ as it is after "="`);
    }
    if (text.includes('\ufffd')) {
      throw usage(
        `"--${option}" is "${printable(text)}", which is not UTF-8: use a terminal of that encoding`,
      );
    }
  }
}

/** The value of an option that must be given. */
export function required(name: string, option: string, value: string | undefined): string {
  if (value === undefined) throw usage(`"--${option}" is missing: see "sealcam ${name} --help"`);
  return value;
}

/** The whole number of an option, within its bounds; undefined if it was not given. @throws `USAGE`. */
export function wholeNumber(
  option: string,
  given: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (given === undefined) return undefined;
  const number = Number(given);
  if (/^\d{1,15}$/.test(given) && number >= least && number <= most) return number;
  throw usage(`"--${option}" is "${given}": give a whole number from ${least} to ${most}`);
}

/** The value of `--port`; 0, which takes a free one, if none was given. @throws SealcamError `USAGE`. */
export function portOf(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,5}$/.test(text) && Number(text) < 2 ** 16) return Number(text);
  throw usage(`"--port" is "${text}": give a whole number below 65536`);
}
