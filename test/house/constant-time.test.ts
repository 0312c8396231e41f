import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import t from 'tap';

// What is secret, or is computed under a secret key, is compared in constant time. This reads the sources: files that
// handle keys may compare bytes in the ways that are listed here and in no other, each with the reason.

const root = resolve(import.meta.dirname, '../../..');

/** Where tags, commitments and MACs are compared, and by what. */
const inConstantTime: readonly (readonly [file: string, code: string, what: string])[] = [
  [
    'native/src/core/floe.c',
    'CRYPTO_memcmp(floe->derived, header + CONTEXT, HEADER_TAG)',
    "a FLOE header's tag",
  ],
  [
    'native/src/core/floe.c',
    'EVP_DecryptFinal_ex(floe->cipher, rest, &written) == 1',
    "a segment's GCM tag, by OpenSSL",
  ],
  [
    'evidence/open/floe.ts',
    'timingSafeEqual(tag, header.subarray(prefix.length + ivBytes))',
    "a FLOE header's tag",
  ],
  ['evidence/open/floe.ts', 'decipher.final()', "a segment's GCM tag, by OpenSSL"],
  [
    'evidence/open/keys.ts',
    'timingSafeEqual(shareCommitment(core, role, share), commitment)',
    'the commitment to a share',
  ],
];

/** Comparisons of public bytes in files that handle keys. */
const ofPublicBytes: Readonly<Record<string, readonly string[]>> = {
  'native/src/core/floe.c': [
    // The format's parameters, and whether a segment says that it is the last.
    'memcmp(floe->header, header, PARAMETERS)',
    'memcmp(segment.data, final ? prefix : not_final, PREFIX)',
  ],
  'native/src/core/segment_hash.c': [
    // Digests of the self-test's own bytes.
    'memcmp(digests, expected, count * SC_DIGEST)',
    'memcmp(crcs, expected_crcs, sizeof crcs)',
  ],
  // The names of ways to hash.
  'native/src/addon/testing.c': ['strcmp(name, '],
  'evidence/open/floe.ts': ['Buffer.compare(header.subarray(0, prefix.length), prefix)'],
  'evidence/keys/key-envelope.ts': [
    // Recording ids and the ids of public keys.
    'equalBytes(envelope.recordingId, recordingId)',
    'equalBytes(one.id, recipientId)',
    'equalBytes(parseKeyEnvelope(envelope).recordingId, recordingId)',
    // D of what the root signed.
    'equalBytes(digest, seen.digest)',
  ],
  // The envelope's hash is in the opening.
  'evidence/open/open.ts': ['equalBytes(sha256(keyEnvelope), opening.body.keyEnvelopeHash)'],
  // Hex of a public key's hash.
  'evidence/keys/key-file.ts': ['equalBytes(id, hpkeKeyId(publicKey))'],
  // Digests of statements, which anyone can compute.
  'agent/sealer/recording.ts': ['equalBytes(this.#receipt.digest, receipt.digest)'],
  // The clocks' epochs, which statements carry.
  'agent/sealer/time/moments.ts': ['Buffer.compare(end.epoch, now.epoch)'],
};

const keyFiles = [
  ...sources('native/src/core'),
  ...sources('native/src/addon'),
  ...sources('agent/sealer'),
  ...sources('evidence/keys'),
  ...['floe', 'keys', 'open'].map((name) => `evidence/open/${name}.ts`),
];

function sources(folder: string): string[] {
  return readdirSync(resolve(root, folder))
    .filter((name) => /\.(c|h|ts)$/.test(name))
    .map((name) => `${folder}/${name}`);
}

const read = (file: string): string => readFileSync(resolve(root, file), 'utf8');
const comparison =
  /(?<!CRYPTO_)\bmemcmp\(|\bbcmp\(|\bstrn?cmp\(|\bequalBytes\(|\bBuffer\.compare\(|\.equals\(|\bdeepStrictEqual\(/g;
const secretsByOperator =
  /\b\w*(?:[tT]ag|[mM]ac|[sS]hare|[cC]ommitment|[sS]eed|[sS]ecret)\b(?:\.\w+\(.*?\))? [!=]==? (?!undefined|null|NULL|0\b)/g;

t.test('tags, commitments and MACs are compared in constant time', async (t) => {
  for (const [file, code, what] of inConstantTime) t.ok(read(file).includes(code), `${what}: ${file}`);
});

t.test('files that handle keys compare other bytes only where those are public', async (t) => {
  for (const file of keyFiles) {
    const text = read(file).replaceAll(/^import .*$/gm, '');
    const public_ = ofPublicBytes[file] ?? [];
    for (const code of public_) t.ok(text.includes(code), `${file} still has ${code}`);
    const found = [...text.matchAll(comparison)].map(({ index }) => text.slice(index, index + 120));
    const unknown = found.filter((code) => !public_.some((known) => code.startsWith(known)));
    t.same(unknown, [], file);
    t.same(text.match(secretsByOperator) ?? [], [], `${file}: no secret next to an operator`);
  }
});
