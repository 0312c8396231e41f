import { createPublicKey, ECDH, generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { newSigningKey } from '../../agency/signing-key.ts';
import { concatBytes } from '../../base/bytes.ts';
import { p384PublicKey, p384VerifierOf, verifySignature } from '../../evidence/crypto.ts';
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

t.test('a signature of another length is none', async (t) => {
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
