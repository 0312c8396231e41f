import t from 'tap';
import { systemRandomness } from '../../base/random.ts';
import { p384PrivateKey, p384Signer, p384VerifierOf } from '../../evidence/crypto.ts';
import { isUtf8Text } from '../../evidence/encoding/utf8-text.ts';
import { generateHpkeKeyPair } from '../../evidence/keys/hpke.ts';
import { formatPublicKeyFile, parsePublicKeyFile } from '../../evidence/keys/key-file.ts';
import { type Deletion, makeStatement, readEncodedStatement } from '../../evidence/statements.ts';

const good = ['Müller', 'Bundespolizei Köln', 'Łódź', '警視庁', 'a', ' ', '👮', 'é'];

const bad: readonly (readonly [string, string])[] = [
  ['no text', ''],
  ['a line break', 'a\nb'],
  ['an escape code', '\u001b[2K'],
  ['a C1 control', 'a\u0085b'],
  ['NUL', 'a\u0000'],
  ['DEL', '\u007f'],
  ['a line separator', 'a\u2028b'],
  ['a paragraph separator', 'a\u2029b'],
  ['an override of the direction', 'user\u202egpj.exe'],
  ['an isolate', '\u2066x\u2069'],
  ['a mark of the direction', 'x\u200f'],
  ['an Arabic letter mark', '\u061c'],
  ['half a surrogate pair', '\ud83d'],
  ['the other half', 'x\udc6e'],
];

t.test('names in any language are taken, and what would print as something else is not', async (t) => {
  for (const text of good) t.ok(isUtf8Text(text, 64), JSON.stringify(text));
  for (const [what, text] of bad) t.notOk(isUtf8Text(text, 64), what);
});

t.test('the bound counts bytes, not characters', async (t) => {
  t.ok(isUtf8Text('ü'.repeat(32), 64));
  t.notOk(isUtf8Text(`${'ü'.repeat(32)}a`, 64));
  t.ok(isUtf8Text('a'.repeat(64), 64));
  t.notOk(isUtf8Text('a'.repeat(65), 64));
});

t.test(
  'a statement holds such a text exactly, and one that may not be signed is refused when read',
  async (t) => {
    const signer = p384Signer(p384PrivateKey(systemRandomness));
    const verifier = p384VerifierOf(signer.publicKey);
    if (verifier === undefined) throw new Error('the key of this test is a P-384 key');
    const body = (reason: string): Deletion => ({
      certificate: new Uint8Array(300).fill(1),
      deviceId: 'camera-1',
      recordingId: new Uint8Array(16),
      recordingNumber: 1,
      closing: new Uint8Array(32),
      keyEnvelopeHash: new Uint8Array(32),
      reason,
      utcUs: 1,
    });
    for (const reason of good) {
      const { encoded } = makeStatement('deletion', body(reason), signer);
      t.equal(readEncodedStatement('deletion', encoded, verifier).body.reason, reason);
    }
    for (const [what, reason] of [...bad, ['257 bytes', `${'ü'.repeat(128)}a`] as const]) {
      const { encoded } = makeStatement('deletion', body(reason), signer);
      t.throws(
        () => readEncodedStatement('deletion', encoded, verifier),
        { code: 'EVIDENCE_MALFORMED', message: /^"(deletion\.reason": expected 1 to 256 bytes|deletion": )/ },
        what,
      );
    }
  },
);

t.test('a key file takes such a label', async (t) => {
  const { publicKey } = await generateHpkeKeyPair();
  const created = '2026-11-01T12:00:00Z';
  const label = 'Jürgen Groß';
  t.equal(parsePublicKeyFile(Buffer.from(formatPublicKeyFile({ publicKey, label, created }))).label, label);
  for (const wrong of [' a', 'a ', 'a\u202eb', 'ü'.repeat(33)]) {
    t.throws(() => formatPublicKeyFile({ publicKey, label: wrong, created }), { code: 'KEY_FILE' });
  }
});
