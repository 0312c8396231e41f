import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { equalBytes, toHex } from '../base/bytes.ts';
import type { Randomness } from '../base/random.ts';
import { publicKeyBytes, signatureBytes } from './limits.ts';

/** Signs statements with one ECDSA P-384 key. */
export interface Signer {
  /** Hex SHA-256 of the key's SPKI DER: a hint for finding the key, never proof. */
  readonly keyId: string;
  /** The key's SubjectPublicKeyInfo, DER, 120 bytes. */
  readonly publicKey: Uint8Array;
  /** r||s (96 bytes) over SHA-384 of `message`. */
  sign(message: Uint8Array): Uint8Array;
}

/** Signs as {@link Signer} does, with a key that may be in another process or in a token. */
export interface RemoteSigner extends Pick<Signer, 'keyId' | 'publicKey'> {
  /** r||s (96 bytes) over SHA-384 of `message`. */
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** Checks the signatures of one key. */
export interface Verifier {
  /** True if `signature` (r||s, 96 bytes) is the key's over SHA-384 of `message`. */
  verify(message: Uint8Array, signature: Uint8Array): boolean;
}

/** The verifier of the key in an SPKI DER, or undefined unless that is a P-384 key in its one encoding. */
export type VerifierOf = (spki: Uint8Array) => Verifier | undefined;

/** SHA-256 of `parts` end to end, by node:crypto; 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** The bytes before the point in the SPKI DER of an uncompressed P-384 key (RFC 5480). */
const spkiPrefix = Uint8Array.from(Buffer.from('3076301006072a8648ce3d020106052b81040022036200', 'hex'));

/** A P-384 private key in SEC 1 DER without its public key: what comes before and after the scalar. */
const sec1Head = Buffer.from('303e0201010430', 'hex');
const sec1Tail = Buffer.from('a00706052b81040022', 'hex');

/** The order of P-384: every secret scalar is below it. */
const p384Order = Uint8Array.from(
  Buffer.from(
    'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
    'hex',
  ),
);

/**
 * The signer of a P-384 private key, by OpenSSL. It is hedged: OpenSSL makes the nonce from the key, the message's digest and
 * fresh random bytes, so that neither a weak generator nor a fault in one signature gives the key away.
 */
export function p384Signer(key: KeyObject): Signer {
  const { x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' });
  const point = [x, y].map((coordinate) => Buffer.from(coordinate, 'base64url'));
  const publicKey = new Uint8Array(Buffer.concat([spkiPrefix, Uint8Array.of(0x04), ...point]));
  return {
    publicKey,
    keyId: keyIdOf(publicKey),
    sign: (message) => new Uint8Array(sign('sha384', message, { key, dsaEncoding: 'ieee-p1363' })),
  };
}

/** A fresh P-384 private key. No copy of it stays in JavaScript's memory. */
export function p384PrivateKey(randomness: Randomness): KeyObject {
  for (;;) {
    const secret = randomness.bytes(p384Order.length);
    // As FIPS 186-5 (A.2.2) has it: a scalar that is out of range, which one in 2^190 is, is drawn again.
    if (Buffer.compare(secret, p384Order) < 0 && secret.some((byte) => byte !== 0)) return imported(secret);
  }
}

function imported(secret: Uint8Array): KeyObject {
  const der = Buffer.concat([sec1Head, secret, sec1Tail]);
  secret.fill(0);
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'sec1' });
  } finally {
    der.fill(0);
  }
}

/** Hex SHA-256 of an SPKI DER. */
export function keyIdOf(spki: Uint8Array): string {
  return toHex(sha256(spki));
}

/** The P-384 public key of an SPKI DER in its one encoding (named curve, uncompressed), or undefined. */
export function p384PublicKey(spki: Uint8Array): KeyObject | undefined {
  // OpenSSL also takes hybrid points (06, 07) and explicit curves, so that one key would have several names.
  const [head, form] = [spki.subarray(0, spkiPrefix.length), spki[spkiPrefix.length]];
  // And it ignores trailing bytes after the key.
  if (spki.length !== publicKeyBytes || !equalBytes(head, spkiPrefix) || form !== 0x04) return undefined;
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    return key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The verifier of a P-384 key, with node:crypto. */
export function p384Verifier(key: KeyObject): Verifier {
  return { verify: (message, signature) => verifySignature(key, message, signature) };
}

/** The {@link VerifierOf} of everything except tests. */
export const p384VerifierOf: VerifierOf = (spki) => {
  const key = p384PublicKey(spki);
  return key === undefined ? undefined : p384Verifier(key);
};

/** True if `signature` (r||s, either s) is `key`'s over SHA-384 of `message`. */
export function verifySignature(key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== signatureBytes) return false;
  try {
    return verify('sha384', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false;
  }
}
