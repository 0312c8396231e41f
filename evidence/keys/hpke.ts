import { ECDH } from 'node:crypto';
import type * as Hpke from 'hpke';
import type { CipherSuite, KEM, Key } from 'hpke';
import { SealcamError } from '../../base/errors.ts';
import { sha256 } from '../crypto.ts';
import { hpkeEncBytes, hpkePublicKeyBytes, hpkeSeedBytes, hpkeTagBytes } from '../limits.ts';

// HPKE (RFC 9180), base mode, in the one suite of format 1: KEM 0x0051 MLKEM1024-P384 (draft-ietf-hpke-pq), KDF
// 0x0002 HKDF-SHA384, AEAD 0x0002 AES-256-GCM, empty aad: whatever must be bound goes into `info`.

/** A recipient's or vault's key pair as bytes: the content of a key file. */
export interface HpkeKeyPair {
  /** Raw public key, 1,665 bytes: ML-KEM-1024 encapsulation key, then the uncompressed P-384 point. */
  readonly publicKey: Uint8Array;
  /** Private seed, 32 bytes, from which both private keys are derived. */
  readonly seed: Uint8Array;
}

/** A private key that can open, and that is known to belong to its public key. */
export interface HpkePrivateKey {
  readonly publicKey: Uint8Array;
  /** {@link hpkeKeyId} of the public key. */
  readonly id: Uint8Array;
  readonly handle: Key;
}

/** The result of sealing: `enc` of 1,665 bytes, and a ciphertext 16 bytes longer than the plaintext. */
export interface HpkeSealed {
  readonly enc: Uint8Array;
  readonly ciphertext: Uint8Array;
}

let loading: Promise<CipherSuite> | undefined;

/**
 * The suite, from a library that is loaded on first use: it takes longer than the rest of the program's start.
 */
export function hpkeSuite(): Promise<CipherSuite> {
  loading ??= load();
  return loading;
}

async function load(): Promise<CipherSuite> {
  const hpke = await import('hpke');
  const native = hpkeSuiteWith(hpke, hpke.KEM_MLKEM1024_P384);
  try {
    await native.GenerateKeyPair(false);
    return native;
  } catch (error) {
    if (!(error instanceof hpke.NotSupportedError)) throw error;
  }
  // WebCrypto has ML-KEM from Node 24.7 on.
  return portableHpkeSuite();
}

/** {@link hpkeSuite} with a KEM that runs on every version of Node. */
export async function portableHpkeSuite(): Promise<CipherSuite> {
  const [hpke, { hybridKem }] = await Promise.all([import('hpke'), import('./hybrid-kem.ts')]);
  return hpkeSuiteWith(hpke, hybridKem);
}

function hpkeSuiteWith(hpke: typeof Hpke, kem: () => KEM): CipherSuite {
  return new hpke.CipherSuite(kem, hpke.KDF_HKDF_SHA384, hpke.AEAD_AES_256_GCM);
}

/** Bytes of the ML-KEM-1024 key's polynomials, 12 bits a coefficient; the 32 bytes after them are a seed. */
const polynomialBytes = 1_536;
const mlKemKeyBytes = 1_568;
const mlKemModulus = 3_329;

/**
 * Checks that raw bytes are a public key, in its one encoding: ML-KEM coefficients below the modulus (FIPS 203,
 * 7.2; @noble/post-quantum 0.5 lets larger ones pass, so that one key would have several names) and an
 * uncompressed point on P-384.
 * @throws SealcamError `HPKE_KEY`.
 */
export function checkHpkePublicKey(publicKey: Uint8Array): void {
  expectLength('public key', publicKey, hpkePublicKeyBytes);
  for (let at = 0; at < polynomialBytes; at += 3) {
    const [low = 0, middle = 0, high = 0] = publicKey.subarray(at, at + 3);
    const first = low | ((middle & 0x0f) << 8);
    const second = (middle >> 4) | (high << 4);
    if (first >= mlKemModulus || second >= mlKemModulus) throw notAKey();
  }
  const point = publicKey.subarray(mlKemKeyBytes);
  // OpenSSL also takes hybrid forms (06, 07) of the same length.
  if (point[0] !== 0x04) throw notAKey();
  try {
    ECDH.convertKey(point, 'secp384r1');
  } catch (cause) {
    throw notAKey(cause);
  }
}

/** A public key's name: SHA-256 of its raw 1,665 bytes. */
export function hpkeKeyId(publicKey: Uint8Array): Uint8Array {
  expectLength('public key', publicKey, hpkePublicKeyBytes);
  return sha256(publicKey);
}

/** A fresh key pair. */
export async function generateHpkeKeyPair(): Promise<HpkeKeyPair> {
  const hpke = await hpkeSuite();
  const { privateKey, publicKey } = await hpke.GenerateKeyPair(true);
  return {
    publicKey: await hpke.SerializePublicKey(publicKey),
    seed: await hpke.SerializePrivateKey(privateKey),
  };
}

/**
 * Makes a private key usable. The library keeps a copy of the seed that cannot be erased.
 * @throws SealcamError `HPKE_KEY` if a length is wrong, or the two halves are of different pairs.
 */
export async function importHpkeKeyPair(pair: HpkeKeyPair): Promise<HpkePrivateKey> {
  const id = hpkeKeyId(pair.publicKey);
  expectLength('seed', pair.seed, hpkeSeedBytes);
  const hpke = await hpkeSuite();
  // The library keeps the bytes it is given, so give it a copy: the caller may overwrite its own.
  const handle = await hpke.DeserializePrivateKey(Uint8Array.from(pair.seed), false);
  const key = { publicKey: Uint8Array.from(pair.publicKey), id, handle };
  const probe = await hpkeSeal(pair.publicKey, id, new Uint8Array());
  if ((await hpkeOpen(key, id, probe)) === undefined) {
    throw new SealcamError(
      'HPKE_KEY',
      'The seed and the public key are not of one pair: restore the key file from its backup',
    );
  }
  return key;
}

/**
 * Seals `plaintext` to a raw public key, bound to `info`.
 * @throws SealcamError `HPKE_KEY` if the key is invalid: wrong length, ML-KEM coefficients out of range, or a
 *   point that is not on the curve.
 */
export async function hpkeSeal(
  publicKey: Uint8Array,
  info: Uint8Array,
  plaintext: Uint8Array,
): Promise<HpkeSealed> {
  checkHpkePublicKey(publicKey);
  const hpke = await hpkeSuite();
  try {
    const key = await hpke.DeserializePublicKey(publicKey);
    const { encapsulatedSecret, ciphertext } = await hpke.Seal(key, plaintext, { info });
    return { enc: encapsulatedSecret, ciphertext };
  } catch (cause) {
    if (!isFailure(cause, 'DeserializeError', 'EncapError', 'ValidationError')) throw cause;
    throw notAKey(cause);
  }
}

/** The plaintext, or undefined if `sealed` was not sealed to this key with this `info`, or was altered. */
export async function hpkeOpen(
  key: HpkePrivateKey,
  info: Uint8Array,
  sealed: HpkeSealed,
): Promise<Uint8Array | undefined> {
  if (sealed.enc.length !== hpkeEncBytes || sealed.ciphertext.length < hpkeTagBytes) return undefined;
  const hpke = await hpkeSuite();
  try {
    return await hpke.Open(key.handle, sealed.enc, sealed.ciphertext, { info });
  } catch (error) {
    if (!isFailure(error, 'DecapError', 'OpenError', 'ValidationError')) throw error;
    return undefined;
  }
}

/** True if the library says that the key or the message is bad; anything else is a bug. */
function isFailure(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

function expectLength(what: string, bytes: Uint8Array, length: number): void {
  if (bytes.length === length) return;
  throw new SealcamError(
    'HPKE_KEY',
    `"${what}": expected ${length} bytes, got ${bytes.length}: it is not an MLKEM1024-P384 key`,
  );
}

function notAKey(cause?: unknown): SealcamError {
  return new SealcamError(
    'HPKE_KEY',
    'The 1,665 bytes are not an MLKEM1024-P384 public key: ask its owner for the key file again',
    { cause },
  );
}
