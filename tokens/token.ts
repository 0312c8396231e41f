import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import type pkcs11js from 'pkcs11js';
import { isSealcamError, systemCode } from '../base/errors.ts';
import { openOutsideFile } from '../base/outside-file.ts';
import { keyIdOf, p384PublicKey, type Signer } from '../evidence/crypto.ts';
import { signatureBytes } from '../evidence/limits.ts';
import { type TokenKey, tokenError } from './token-key.ts';

// Keys in a token, by PKCS#11. A camera's key child and an agency's commands load this, and only where a token is configured:
// pkcs11js and the module are native code of others, which the agent itself need not run. Every error of the token is KEY_TOKEN, and its
// message one word.

type Pkcs11 = typeof pkcs11js;
type Module = InstanceType<Pkcs11['PKCS11']>;
type TokenObject = Buffer;

/** A session with a token, logged in. */
interface OpenToken {
  readonly pkcs11: Pkcs11;
  readonly module: Module;
  readonly session: TokenObject;
}

/**
 * The signature of the token's key, r||s (96 bytes) over SHA-384 of `message`. It is refused if the private key could be read
 * out: then a copy of it might exist, and the token would promise what it does not keep.
 * @throws SealcamError `KEY_TOKEN`.
 */
export function signWithToken(key: TokenKey, message: Uint8Array): Promise<Uint8Array> {
  return withToken(key, {}, async (open) => inOneWord(() => signing(open, key))(message));
}

/**
 * Has `use` sign with a key pair that the token holds, while the token is open. It is refused as {@link signWithToken} does.
 * @param pin where the description names no file of it.
 * @throws SealcamError `KEY_TOKEN`, and what `use` throws.
 */
export function withTokenKey<T>(
  key: TokenKey,
  use: (signer: Signer) => Promise<T>,
  pin?: string,
): Promise<T> {
  return withToken(key, { pin }, (open) => {
    const signer = inOneWord(() => {
      const [publicKey] = found(open, open.pkcs11.CKO_PUBLIC_KEY, key.key);
      if (publicKey === undefined) throw tokenError('key-absent');
      return signerOf(open, publicKey, key);
    });
    return use(signer);
  });
}

/**
 * Makes a key pair in the token, which never gives the private key away, and has `use` sign with it.
 * @param pin where the description names no file of it.
 * @throws SealcamError `KEY_TOKEN`, and what `use` throws.
 */
export function withNewTokenKey<T>(
  key: TokenKey,
  use: (signer: Signer) => Promise<T>,
  pin?: string,
): Promise<T> {
  return withToken(key, { pin, writes: true }, async (open) => {
    const pair = inOneWord(() => {
      if (found(open, open.pkcs11.CKO_PRIVATE_KEY, key.key).length > 0) throw tokenError('key-exists');
      return makePair(open, key.key);
    });
    try {
      return await use(inOneWord(() => signerOf(open, pair.publicKey, key)));
    } catch (error) {
      // Nothing names the pair, and the next try would find its label taken.
      for (const half of [pair.privateKey, pair.publicKey])
        attemptTo(() => open.module.C_DestroyObject(open.session, half));
      throw error;
    }
  });
}

/** Removes a key pair that nothing names. @throws SealcamError `KEY_TOKEN`. */
export function removeTokenKey(key: TokenKey): Promise<void> {
  return withToken(key, { writes: true }, (open) => {
    inOneWord(() => {
      for (const kind of [open.pkcs11.CKO_PRIVATE_KEY, open.pkcs11.CKO_PUBLIC_KEY])
        for (const half of found(open, kind, key.key)) open.module.C_DestroyObject(open.session, half);
    });
    return Promise.resolve();
  });
}

/** Opens the token, and closes it whatever happens. */
async function withToken<T>(
  key: TokenKey,
  how: { readonly pin?: string | undefined; readonly writes?: boolean },
  use: (open: OpenToken) => Promise<T>,
): Promise<T> {
  const pkcs11 = await loadPackage();
  const pin = await pinOf(key, how.pin);
  Object.assign(process.env, key.environment);
  const module = new pkcs11.PKCS11();
  try {
    const session = inOneWord(() => opened(pkcs11, module, key, how.writes === true, pin));
    return await use({ pkcs11, module, session });
  } finally {
    pin.fill(0);
    // Ends its sessions too. One that was never initialised, or has died, cannot be ended.
    attemptTo(() => module.C_Finalize());
    attemptTo(() => module.close());
  }
}

/** A session with the token, logged in. */
function opened(pkcs11: Pkcs11, module: Module, key: TokenKey, writes: boolean, pin: Buffer): TokenObject {
  module.load(key.module);
  module.C_Initialize();
  const flags = pkcs11.CKF_SERIAL_SESSION | (writes ? pkcs11.CKF_RW_SESSION : 0);
  const slot = slotOf(module, key.token);
  expectTriesLeft(pkcs11, module, slot);
  const session = module.C_OpenSession(slot, flags);
  module.C_Login(session, pkcs11.CKU_USER, pin.toString('utf8'));
  return session;
}

/** What `run` returns; what the module throws becomes a word of it. */
function inOneWord<T>(run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw isSealcamError(cause) ? cause : tokenError(wordOf(cause), cause);
  }
}

async function loadPackage(): Promise<Pkcs11> {
  try {
    return (await import('pkcs11js')).default;
  } catch (cause) {
    throw tokenError('package', cause);
  }
}

/** The PIN: from its file, or as a person typed it. */
function pinOf({ pin }: TokenKey, typed: string | undefined): Promise<Buffer> {
  if (pin !== undefined) return readPin(pin);
  if (typed === undefined) throw tokenError('pin-needed');
  return Promise.resolve(Buffer.from(typed));
}

const pinBytesMax = 256;

/** The PIN, without the end of its line. Others than the file's owner must not be able to read it. */
async function readPin(path: string): Promise<Buffer> {
  try {
    const file = await openOutsideFile(path, pinBytesMax);
    try {
      const { mode } = await file.stat();
      if ((mode & (constants.S_IRWXG | constants.S_IRWXO)) !== 0) throw tokenError('pin-mode');
      const bytes = Buffer.alloc(pinBytesMax);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
      const end = bytes.subarray(0, bytesRead).indexOf('\n');
      return bytes.subarray(0, end < 0 ? bytesRead : end);
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (isSealcamError(cause, 'KEY_TOKEN')) throw cause;
    if (isSealcamError(cause) || systemCode(cause) !== undefined) throw tokenError('pin-file', cause);
    throw cause;
  }
}

function slotOf(module: Module, label: string): TokenObject {
  // Labels are padded with spaces to 32 bytes.
  const slot = module.C_GetSlotList(true).find((one) => labelOf(module, one) === label);
  if (slot === undefined) throw tokenError('token-absent');
  return slot;
}

function labelOf(module: Module, slot: TokenObject): string {
  return module.C_GetTokenInfo(slot).label.replace(/[ \0]+$/, '');
}

/** The last try is left to a person: one damaged file must not lock the token for good. */
function expectTriesLeft(pkcs11: Pkcs11, module: Module, slot: TokenObject): void {
  const { flags } = module.C_GetTokenInfo(slot);
  if ((flags & pkcs11.CKF_USER_PIN_LOCKED) !== 0) throw tokenError('pin-locked');
  if ((flags & pkcs11.CKF_USER_PIN_FINAL_TRY) !== 0) throw tokenError('pin-final-try');
}

function found({ pkcs11, module, session }: OpenToken, kind: number, label: string): TokenObject[] {
  module.C_FindObjectsInit(session, [
    { type: pkcs11.CKA_CLASS, value: kind },
    { type: pkcs11.CKA_LABEL, value: label },
  ]);
  try {
    return module.C_FindObjects(session, 2);
  } finally {
    module.C_FindObjectsFinal(session);
  }
}

/** The private key, if the token never gives it away. */
function heldKey(open: OpenToken, label: string): TokenObject {
  const { pkcs11, module, session } = open;
  const [handle, ...others] = found(open, pkcs11.CKO_PRIVATE_KEY, label);
  if (handle === undefined || others.length > 0) throw tokenError('key-absent');
  // And never could: what was readable once may have been copied then.
  const held = module.C_GetAttributeValue(session, handle, [
    { type: pkcs11.CKA_SENSITIVE },
    { type: pkcs11.CKA_ALWAYS_SENSITIVE },
    { type: pkcs11.CKA_NEVER_EXTRACTABLE },
    { type: pkcs11.CKA_EXTRACTABLE },
  ]);
  if (held.map(({ value }) => value[0]).join() !== '1,1,1,0') throw tokenError('key-readable');
  return handle;
}

/** The pair of that label as a signer. */
function signerOf(open: OpenToken, publicKey: TokenObject, key: TokenKey): Signer {
  const spki = spkiOf(open, publicKey);
  return { publicKey: spki, keyId: keyIdOf(spki), sign: signing(open, key) };
}

/** What signs with the token's key. */
function signing(open: OpenToken, { key }: TokenKey): (message: Uint8Array) => Uint8Array {
  const { pkcs11, module, session } = open;
  const held = heldKey(open, key);
  return (message) =>
    inOneWord(() => {
      // The digest is made here: not every token knows ECDSA with SHA-384 in one step.
      const digest = createHash('sha384').update(message).digest();
      module.C_SignInit(session, { mechanism: pkcs11.CKM_ECDSA }, held);
      const made = module.C_Sign(session, digest, Buffer.alloc(signatureBytes));
      if (made.length !== signatureBytes) throw tokenError('key-absent');
      return new Uint8Array(made);
    });
}

/** The object identifier of P-384, DER. */
const p384 = Buffer.from('06052b81040022', 'hex');

function makePair(
  { pkcs11, module, session }: OpenToken,
  label: string,
): { readonly publicKey: TokenObject; readonly privateKey: TokenObject } {
  const id = createHash('sha256').update(label).digest().subarray(0, 16);
  const common = [
    { type: pkcs11.CKA_TOKEN, value: true },
    { type: pkcs11.CKA_LABEL, value: label },
    { type: pkcs11.CKA_ID, value: id },
  ];
  return module.C_GenerateKeyPair(
    session,
    { mechanism: pkcs11.CKM_EC_KEY_PAIR_GEN },
    [...common, { type: pkcs11.CKA_EC_PARAMS, value: p384 }, { type: pkcs11.CKA_VERIFY, value: true }],
    [
      ...common,
      { type: pkcs11.CKA_PRIVATE, value: true },
      { type: pkcs11.CKA_SENSITIVE, value: true },
      { type: pkcs11.CKA_EXTRACTABLE, value: false },
      { type: pkcs11.CKA_SIGN, value: true },
    ],
  );
}

/** What comes before the point in the SPKI DER of a P-384 key. */
const spkiHead = Buffer.from('3076301006072a8648ce3d020106052b8104002203620004', 'hex');
const pointBytes = 96;

/** CKA_EC_POINT is the uncompressed point in an OCTET STRING. */
function spkiOf({ pkcs11, module, session }: OpenToken, publicKey: TokenObject): Uint8Array {
  const [point] = module.C_GetAttributeValue(session, publicKey, [{ type: pkcs11.CKA_EC_POINT }]);
  const spki = new Uint8Array(
    Buffer.concat([spkiHead, point?.value.subarray(-pointBytes) ?? Buffer.alloc(0)]),
  );
  if (p384PublicKey(spki) === undefined) throw tokenError('key-absent');
  return spki;
}

/** The module's word for what went wrong. */
function wordOf(cause: unknown): string {
  return /\bCKR_[A-Z0-9_]{1,32}\b/.exec(cause instanceof Error ? cause.message : '')?.[0] ?? 'module';
}

function attemptTo(run: () => void): void {
  try {
    run();
  } catch {
    // There is nothing left to do with it.
  }
}
