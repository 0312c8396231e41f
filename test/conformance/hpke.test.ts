import { createCipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { hpkeOpen, hpkeSuite, importHpkeKeyPair, portableHpkeSuite } from '../../evidence/keys/hpke.ts';
import { sharedFile, sharedMissing } from '../support/shared.ts';

interface Vector {
  readonly mode: number;
  readonly kem_id: number;
  readonly kdf_id: number;
  readonly aead_id: number;
  readonly info: string;
  readonly skRm: string;
  readonly pkRm: string;
  readonly enc: string;
  readonly key: string;
  readonly base_nonce: string;
  readonly exports: readonly {
    readonly exporter_context: string;
    readonly L: number;
    readonly exported_value: string;
  }[];
  readonly encryptions: readonly { readonly aad: string; readonly ct: string; readonly pt: string }[];
}

/** What this version of Node uses, and what every version can: one and the same where WebCrypto has no ML-KEM. */
const suites = { 'as used': await hpkeSuite(), portable: await portableHpkeSuite() };

const file = sharedFile('vectors/hpke/mlkem1024_p384.json');
if (file === undefined) {
  t.test('the published HPKE vector', { skip: sharedMissing }, () => {});
} else {
  const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
  const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vector[];
  t.test('the published HPKE vector', async (t) => {
    t.equal(vectors.length, 1);
    for (const vector of vectors) {
      t.same([vector.mode, vector.kem_id, vector.kdf_id, vector.aead_id], [0, 0x51, 2, 2]);
      const key = await importHpkeKeyPair({ publicKey: hex(vector.pkRm), seed: hex(vector.skRm) });
      for (const [name, suite] of Object.entries(suites)) {
        const privateKey = await suite.DeserializePrivateKey(hex(vector.skRm), false);
        const context = await suite.SetupRecipient(privateKey, hex(vector.enc), { info: hex(vector.info) });
        t.ok(vector.encryptions.length > 0);
        for (const { aad, ct, pt } of vector.encryptions) {
          t.same(Buffer.from(await context.Open(hex(ct), hex(aad))), Buffer.from(hex(pt)), name);
        }
        for (const { exporter_context, L, exported_value } of vector.exports) {
          const exported = await context.Export(hex(exporter_context), L);
          t.same(Buffer.from(exported), Buffer.from(hex(exported_value)), name);
        }
        for (const [sender, other] of Object.entries(suites)) {
          const publicKey = await other.DeserializePublicKey(hex(vector.pkRm));
          const { encapsulatedSecret, ciphertext } = await other.Seal(publicKey, hex('0102'));
          const opened = await suite.Open(privateKey, encapsulatedSecret, ciphertext);
          t.same(Buffer.from(opened), Buffer.from([1, 2]), `${name}, sealed as ${sender}`);
        }
      }
      // The vector's messages carry an aad, ours never do: the vector's own key and nonce make one without.
      const cipher = createCipheriv('aes-256-gcm', hex(vector.key), hex(vector.base_nonce));
      const plaintext = Buffer.from('a message without aad');
      const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
      const sealed = { enc: hex(vector.enc), ciphertext: new Uint8Array(ciphertext) };
      t.same(Buffer.from((await hpkeOpen(key, hex(vector.info), sealed)) ?? []), plaintext);
    }
  });
}
