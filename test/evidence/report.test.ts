import t from 'tap';
import { concatBytes } from '../../base/bytes.ts';
import { checkOpening } from '../../evidence/chain.ts';
import { openEnvelope } from '../../evidence/dsse.ts';
import { makeStatement, type Statement } from '../../evidence/statements.ts';
import { readSession } from '../../evidence/trust.ts';
import {
  exitCode,
  isFaulty,
  type LinkReport,
  type RecordingReport,
  type Report,
  verifyEvidence,
} from '../../evidence/verify/index.ts';
import { orders } from '../../evidence/verify/judge.ts';
import { commandedRecording } from '../support/evidence/commanded.ts';
import {
  fileOfNames,
  memorySource,
  recordOf,
  recoveredClosing,
  testAgency,
  testMoment,
  testRecording,
  testSession,
} from '../support/recording.ts';

// The answer that is drawn from a report, rule by rule.

const link = (verdict: LinkReport['verdict'], kind: LinkReport['kind'] = 'chunk'): LinkReport => ({
  from: 0,
  to: 0,
  kind,
  verdict,
  sealed: {},
});
const recording: RecordingReport = {
  deviceId: 'camera-1',
  recordingId: '00'.repeat(16),
  number: 1,
  verdict: 'complete',
  roles: ['evidence'],
  policy: 'test',
  trusted: true,
  links: [link('intact')],
  completeReceipt: false,
  conflicts: [],
  faults: [],
  warnings: [],
};
const report: Report = {
  recordings: [recording],
  absent: [],
  conflicts: [],
  unreadableBytes: 0,
  recordsSetAside: 0,
  warnings: [],
};

t.test('each fault alone makes a recording faulty', async (t) => {
  const cases: [string, Partial<RecordingReport>, boolean][] = [
    ['nothing', {}, false],
    ['a warning', { warnings: ['a sentence'] }, false],
    ['a conflict', { verdict: 'conflict' }, true],
    ['an untrusted key', { trusted: false }, true],
    ['a fault', { faults: ['a sentence'] }, true],
    ['a missing link', { links: [link('missing')] }, true],
    ['a damaged link', { links: [link('damaged')] }, true],
    ['an unsigned link', { links: [link('unsigned')] }, true],
    ['a link by an untrusted key', { links: [link('untrusted key')] }, true],
    ['a lost link', { links: [link('lost after sealing (claimed)')] }, false],
    ['erased segments', { verdict: 'erased', links: [link('missing')] }, false],
    ['some erased segments', { verdict: 'erased', links: [link('damaged')] }, false],
    [
      'an absent statement of an erased one',
      { verdict: 'erased', links: [{ from: 0, to: 0, verdict: 'missing', sealed: {} }] },
      true,
    ],
    [
      'a recorded command of an erased one',
      { verdict: 'erased', links: [link('untrusted key', 'recorded-command')] },
      true,
    ],
  ];
  for (const [name, says, faulty] of cases) {
    t.equal(isFaulty({ ...recording, ...says }), faulty, name);
    t.equal(exitCode({ ...report, recordings: [{ ...recording, ...says }] }) === 5, faulty, name);
  }
});

t.test('the exit code is that of the worst that there is', async (t) => {
  const of = (says: Partial<RecordingReport>): Partial<Report> => ({
    recordings: [recording, { ...recording, ...says }],
  });
  const cases: [string, Partial<Report>, number][] = [
    ['all is well', {}, 0],
    ['a warning', { warnings: ['a sentence'] }, 0],
    ['no recording', { recordings: [] }, 5],
    ['an absent number', { absent: [{ deviceId: 'camera-1', from: 2, to: 2 }] }, 5],
    ['a conflict between recordings', { conflicts: ['a sentence'] }, 5],
    ['unreadable bytes', { unreadableBytes: 1 }, 5],
    ['a record set aside', { recordsSetAside: 1 }, 5],
    ['a recovered one', of({ verdict: 'recovered' }), 3],
    ['an open-ended one', of({ verdict: 'open-ended' }), 3],
    ['a gap', of({ links: [link('intact', 'gap')] }), 4],
    ['a lost link', of({ links: [link('lost after sealing (claimed)')] }), 4],
    ['an erased one', of({ verdict: 'erased' }), 4],
    ['a recovered one with a gap', of({ verdict: 'recovered', links: [link('intact', 'gap')] }), 3],
  ];
  for (const [name, says, code] of cases) t.equal(exitCode({ ...report, ...says }), code, name);
});

t.test('a deletion orders the one recording that all of it names', async (t) => {
  const agency = await testAgency();
  const session = testSession(await agency.device('camera-1'));
  const { opening, closing, core } = testRecording({ session, links: [] });
  const opened = checkOpening(opening, readSession(openEnvelope(session.statement.encoded), agency.root));
  const body = {
    certificate: new Uint8Array(),
    deviceId: core.deviceId,
    recordingId: core.recordingId,
    recordingNumber: core.recordingNumber,
    closing: closing.digest,
    keyEnvelopeHash: opening.body.keyEnvelopeHash,
    reason: 'retention ended',
    utcUs: 0,
  };
  t.ok(orders(body, opened, closing.digest));
  const others = {
    deviceId: 'camera-2',
    recordingId: new Uint8Array(16),
    recordingNumber: 2,
    closing: new Uint8Array(32),
    keyEnvelopeHash: new Uint8Array(32),
  };
  for (const [name, value] of Object.entries(others)) {
    t.notOk(orders({ ...body, [name]: value }, opened, closing.digest), `another ${name}`);
  }
});

t.test('a report says of the end what the closing says', async (t) => {
  const agency = await testAgency();
  const device = await agency.device('camera-1');
  const session = testSession(device);
  const later = testSession(device, { bootCounter: 2, nextRecordingNumber: 2 });
  const made = testRecording({ session, links: [new Uint8Array(10), 'gap'] });
  const said = async (...more: Statement[]) => {
    const names = made.order.filter((name) => name !== 'X');
    const file = concatBytes(fileOfNames(made, names), ...more.map(recordOf));
    const { report } = await verifyEvidence([memorySource(file)], agency.root);
    const [{ closing, absentUsMax, links } = recording] = report.recordings;
    return { closing, absentUsMax, links };
  };
  const end = { reason: 'button', index: 2, durationUs: 2e6 };
  t.match(await said(made.closing), { closing: end, absentUsMax: undefined });
  t.match(await said(), { closing: undefined, absentUsMax: undefined });
  const recovered = await said(later.statement, recoveredClosing(made, 2, later, 7e6));
  t.match(recovered, { closing: { ...end, reason: 'recovered' }, absentUsMax: 7e6 });
  t.match(recovered.links, [
    { kind: 'chunk', claimed: { start: testMoment(0), durationUs: 1e6, dependent: false }, gap: undefined },
    { kind: 'gap', claimed: { start: testMoment(1) }, gap: { cause: 'link', videoSamples: 25 } },
  ]);
  const none = await said(later.statement, recoveredClosing(made, 2, later, 0));
  t.match(none, { closing: { reason: 'recovered' }, absentUsMax: undefined }, 'no one can tell how much');
});

t.test('a recorded command claims no capture', async (t) => {
  const agency = await testAgency();
  const session = testSession(await agency.device('camera-1'));
  const { file } = commandedRecording(session, await agency.certificate('chief', 'command'));
  const { report } = await verifyEvidence([memorySource(file)], agency.root);
  t.same(report.recordings[0]?.links, [
    {
      ...{ from: 0, to: 0, kind: 'recorded-command', verdict: 'intact', sealed: {} },
      command: { action: 'stop', obeyed: true },
    },
  ]);
});

t.test('a statement beyond the closing is one contradiction', async (t) => {
  const agency = await testAgency();
  const session = testSession(await agency.device('camera-1'));
  const made = testRecording({ session, links: ['gap'] });
  const [gap] = made.links;
  if (gap?.kind !== 'gap') throw new TypeError('a gap');
  const beyond = makeStatement('gap', { ...gap.body, index: 1, previous: gap.digest }, session.signer);
  const file = concatBytes(fileOfNames(made), recordOf(beyond));
  const { report } = await verifyEvidence([memorySource(file)], agency.root);
  t.same(report.recordings[0]?.conflicts, ['the statement with index 1 comes after the closing']);
});

t.test('recordings are reported by camera, then by number', async (t) => {
  const agency = await testAgency();
  const sessions = await Promise.all(
    ['camera-1', 'camera-2'].map(async (name) => testSession(await agency.device(name))),
  );
  const sources = [3, 2, 1].flatMap((number) =>
    sessions.map((session) => memorySource(fileOfNames(testRecording({ session, links: [], number })))),
  );
  const { report, found } = await verifyEvidence(sources, agency.root);
  const expected = ['1 1', '1 2', '1 3', '2 1', '2 2', '2 3'].map((name) => `camera-${name}`);
  t.same(
    report.recordings.map(({ deviceId, number }) => `${deviceId} ${number}`),
    expected,
  );
  t.same(
    found.map(({ recording: { core } }) => `${core.deviceId} ${core.recordingNumber}`),
    expected,
  );
});
