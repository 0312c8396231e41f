import { createReadStream, fstatSync } from 'node:fs';
import { expectPassphrase, isLocked, type KeyLock, unlockKey } from '../agency/locked-key.ts';
import { SealcamError } from '../base/errors.ts';
import { printable } from '../base/printable.ts';
import { usage } from './command.ts';
import { readSmallFile } from './files.ts';

/** Bytes of all passphrases that are read from a descriptor. */
const passphraseBytesMax = 4_096;

/** The help text of these options. */
export const passphraseHelp = `  --passphrase-fd N     reads passphrases from the open file descriptor N, a line for each key that needs one, in the
                        order in which they are needed; one line alone serves for all. Without it you are asked at the
                        terminal.
`;

/** The options that go with passphrases. */
export const passphraseOptions = { 'passphrase-fd': { type: 'string' } } as const;

/** Where passphrases come from: a descriptor that was named, or a person at the terminal. */
export class Passphrases {
  readonly #fd: number | undefined;
  readonly #strength: Pick<KeyLock, 'workFactor'>;
  #lines: string[] | undefined;
  #last: string | undefined;

  /**
   * @param fd the value of `--passphrase-fd`.
   * @param workFactor how new keys are locked.
   * @throws SealcamError `USAGE`.
   */
  constructor(fd: string | undefined, workFactor?: number) {
    if (fd !== undefined && !/^(?:0|[1-9][0-9]{0,5})$/.test(fd)) {
      throw usage(`"--passphrase-fd" is "${fd}": give the number of an open file descriptor`);
    }
    this.#fd = fd === undefined ? undefined : Number(fd);
    this.#strength = workFactor === undefined ? {} : { workFactor };
  }

  /** The passphrase of an existing key. @throws SealcamError `KEY_PASSPHRASE`, `PASSPHRASE_NO_TERMINAL`. */
  existing(name: string): Promise<string> {
    return this.#fd === undefined ? ask(`Passphrase for ${printable(name)}: `, name) : this.#next(this.#fd);
  }

  /** The lock of a new key; a person is asked twice. @throws as {@link existing}. */
  async fresh(name: string): Promise<KeyLock> {
    if (this.#fd !== undefined) {
      const given = await this.#next(this.#fd);
      expectPassphrase(given);
      return { passphrase: given, ...this.#strength };
    }
    const first = await ask(`New passphrase for ${printable(name)}: `, name);
    expectPassphrase(first);
    if ((await ask('The same again: ', name)) === first) return { passphrase: first, ...this.#strength };
    throw new SealcamError('KEY_PASSPHRASE', 'The two passphrases are not the same: begin again');
  }

  async #next(fd: number): Promise<string> {
    this.#lines ??= await linesOf(fd);
    this.#last = this.#lines.shift() ?? this.#last;
    return this.#last ?? '';
  }
}

/**
 * A private key file, which a passphrase may protect; the caller overwrites it when done.
 * @throws SealcamError as `unlockKey` and {@link Passphrases.existing}; what reading throws.
 */
export async function readKeyFile(path: string, passphrases: Passphrases): Promise<Buffer> {
  const file = Buffer.from(await readSmallFile(path));
  if (!isLocked(file)) return file;
  return unlockKey(file, await passphrases.existing(path), printable(path));
}

async function linesOf(fd: number): Promise<string[]> {
  try {
    fstatSync(fd);
  } catch (cause) {
    throw new SealcamError(
      'PASSPHRASE_FD',
      `"--passphrase-fd" names descriptor ${fd}, which is not open: open it, for example with ${fd}<FILE`,
      { cause },
    );
  }
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of createReadStream('', { fd, autoClose: false })) {
    pieces.push(piece as Buffer);
    bytes += (piece as Buffer).length;
    if (bytes > passphraseBytesMax) {
      throw new SealcamError(
        'PASSPHRASE_FD',
        `Descriptor ${fd} gives more than ${passphraseBytesMax} bytes, which are not passphrases: check what it is`,
      );
    }
  }
  const whole = Buffer.concat(pieces);
  const lines = whole
    .toString('utf8')
    .replace(/\r?\n$/, '')
    .split(/\r?\n/);
  for (const piece of [...pieces, whole]) piece.fill(0);
  return lines;
}

/** Asks at the terminal, without showing what is typed. */
async function ask(question: string, name: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY) {
    throw new SealcamError(
      'PASSPHRASE_NO_TERMINAL',
      `A passphrase for ${printable(name)} is needed, and there is no terminal to ask at: give --passphrase-fd N`,
    );
  }
  // Before the question, so that an answer that comes at once is not shown either.
  stdin.setRawMode(true);
  stderr.write(question);
  stdin.resume();
  try {
    return await typed(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write('\n');
  }
}

function typed(stdin: NodeJS.ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    const characters: string[] = [];
    const hear = (bytes: Buffer): void => {
      const outcome = type(characters, bytes.toString('utf8'));
      if (outcome === 'more') return;
      stdin.off('data', hear);
      if (outcome === 'done') resolve(characters.join(''));
      else reject(new SealcamError('KEY_PASSPHRASE', 'No passphrase was given'));
    };
    stdin.on('data', hear);
  });
}

/** Adds what was typed to `characters`, up to the end of the line, or to Control-C or Control-D. */
function type(characters: string[], text: string): 'more' | 'done' | 'given up' {
  for (const character of text) {
    if (character === '\r' || character === '\n') return 'done';
    if (character === '\u0003' || character === '\u0004') return 'given up';
    if (character === '\u007f' || character === '\b') characters.pop();
    else if (character >= ' ') characters.push(character);
  }
  return 'more';
}
