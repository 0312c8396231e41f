import { createECDH, createPublicKey, ECDH, generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { newSigningKey } from '../../agency/signing-key.ts';
import { concatBytes } from '../../base/bytes.ts';
import {
  p384PrivateKey,
  p384PublicKey,
  p384Signer,
  p384VerifierOf,
  verifySignature,
} from '../../evidence/crypto.ts';
import { publicKeyBytes } from '../../evidence/limits.ts';

// A P-384 key has one encoding, and a signature one length.

const spkiOf = (namedCurve: string, paramEncoding: 'named' | 'explicit' = 'named'): Uint8Array =>
  Uint8Array.from(
    generateKeyPairSync('ec', { namedCurve, paramEncoding }).publicKey.export({
      format: 'der',
      type: 'spki',
    }),
  );
const spki = newSigningKey().publicKey;
const pointAt = spki.length - 97;
const point = spki.subarray(pointAt);

t.test('a key is read from its one encoding alone', async (t) => {
  t.equal(spki.length, publicKeyBytes);
  t.same(p384PublicKey(spki)?.export({ format: 'der', type: 'spki' }), Buffer.from(spki));
  const prefix = Buffer.from('3046301006072a8648ce3d020106052b81040022033200', 'hex');
  const compressed = concatBytes(
    prefix,
    ECDH.convertKey(point, 'secp384r1', undefined, undefined, 'compressed') as Buffer,
  );
  t.ok(createPublicKey({ key: Buffer.from(compressed), format: 'der', type: 'spki' }), 'OpenSSL takes it');
  const others: [string, Uint8Array][] = [
    ['a compressed point', compressed],
    ['a hybrid point', spki.with(pointAt, 0x06 | ((spki.at(-1) ?? 0) & 1))],
    ['a curve that is spelled out', spkiOf('secp384r1', 'explicit')],
    ['P-256', spkiOf('prime256v1')],
    ['P-521', spkiOf('secp521r1')],
    ['a point off the curve', spki.with(119, (spki[119] ?? 0) ^ 1)],
    ['a byte less', spki.subarray(0, -1)],
    ['a byte more', concatBytes(spki, Uint8Array.of(0))],
    ['nothing', new Uint8Array(0)],
  ];
  for (const [name, bytes] of others) {
    t.equal(p384PublicKey(bytes), undefined, name);
    t.equal(p384VerifierOf(bytes), undefined, name);
  }
});

t.test('a signature of another length is invalid', async (t) => {
  const key = p384PublicKey(spki);
  if (key === undefined) throw new TypeError('a key');
  for (const length of [0, 95, 97, 192]) {
    t.equal(
      verifySignature(key, new Uint8Array(3), new Uint8Array(length).fill(1)),
      false,
      `${length} bytes`,
    );
  }
});

t.test('a private key is drawn below the order of the curve, and wiped where it was drawn', async (t) => {
  const order =
    'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973';
  const draws = [Buffer.alloc(48, 0xff), Buffer.from(order, 'hex'), Buffer.alloc(48), Buffer.alloc(48, 0x11)];
  const drawn: Uint8Array[] = [];
  const key = p384PrivateKey({
    bytes(length) {
      const next = draws[drawn.length] ?? Buffer.alloc(0);
      t.equal(length, next.length, 'there are as many draws as there must be');
      drawn.push(next);
      return next;
    },
  });
  t.equal(drawn.length, 4, 'two that are too large and zero are drawn again');
  t.equal(key.export({ format: 'jwk' }).d, Buffer.alloc(48, 0x11).toString('base64url'));
  t.same(drawn[3], Buffer.alloc(48), 'the scalar is left in no buffer');
});

t.test('a signer names the public key of its private key, and never signs the same way twice', async (t) => {
  // Seeded by a constant: what differs comes from OpenSSL.
  const signer = p384Signer(p384PrivateKey({ bytes: (length) => new Uint8Array(length).fill(0x22) }));
  const again = p384Signer(p384PrivateKey({ bytes: (length) => new Uint8Array(length).fill(0x22) }));
  const ecdh = createECDH('secp384r1');
  ecdh.setPrivateKey(Buffer.alloc(48, 0x22));
  t.same(signer.publicKey.subarray(pointAt), Uint8Array.from(ecdh.getPublicKey()));
  t.same(again.publicKey, signer.publicKey);
  const verifier = p384VerifierOf(signer.publicKey);
  const message = Buffer.from('message');
  const [first, second] = [signer.sign(message), signer.sign(message)];
  t.equal(first.length, 96);
  t.notSame(first.subarray(0, 48), second.subarray(0, 48), 'each signature has a nonce of its own');
  for (const signature of [first, second]) t.equal(verifier?.verify(message, signature), true);
});
