import t from 'tap';
import { statementRecord } from '../../../../evidence/records.ts';
import { type Body, makeStatement, type Statement } from '../../../../evidence/statements.ts';
import { exitCode, type Report, verifyEvidence } from '../../../../evidence/verify/index.ts';
import { commandedRecording } from '../../../support/evidence/commanded.ts';
import { altered, otherS, resigned } from '../../../support/evidence/envelopes.ts';
import { full, ofSample, someOf, sweepLimitMs } from '../../../support/full.ts';
import {
  fileOf,
  memorySource,
  previousOf,
  recordOf,
  recoveredClosing,
  startUtcUs,
  type TestSession,
  testAgency,
  testDeletion,
  testReceipt,
  testRecording,
  testSession,
} from '../../../support/recording.ts';
import { type Seeded, seeded } from '../../../support/seed.ts';

// What a verifier says depends on the set of records that it is given, not on where they are: records are shuffled
// within files, between files, with repetitions, and with copies of every statement whose signature is bad.

t.setTimeout(sweepLimitMs);
const agency = await testAgency();
const device = await agency.device('camera-1');
const device2 = await agency.device('camera-2');
const [station, station2] = [
  await agency.certificate('station-1', 'receipt'),
  await agency.certificate('station-2', 'receipt'),
];
const eraser = await agency.certificate('chief', 'deletion');
const commander = await agency.certificate('chief', 'command');
const elsewhere = await (await testAgency()).device('camera-1');

const session = testSession(device);
const later = testSession(device, {
  bootCounter: 2,
  nextRecordingNumber: 3,
  previousSession: session.statement.digest,
});
const stranger = testSession(elsewhere);
const first = testRecording({ session });
const second = testRecording({
  session,
  number: 2,
  links: [new Uint8Array(70_000), new Uint8Array(10)],
  previous: previousOf(first),
});
const recovered = recoveredClosing(second, 1, later);
const third = testRecording({
  session: later,
  number: 3,
  links: [new Uint8Array(10), new Uint8Array(30)],
  previous: { number: 2, statement: recovered.digest, state: 'closed' },
});
const secondClosed = ['S', 'O', 'c0', 'm0.0', 'm0.1', 't0.0'].map((name) => second.records.get(name));
const other = testSession(device2);
const commanded = commandedRecording(other, commander);
/** Another camera's recording with the id of the first one's, and with the first one's chunk, signed again. */
const twin = testRecording({
  session: other,
  number: 2,
  recordingId: first.core.recordingId,
  previous: previousOf(commanded.base, 'closed'),
  links: [],
});

/** A camera that lost its counters: two chains, of which the second has boots of its own. */
const device3 = await agency.device('camera-3');
const chain = new Uint8Array(16).fill(3);
const before = testSession(device3);
const beforeLoss = testRecording({ session: before, links: [new Uint8Array(10)] });
const renewed = testSession(device3, { chain });
const renewedLater = testSession(device3, {
  chain,
  bootCounter: 2,
  nextRecordingNumber: 2,
  previousSession: renewed.statement.digest,
});
const afterLoss = testRecording({ session: renewed, links: [new Uint8Array(20)] });

function checkpoint(newest: Statement<'receipt'>): Statement<'checkpoint'> {
  const { certificate, stationId, counter, stationUtcUs } = newest.body;
  const body = { certificate, stationId, counter, newestReceipt: newest.digest, stationUtcUs };
  return makeStatement('checkpoint', body, station.signer);
}

function head(by: TestSession): Statement<'head'> {
  const { bootCounter, nextRecordingNumber } = by.statement.body;
  const body: Body<'head'> = {
    session: by.statement.digest,
    nonce: new Uint8Array(32),
    bootCounter,
    nextRecordingNumber: nextRecordingNumber + 1,
    newestStatement: undefined,
  };
  return makeStatement('head', body, by.signer);
}

function loss(): Statement<'loss'> {
  const body: Body<'loss'> = {
    session: later.statement.digest,
    recordingId: first.core.recordingId,
    index: 1,
    statement: first.links[1]?.digest ?? new Uint8Array(32),
    segments: [{ part: 0, number: 0 }],
    cause: 'rot',
  };
  return makeStatement('loss', body, later.signer);
}

const lost = loss();
const receipts = [
  testReceipt(station, first, 2, { losses: [lost.digest] }),
  testReceipt(station2, first, 1),
  testReceipt(station, third, 'complete', { counter: 9 }),
];
const newestReceipt = testReceipt(station, afterLoss, 'complete', {
  counter: 12,
  previousReceipt: receipts[2]?.digest,
  stationUtcUs: startUtcUs + 60e6,
});
const statements: readonly Statement[] = [
  head(later),
  head(other),
  lost,
  recovered,
  testDeletion(eraser, third),
  ...commanded.links,
  ...receipts,
  newestReceipt,
  checkpoint(newestReceipt),
  renewedLater.statement,
];
/** All of it, without a fault: nothing is set aside. */
const whole: readonly Uint8Array[] = [
  ...[...first.records].filter(([name]) => name !== 'm1.0').map(([, record]) => record),
  ...secondClosed.map((record) => record ?? new Uint8Array()),
  ...third.records.values(),
  ...beforeLoss.records.values(),
  ...afterLoss.records.values(),
  ...[other.statement, commanded.base.opening, twin.opening, twin.closing].map(recordOf),
  statementRecord(
    makeStatement(
      'closing',
      {
        ...commanded.base.closing.body,
        index: 1,
        previous: commanded.links[0]?.digest ?? new Uint8Array(32),
      },
      other.signer,
    ).encoded,
  ),
  ...statements.map(recordOf),
];

const isStatement = (record: Uint8Array): boolean => record[8] === 1;
const badCopy = (record: Uint8Array): Uint8Array =>
  altered(record, { signature: new Uint8Array(96).fill(1) });

/** What may be added to a set of records, or taken from it, and what each is. */
const changes: Readonly<Record<string, (records: readonly Uint8Array[], random: Seeded) => Uint8Array[]>> = {
  repetitions: (records, random) => [...records, ...records.filter(() => random.int(2) === 0)],
  'a copy with a bad signature of every statement': (records) => [
    ...records,
    ...records.filter(isStatement).map(badCopy),
  ],
  'n - s, and no key id': (records) => [
    ...records,
    ...records.filter(isStatement).flatMap((record) => [otherS(record), altered(record, { keyId: '' })]),
  ],
  'some records are absent': (records, random) => records.filter(() => random.int(12) !== 0),
  'a second opening': (records) => [
    ...records,
    recordOf(testRecording({ session, recordingId: first.core.recordingId, links: [] }).opening),
  ],
  'a second statement of an index': (records) => {
    const [chunk] = third.links;
    if (chunk?.kind !== 'chunk') throw new TypeError('a chunk');
    return [...records, recordOf(makeStatement('chunk', { ...chunk.body, durationUs: 7 }, later.signer))];
  },
  'a second closing': (records) => [...records, recordOf(recoveredClosing(first, 3, later))],
  'what a stranger signed': (records) => [
    ...records,
    recordOf(stranger.statement),
    recordOf(head(stranger)),
    ...['O', 'c0', 'X'].map((name) => resigned(first.records.get(name) ?? new Uint8Array(), stranger.signer)),
    recordOf(testRecording({ session: stranger, recordingId: first.core.recordingId }).opening),
    recordOf(testRecording({ session: stranger, links: [] }).opening),
    recordOf(testRecording({ session: stranger, links: [], number: 2 }).closing),
  ],
  "another camera's signature over the first one's statements": (records) => [
    ...records,
    ...['c0', 'c1', 'g2'].map((name) => resigned(first.records.get(name) ?? new Uint8Array(), other.signer)),
  ],
  'a session of the same key': (records) => {
    const same = makeStatement(
      'session',
      { ...other.statement.body, sessionKey: session.statement.body.sessionKey, bootCounter: 5 },
      device2.signer,
    );
    return [...records, recordOf(same)];
  },
};
/** What of a report must not change: all but the sentences that name files and offsets. */
function verdictOf(report: Report): unknown {
  const { warnings: _, ...rest } = report;
  return { exitCode: exitCode(report), ...rest };
}

async function verdict(files: readonly (readonly Uint8Array[])[]): Promise<unknown> {
  const sources = files.map((records) => memorySource(fileOf(...records)));
  return verdictOf((await verifyEvidence(sources, agency.root)).report);
}

function shuffled<T>(items: readonly T[], random: Seeded): T[] {
  const all = [...items];
  for (let at = all.length - 1; at > 0; at -= 1) {
    const with_ = random.int(at + 1);
    [all[at], all[with_]] = [all[with_] as T, all[at] as T];
  }
  return all;
}

/** The records in up to five files, in any order. */
function arranged(records: readonly Uint8Array[], random: Seeded): Uint8Array[][] {
  const files: Uint8Array[][] = Array.from({ length: 1 + random.int(5) }, () => []);
  for (const record of shuffled(records, random)) files[random.int(files.length)]?.push(record);
  return files;
}

t.test('without a fault nothing is set aside, and copies with a bad signature change nothing', async (t) => {
  const random = seeded(t);
  const plain = await verdict([whole]);
  t.match(plain, { recordsSetAside: 0, conflicts: [] });
  t.same(
    (plain as { recordings: { verdict: string }[] }).recordings.map(({ verdict }) => verdict),
    ['complete', 'recovered', 'erased', 'complete', 'complete', 'complete', 'complete'],
  );
  for (const name of [
    'repetitions',
    'a copy with a bad signature of every statement',
    'n - s, and no key id',
  ]) {
    const records = changes[name]?.(whole, random) ?? [];
    for (let n = 0; n < 2; n += 1) t.same(await verdict(arranged(records, random)), plain, name);
  }
});

t.test('the order of records and files does not matter', async (t) => {
  const random = seeded(t);
  const names = Object.keys(changes);
  const alone = someOf(names, Math.ceil(names.length / ofSample(3, 1, 1)), random);
  const rounds = alone.length + ofSample(2, 4, 30);
  for (let n = 0; n < rounds; n += 1) {
    // Changes alone, then several together.
    const chosen = n < alone.length ? [alone[n] ?? ''] : names.filter(() => random.int(3) === 0);
    const records = chosen.reduce<readonly Uint8Array[]>(
      (all, name) => changes[name]?.(all, random) ?? all,
      whole,
    );
    const expected = await verdict([records]);
    for (let again = 0; again < (full ? 3 : 1); again += 1) {
      t.same(await verdict(arranged(records, random)), expected, `${chosen.join(', ')} (${again})`);
    }
  }
});
