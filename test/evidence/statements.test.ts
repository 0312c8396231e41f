import t from 'tap';
import { concatBytes } from '../../base/bytes.ts';
import { systemRandomness } from '../../base/random.ts';
import { p384PrivateKey, p384Signer } from '../../evidence/crypto.ts';
import { openEnvelope, type UnverifiedEnvelope } from '../../evidence/dsse.ts';
import { certificateBytesMax, envelopeBytesMax } from '../../evidence/limits.ts';
import {
  carriedCertificate,
  claimedKind,
  makeStatement,
  readStatement,
  storedStatement,
} from '../../evidence/statements.ts';

// What is looked at before a signature is checked, and which kind a statement is read as.

const signer = p384Signer(p384PrivateKey(systemRandomness));
const command = makeStatement(
  'command',
  {
    ...{ certificate: new Uint8Array(400).fill(7), session: new Uint8Array(32), counter: 1, action: 'stop' },
    ...{ head: undefined, validS: 0, argument: 0, category: 0 },
  },
  signer,
);
const envelope = openEnvelope(command.encoded);
const carrying = (...payload: Uint8Array[]): UnverifiedEnvelope => ({
  ...envelope,
  payload: concatBytes(...payload),
});

t.test('a statement is read as the kind that it claims, and as no other', async (t) => {
  t.same(storedStatement('command', envelope).body, command.body);
  t.throws(() => storedStatement('deletion', envelope), { code: 'STATEMENT_KIND', message: /got command/ });
  const never = { verify: (): boolean => t.fail('no signature is checked') };
  t.throws(() => readStatement('deletion', envelope, never), { code: 'STATEMENT_KIND' });
});

t.test('a kind is one of the format, by its own name', async (t) => {
  const claimed = (payloadType: string) => claimedKind({ ...envelope, payloadType });
  t.equal(claimed('application/vnd.sealcam.vault-key.v1'), 'vault-key');
  for (const type of ['constructor', 'to-string', 'valueOf', 'command.v1', '']) {
    t.equal(claimed(`application/vnd.sealcam.${type}.v1`), undefined, type);
  }
  t.equal(claimed('application/vnd.sealcam.command.v2'), undefined);
  t.equal(claimed('text/plain'), undefined);
});

t.test(
  'the certificate that a payload carries is its first field, whole, of 128 bytes to the bound',
  async (t) => {
    const field = (length: number): Uint8Array =>
      concatBytes(Uint8Array.of(0x0a, 0x80 | (length & 0x7f), length >> 7), new Uint8Array(length).fill(7));
    t.same(carriedCertificate(envelope), command.body.certificate);
    for (const length of [128, 129, certificateBytesMax]) {
      const found = carriedCertificate(carrying(field(length), Uint8Array.of(1, 2, 3)));
      t.equal(found.length, length, `${length} bytes`);
      t.ok(found.every((byte) => byte === 7));
    }
    const wrong: [string, Uint8Array][] = [
      ['nothing', new Uint8Array(0)],
      ['a tag alone', Uint8Array.of(0x0a)],
      ['another field', concatBytes(Uint8Array.of(0x12), field(400).subarray(1))],
      ['a length of one byte', concatBytes(Uint8Array.of(0x0a, 100, 1), new Uint8Array(500))],
      [
        'a length of two bytes that one would hold',
        concatBytes(Uint8Array.of(0x0a, 0xff, 0), new Uint8Array(127)),
      ],
      ['a length of three bytes', concatBytes(Uint8Array.of(0x0a, 0x80, 0x81, 1), new Uint8Array(20_000))],
      ['one byte more than the bound', field(certificateBytesMax + 1)],
      ['a byte less than its length', field(400).subarray(0, -1)],
    ];
    for (const [name, payload] of wrong) {
      t.throws(() => carriedCertificate(carrying(payload)), { code: 'EVIDENCE_MALFORMED' }, name);
    }
  },
);

t.test('an envelope has a bound', async (t) => {
  const refused = { code: 'EVIDENCE_MALFORMED', message: /at most 130000 bytes, got 130001/ };
  t.throws(() => openEnvelope(new Uint8Array(envelopeBytesMax + 1)), refused);
});
