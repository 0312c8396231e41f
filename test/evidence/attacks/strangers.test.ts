import t from 'tap';
import { beBytes, concatBytes } from '../../../base/bytes.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { segmentRecord } from '../../../evidence/records.ts';
import { type Body, makeStatement } from '../../../evidence/statements.ts';
import { readSession } from '../../../evidence/trust.ts';
import { verifyEvidence } from '../../../evidence/verify/index.ts';
import { resigned } from '../../support/envelopes.ts';
import {
  fileOf,
  fileOfNames,
  memorySource,
  recordOf,
  type TestRecording,
  type TestSession,
  testAgency,
  testRecording,
  testSession,
} from '../../support/recording.ts';
import { verdictOf } from '../../support/verdict.ts';

// What somebody without the root's word signs: told, bounded, and without effect on what the agency's cameras signed.

t.setTimeout(110_000);
const agency = await testAgency();
const device = await agency.device('camera-1');
const session = testSession(device);
const links = [new Uint8Array(100), new Uint8Array(200)];
const recording = testRecording({ session, links });
const whole = fileOfNames(recording);
const elsewhere = await (await testAgency()).device('camera-1');
const stranger = testSession(elsewhere);
const openedBy = (by: TestSession, number: number, recordingId: Uint8Array): TestRecording =>
  testRecording({ session: by, links: [], number, recordingId });

t.test("a stranger's head says nothing of a camera's recordings", async (t) => {
  const head: Body<'head'> = {
    session: stranger.statement.digest,
    nonce: new Uint8Array(32),
    bootCounter: 1,
    nextRecordingNumber: 9,
    newestStatement: undefined,
  };
  const file = fileOf(recordOf(stranger.statement), recordOf(makeStatement('head', head, stranger.signer)));
  t.equal(await verdictOf([whole, file], agency.root), '1 complete ii, exit 5');
});

t.test("a stranger's loss excuses nothing", async (t) => {
  const [chunk] = recording.links;
  if (chunk === undefined) throw new RangeError('a chunk');
  const loss: Body<'loss'> = {
    session: stranger.statement.digest,
    recordingId: recording.core.recordingId,
    index: 0,
    statement: chunk.digest,
    segments: [{ part: 0, number: 0 }],
    cause: 'rot',
  };
  const file = fileOf(recordOf(stranger.statement), recordOf(makeStatement('loss', loss, stranger.signer)));
  const cut = fileOfNames(
    recording,
    recording.order.filter((name) => name !== 'm0.0'),
  );
  t.equal(await verdictOf([cut, file], agency.root), '1 complete xi, exit 5');
});

t.test("two strangers' openings of one recording: the first is told, and reading ends", async (t) => {
  const [first, second] = [1, 2].map((number) =>
    recordOf(openedBy(stranger, number, new Uint8Array(16)).opening),
  );
  if (first === undefined || second === undefined) throw new RangeError('two openings');
  const file = fileOf(recordOf(stranger.statement), first, second);
  t.equal(await verdictOf([file], agency.root), '1 open-ended , exit 5');
});

t.test('of the recordings that strangers open, 16 are told', async (t) => {
  const openings = Array.from({ length: 17 }, (_, at) =>
    openedBy(stranger, at + 1, concatBytes(new Uint8Array(12), beBytes(at, 4))),
  );
  const file = fileOf(recordOf(stranger.statement), ...openings.map(({ opening }) => recordOf(opening)));
  const { report } = await verifyEvidence([memorySource(file), memorySource(whole)], agency.root);
  t.equal(report.recordings.filter(({ trusted }) => !trusted).length, 16);
  t.equal(report.recordings.filter(({ trusted }) => trusted).length, 1, "and the agency's own");
  t.equal(report.recordsSetAside, 2, 'the session, and the one opening more');
});

t.test('a session key that is none is refused, whoever signed the session', async (t) => {
  const keyless = (by: typeof device) => testSession(by, { sessionKey: new Uint8Array(120) });
  t.throws(() => readSession(openEnvelope(keyless(device).statement.encoded), agency.root), {
    code: 'EVIDENCE_MALFORMED',
    message: /sessionKey/,
  });
  const junk = resigned(recordOf(recording.closing), elsewhere.signer, { payload: new Uint8Array(1) });
  for (const by of [device, elsewhere]) {
    const file = fileOf(recordOf(keyless(by).statement), junk);
    t.equal(await verdictOf([whole, file], agency.root), '1 complete ii, exit 5');
  }
});

t.test('a segment that the chunk of its index does not name is set aside', async (t) => {
  const digest = new Uint8Array(50);
  for (const [name, place] of [
    ['a number behind the last', { index: 0, part: 0, number: 1 }],
    ["another's bytes", { index: 0, part: 0, number: 0 }],
    ['an index that no statement has', { index: 7, part: 0, number: 0 }],
  ] as const) {
    const added = fileOf(...recording.records.values(), segmentRecord({ ...place, segment: digest }));
    const beyond = place.index === 7 ? 'u' : '';
    t.equal(await verdictOf([added], agency.root), `1 complete ii${beyond}, exit 5`, name);
  }
});

t.test('a segment that no statement names is of the one recording of its file, or of none', async (t) => {
  const other = testRecording({ session, links, number: 2 });
  const stray = segmentRecord({ index: 7, part: 0, number: 0, segment: new Uint8Array(50) });
  const file = fileOf(...recording.records.values(), ...other.records.values(), stray);
  t.equal(await verdictOf([file], agency.root), '1 complete ii, 2 complete ii, exit 5');
});
