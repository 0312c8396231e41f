import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { equalBytes, toHex } from '../../base/bytes.ts';
import { keyIdOf, p384VerifierOf, type Signer, type VerifierOf } from '../../evidence/crypto.ts';
import { signatureBytes } from '../../evidence/limits.ts';

/** A P-384 key, and what signs in its name. */
export interface SimKey {
  readonly privateKey: KeyObject;
  readonly signer: Signer;
}

/** How the statements of a world are signed and checked. */
export interface SignatureScheme {
  newKey(): SimKey;
  readonly verifierOf: VerifierOf;
}

/** ECDSA by OpenSSL. Its signatures differ from run to run, which changes nothing: nothing hangs on their bytes. */
export const ecdsa: SignatureScheme = {
  newKey() {
    const { privateKey, publicKey } = newPair();
    return {
      privateKey,
      signer: {
        publicKey,
        keyId: keyIdOf(publicKey),
        sign: (message) =>
          Uint8Array.from(sign('sha384', message, { key: privateKey, dsaEncoding: 'ieee-p1363' })),
      },
    };
  },
  verifierOf: p384VerifierOf,
};

/**
 * Signatures that nobody forges, without the arithmetic: digests under secrets that only this process knows. They
 * cost a hundredth of real ones, and a world goes the same way with either.
 */
export function idealSignatures(): SignatureScheme {
  const secrets = new Map<string, Uint8Array>();
  const signature = (secret: Uint8Array, message: Uint8Array): Uint8Array => {
    const bytes = new Uint8Array(signatureBytes);
    bytes.set(createHash('sha512').update(secret).update(message).digest());
    return bytes;
  };
  return {
    newKey() {
      const { privateKey, publicKey } = newPair();
      const secret = randomBytes(64);
      secrets.set(toHex(publicKey), secret);
      return {
        privateKey,
        signer: {
          publicKey,
          keyId: keyIdOf(publicKey),
          sign: (message) => signature(secret, message),
        },
      };
    },
    verifierOf(spki) {
      const secret = secrets.get(toHex(spki));
      if (secret === undefined) return undefined;
      return { verify: (message, given) => equalBytes(given, signature(secret, message)) };
    },
  };
}

function newPair(): { readonly privateKey: KeyObject; readonly publicKey: Uint8Array } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  return {
    privateKey,
    publicKey: Uint8Array.from(publicKey.export({ format: 'der', type: 'spki' })),
  };
}
