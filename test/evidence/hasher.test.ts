import t from 'tap';
import { SealcamError } from '../../base/errors.ts';
import { fastestHasher, nativeHasher } from '../../cli/evidence/hasher.ts';
import { confirmDigest, grouped, type Hasher, nodeHasher, proveHasher } from '../../evidence/hasher.ts';
import { parseRecord, statementRecord } from '../../evidence/records.ts';
import { verifyEvidence } from '../../evidence/verify/index.ts';
import { faultyHasher, turned } from '../support/evidence/faulty-hasher.ts';
import { fileOfNames, memorySource, testAgency, testRecording, testSession } from '../support/recording.ts';
import { seeded } from '../support/seed.ts';

const native = await nativeHasher();

t.test('random groups have the same sums by both', async (t) => {
  const random = seeded(t);
  for (let round = 0; round < 60; round += 1) {
    const most = random.pick([3, 130, 4_000, 65_536]);
    const bytes = random.bytes(most + 64);
    const segments = Array.from({ length: random.int(33) }, () => {
      const from = random.int(64);
      return bytes.subarray(from, from + random.int(most + 1));
    });
    const lengths = segments.map(({ length }) => length).join();
    const expected = await nodeHasher.digests(segments);
    t.same(await native.digests(segments), expected, `digests of ${lengths}`);
    t.same(
      segments.map((one) => native.crc32c(one)),
      segments.map((one) => nodeHasher.crc32c(one)),
      `checksums of ${lengths}`,
    );
  }
});

t.test('a hasher that is wrong in one place does not pass its proof', async (t) => {
  await proveHasher(nodeHasher);
  await proveHasher(native);
  const wrong: [string, Hasher][] = [
    ...Array.from({ length: 6 }, (_, lane): [string, Hasher] => [
      `lane ${lane}`,
      faultyHasher((digests) => digests.map((one, at) => (at === lane ? turned(one) : one))),
    ]),
    ['another order', faultyHasher((digests) => digests.reverse())],
    ['one too few', faultyHasher((digests) => digests.slice(1))],
    ['one too many', faultyHasher((digests) => [...digests, new Uint8Array(32)])],
    ['the checksum', { ...nodeHasher, crc32c: (bytes) => nodeHasher.crc32c(bytes) ^ 1 }],
  ];
  for (const [name, hasher] of wrong) {
    await t.rejects(proveHasher(hasher), { code: 'HASHER_WRONG' }, name);
  }
});

t.test('no segment is called altered on the word of a faulty hasher', async (t) => {
  const agency = await testAgency();
  const recording = testRecording({ session: testSession(await agency.device('camera-1')) });
  const source = memorySource(fileOfNames(recording));
  for (const [name, hasher] of [
    ['a wrong digest', faultyHasher((digests) => digests.map(turned))],
    ['no digest', faultyHasher(() => [])],
  ] as const) {
    await t.rejects(
      verifyEvidence([source], agency.root, { hasher }),
      { code: 'HASHER_WRONG', message: /SHA-256 of a faulty hasher/ },
      name,
    );
  }
  const segment = Uint8Array.of(1, 2, 3);
  const [digest] = await nodeHasher.digests([segment]);
  confirmDigest(native, segment, digest);
});

t.test('no record is unreadable on the word of a faulty hasher', async (t) => {
  const agency = await testAgency();
  const recording = testRecording({ session: testSession(await agency.device('camera-1')) });
  const bytes = fileOfNames(recording);
  const faulty: Hasher = { ...nodeHasher, crc32c: (bytes) => nodeHasher.crc32c(bytes) ^ 1 };
  for (const file of [bytes, bytes.with(bytes.length - 10, (bytes.at(-10) ?? 0) ^ 1)]) {
    const { report } = await verifyEvidence([memorySource(file)], agency.root);
    t.same((await verifyEvidence([memorySource(file)], agency.root, { hasher: faulty })).report, report);
  }
  const record = statementRecord(recording.opening.encoded);
  t.same(parseRecord(record, faulty.crc32c), parseRecord(record));
  t.throws(() => parseRecord(record.with(20, 1 ^ (record[20] ?? 0)), faulty.crc32c), { code: 'RECORD_BAD' });
});

t.test('the fastest is the addon, where it is there and right', async (t) => {
  const said: string[] = [];
  const say = (line: string): void => {
    said.push(line);
  };
  t.equal((await fastestHasher()).name, native.name);
  const missing = async () => {
    throw new SealcamError('ADDON_MISSING', 'not built');
  };
  t.equal(await fastestHasher(missing, say), nodeHasher, 'not built');
  t.same(said, []);
  t.equal(await fastestHasher(async () => faultyHasher(() => []), say), nodeHasher, 'wrong');
  t.match(said, [/^node:crypto hashes instead: The SHA-256 of a faulty hasher is not/]);
  await t.rejects(
    fastestHasher(() => Promise.reject(new TypeError('a bug'))),
    TypeError,
  );
});

t.test('a group is what follows one another with one key, up to its bound', async (t) => {
  const groups = (text: string): string[] =>
    [...grouped(text, (one) => (one === '.' ? undefined : one))].map((group) => group.join(''));
  t.same(groups(''), []);
  t.same(groups('aab..ba'), ['aa', 'b', '.', '.', 'b', 'a']);
  t.same(groups('a'.repeat(70)), ['a'.repeat(32), 'a'.repeat(32), 'a'.repeat(6)]);
});
