// @peculiar/x509 injects its parts with decorators, whose metadata library must be loaded first.
import 'reflect-metadata';
import { generateKeyPairSync, type KeyObject, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { Signer } from '../evidence/crypto.ts';

x509.cryptoProvider.set(webcrypto);

/** The X.509 library, ready for use. */
export { x509 };

/** A fresh P-384 key pair for a certificate: device, station, TLS, root. */
export interface NewSigningKey {
  /** PKCS#8, PEM, not encrypted. Write it with mode 0600, or lock it with a passphrase. */
  readonly pem: string;
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
}

/** Makes a P-384 key pair. */
export function newSigningKey(): NewSigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  return {
    pem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    privateKey,
    publicKey: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
  };
}

type CryptoOfLibrary = Parameters<typeof x509.cryptoProvider.set>[0];

export const ecdsaP384 = { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' } as const;

/**
 * What the X.509 library needs to sign with `signer`, whose key may be in a token. The library signs with keys of WebCrypto, and
 * takes another provider for those that it cannot have; of the `signingKey` it then reads the algorithm alone, so that
 * {@link webPublicKey} serves.
 */
export function signingCrypto(signer: Pick<Signer, 'sign'>): CryptoOfLibrary {
  const subtle = {
    exportKey: (_format: string, key: webcrypto.CryptoKey) => webcrypto.subtle.exportKey('spki', key),
    sign: async (_algorithm: unknown, _key: unknown, message: ArrayBuffer) =>
      Uint8Array.from(signer.sign(new Uint8Array(message))).buffer,
  };
  return { subtle } as unknown as CryptoOfLibrary;
}

/** The WebCrypto form of a P-384 public key from its SPKI DER. */
export function webPublicKey(spki: Uint8Array): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('spki', spki, ecdsaP384, true, ['verify']);
}
