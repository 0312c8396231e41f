import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { p384 } from '@noble/curves/nist.js';
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

/**
 * A signer over a P-384 secret scalar (48 bytes), hedged: the nonce comes from the key, the message and
 * 48 fresh random bytes (RFC 6979, section 3.6), so that neither a weak generator nor a fault in one
 * signature gives the key away. The signer keeps and owns `secret`; {@link eraseSigner} overwrites it.
 */
export function p384Signer(secret: Uint8Array, randomness: Randomness): Signer & { erase(): void } {
  const publicKey = new Uint8Array(Buffer.concat([spkiPrefix, p384.getPublicKey(secret, false)]));
  return {
    publicKey,
    keyId: keyIdOf(publicKey),
    sign: (message) =>
      p384.sign(message, secret, {
        prehash: true,
        lowS: false,
        format: 'compact',
        extraEntropy: randomness.bytes(48),
      }),
    erase: () => secret.fill(0),
  };
}

/** A fresh P-384 secret scalar, 48 bytes, for {@link p384Signer}. */
export function p384Secret(randomness: Randomness): Uint8Array {
  // 8 bytes more than the order, so that the reduction is uniform (FIPS 186-5, A.2.1).
  const seed = randomness.bytes(p384.lengths.seed ?? 72);
  const secret = p384.utils.randomSecretKey(seed);
  seed.fill(0);
  return secret;
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
