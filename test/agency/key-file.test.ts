import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { newSigningKey } from '../../agency/signing-key.ts';
import { p384PublicKey, verifySignature } from '../../evidence/crypto.ts';
import { generateHpkeKeyPair } from '../../evidence/keys/hpke.ts';
import {
  formatPrivateKeyFile,
  formatPublicKeyFile,
  parsePrivateKeyFile,
  parsePublicKeyFile,
  readSigningKey,
} from '../../evidence/keys/key-file.ts';

const pair = await generateHpkeKeyPair();
const label = 'Court 3';
const created = '2026-11-01T12:00:00Z';
const privateText = formatPrivateKeyFile({ pair, label, created });
const publicText = formatPublicKeyFile({ publicKey: pair.publicKey, label, created });

const bytes = (text: string): Uint8Array => Buffer.from(text);

t.test('key files are read as they were written', async (t) => {
  const read = parsePrivateKeyFile(bytes(privateText));
  t.same(Buffer.from(read.pair.seed), Buffer.from(pair.seed));
  t.same(Buffer.from(read.pair.publicKey), Buffer.from(pair.publicKey));
  t.same([read.label, read.created], [label, created]);
  t.same(Buffer.from(parsePublicKeyFile(bytes(publicText)).publicKey), Buffer.from(pair.publicKey));
  t.ok(
    parsePublicKeyFile(bytes(publicText.replaceAll('\n', '\r\n'))),
    'with the line ends of another system',
  );
  t.notMatch(publicText, Buffer.from(pair.seed).toString('base64'), 'the public file has no seed');
});

t.test('files in which only that is wrong are refused', async (t) => {
  const change = (from: string | RegExp, to: string): string => {
    const changed = privateText.replace(from, to);
    t.not(changed, privateText);
    return changed;
  };
  const cases: Record<string, string> = {
    empty: '',
    'a public file': publicText,
    'a newer version': change('key 1', 'key 2'),
    'another suite': change('mlkem1024-p384', 'mlkem768-p256'),
    'an invalid id': change(/id: ./, 'id: x'),
    'another id': change(/id: .*/, `id: ${'0'.repeat(64)}`),
    'a seed too short': change(/seed: ..../, 'seed: '),
    'a seed with a foreign character': change(/seed: ./, 'seed: !'),
    'a seed with something after it': `${privateText.trimEnd()} x\n`,
    'no seed': change(/seed: .*\n/, ''),
    'a line twice': `${privateText}label: Court 3\n`,
    'a line of another name': `${privateText}comment: hello\n`,
    'no creation time': change(created, 'yesterday'),
    'a label of control characters': change(label, 'Court\t3'),
    'too long': `${privateText}${' '.repeat(9_000)}`,
  };
  for (const [name, text] of Object.entries(cases))
    t.throws(() => parsePrivateKeyFile(bytes(text)), { code: 'KEY_FILE' }, name);
  t.throws(
    () => parsePrivateKeyFile(bytes(change(/created: .*/, 'label: Court 3'))),
    { code: 'KEY_FILE', message: /6 different lines/ },
    'a line in place of another',
  );
  t.throws(
    () => parsePublicKeyFile(bytes(privateText)),
    { code: 'KEY_FILE' },
    'a private file where a public one belongs',
  );
  t.throws(
    () => parsePrivateKeyFile(Buffer.from(change(label, 'Caf\u00e9'), 'latin1')),
    { code: 'KEY_FILE', message: /is not UTF-8/ },
    'a label in another encoding',
  );
  t.throws(() => formatPublicKeyFile({ publicKey: pair.publicKey, label: 'two\nlines', created }), {
    code: 'KEY_FILE',
  });
});

t.test('a signing key signs for its public key', async (t) => {
  for (const key of [newSigningKey(), newSigningKey()]) {
    const signer = readSigningKey(key.pem);
    const verifier = p384PublicKey(key.publicKey);
    if (verifier === undefined) throw new TypeError('a new key is P-384');
    t.same(signer.publicKey, key.publicKey);
    t.ok(verifySignature(verifier, Buffer.from('message'), signer.sign(Buffer.from('message'))));
    t.notOk(verifySignature(verifier, Buffer.from('another'), signer.sign(Buffer.from('message'))));
  }
});

t.test('signing keys that cannot be used are refused', async (t) => {
  const encrypted = newSigningKey().privateKey.export({
    format: 'pem',
    type: 'pkcs8',
    cipher: 'aes-256-cbc',
    passphrase: 'by another program',
  });
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    format: 'pem',
    type: 'pkcs8',
  });
  t.throws(() => readSigningKey(encrypted.toString()), { code: 'KEY_FILE' }, 'encrypted');
  t.throws(() => readSigningKey('no key'), { code: 'KEY_FILE' }, 'no key');
  t.throws(() => readSigningKey(p256.toString()), {
    code: 'KEY_FILE',
    message: /not a P-384 key/,
  });
  const [one, other] = [newSigningKey(), newSigningKey()];
  const der = one.privateKey.export({ format: 'der', type: 'pkcs8' });
  const point = other.publicKey.subarray(-97);
  const mixed = createPrivateKey({
    key: Buffer.concat([der.subarray(0, -point.length), point]),
    format: 'der',
    type: 'pkcs8',
  });
  const pem = mixed.export({ format: 'pem', type: 'pkcs8' }).toString();
  t.throws(() => readSigningKey(pem), { code: 'KEY_FILE', message: /another private key/ });
});
