import t from 'tap';
import {
  checkHpkePublicKey,
  generateHpkeKeyPair,
  hpkeKeyId,
  hpkeOpen,
  hpkeSeal,
  importHpkeKeyPair,
} from '../../../evidence/keys/hpke.ts';

const info = Buffer.from('what is bound');
const plaintext = new Uint8Array(32).fill(7);
const pair = await generateHpkeKeyPair();
const key = await importHpkeKeyPair(pair);
const sealed = await hpkeSeal(pair.publicKey, info, plaintext);

t.test('what is sealed to a key opens with it', async (t) => {
  t.equal(sealed.enc.length, 1_665);
  t.equal(sealed.ciphertext.length, 48);
  t.same(new Uint8Array((await hpkeOpen(key, info, sealed)) ?? []), plaintext);
  t.same(key.id, hpkeKeyId(pair.publicKey));
});

t.test('sealing twice gives nothing equal', async (t) => {
  const again = await hpkeSeal(pair.publicKey, info, plaintext);
  t.notSame(again.enc, sealed.enc);
  t.notSame(again.ciphertext, sealed.ciphertext);
});

t.test('nothing opens', async (t) => {
  const other = await importHpkeKeyPair(await generateHpkeKeyPair());
  const flip = (bytes: Uint8Array, at: number): Uint8Array => {
    const copy = Uint8Array.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  };
  const { enc, ciphertext } = sealed;
  t.equal(await hpkeOpen(other, info, sealed), undefined, 'with another key');
  t.equal(await hpkeOpen(key, Buffer.from('another'), sealed), undefined, 'under another info');
  t.equal(await hpkeOpen(key, info, { enc: flip(enc, 0), ciphertext }), undefined, 'ML-KEM part altered');
  t.equal(await hpkeOpen(key, info, { enc: flip(enc, 1_664), ciphertext }), undefined, 'point altered');
  t.equal(
    await hpkeOpen(key, info, { enc: flip(enc, 1_568), ciphertext }),
    undefined,
    'point format altered',
  );
  for (let at = 0; at < ciphertext.length; at += 1) {
    t.equal(
      await hpkeOpen(key, info, { enc, ciphertext: flip(ciphertext, at) }),
      undefined,
      `byte ${at} altered`,
    );
  }
  t.equal(await hpkeOpen(key, info, { enc: enc.subarray(1), ciphertext }), undefined, 'enc cut');
  t.equal(await hpkeOpen(key, info, { enc, ciphertext: ciphertext.subarray(0, 15) }), undefined, 'no tag');
});

t.test('an invalid public key is refused', async (t) => {
  const seal = (publicKey: Uint8Array) => hpkeSeal(publicKey, info, plaintext);
  const offCurve = Uint8Array.from(pair.publicKey);
  offCurve[1_664] = (offCurve[1_664] ?? 0) ^ 1;
  const outOfRange = Uint8Array.from(pair.publicKey);
  outOfRange.set([0x01, 0x0d], 0);
  const secondOutOfRange = Uint8Array.from(pair.publicKey);
  secondOutOfRange.set([0x00, 0x10, 0xd0], 1_533);
  const hybrid = Uint8Array.from(pair.publicKey);
  hybrid[1_568] = 0x06 | ((hybrid[1_664] ?? 0) & 1);
  const infinity = Uint8Array.from(pair.publicKey);
  infinity.fill(0, 1_568);
  for (const [name, bytes] of Object.entries({
    'a byte short': pair.publicKey.subarray(1),
    'a byte long': Uint8Array.from([...pair.publicKey, 0]),
    'the point not on the curve': offCurve,
    'a coefficient out of range': outOfRange,
    'the last coefficient equal to the modulus': secondOutOfRange,
    'the point in another form': hybrid,
    'no point': infinity,
  })) {
    await t.rejects(seal(bytes), { code: 'HPKE_KEY' }, name);
    t.throws(() => checkHpkePublicKey(bytes), { code: 'HPKE_KEY' }, `${name}, by itself`);
  }
});

t.test('a seed and a public key of two pairs are refused', async (t) => {
  const other = await generateHpkeKeyPair();
  await t.rejects(importHpkeKeyPair({ publicKey: pair.publicKey, seed: other.seed }), { code: 'HPKE_KEY' });
  await t.rejects(importHpkeKeyPair({ ...pair, seed: pair.seed.subarray(1) }), { code: 'HPKE_KEY' });
});

t.test('an imported key outlives the bytes it came from', async (t) => {
  const pair = await generateHpkeKeyPair();
  const key = await importHpkeKeyPair(pair);
  pair.seed.fill(0);
  const info = new Uint8Array([1]);
  const sealed = await hpkeSeal(key.publicKey, info, new Uint8Array([2, 3]));
  t.same(await hpkeOpen(key, info, sealed), new Uint8Array([2, 3]));
});
