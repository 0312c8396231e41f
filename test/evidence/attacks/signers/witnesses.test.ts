import t from 'tap';
import { issueCertificate } from '../../../../agency/issue.ts';
import { newSigningKey } from '../../../../agency/signing-key.ts';
import { keyIdOf, p384Signer } from '../../../../evidence/crypto.ts';
import { certificateDer } from '../../../../evidence/root.ts';
import { type Body, makeStatement, type Statement } from '../../../../evidence/statements.ts';
import { verifyEvidence } from '../../../../evidence/verify/index.ts';
import { commandedRecording } from '../../../support/evidence/commanded.ts';
import { resigned } from '../../../support/evidence/envelopes.ts';
import { verdictOf } from '../../../support/evidence/verdict.ts';
import { fileLimitMs } from '../../../support/patience.ts';
import {
  type Certificate,
  fileOf,
  fileOfNames,
  fileOfStatements,
  memorySource,
  recordOf,
  recoveredClosing,
  startUtcUs,
  testAgency,
  testDeletion,
  testReceipt,
  testRecording,
  testSession,
} from '../../../support/recording.ts';

t.setTimeout(fileLimitMs);
const agency = await testAgency();
const device = await agency.device('camera-1');
const otherDevice = await agency.device('camera-2');
const station = await agency.certificate('station-1', 'receipt');
const eraser = await agency.certificate('chief', 'deletion');
const session = testSession(device);
const links = [new Uint8Array(70_000), new Uint8Array(200), new Uint8Array(300)];
const recording = testRecording({ session, links });
const whole = fileOfNames(recording);
const without = (...names: string[]): Uint8Array =>
  fileOfNames(
    recording,
    recording.order.filter((name) => !names.includes(name)),
  );
const revoked = (certificate: Certificate, seconds: number) =>
  new Map([[keyIdOf(certificate.signer.publicKey), startUtcUs + seconds * 1e6]]);

t.test('a receipt counts for nothing where it is forged, of another device or of another key', async (t) => {
  const cut = without('c1', 'm1.0', 't1.0', 'c2', 'm2.0', 't2.0', 'X');
  const good = testReceipt(station, recording, 3);
  const camera = makeStatement(
    'receipt',
    { ...good.body, certificate: device.der, stationId: 'camera-1' },
    device.signer,
  );
  const elsewhere = await (await testAgency()).certificate('station-1', 'receipt');
  const cases: [string, Uint8Array, string][] = [
    ['a good one', recordOf(good), '1 open-ended i--, exit 5'],
    ['a good one, replayed', Buffer.concat([recordOf(good), recordOf(good)]), '1 open-ended i--, exit 5'],
    [
      'forged: signed by the camera session',
      resigned(recordOf(good), session.signer),
      '1 open-ended i, exit 5',
    ],
    ['by a device certificate', recordOf(camera), '1 open-ended i, exit 5'],
    ['by a deletion certificate', recordOf(testReceipt(eraser, recording, 3)), '1 open-ended i, exit 5'],
    ["by another agency's station", recordOf(testReceipt(elsewhere, recording, 3)), '1 open-ended i, exit 5'],
    [
      'under the name of another station',
      recordOf(testReceipt(station, recording, 3, { stationId: 'x' })),
      '1 open-ended i, exit 5',
    ],
    [
      'for another device',
      recordOf(testReceipt(station, recording, 3, { deviceId: 'camera-2' })),
      '1 open-ended i, exit 3',
    ],
    [
      'for another recording',
      recordOf(testReceipt(station, recording, 3, { recordingId: new Uint8Array(16) })),
      '1 open-ended i, exit 3',
    ],
    [
      'for another key envelope',
      recordOf(testReceipt(station, recording, 3, { keyEnvelopeHash: new Uint8Array(32) })),
      '1 conflict i, exit 5',
    ],
    [
      'without the key envelope',
      recordOf(testReceipt(station, recording, 3, { keyEnvelopeHash: undefined })),
      '1 open-ended i--, exit 5',
    ],
  ];
  for (const [name, bytes, verdict] of cases) {
    t.equal(await verdictOf([cut, fileOf(bytes)], agency.root), verdict, name);
  }
});

t.test('a receipt that says otherwise than the recording is a conflict', async (t) => {
  const cases: [string, Statement<'receipt'>][] = [
    ['another statement', testReceipt(station, recording, 2, { statement: new Uint8Array(32) })],
    ['more than was closed', testReceipt(station, recording, 3, { count: 4 })],
    ['another closing', testReceipt(station, recording, 'complete', { statement: new Uint8Array(32) })],
    ['another count of the closing', testReceipt(station, recording, 'complete', { count: 2 })],
  ];
  for (const [name, receipt] of cases) {
    const verdict = await verdictOf([whole, fileOfStatements(receipt)], agency.root);
    t.match(verdict, /^1 conflict iii-?, exit 5$/, name);
  }
});

t.test('when each chunk was sealed is bounded by receipts, from both sides', async (t) => {
  const early = testReceipt(station, testRecording({ session, number: 9 }), 0, {
    stationUtcUs: startUtcUs,
    counter: 1,
  });
  const bound = testRecording({ session, links, newestReceipt: new Map([[1, early.digest]]) });
  const at = (count: number | 'complete', seconds: number, counter: number) =>
    recordOf(testReceipt(station, bound, count, { stationUtcUs: startUtcUs + seconds * 1e6, counter }));
  const sealed = async (file: Uint8Array, ...receipts: Uint8Array[]) => {
    const sources = [memorySource(file), memorySource(fileOf(recordOf(early), ...receipts))];
    const { report } = await verifyEvidence(sources, agency.root);
    return report.recordings[0]?.links.map(({ sealed: { notBeforeUs, notAfterUs } }) =>
      [notBeforeUs, notAfterUs].map((us) => (us === undefined ? '' : (us - startUtcUs) / 1e6)).join('..'),
    );
  };
  const file = fileOfNames(bound);
  t.same(await sealed(file), ['..', '0..', '0..'], 'no receipt of it');
  t.same(await sealed(file, at(2, 10, 2)), ['..10', '0..10', '0..']);
  t.same(await sealed(file, at(2, 10, 2), at('complete', 20, 3)), ['..10', '0..10', '0..20']);
  t.same(await sealed(file, at('complete', 20, 3), at(1, 10, 2)), ['..10', '0..20', '0..20']);
  const hole = fileOfNames(
    bound,
    bound.order.filter((name) => !['c1', 'm1.0', 't1.0'].includes(name)),
  );
  t.same(
    await sealed(hole, at('complete', 20, 3)),
    ['..', '..', '..20'],
    'a receipt proves nothing after a hole in the chain',
  );
});

t.test('what a revoked camera signed counts as far as earlier receipts reach', async (t) => {
  // Receipt n is of second n + 1; the complete one, with count 3, of second 4.
  const complete = fileOfStatements(testReceipt(station, recording, 'complete'));
  const two = fileOfStatements(testReceipt(station, recording, 2));
  const verdict = (file: Uint8Array, receipts: Uint8Array, seconds: number) =>
    verdictOf([file, receipts], agency.root, revoked(device, seconds));
  t.equal(await verdict(whole, complete, 5), '1 complete iii, exit 0', 'all of it was receipted before');
  t.equal(await verdict(whole, complete, 4), '1 open-ended !!!, exit 5', 'receipted only after');
  t.equal(
    await verdict(whole, two, 5),
    '1 open-ended ii!, exit 5',
    'the rest, and the closing, may be forged',
  );
  t.equal(await verdict(whole, fileOf(), 5), '1 open-ended !!!, exit 5', 'no receipt');
  t.equal(
    await verdict(without('c1', 'm1.0', 't1.0'), two, 5),
    '1 open-ended !-!, exit 5',
    'after a hole nothing shows that it is what was receipted',
  );
  const other = await verdictOf([whole, two], agency.root, revoked(otherDevice, 0));
  t.equal(other, '1 complete iii, exit 0', 'another camera');
  const both = new Map([...revoked(device, 5), ...revoked(station, 100)]);
  t.equal(
    await verdictOf([whole, complete], agency.root, both),
    '1 open-ended !!!, exit 5',
    'a revoked station',
  );
});

t.test('a thief of a revoked identity neither closes nor excuses anything', async (t) => {
  const thief = testSession(device, { bootCounter: 2, nextRecordingNumber: 2 });
  const two = recordOf(testReceipt(station, recording, 2));
  const recovered = fileOf(recordOf(thief.statement), two, recordOf(recoveredClosing(recording, 2, thief)));
  const cut = without('c2', 'm2.0', 't2.0', 'X');
  const list = revoked(device, 5);
  t.equal(
    await verdictOf([cut, recovered], agency.root),
    '1 recovered ii, exit 3',
    'before the revocation is known',
  );
  t.equal(await verdictOf([cut, recovered], agency.root, list), '1 open-ended ii, exit 5');
  const loss = fileOf(recordOf(thief.statement), two, recordOf(lossOf(thief, 1, [[0, 0]])));
  t.match(await verdictOf([without('m1.0'), loss], agency.root, list), /^1 open-ended ix!, exit 5/);
});

function lossOf(by: typeof session, index: number, segments: readonly (readonly [number, number])[]) {
  const chunk = recording.links[index];
  if (chunk === undefined) throw new RangeError('no such chunk');
  const body: Body<'loss'> = {
    session: by.statement.digest,
    recordingId: recording.core.recordingId,
    index,
    statement: chunk.digest,
    segments: segments.map(([part, number]) => ({ part, number })),
    cause: 'rot',
  };
  return makeStatement('loss', body, by.signer);
}

t.test('a loss excuses the segments that it names, by the camera itself', async (t) => {
  const later = testSession(device, { bootCounter: 2, nextRecordingNumber: 2 });
  const foreign = testSession(otherDevice, { bootCounter: 2 });
  const none = testSession(device, { bootCounter: 3 });
  const lost = (by: typeof session, ...segments: [number, number][]) =>
    fileOfStatements(by.statement, lossOf(by, 0, segments));
  const cases: [string, Uint8Array, Uint8Array, string][] = [
    ['one segment', without('m0.1'), lost(later, [0, 1]), '1 complete lii, exit 4'],
    [
      'all of them',
      without('m0.0', 'm0.1', 't0.0'),
      lost(session, [0, 0], [0, 1], [1, 0]),
      '1 complete lii, exit 4',
    ],
    ['another segment than is absent', without('m0.1'), lost(later, [0, 0]), '1 complete xii, exit 5'],
    ['fewer than are absent', without('m0.0', 'm0.1'), lost(later, [0, 1]), '1 complete xii, exit 5'],
    ['nothing is absent', whole, lost(later, [0, 1]), '1 complete iii, exit 0'],
    ["another camera's", without('m0.1'), lost(foreign, [0, 1]), '1 complete xii, exit 5'],
    [
      'by a key of no one',
      without('m0.1'),
      fileOf(recordOf(later.statement), resigned(recordOf(lossOf(later, 0, [[0, 1]])), none.signer)),
      '1 complete xii, exit 5',
    ],
  ];
  for (const [name, file, losses, verdict] of cases) {
    t.equal(await verdictOf([file, losses], agency.root), verdict, name);
  }
});

const deletionOf = (by: Certificate, says: Partial<Body<'deletion'>> = {}): Uint8Array =>
  fileOfStatements(testDeletion(by, recording, says));

t.test('a signed deletion makes a recording erased, and nothing else does', async (t) => {
  const good = deletionOf(eraser);
  t.equal(await verdictOf([whole, good], agency.root), '1 erased iii, exit 4');
  const rest = fileOfNames(recording, ['S', 'O', 'c0', 'c1', 't1.0', 'c2', 'X']);
  t.equal(await verdictOf([rest, good], agency.root), '1 erased -x-, exit 4', 'its segments may be gone');
  t.equal(await verdictOf([rest], agency.root), '1 complete -x-, exit 5', 'without it they may not');
  const cut = fileOfNames(recording, ['S', 'O', 'c0', 'c2', 'X']);
  t.equal(await verdictOf([cut, good], agency.root), '1 erased ---, exit 5', 'a statement may not');
  const wrong: [string, Uint8Array, string][] = [
    ['another closing', deletionOf(eraser, { closing: new Uint8Array(32) }), '1 conflict iii, exit 5'],
    [
      'another key envelope',
      deletionOf(eraser, { keyEnvelopeHash: new Uint8Array(32) }),
      '1 conflict iii, exit 5',
    ],
    ['another number', deletionOf(eraser, { recordingNumber: 2 }), '1 conflict iii, exit 5'],
    ['another device', deletionOf(eraser, { deviceId: 'camera-2' }), '1 complete iii, exit 0'],
    ["a station's key", deletionOf(station), '1 complete iii, exit 5'],
    ["a camera's key", deletionOf(device), '1 complete iii, exit 5'],
  ];
  for (const [name, file, verdict] of wrong)
    t.equal(await verdictOf([whole, file], agency.root), verdict, name);
  t.equal(
    await verdictOf([whole, good], agency.root, revoked(eraser, 0)),
    '1 complete iii, exit 0',
    'a revoked deletion key',
  );
  t.equal(
    await verdictOf([without('X'), good], agency.root),
    '1 open-ended iii, exit 5',
    'the closing that was ordered erased is absent',
  );
});

t.test('a recorded command counts where a command key gave it to this session', async (t) => {
  const commander = await agency.certificate('chief', 'command');
  const commanded = (by: Certificate, to: typeof session) => commandedRecording(session, by, to).file;
  t.equal(await verdictOf([commanded(commander, session)], agency.root), '1 complete i, exit 0');
  t.equal(
    await verdictOf([commanded(eraser, session)], agency.root),
    '1 complete !, exit 5',
    'another purpose',
  );
  const other = testSession(device, { bootCounter: 2 });
  t.equal(
    await verdictOf([commanded(commander, other)], agency.root),
    '1 complete !, exit 5',
    'another session',
  );
});

t.test('an expired certificate condemns nothing; signing outside of it is told', async (t) => {
  const key = newSigningKey();
  const pem = await issueCertificate(agency.authority, {
    purpose: 'device',
    name: 'camera-4',
    publicKey: key.publicKey,
    validity: { from: new Date('2020-01-01'), to: new Date('2020-02-01') },
  });
  const expired = {
    name: 'camera-4',
    der: certificateDer(Buffer.from(pem)),
    signer: p384Signer(key.privateKey),
  };
  const early = testReceipt(station, recording, 0);
  const old = testRecording({ session: testSession(expired), links });
  t.equal(await verdictOf([fileOfNames(old)], agency.root), '1 complete iii, exit 0');
  const own = testReceipt(station, old, 0, { counter: 7 });
  const named = testRecording({
    session: testSession(expired),
    links,
    newestReceipt: new Map([[0, own.digest]]),
  });
  const sources = [memorySource(fileOfNames(named)), memorySource(fileOfStatements(own, early))];
  const { report } = await verifyEvidence(sources, agency.root);
  t.equal(report.recordings[0]?.verdict, 'complete');
  t.match(report.recordings[0]?.warnings, [
    "by a station's receipts, the camera signed outside its certificate's validity",
  ]);
});
