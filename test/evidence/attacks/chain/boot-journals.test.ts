import t from 'tap';
import { cutValue } from '../../../../evidence/boot-journal.ts';
import { checkCertificate } from '../../../../evidence/certificate.ts';
import { keyIdOf } from '../../../../evidence/crypto.ts';
import type { JournalEvent } from '../../../../evidence/encoding/journal-table.ts';
import { type Body, makeStatement, type Statement } from '../../../../evidence/statements.ts';
import type { Revocations } from '../../../../evidence/trust.ts';
import { bootJournalsOf, judgeBootJournals } from '../../../../evidence/verify/boots/boot-journals.ts';
import { exitCode, type Report, verifyEvidence } from '../../../../evidence/verify/index.ts';
import {
  journalFile,
  journalReceipt,
  softwareDigest,
  testEntry,
  testJournal,
} from '../../../support/evidence/boot-journals.ts';
import { verdictOf } from '../../../support/evidence/verdict.ts';
import {
  fileOfNames,
  fileOfStatements,
  memorySource,
  startUtcUs,
  type TestSession,
  testAgency,
  testMoment,
  testRecording,
  testSession,
} from '../../../support/recording.ts';

// The journals of boots, honest ones and each way in which one is wrong, with the exact verdict.

const agency = await testAgency();
const device = await agency.device('camera-1');
const station = await agency.certificate('station-1', 'receipt');
const first = testSession(device);
const second = testSession(device, { bootCounter: 2, previousSession: first.statement.digest });
const whole = testJournal(first, [['sensor-lost'], ['sensor-back'], ['shutdown', 'ordered']]);
const cut = whole.slice(0, 3);
const told = (says: Partial<Parameters<typeof cutValue>[0]> = {}): string =>
  cutValue({
    session: first.statement.digest,
    count: 3,
    last: cut[2]?.digest ?? new Uint8Array(),
    ...says,
  });
const after = (value: string, by = second): Uint8Array =>
  journalFile(
    by,
    testJournal(by, [
      ['cut', value],
      ['shutdown', 'ordered'],
    ]),
  );
const nothing = new Uint8Array(32).fill(5);
const verdict = (...files: readonly Uint8Array[]): Promise<string> => verdictOf(files, agency.root);

async function report(...files: readonly Uint8Array[]): Promise<Report> {
  const sources = files.map((file) => memorySource(file));
  return (await verifyEvidence(sources, agency.root)).report;
}

t.test('a journal ends with a shutdown, where a later boot found it, or openly', async (t) => {
  t.equal(await verdict(journalFile(first, whole)), 'boot 1 shut down iiii, exit 0');
  t.equal(await verdict(journalFile(first, cut)), 'boot 1 open iii, exit 3');
  const explained = await verdict(journalFile(first, cut), after(told()));
  t.equal(explained, 'boot 1 cut iii, boot 2 shut down iii, exit 3');
  t.equal(await verdict(after(told())), 'boot 2 shut down iii, exit 0', 'the cut one is not here');
  const empty = after(told({ count: 0, last: first.statement.digest }));
  t.equal(await verdict(fileOfStatements(first.statement), empty), 'boot 2 shut down iii, exit 0');
});

t.test('a journal may be next to recordings, and does not change their verdict', async (t) => {
  const recording = testRecording({ session: first, links: [new Uint8Array(10)] });
  const files = [fileOfNames(recording), journalFile(first, whole)];
  t.equal(await verdict(...files), '1 complete i, boot 1 shut down iiii, exit 0');
  t.equal(
    await verdict(fileOfNames(recording), journalFile(first, cut)),
    '1 complete i, boot 1 open iii, exit 3',
  );
});

t.test('the order of the records decides nothing, and a copy counts once', async (t) => {
  const [a, b, c, d] = whole;
  if (!a || !b || !c || !d) throw new RangeError('four entries');
  const file = fileOfStatements(d, b, a, a, c, first.statement, b);
  t.equal(await verdict(file), 'boot 1 shut down iiii, exit 0');
});

t.test('what was taken out of a journal is missing', async (t) => {
  for (const [index, picture] of [
    [0, '-iii'],
    [1, 'i-ii'],
    [2, 'ii-i'],
  ] as const) {
    const file = journalFile(
      first,
      whole.filter((_, at) => at !== index),
    );
    t.equal(await verdict(file), `boot 1 shut down ${picture}, exit 5`, `without ${index}`);
  }
  const short = journalFile(first, whole.slice(0, 2));
  t.equal(
    await verdict(short, after(told())),
    'boot 1 cut ii-, boot 2 shut down iii, exit 5',
    'a later boot knew more',
  );
  const receipt = fileOfStatements(journalReceipt(station, first, whole));
  t.equal(await verdict(short, receipt), 'boot 1 open ii--, exit 5', 'a station signed for more');
});

t.test('an entry of another form is set aside', async (t) => {
  const wrong: [string, Partial<Body<'journal'>>][] = [
    ['a boot that is not first', { event: 'boot', value: `1.0.0 ${softwareDigest}` }],
    ['a name in a shutdown', { event: 'shutdown', value: 'Officer Smith' }],
    ['a shutdown without a reason', { event: 'shutdown', value: '' }],
    ['a place', { event: 'sensor-lost', value: '52.5, 13.4' }],
    ['a cut without a count', { event: 'cut', value: `${softwareDigest} ${softwareDigest}` }],
    ['a step of nothing', { event: 'time-step', value: '+0 synchronised' }],
    ['a policy without D', { event: 'policy', value: '3' }],
    ['nothing left out', { event: 'left-out', value: '0 sensor-lost' }],
    ['no journal dropped', { event: 'dropped', value: '1 2 0' }],
    ['a dropped journal by its name', { event: 'dropped', value: `1 1 ${softwareDigest}` }],
    ['digits in another alphabet', { event: 'roster', value: `3 ${softwareDigest.toUpperCase()}` }],
  ];
  for (const [name, says] of wrong) {
    const file = journalFile(first, [...cut, testEntry(first, cut, says)]);
    t.equal(await verdict(file), 'boot 1 open iii, exit 5', name);
  }
  const headless = journalFile(first, [testEntry(first, [], {})]);
  t.equal(await verdict(headless), 'exit 5', 'another event at index 0');
});

t.test('an entry that another session signed, or that names another, is set aside', async (t) => {
  const entry = (by: TestSession, of: TestSession): Statement<'journal'> =>
    makeStatement('journal', { ...testEntry(of, cut, {}).body }, by.signer);
  const sessions = fileOfStatements(second.statement);
  const forged = fileOfStatements(entry(second, first));
  t.equal(await verdict(journalFile(first, cut), sessions, forged), 'boot 1 open iii, exit 5');
  const stranger = testSession(await (await testAgency()).device('camera-1'));
  const strange = testJournal(stranger, [['shutdown', 'ordered']]);
  t.equal(await verdict(journalFile(stranger, strange)), 'exit 5', 'of a device of another agency');
  t.equal(await verdict(fileOfStatements(...whole)), 'exit 5', 'without the session');
});

t.test('two entries of one index, and a wrong link, are a conflict', async (t) => {
  const fork = testEntry(first, whole.slice(0, 1), { event: 'lamp-fault' });
  t.equal(await verdict(journalFile(first, [...whole, fork])), 'boot 1 conflict iiii, exit 5');
  const loose = testEntry(first, cut, { previous: nothing });
  t.equal(await verdict(journalFile(first, [...cut, loose])), 'boot 1 conflict iiii, exit 5');
  const rootless = testEntry(first, [], {
    ...{ event: 'boot', value: `1.0.0 ${softwareDigest}`, previous: second.statement.digest },
  });
  t.equal(await verdict(journalFile(first, [rootless])), 'boot 1 conflict i, exit 5');
});

t.test('nothing comes after a shutdown', async (t) => {
  const more = testEntry(first, whole, {});
  t.equal(await verdict(journalFile(first, [...whole, more])), 'boot 1 conflict iiiii, exit 5');
});

t.test('a later boot that tells of another end than is here is a conflict', async (t) => {
  const here = journalFile(first, cut);
  const cases: [string, string][] = [
    ['another last entry', told({ last: nothing })],
    ['fewer entries', told({ count: 2, last: cut[1]?.digest ?? nothing })],
    ['none, and not its session', told({ count: 0, last: nothing })],
  ];
  for (const [name, value] of cases) {
    t.equal(await verdict(here, after(value)), 'boot 1 conflict iii, boot 2 shut down iii, exit 5', name);
  }
  const ended = told({ count: 4, last: whole[3]?.digest ?? nothing });
  const both = await verdict(journalFile(first, whole), after(ended));
  t.equal(both, 'boot 1 conflict iiii, boot 2 shut down iii, exit 5', 'it was shut down');
});

t.test('a journal tells only of earlier boots of its camera', async (t) => {
  const other = testSession(await agency.device('camera-2'), { bootCounter: 2 });
  for (const [name, by, boot] of [
    ['another camera', other, 2],
    ['a boot before it', testSession(device, { bootCounter: 1 }), 1],
  ] as const) {
    const one = await report(journalFile(first, cut), after(told(), by));
    t.equal(exitCode(one), 5, name);
    const verdicts = (one.bootJournals ?? []).map(({ verdict }) => verdict).sort();
    t.same(verdicts, ['conflict', 'open'], `${name}: it explains nothing (boot ${boot})`);
  }
  const chained = testSession(device, { chain: new Uint8Array(16).fill(3), bootCounter: 2 });
  const recovered = await report(journalFile(first, cut), after(told(), chained));
  t.same(
    recovered.bootJournals?.map(({ verdict }) => verdict),
    ['cut', 'shut down'],
    'in a new chain',
  );
  t.equal(exitCode(recovered), 3);
});

t.test('a receipt for a journal names its entries, and neither keys nor losses', async (t) => {
  const here = journalFile(first, whole);
  const receipt = (says: Partial<Body<'receipt'>>) =>
    fileOfStatements(journalReceipt(station, first, whole, says));
  const good = await report(here, receipt({ complete: true }));
  t.equal(exitCode(good), 0);
  t.same(
    good.bootJournals?.map(({ completeReceipt }) => completeReceipt),
    [true],
  );
  t.equal(good.bootJournals?.[0]?.entries[0]?.notAfterUs, startUtcUs + 3_600e6, 'it proves all of them');
  for (const [name, says] of [
    ['keys', { keyEnvelopeHash: nothing }],
    ['losses', { losses: [nothing] }],
    ['another statement', { count: 2, statement: nothing }],
    ['another session', { count: 0, statement: nothing }],
    ['an end before its end', { count: 3, complete: true }],
  ] as [string, Partial<Body<'receipt'>>][]) {
    t.equal(await verdict(here, receipt(says)), 'boot 1 conflict iiii, exit 5', name);
  }
  const partial = await report(here, receipt({ count: 2 }));
  t.same(
    partial.bootJournals?.[0]?.entries.map(({ notAfterUs }) => notAfterUs !== undefined),
    [true, true, false, false],
  );
});

t.test('what a revoked camera wrote counts as far as a receipt proves it before', async (t) => {
  const revoked = (from: number): Revocations => new Map([[keyIdOf(device.signer.publicKey), from]]);
  const files = [
    journalFile(first, whole),
    fileOfStatements(journalReceipt(station, first, whole, { count: 2 })),
  ];
  const late = await verdictOf(files, agency.root, revoked(startUtcUs + 3_601e6));
  t.equal(late, 'boot 1 open ii!!, exit 5', 'the shutdown is not proven, and does not count');
  const early = await verdictOf(files, agency.root, revoked(startUtcUs));
  t.equal(early, 'boot 1 open !!!!, exit 5');
  const byRevoked = [journalFile(first, cut), after(told())];
  const cutBy = await verdictOf(byRevoked, agency.root, revoked(startUtcUs));
  t.equal(cutBy, 'boot 1 open !!!, boot 2 open !!!, exit 5');
});

t.test('an uptime that goes back is said, and nothing follows', async (t) => {
  const back = testEntry(first, cut, { event: 'shutdown', value: 'ordered', moment: testMoment(1) });
  const one = await report(journalFile(first, [...cut, back]));
  t.equal(exitCode(one), 0);
  t.match(one.bootJournals?.[0]?.warnings, [/index 3 has an earlier uptime/]);
});

t.test('every event has an entry that is taken', async (t) => {
  const d = softwareDigest;
  const values: Readonly<Record<Exclude<JournalEvent, 'boot'>, string>> = {
    cut: told({ session: nothing }),
    'time-step': '-3600000000 free-running',
    command: `${d} start not-allowed`,
    roster: `3 ${d}`,
    policy: `9007199254740991 ${d}`,
    'sensor-lost': '',
    'sensor-back': '',
    'sensor-changed': 'resolution',
    'lamp-fault': 'dark',
    'lamp-well': '',
    'storage-full': '',
    'storage-writable': '',
    'storage-fault': 'eio',
    'left-out': '12 sensor-lost',
    dropped: '1 2 2',
    'vault-key': `2 ${softwareDigest}`,
    revocation: `5 ${softwareDigest}`,
    shutdown: 'ordered',
  };
  const events = Object.entries(values) as [JournalEvent, string][];
  const journal = testJournal(first, events);
  const one = await report(journalFile(first, journal));
  t.equal(exitCode(one), 0);
  t.same(one.bootJournals?.[0]?.entries.map(({ event, value }) => [event, value]).slice(1), events);
});

// More than fit into the arguments of a call; signed once, as signatures are checked before.
t.test('any number of shutdowns has a verdict', async (t) => {
  const [entry] = testJournal(first, []);
  if (entry === undefined) throw new Error('no entry');
  const certificate = checkCertificate(device.der, agency.root, 'device');
  const all = Array.from({ length: 200_000 }, (_, index) => ({
    session: { statement: first.statement, certificate, verifier: certificate.verifier },
    statement: { ...entry, body: { ...entry.body, index, event: 'shutdown' as const, value: 'ordered' } },
  }));
  const witnesses = { receipts: [], revocations: new Map() };
  const [report] = judgeBootJournals({ bootJournals: bootJournalsOf(all), sessions: [] }, witnesses);
  t.equal(report?.verdict, 'conflict');
  t.equal(report?.entries.length, all.length);
});
