import { createCipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { hpkeOpen, hpkeSuite, importHpkeKeyPair } from '../../evidence/keys/hpke.ts';
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
      const suite = await hpkeSuite();
      const context = await suite.SetupRecipient(key.handle, hex(vector.enc), { info: hex(vector.info) });
      t.ok(vector.encryptions.length > 0);
      for (const { aad, ct, pt } of vector.encryptions) {
        t.same(Buffer.from(await context.Open(hex(ct), hex(aad))), Buffer.from(hex(pt)));
      }
      for (const { exporter_context, L, exported_value } of vector.exports) {
        t.same(Buffer.from(await context.Export(hex(exporter_context), L)), Buffer.from(hex(exported_value)));
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
