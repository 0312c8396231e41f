import t from 'tap';
import { concatBytes, equalBytes } from '../../../../base/bytes.ts';
import { systemRandomness } from '../../../../base/random.ts';
import { p384PrivateKey, p384Signer } from '../../../../evidence/crypto.ts';
import { parseRecord, statementRecord } from '../../../../evidence/records.ts';
import { coreCodec, encodeBody, makeStatement } from '../../../../evidence/statements.ts';
import { altered, otherS, payloadOf, resigned } from '../../../support/evidence/envelopes.ts';
import { verdictOf } from '../../../support/evidence/verdict.ts';
import { fileLimitMs } from '../../../support/patience.ts';
import { fileOf, testAgency, testRecording, testSession } from '../../../support/recording.ts';

t.setTimeout(fileLimitMs);
const agency = await testAgency();
const device = await agency.device('camera-1');
const otherDevice = await agency.device('camera-2');
const session = testSession(device);
const otherSession = testSession(otherDevice);
const recording = testRecording({ session });
const stranger = p384Signer(p384PrivateKey(systemRandomness));

function recordOf(name: string): Uint8Array {
  const record = recording.records.get(name);
  if (record === undefined) throw new RangeError(name);
  return record;
}

/** The recording with some records exchanged, and others after its end. */
function changed(instead: Readonly<Record<string, Uint8Array>>, ...more: Uint8Array[]): Uint8Array {
  return fileOf(...recording.order.map((name) => instead[name] ?? recordOf(name)), ...more);
}

t.test("a statement that another key signed again does not count as the camera's", async (t) => {
  const c1 = recordOf('c1');
  const foreign = statementRecord(otherSession.statement.encoded);
  const cases: [string, Uint8Array, string][] = [
    ['an unknown key', changed({ c1: resigned(c1, stranger) }), '1 complete iugi, exit 5'],
    ["the camera's identity key", changed({ c1: resigned(c1, device.signer) }), '1 complete iugi, exit 5'],
    ["the root's key", changed({ c1: resigned(c1, agency.signer) }), '1 complete iugi, exit 5'],
    [
      "another camera's session",
      changed({ c1: resigned(c1, otherSession.signer) }, foreign),
      '1 complete i!gi, exit 5',
    ],
    ['the closing', changed({ X: resigned(recordOf('X'), stranger) }), '1 open-ended iigi, exit 5'],
    [
      "the closing, by another camera's session",
      changed({ X: resigned(recordOf('X'), otherSession.signer) }, foreign),
      '1 open-ended iigi, exit 5',
    ],
    ['the opening', changed({ O: resigned(recordOf('O'), stranger) }), 'exit 5'],
    [
      "the opening, by another camera's session",
      changed({ O: resigned(recordOf('O'), otherSession.signer) }, foreign),
      'exit 5',
    ],
    ['the session', changed({ S: resigned(recordOf('S'), stranger) }), 'exit 5'],
    [
      "the session, by another camera's key",
      changed({ S: resigned(recordOf('S'), otherDevice.signer) }),
      'exit 5',
    ],
  ];
  for (const [name, file, verdict] of cases) t.equal(await verdictOf([file], agency.root), verdict, name);
});

t.test('what an added statement of another key says changes nothing of what the camera signed', async (t) => {
  const added = changed({}, resigned(recordOf('c1'), stranger));
  t.equal(
    await verdictOf([added], agency.root),
    '1 complete iigi, exit 4',
    'the same D is the same statement',
  );
  const body = { ...recording.closing.body, reason: 'fault' as const };
  const other = makeStatement('closing', body, stranger);
  t.equal(
    await verdictOf([changed({}, statementRecord(other.encoded))], agency.root),
    '1 complete iigi, exit 5',
    'another one is set aside, and told by the exit code',
  );
});

t.test('a certificate of another purpose, or of an unknown issuer, signs no session', async (t) => {
  const purposes = ['receipt', 'command', 'deletion'] as const;
  for (const purpose of purposes) {
    const certificate = await agency.certificate('camera-1', purpose);
    const made = testRecording({ session: testSession(certificate) });
    const file = fileOf(...made.records.values());
    t.equal(await verdictOf([file], agency.root), '1 open-ended !!!!, exit 5', purpose);
  }
  const elsewhere = await testAgency();
  const made = testRecording({ session: testSession(await elsewhere.device('camera-1')) });
  t.equal(
    await verdictOf([fileOf(...made.records.values())], agency.root),
    '1 open-ended !!!!, exit 5',
    'another agency',
  );
});

t.test('a session names the device of its certificate', async (t) => {
  const made = testRecording({ session: testSession(device, { deviceId: 'camera-9' }) });
  t.equal(await verdictOf([fileOf(...made.records.values())], agency.root), '1 open-ended !!!!, exit 5');
});

t.test('an untrusted copy of a recording takes nothing over, wherever it is placed', async (t) => {
  const elsewhere = await testAgency();
  const forged = testRecording({
    session: testSession(await elsewhere.device('camera-1')),
    recordingId: recording.core.recordingId,
  });
  const before = fileOf(...forged.records.values(), ...recording.records.values());
  const after = fileOf(...recording.records.values(), ...forged.records.values());
  for (const file of [before, after])
    t.equal(await verdictOf([file], agency.root), '1 complete iigi, exit 5');
});

t.test('a camera that uses the recording id of another one harms it in nothing', async (t) => {
  const copy = testRecording({ session: otherSession, recordingId: recording.core.recordingId });
  const before = fileOf(...copy.records.values());
  const both = await verdictOf([before, changed({})], agency.root);
  t.equal(both, '1 complete iigi, 1 complete iigi, exit 4');
});

t.test("a session of one's own over another's key takes over none of its statements", async (t) => {
  const thief = makeStatement(
    'session',
    { ...otherSession.statement.body, sessionKey: session.signer.publicKey },
    otherDevice.signer,
  );
  const record = statementRecord(thief.encoded);
  const file = fileOf(record, ...recording.records.values(), record);
  t.equal(await verdictOf([file], agency.root), '1 complete iigi, exit 4');
});

t.test('n - s in place of s, and other key ids, change nothing', async (t) => {
  const statements = ['S', 'O', 'c0', 'c1', 'g2', 'c3', 'X'];
  const each = (change: (record: Uint8Array) => Uint8Array): Uint8Array =>
    changed(Object.fromEntries(statements.map((name) => [name, change(recordOf(name))])));
  const variants: [string, Uint8Array][] = [
    ['n - s', each(otherS)],
    ['no key id', each((record) => altered(record, { keyId: '' }))],
    ['a wrong key id', each((record) => altered(record, { keyId: 'ab'.repeat(32) }))],
    ["another session's key id", each((record) => altered(record, { keyId: otherSession.signer.keyId }))],
    ['both', each((record) => altered(otherS(record), { keyId: 'cd'.repeat(32) }))],
  ];
  const foreign = fileOf(statementRecord(otherSession.statement.encoded));
  for (const [name, file] of variants) {
    t.notOk(equalBytes(file, changed({})), name);
    t.equal(await verdictOf([file], agency.root), '1 complete iigi, exit 4', name);
    t.equal(
      await verdictOf([file, changed({}), foreign], agency.root),
      '1 complete iigi, exit 4',
      `${name}, twice`,
    );
  }
});

t.test(
  'only the one encoding of a payload is a statement, though the camera itself signed another',
  async (t) => {
    const payload = payloadOf(recordOf('c1'));
    const opening = payloadOf(recordOf('O'));
    const at = 18; // Behind field 1: tag, length and 16 bytes of recording id.
    const [front, index, rest] = [
      payload.subarray(0, at),
      payload.subarray(at, at + 2),
      payload.subarray(at + 2),
    ];
    t.same([...index], [0x10, 0x01], 'field 2 is the index, 1');
    const noncanonical: [string, Uint8Array][] = [
      ['a default on the wire', concatBytes(payload, Uint8Array.of(0x40, 0x00))],
      ['a long varint', concatBytes(front, Uint8Array.of(0x10, 0x81, 0x00), rest)],
      ['an unknown field', concatBytes(payload, Uint8Array.of(0xa0, 0x06, 0x01))],
      ['another order', concatBytes(index, front, rest)],
      ['a field twice', concatBytes(front, index, index, rest)],
      ['a flag of 2', concatBytes(payload, Uint8Array.of(0x40, 0x02))],
      ['a byte after the end', concatBytes(payload, Uint8Array.of(0))],
      ['a byte less', payload.subarray(0, -1)],
      ['no payload', new Uint8Array(0)],
      ["another kind's payload", opening],
    ];
    for (const [name, bytes] of noncanonical) {
      const c1 = resigned(recordOf('c1'), session.signer, { payload: bytes });
      t.equal(await verdictOf([changed({ c1 })], agency.root), '1 complete iugi, exit 5', name);
    }
  },
);

t.test('only the one encoding of an envelope is one', async (t) => {
  const envelope = parseRecord(recordOf('c1')).body;
  const noncanonical: [string, Uint8Array][] = [
    ['an unknown field', concatBytes(envelope, Uint8Array.of(0x20, 0x01))],
    ['a second signature', concatBytes(envelope, envelope.subarray(envelope.length - 166 - 3))],
    ['no signature', envelope.subarray(0, envelope.length - 166 - 3)],
    ['a byte less', envelope.subarray(0, -1)],
    ['nothing', new Uint8Array(0)],
  ];
  for (const [name, bytes] of noncanonical) {
    const verdict = await verdictOf([changed({ c1: statementRecord(bytes) })], agency.root);
    t.equal(verdict, '1 complete iugi, exit 5', name);
  }
});

t.test('a statement is of the kind whose type was signed', async (t) => {
  const gapAsChunk = altered(recordOf('g2'), { payloadType: 'application/vnd.sealcam.chunk.v1' });
  t.equal(await verdictOf([changed({ g2: gapAsChunk })], agency.root), '1 complete ii-i, exit 5');
});

t.test('another format is refused where a trusted key signed it, and is nothing where not', async (t) => {
  const refused = { code: 'FORMAT_UNSUPPORTED' };
  const type2 = 'application/vnd.sealcam.chunk.v2';
  const unlike = { payloadType: type2 };
  const body = encodeBody('session', { ...session.statement.body, format: 2 });
  const session2 = resigned(recordOf('S'), device.signer, { payload: body });
  const core = coreCodec.encode({ ...recording.core, format: 2 });
  const opening2 = makeStatement('opening', { ...recording.opening.body, core }, session.signer);
  const files: [string, Uint8Array][] = [
    ['a type of version 2', changed({ c1: resigned(recordOf('c1'), session.signer, unlike) })],
    ['the session', changed({ S: session2 })],
    ['the core', changed({ O: statementRecord(opening2.encoded) })],
  ];
  const other = fileOf(...testRecording({ session: otherSession }).records.values());
  for (const [name, file] of files) {
    await t.rejects(verdictOf([file], agency.root), refused, name);
    await t.rejects(verdictOf([other, file], agency.root), refused, `${name}, next to another recording`);
  }

  const junk = altered(recordOf('c1'), unlike);
  t.equal(
    await verdictOf([changed({}, junk)], agency.root),
    '1 complete iigi, exit 5',
    'unsigned: set aside',
  );
  await t.rejects(verdictOf([fileOf(junk)], agency.root), refused, 'nothing else is there');
  const elsewhere = testSession(await (await testAgency()).device('camera-1'));
  const foreign2 = makeStatement('session', { ...elsewhere.statement.body, format: 2 }, elsewhere.signer);
  const file = changed({}, statementRecord(foreign2.encoded));
  t.equal(await verdictOf([file], agency.root), '1 complete iigi, exit 5', 'untrusted: set aside');
  const core2 = coreCodec.encode({ ...recording.core, session: elsewhere.statement.digest, format: 2 });
  const foreign = makeStatement('opening', { ...recording.opening.body, core: core2 }, elsewhere.signer);
  const opened = changed(
    {},
    ...[elsewhere.statement, foreign].map(({ encoded }) => statementRecord(encoded)),
  );
  t.equal(await verdictOf([opened], agency.root), '1 complete iigi, exit 5', 'an untrusted core: set aside');
});
