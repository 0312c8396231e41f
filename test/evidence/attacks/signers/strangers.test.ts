import t from 'tap';
import { beBytes, concatBytes } from '../../../../base/bytes.ts';
import { openEnvelope } from '../../../../evidence/dsse.ts';
import { segmentsPerPartMax } from '../../../../evidence/limits.ts';
import { segmentRecord } from '../../../../evidence/records.ts';
import { type Body, makeStatement, type Statement } from '../../../../evidence/statements.ts';
import { readSession } from '../../../../evidence/trust.ts';
import { verifyEvidence } from '../../../../evidence/verify/index.ts';
import { resigned } from '../../../support/evidence/envelopes.ts';
import { verdictOf } from '../../../support/evidence/verdict.ts';
import { fileLimitMs } from '../../../support/patience.ts';
import {
  fileOf,
  fileOfNames,
  fileOfStatements,
  memorySource,
  previousOf,
  recordOf,
  recoveredClosing,
  type TestRecording,
  type TestSession,
  testAgency,
  testDeletion,
  testRecording,
  testSession,
} from '../../../support/recording.ts';

// What someone signs whom the root did not certify: reported, bounded, and without effect on what the agency's cameras signed.

t.setTimeout(fileLimitMs);
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

function lossBy(by: TestSession): Statement<'loss'> {
  const [chunk] = recording.links;
  if (chunk === undefined) throw new RangeError('a chunk');
  const body: Body<'loss'> = {
    session: by.statement.digest,
    recordingId: recording.core.recordingId,
    index: 0,
    statement: chunk.digest,
    segments: [{ part: 0, number: 0 }],
    cause: 'rot',
  };
  return makeStatement('loss', body, by.signer);
}

t.test("a stranger's loss excuses nothing", async (t) => {
  const file = fileOfStatements(stranger.statement, lossBy(stranger));
  const cut = fileOfNames(
    recording,
    recording.order.filter((name) => name !== 'm0.0'),
  );
  t.equal(await verdictOf([cut, file], agency.root), '1 complete xi, exit 5');
});

t.test(
  "of two strangers' openings of one recording, the one with the smaller D is told, in whatever order they come",
  async (t) => {
    const openings = [1, 2].map((number) => openedBy(stranger, number, new Uint8Array(16)).opening);
    const digests = openings.map(({ digest }) => Buffer.from(digest));
    const smaller = digests.indexOf([...digests].sort(Buffer.compare)[0] ?? Buffer.alloc(0));
    for (const order of [openings, [...openings].reverse()]) {
      const file = fileOfStatements(stranger.statement, ...order);
      const { report } = await verifyEvidence([memorySource(file)], agency.root);
      t.match(report.recordings, [{ verdict: 'open-ended', trusted: false }]);
      t.equal(report.recordings.length, 1);
      const number = smaller + 1;
      t.equal(report.recordings[0]?.number, number);
      t.equal(report.recordsSetAside, 2, 'the session, and the other opening');
    }
  },
);

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

t.test('an invalid session key is refused, no matter who signed the session', async (t) => {
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
    ['a number after the last', { index: 0, part: 0, number: 1 }],
    ["another's bytes", { index: 0, part: 0, number: 0 }],
    ['an index that no statement has', { index: 7, part: 0, number: 0 }],
  ] as const) {
    const added = fileOf(...recording.records.values(), segmentRecord({ ...place, segment: digest }));
    const beyond = place.index === 7 ? 'u' : '';
    t.equal(await verdictOf([added], agency.root), `1 complete ii${beyond}, exit 5`, name);
  }
});

t.test('a segment record out of its bounds is set aside, and shifts nothing', async (t) => {
  const number = segmentsPerPartMax;
  const bad = segmentRecord({ index: 0, part: 0, number, segment: new Uint8Array(50) });
  const names = recording.order.flatMap((name) => (name.startsWith('m') ? ['bad', name] : [name]));
  const file = fileOf(...names.map((name) => recording.records.get(name) ?? bad));
  t.equal(await verdictOf([file], agency.root), '1 complete ii, exit 5');
});

t.test('of the sessions of strangers, 16 are told from noise', async (t) => {
  const [chunk] = recording.links;
  if (chunk?.kind !== 'chunk') throw new TypeError('a chunk');
  const strangers = Array.from({ length: 17 }, (_, at) => testSession(elsewhere, { bootCounter: at + 2 }));
  const statements = strangers.flatMap((by, at) => [
    by.statement,
    makeStatement('chunk', { ...chunk.body, index: 10 + at }, by.signer),
  ]);
  const sources = [memorySource(whole), memorySource(fileOfStatements(...statements))];
  const { report } = await verifyEvidence(sources, agency.root);
  t.same(
    report.recordings[0]?.links.map(({ verdict }) => verdict),
    ['intact', 'intact', ...Array.from({ length: 16 }, () => 'untrusted key')],
  );
});

t.test('a segment that no statement names is of the one recording of the files, or of none', async (t) => {
  const other = testRecording({ session, links, number: 2, previous: previousOf(recording) });
  const stray = segmentRecord({ index: 7, part: 0, number: 0, segment: new Uint8Array(50) });
  const file = fileOf(...recording.records.values(), ...other.records.values(), stray);
  t.equal(await verdictOf([file], agency.root), '1 complete ii, 2 complete ii, exit 5');
});

t.test("what is filed under a stranger's opening is filed again under the camera's own", async (t) => {
  const [copy] = [openedBy(stranger, 1, recording.core.recordingId)];
  const before = fileOfStatements(stranger.statement, session.statement, copy.opening);
  const cut = fileOfNames(
    recording,
    recording.order.filter((name) => name !== 'm0.0'),
  );
  const loss = recordOf(lossBy(session));
  t.equal(await verdictOf([cut, fileOf(loss)], agency.root), '1 complete li, exit 4', 'a loss');
  const lost = concatBytes(before, loss);
  t.equal(await verdictOf([lost, cut], agency.root), '1 complete li, exit 5', 'a loss, after it');

  // Only a later boot's loss fits the stranger's opening, and is filed there first.
  const later = testSession(device, { bootCounter: 2, nextRecordingNumber: 2 });
  const laterLoss = concatBytes(before, recordOf(later.statement), recordOf(lossBy(later)));
  t.equal(await verdictOf([laterLoss, cut], agency.root), '1 complete li, exit 5', "a later boot's loss");

  const eraser = await agency.certificate('chief', 'deletion');
  const deletion = testDeletion(eraser, recording);
  const rest = fileOfNames(recording, ['S', 'O', 'X']);
  const erased = concatBytes(before, recordOf(deletion));
  t.equal(await verdictOf([erased, rest], agency.root), '1 erased --, exit 5', 'a deletion, after it');

  const recovered = [later.statement, recoveredClosing(recording, 1, later)].map(recordOf);
  const open = fileOfNames(recording, ['S', 'O', 'c0', 'm0.0', 't0.0']);
  const closed = concatBytes(before, ...recovered);
  t.equal(await verdictOf([closed, open], agency.root), '1 recovered i, exit 5', 'a closing, after it');
});

t.test('a stranger who claims to be a later boot closes no recording', async (t) => {
  const open = fileOfNames(recording, ['S', 'O', 'c0', 'm0.0', 't0.0']);
  for (const by of [elsewhere, await agency.certificate('camera-1', 'receipt')]) {
    const later = testSession(by, { bootCounter: 2, nextRecordingNumber: 2 });
    const closing = fileOfStatements(later.statement, recoveredClosing(recording, 1, later));
    t.equal(await verdictOf([open, closing], agency.root), '1 open-ended i, exit 5');
  }
});

t.test("a stranger's recording is told as such, and its records are not loose", async (t) => {
  const file = fileOfNames(testRecording({ session: stranger, links }));
  const { report } = await verifyEvidence([memorySource(file)], agency.root);
  t.match(report.recordings, [
    { verdict: 'open-ended', trusted: false, links: [{ kind: 'chunk', verdict: 'untrusted key' }, {}] },
  ]);
  t.equal(report.recordsSetAside, 1, 'the session');
});

t.test('a file that repeats the opening has segments of that recording', async (t) => {
  const first = fileOfNames(recording, ['S', 'O', 'c0', 'm0.0', 't0.0']);
  const second = fileOfNames(recording, ['S', 'O', 'm1.0', 't1.0', 'X']);
  t.equal(await verdictOf([first, second], agency.root), '1 complete iu, exit 5');
});
