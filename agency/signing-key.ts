// @peculiar/x509 injects its parts with decorators, whose metadata library must be loaded first.
import 'reflect-metadata';
import { createPublicKey, generateKeyPairSync, type KeyObject, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

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

export const ecdsaP384 = { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' } as const;

/** The WebCrypto forms of a P-384 private key and its public key, for the X.509 library. */
export async function webKeys(
  privateKey: KeyObject,
): Promise<{ privateKey: webcrypto.CryptoKey; publicKey: webcrypto.CryptoKey }> {
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const keys = {
    privateKey: await webcrypto.subtle.importKey('pkcs8', pkcs8, ecdsaP384, false, ['sign']),
    publicKey: await webPublicKey(spki),
  };
  pkcs8.fill(0);
  return keys;
}

/** The WebCrypto form of a P-384 public key from its SPKI DER. */
export function webPublicKey(spki: Uint8Array): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('spki', spki, ecdsaP384, true, ['verify']);
}
