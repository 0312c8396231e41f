import { armor, Decrypter, Encrypter } from 'age-encryption';
import { SealcamError } from '../base/errors.ts';

// The private keys of people are files of age (age-encryption.org/v1), encrypted with a passphrase by scrypt
// and armored; `age --decrypt` opens them too. Inside is the same key file as without a passphrase.

/** The fewest characters of a passphrase for a new key. */
const passphraseLengthMin = 12;
/** Each increment doubles the steps of scrypt: 18 takes a second or two, and 256 MiB. */
const newKeyWorkFactor = 18;
const workFactorMax = 20;

const armorHead = '-----BEGIN AGE ENCRYPTED FILE-----';
const binaryHead = 'age-encryption.org/v1';

/** How a new private key is locked. */
export interface KeyLock {
  /** Without one the key is not protected. */
  readonly passphrase?: string;
  /** Steps of scrypt, as a power of two; for tests, which have no secrets. */
  readonly workFactor?: number;
}

/** Whether a key file is a file of age, and so needs a passphrase. */
export function isLocked(file: Uint8Array): boolean {
  const start = Buffer.from(file.subarray(0, 64)).toString('latin1').trimStart();
  return start.startsWith(armorHead) || start.startsWith(binaryHead);
}

/** A private key file, locked if a passphrase is given. @throws SealcamError as {@link lockKey}. */
export async function lockedIf({ passphrase, workFactor }: KeyLock, text: string): Promise<string> {
  return passphrase === undefined ? text : lockKey(text, passphrase, workFactor);
}

/**
 * Encrypts a key file with a passphrase.
 * @throws SealcamError `KEY_PASSPHRASE` if the passphrase is too short.
 */
export async function lockKey(
  text: string,
  passphrase: string,
  workFactor = newKeyWorkFactor,
): Promise<string> {
  expectPassphrase(passphrase);
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(workFactor);
  return `${armor.encode(await encrypter.encrypt(text)).trimEnd()}\n`;
}

/** @throws SealcamError `KEY_PASSPHRASE` if a passphrase is empty, or too short for a new key. */
export function expectPassphrase(passphrase: string): void {
  const { length } = [...passphrase];
  if (length >= passphraseLengthMin) return;
  throw new SealcamError(
    'KEY_PASSPHRASE',
    length === 0
      ? 'The passphrase is empty: give one of six random words, or say --no-passphrase for a key that anyone who copies it can use'
      : `The passphrase has ${length} characters: give one of ${passphraseLengthMin} or more, such as six random words`,
  );
}

/**
 * Decrypts a key file that {@link lockKey} made; the caller overwrites it when done.
 * @param name errors call the file by it.
 * @throws SealcamError `KEY_PASSPHRASE` (the wrong one), `KEY_FILE` (damaged, or encrypted to something else).
 */
export async function unlockKey(file: Uint8Array, passphrase: string, name: string): Promise<Buffer> {
  if (passphrase === '') {
    throw new SealcamError(
      'KEY_PASSPHRASE',
      `The passphrase for ${name} is empty: give the one it was made with`,
    );
  }
  const binary = binaryOf(file, name);
  expectScrypt(binary, name);
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return Buffer.from(await decrypter.decrypt(binary));
  } catch (cause) {
    if (cause instanceof Error && cause.message.includes('no identity matched')) {
      throw new SealcamError(
        'KEY_PASSPHRASE',
        `The passphrase does not open ${name}: give the one it was made with`,
        {
          cause,
        },
      );
    }
    throw damaged(name, cause);
  }
}

function binaryOf(file: Uint8Array, name: string): Uint8Array {
  const text = Buffer.from(file).toString('latin1').trim();
  if (!text.startsWith(armorHead)) return Uint8Array.from(file);
  try {
    return armor.decode(text);
  } catch (cause) {
    throw damaged(name, cause);
  }
}

/** The first line after the version says what the file is encrypted to. */
function expectScrypt(binary: Uint8Array, name: string): void {
  const [, stanza = ''] = Buffer.from(binary.subarray(0, 256)).toString('latin1').split('\n');
  const [, factor] = /^-> scrypt [A-Za-z0-9+/]+ ([1-9][0-9]?)$/.exec(stanza) ?? [];
  if (factor === undefined) {
    throw new SealcamError(
      'KEY_FILE',
      `${name} is a file of age that is not encrypted with a passphrase: give the key file that "sealcam provision" made`,
    );
  }
  if (Number(factor) > workFactorMax) {
    throw new SealcamError(
      'KEY_FILE',
      `${name} asks for scrypt with a work factor of ${factor}; at most ${workFactorMax} is allowed: "sealcam provision" did not make it`,
    );
  }
}

function damaged(name: string, cause: unknown): SealcamError {
  return new SealcamError('KEY_FILE', `${name} is damaged: restore it from its backup`, { cause });
}
