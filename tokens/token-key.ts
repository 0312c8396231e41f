import { constants } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { isSealcamError, SealcamError, systemCode } from '../base/errors.ts';
import { readOutsideFile } from '../base/outside-file.ts';

// A signing key that a token holds: a secure element, a TPM or an HSM, reached by PKCS#11. A file says where, and takes the place
// of the key's own file.

/** The files that describe a token, next to where `identity.key` of a camera, `receipt.key` of a station, or `root.key` of an agency, would be. */
export const tokenFileNames = {
  identity: 'identity-token.json',
  receipt: 'receipt-token.json',
  root: 'root-token.json',
} as const;

/** The longest message that a token is asked to sign: some times that of a receipt. */
export const signedBytesMax = 65_536;

/** Where a key is, and how to reach it. */
export interface TokenKey {
  /** The absolute path of the PKCS#11 module, a shared library. */
  readonly module: string;
  /** The token's label. */
  readonly token: string;
  /** The label of the key pair. */
  readonly key: string;
  /** The absolute path of the file that holds the user's PIN, readable by its owner alone; absent where a person types the PIN. */
  readonly pin?: string;
  /** What the module reads from its environment, such as `SOFTHSM2_CONF` or `TPM2_PKCS11_STORE`. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Variables that modules read: of SoftHSM2, tpm2-pkcs11, the TPM's software stack, and others that begin alike. */
const variablePattern = /^(SOFTHSM2|TPM2|TSS2|TCTI|PKCS11|P11)_[A-Z0-9_]{1,48}$/;

/** The variables of `environment` that a module may read: a description keeps those that are set when it is made. */
export function tokenVariables(
  environment: Readonly<Record<string, string | undefined>>,
): TokenKey['environment'] {
  const set = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && variablePattern.test(name) ? [[name, value]] : [],
  );
  return Object.fromEntries(set);
}

/** The text of a description. */
export function formatTokenKey(key: TokenKey): string {
  return `${JSON.stringify(key, undefined, 2)}\n`;
}

/**
 * Reads a description; undefined if there is no such file, so that the key is a file.
 * @throws SealcamError `KEY_TOKEN`.
 */
export async function readTokenKey(path: string): Promise<TokenKey | undefined> {
  let text: string;
  try {
    text = (await readOutsideFile(path, descriptionBytesMax)).toString('utf8');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined;
    throw tokenError('description', cause);
  }
  const key = parsed(text);
  await expectOwn(path, 'description-writable');
  await expectOwn(key.module, 'module-writable');
  return key;
}

const descriptionBytesMax = 16_384;
const names = ['module', 'token', 'key', 'pin', 'environment'];

function parsed(text: string): TokenKey {
  const value = objectOf(text);
  const { module, token, key, pin, environment = {} } = value;
  const isKnown = Object.keys(value).every((name) => names.includes(name));
  if (!isKnown || !isPath(module) || !isText(token) || !isText(key) || !(pin === undefined || isPath(pin)))
    throw tokenError('description');
  if (typeof environment !== 'object' || environment === null) throw tokenError('description');
  const variables = Object.entries(environment).map(([name, set]: [string, unknown]) => {
    if (!variablePattern.test(name) || !isText(set)) throw tokenError('description');
    return [name, set] as const;
  });
  const named = pin === undefined ? {} : { pin };
  return { module, token, key, ...named, environment: Object.fromEntries(variables) };
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return { environment: {}, ...value };
  } catch (cause) {
    throw tokenError('description', cause);
  }
  throw tokenError('description');
}

/** Whoever can write one of these files has code of his own run with the key. @throws SealcamError `KEY_TOKEN`. */
async function expectOwn(path: string, trouble: string): Promise<void> {
  // What is missing is told by whoever opens it.
  const { uid, mode } = await stat(path).catch(() => ({ uid: 0, mode: 0 }));
  const isOwn = uid === 0 || uid === process.getuid?.();
  if (!isOwn || (mode & (constants.S_IWGRP | constants.S_IWOTH)) !== 0) throw tokenError(trouble);
}

function isPath(value: unknown): value is string {
  return isText(value) && isAbsolute(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('\0');
}

const locked = 'its PIN was wrong too often, and the token is locked: unlock it by its administrator';

/** What keeps a token from being used, in one word each; else the module's own word (`CKR_...`) stands. */
const troubles: Readonly<Record<string, string>> = {
  description: 'its file is not a description of one (module, token, key, pin, environment): restore it',
  package: 'the package pkcs11js is not installed or not built: install it, with a C++ compiler',
  'description-writable': 'others may change its description: let its owner alone write it',
  'module-writable': 'others may change its PKCS#11 module: let root or this user alone write it',
  module: 'its PKCS#11 module cannot be loaded: install it, or name the right one',
  'pin-needed': 'its PIN was not given, and its description names no file of it: give it',
  'pin-file': 'the file of its PIN cannot be read by this user: restore it',
  'pin-mode': 'the file of its PIN may be read by others: give it the mode 0600',
  'pin-final-try':
    'its PIN was wrong, and one try is left: check the PIN, and log in once by hand with the right one',
  'token-absent': 'there is no token of that label: connect it',
  'key-absent': 'the token holds no P-384 key pair of that label: name the right one, or make a new one',
  'key-exists': 'the token holds a key pair of that label already: give another label, or remove it',
  'key-readable':
    'its private key could be read out of the token: make one that is sensitive and not extractable',
  'key-other': 'its key is another one than when it was opened first: put back the token that was there',
  'signature-wrong': 'its signature is not one of its key: see whether it works at all',
  'message-long': 'it was asked to sign more than it should: report this',
  closed: 'it was closed, as the program ends',
  silent: 'it has not answered for half a minute: see whether it is connected, and whether its module works',
  child: 'the process that asks it ended early: see whether its PKCS#11 module works',
  CKR_PIN_INCORRECT: 'its PIN is wrong: give the right one before the token locks itself',
  CKR_PIN_LOCKED: locked,
  'pin-locked': locked,
};

/** The error of a token. Its message is one word, which a key child can write to a pipe. */
export function tokenError(trouble: string, cause?: unknown): SealcamError {
  return new SealcamError('KEY_TOKEN', trouble, { cause });
}

/** The error with its sentence for people. */
export function explainedTokenError(trouble: string): SealcamError {
  const what =
    troubles[trouble] ?? `the token refuses (${trouble}): see what its PKCS#11 module says of that`;
  return new SealcamError('KEY_TOKEN', `The token that holds the key cannot be used: ${what}`);
}

/** What `use` returns; an error of a token gets its sentence. */
export async function explainingToken<T>(use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    throw isSealcamError(error, 'KEY_TOKEN') ? explainedTokenError(error.message) : error;
  }
}
