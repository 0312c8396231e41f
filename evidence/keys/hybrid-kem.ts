import { createECDH, createHash, type ECDH, randomBytes } from 'node:crypto';
import { ml_kem1024 as mlKem } from '@noble/post-quantum/ml-kem.js';
import type { KEM, Key, KeyPair } from 'hpke';
import { hpkeEncBytes, hpkePublicKeyBytes, hpkeSeedBytes } from '../limits.ts';

// MLKEM1024-P384 for versions of Node whose WebCrypto has no ML-KEM: ML-KEM from a library, P-384 and the hashes from
// OpenSSL. docs/FORMAT.md states what it computes. What throws here is a key or an `enc` that is invalid.

const algorithm = { name: 'MLKEM1024-P384' };
const curve = 'secp384r1';
const mlKemBytes = 1_568;
const mlKemSeedBytes = 64;
const scalarBytes = 48;
const secretBytes = 32;

/** A public key: both of its halves. */
class PublicKey implements Key {
  readonly type = 'public';
  readonly algorithm = algorithm;
  readonly extractable = true;
  readonly mlKem: Uint8Array;
  readonly point: Uint8Array;

  constructor(bytes: Uint8Array) {
    const own = Uint8Array.from(bytes);
    this.mlKem = own.subarray(0, mlKemBytes);
    this.point = pointIn(own);
  }
}

/** A private key, expanded from its seed: that takes as long as opening with it. */
class PrivateKey implements Key {
  readonly type = 'private';
  readonly algorithm = algorithm;
  readonly extractable: boolean;
  readonly seed: Uint8Array;
  readonly mlKem: Uint8Array;
  readonly ecdh: ECDH;
  readonly publicKey: PublicKey;

  constructor(seed: Uint8Array, extractable: boolean) {
    if (seed.length !== hpkeSeedBytes) throw new Error(`a seed of ${seed.length} bytes`);
    this.extractable = extractable;
    this.seed = Uint8Array.from(seed);
    const expanded = createHash('shake256', { outputLength: mlKemSeedBytes + scalarBytes })
      .update(seed)
      .digest();
    const pair = mlKem.keygen(expanded.subarray(0, mlKemSeedBytes));
    this.mlKem = pair.secretKey;
    this.ecdh = createECDH(curve);
    // Refuses a scalar that is out of range, which one in 2^190 is; the format has no second try.
    this.ecdh.setPrivateKey(expanded.subarray(mlKemSeedBytes));
    expanded.fill(0);
    this.publicKey = new PublicKey(Buffer.concat([pair.publicKey, this.ecdh.getPublicKey()]));
  }
}

/** The point in raw bytes of a public key or an `enc`. OpenSSL checks that it is on the curve when it is used. */
function pointIn(bytes: Uint8Array): Uint8Array {
  const point = bytes.subarray(mlKemBytes);
  if (bytes.length !== hpkePublicKeyBytes || point[0] !== 0x04) throw new Error('not an uncompressed point');
  return point;
}

function combined(
  secrets: readonly [Uint8Array, Uint8Array],
  ephemeral: Uint8Array,
  recipient: Uint8Array,
): Uint8Array {
  const hash = createHash('sha3-256');
  for (const part of [...secrets, ephemeral, recipient]) hash.update(part);
  for (const secret of secrets) secret.fill(0);
  return new Uint8Array(hash.update(algorithm.name).digest());
}

function encapsulate({ mlKem: key, point }: PublicKey): { shared_secret: Uint8Array; enc: Uint8Array } {
  const ephemeral = createECDH(curve);
  const ephemeralPoint = ephemeral.generateKeys();
  const p384 = ephemeral.computeSecret(point);
  const { cipherText, sharedSecret } = mlKem.encapsulate(key);
  return {
    shared_secret: combined([sharedSecret, p384], ephemeralPoint, point),
    enc: new Uint8Array(Buffer.concat([cipherText, ephemeralPoint])),
  };
}

function decapsulate(enc: Uint8Array, key: PrivateKey): Uint8Array {
  const point = pointIn(enc);
  const p384 = key.ecdh.computeSecret(point);
  const secret = mlKem.decapsulate(Uint8Array.from(enc.subarray(0, mlKemBytes)), key.mlKem);
  return combined([secret, p384], point, key.publicKey.point);
}

function pairOf(seed: Uint8Array, extractable: boolean): KeyPair<Key> {
  const privateKey = new PrivateKey(seed, extractable);
  return { privateKey, publicKey: privateKey.publicKey };
}

/** The KEM, as the HPKE library takes it. */
export function hybridKem(): KEM<Key> {
  return {
    id: 0x0051,
    type: 'KEM',
    name: algorithm.name,
    Nsecret: secretBytes,
    Nenc: hpkeEncBytes,
    Npk: hpkePublicKeyBytes,
    Nsk: hpkeSeedBytes,
    DeriveKeyPair: () => Promise.reject(new Error('keys are not derived from other keys')),
    GenerateKeyPair: async (extractable) => pairOf(randomBytes(hpkeSeedBytes), extractable),
    async SerializePublicKey(key) {
      const { mlKem, point } = own(PublicKey, key);
      return new Uint8Array(Buffer.concat([mlKem, point]));
    },
    DeserializePublicKey: async (bytes) => new PublicKey(bytes),
    async SerializePrivateKey(key) {
      const { extractable, seed } = own(PrivateKey, key);
      if (!extractable) throw new TypeError('the key is not to be extracted');
      return Uint8Array.from(seed);
    },
    DeserializePrivateKey: async (seed, extractable) => new PrivateKey(seed, extractable),
    Encap: async (key) => encapsulate(own(PublicKey, key)),
    Decap: async (enc, key) => decapsulate(enc, own(PrivateKey, key)),
  };
}

function own<T extends Key>(kind: abstract new (...args: never[]) => T, key: Key): T {
  if (!(key instanceof kind)) throw new TypeError('a key of another KEM');
  return key;
}
