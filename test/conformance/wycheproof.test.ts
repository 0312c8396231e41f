import { createDecipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AEAD_AES_256_GCM } from 'hpke';
import t from 'tap';
import { p384PublicKey, verifySignature } from '../../evidence/crypto.ts';
import { hkdfExpand, hkdfExtract } from '../../evidence/open/floe.ts';
import { sharedFile, sharedMissing } from '../support/shared.ts';

// Wycheproof's vectors against the functions that the project uses: every invalid one is refused, every valid
// one accepted; what the format cannot express is counted, with its reason.

type Case = Readonly<Record<string, string>> & {
  readonly tcId: number;
  readonly size: number;
  readonly result: 'valid' | 'invalid';
};
type Group = Readonly<Record<string, number & string>> & { readonly tests: readonly Case[] };
interface Suite {
  readonly numberOfTests: number;
  readonly testGroups: readonly Group[];
}

const hex = (text: string | undefined): Uint8Array => {
  if (text === undefined) throw new TypeError('the vector lacks a field');
  return Uint8Array.from(Buffer.from(text, 'hex'));
};

/** What came of the vectors: tried ones that were wrong, and how many were valid, invalid, or out of range. */
class Tally {
  readonly wrong: string[] = [];
  readonly counts: Record<string, number> = {};

  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  check(vector: Case, accepted: boolean): void {
    this.count(vector.result);
    if (accepted !== (vector.result === 'valid')) this.wrong.push(`${vector.tcId}: ${vector.comment}`);
  }
}

function wycheproof(
  name: string,
  expected: Readonly<Record<string, number>>,
  run: (group: Group, tally: Tally) => void | Promise<void>,
  title = name,
): void {
  const file = sharedFile(`vectors/wycheproof/${name}_test.json`);
  if (file === undefined) {
    t.test(title, { skip: sharedMissing }, () => {});
    return;
  }
  t.test(title, async (t) => {
    const suite = JSON.parse(readFileSync(file, 'utf8')) as Suite;
    const tally = new Tally();
    for (const group of suite.testGroups) await run(group, tally);
    t.same(tally.wrong, []);
    t.same(tally.counts, expected, JSON.stringify(tally.counts));
    t.equal(
      Object.values(tally.counts).reduce((sum, one) => sum + one, 0),
      suite.numberOfTests,
      'none is left out unseen',
    );
  });
}

const otherGcm = 'not 256-bit key, 96-bit IV and 128-bit tag: the format has no such message';

function openByNode(vector: Case): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', hex(vector.key), hex(vector.iv), { authTagLength: 16 });
  decipher.setAAD(hex(vector.aad));
  decipher.setAuthTag(hex(vector.tag));
  try {
    return Buffer.concat([decipher.update(hex(vector.ct)), decipher.final()]);
  } catch {
    return undefined;
  }
}

async function openByHpke(vector: Case): Promise<Buffer | undefined> {
  const sealed = Buffer.concat([hex(vector.ct), hex(vector.tag)]);
  try {
    const aead = AEAD_AES_256_GCM();
    return Buffer.from(
      await aead.Open(hex(vector.key), hex(vector.iv), hex(vector.aad), Uint8Array.from(sealed)),
    );
  } catch {
    return undefined;
  }
}

for (const [how, open] of [
  ['by node:crypto, as FLOE uses it', openByNode],
  ['by WebCrypto, as HPKE uses it', openByHpke],
] as const) {
  const run = async (group: Group, tally: Tally): Promise<void> => {
    const ours = group.keySize === 256 && group.ivSize === 96 && group.tagSize === 128;
    for (const vector of group.tests) {
      if (ours) tally.check(vector, (await open(vector))?.equals(hex(vector.msg)) === true);
      else tally.count(otherGcm);
    }
  };
  wycheproof('aes_gcm', { valid: 39, invalid: 27, [otherGcm]: 250 }, run, `aes_gcm ${how}`);
}

const longOkm = 'valid, but longer than the one block that the format derives at a time: refused';
wycheproof('hkdf_sha384', { valid: 54, invalid: 3, [longOkm]: 26 }, (group, tally) => {
  for (const vector of group.tests) {
    let okm: Uint8Array | undefined;
    try {
      okm = hkdfExpand(hkdfExtract(hex(vector.salt), hex(vector.ikm)), hex(vector.info), vector.size);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
    if (okm === undefined && vector.result === 'valid' && vector.size > 48) tally.count(longOkm);
    else tally.check(vector, okm !== undefined && Buffer.from(okm).equals(hex(vector.okm)));
  }
});

wycheproof('hmac_sha384', { valid: 66, invalid: 108 }, (group, tally) => {
  // HKDF-Extract is HMAC with the salt as its key; the shorter tags are its beginning.
  for (const vector of group.tests) {
    const tag = hkdfExtract(hex(vector.key), hex(vector.msg)).subarray(0, Number(group.tagSize) / 8);
    tally.check(vector, Buffer.from(tag).equals(hex(vector.tag)));
  }
});

const order = BigInt(
  '0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
);

/** r || n - s of r || s. */
function otherS(signature: Uint8Array): Uint8Array {
  const s = BigInt(`0x${Buffer.from(signature.subarray(48)).toString('hex')}`);
  const other = (order - s).toString(16).padStart(96, '0');
  return Uint8Array.from([...signature.subarray(0, 48), ...hex(other)]);
}

wycheproof('ecdsa_secp384r1_sha384_p1363', { valid: 193, invalid: 87 }, (group, tally) => {
  const key = p384PublicKey(hex(group.publicKeyDer));
  for (const vector of group.tests) {
    const [message, signature] = [hex(vector.msg), hex(vector.sig)];
    const accepted = key !== undefined && verifySignature(key, message, signature);
    tally.check(vector, accepted);
    // Anyone can turn s into n - s: the format takes both, so that this changes nothing.
    if (accepted && !verifySignature(key, message, otherS(signature))) {
      tally.wrong.push(`${vector.tcId}: refused with n - s`);
    }
  }
});
