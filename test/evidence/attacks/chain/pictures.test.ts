import t from 'tap';
import { statementRecord } from '../../../../evidence/records.ts';
import { makeStatement } from '../../../../evidence/statements.ts';
import { flipBit, verdictOf } from '../../../support/evidence/verdict.ts';
import { ofSample, someOf, sweepLimitMs } from '../../../support/full.ts';
import {
  fileOf,
  fileOfNames,
  fileOfStatements,
  recordOf,
  recoveredClosing,
  testAgency,
  testReceipt,
  testRecording,
  testSession,
} from '../../../support/recording.ts';
import { seeded } from '../../../support/seed.ts';

t.setTimeout(sweepLimitMs);
const agency = await testAgency();
const device = await agency.device('camera-1');
const otherDevice = await agency.device('camera-2');
const station = await agency.certificate('station-1', 'receipt');
const session = testSession(device);
const recording = testRecording({ session });
const other = testRecording({ session: testSession(otherDevice) });
const sibling = testRecording({ session, number: 2 });

/** The recording's file as names of its records: `S O c0 m0.0 m0.1 t0.0 c1 m1.0 t1.0 g2 c3 m3.0 t3.0 X`. */
const whole = recording.order;
const without = (...names: string[]): string[] => whole.filter((name) => !names.includes(name));
const swapped = (a: string, b: string): string[] =>
  whole.map((name) => (name === a ? b : name === b ? a : name));

t.test('a recording is what its records say, in whatever order they stand', async (t) => {
  const cases: [string, readonly string[], string][] = [
    ['all of it', whole, '1 complete iigi, exit 4'],
    [
      'session and opening after what they explain',
      ['c0', 'm0.0', 'm0.1', 't0.0', ...without('c0', 'm0.0', 'm0.1', 't0.0')],
      '1 complete iigi, exit 4',
    ],
    ['backwards', [...whole].reverse(), '1 complete iigi, exit 4'],
    ['a chunk twice', [...whole, 'c0', 'm0.0', 'm0.1', 't0.0'], '1 complete iigi, exit 4'],
    ['two chunks swapped', swapped('c0', 'c3'), '1 complete iigi, exit 4'],
    ['two segments swapped', swapped('m0.0', 'm0.1'), '1 complete iigi, exit 4'],
    ['a chunk dropped', without('c1', 'm1.0', 't1.0'), '1 complete i-gi, exit 5'],
    ["a chunk's statement dropped", without('c1'), '1 complete iugi, exit 5'],
    ['a segment dropped', without('m0.1'), '1 complete xigi, exit 5'],
    ['the telemetry dropped', without('t1.0'), '1 complete ixgi, exit 5'],
    ["all of a chunk's segments dropped", without('m1.0', 't1.0'), '1 complete i-gi, exit 5'],
    ['a gap dropped', without('g2'), '1 complete ii-i, exit 5'],
    ['the tail cut', whole.slice(0, whole.indexOf('c3')), '1 open-ended iig, exit 3'],
    ['the closing cut', without('X'), '1 open-ended iigi, exit 3'],
    ['all but session and opening cut', ['S', 'O'], '1 open-ended , exit 3'],
    ['the opening dropped', without('O'), 'exit 5'],
    ['the session dropped', without('S'), 'exit 5'],
  ];
  for (const [name, names, verdict] of cases) {
    t.equal(await verdictOf([fileOfNames(recording, names)], agency.root), verdict, name);
  }
});

t.test('a recording without gaps and faults gives 0', async (t) => {
  const clean = testRecording({ session, links: [new Uint8Array(100), new Uint8Array(200)] });
  t.equal(await verdictOf([fileOfNames(clean)], agency.root), '1 complete ii, exit 0');
});

t.test('a segment of zero bytes of media is intact', async (t) => {
  const empty = testRecording({ session, links: [new Uint8Array(0)] });
  t.equal(await verdictOf([fileOfNames(empty)], agency.root), '1 complete i, exit 0');
});

t.test(
  'records spliced in from elsewhere change nothing of what is there, and replace nothing',
  async (t) => {
    const foreign = (from: typeof recording, name: string): Uint8Array => {
      const record = from.records.get(name);
      if (record === undefined) throw new RangeError(name);
      return record;
    };
    const instead = (name: string, record: Uint8Array): Uint8Array =>
      fileOf(...whole.map((one) => (one === name ? record : foreign(recording, one))));
    const cases: [string, Uint8Array, string][] = [
      ["another camera's statement", instead('c1', foreign(other, 'c1')), '1 complete iugi, exit 5'],
      ["another recording's statement", instead('c1', foreign(sibling, 'c1')), '1 complete iugi, exit 5'],
      ["another recording's segment", instead('m1.0', foreign(sibling, 'm1.0')), '1 complete ixgi, exit 5'],
      ["another recording's closing", instead('X', foreign(sibling, 'X')), '1 open-ended iigi, exit 5'],
      ["another camera's session", instead('S', foreign(other, 'S')), 'exit 5'],
      ["another recording's opening", instead('O', foreign(sibling, 'O')), '2 open-ended uuu, exit 5'],
    ];
    for (const [name, file, verdict] of cases) t.equal(await verdictOf([file], agency.root), verdict, name);
  },
);

t.test('the tail cut and the camera rebooted is recovered, never complete', async (t) => {
  const later = testSession(device, { bootCounter: 2, nextRecordingNumber: 2 });
  const head = whole.slice(0, whole.indexOf('c3'));
  const cut = fileOf(
    ...head.map((name) => recording.records.get(name) ?? new Uint8Array()),
    recordOf(later.statement),
    recordOf(recoveredClosing(recording, 3, later)),
  );
  t.equal(await verdictOf([cut], agency.root), '1 recovered iig, exit 3');
  const receipt = fileOfStatements(testReceipt(station, recording, 4));
  t.equal(
    await verdictOf([cut, receipt], agency.root),
    '1 conflict iig-, exit 5',
    'a receipt for what was cut contradicts it',
  );
  const both = fileOf(
    ...whole.map((name) => recording.records.get(name) ?? new Uint8Array()),
    recordOf(later.statement),
    recordOf(recoveredClosing(recording, 3, later)),
  );
  t.equal(await verdictOf([both], agency.root), '1 conflict iigi, exit 5', 'two closings');
});

t.test('a closing by another session than may sign it closes nothing', async (t) => {
  const later = testSession(device, { bootCounter: 2, nextRecordingNumber: 2 });
  const earlier = testSession(device, { bootCounter: 1, nextRecordingNumber: 2 });
  const foreign = testSession(otherDevice, { bootCounter: 2 });
  const head = without('X').map((name) => recording.records.get(name) ?? new Uint8Array());
  const closings: [string, typeof later, Uint8Array][] = [
    [
      'an ordinary closing by a later session',
      later,
      makeStatement('closing', recording.closing.body, later.signer).encoded,
    ],
    ['a recovered closing by the own session', session, recoveredClosing(recording, 4, session).encoded],
    [
      'a recovered closing by a session of the same boot',
      earlier,
      recoveredClosing(recording, 4, earlier).encoded,
    ],
    [
      "a recovered closing by another camera's session",
      foreign,
      recoveredClosing(recording, 4, foreign).encoded,
    ],
    [
      'a recovered closing that names another session',
      later,
      makeStatement(
        'closing',
        { ...recoveredClosing(recording, 4, later).body, recoveredBy: session.statement.digest },
        later.signer,
      ).encoded,
    ],
  ];
  for (const [name, by, closing] of closings) {
    const file = fileOf(...head, recordOf(by.statement), statementRecord(closing));
    const verdict = await verdictOf([file], agency.root);
    t.match(verdict, /^1 open-ended iigi/, name);
  }
});

t.test('a tail that is cut shows where a receipt covers it', async (t) => {
  const cut = fileOfNames(recording, whole.slice(0, whole.indexOf('c1')));
  const receipts = fileOfStatements(testReceipt(station, recording, 4));
  t.equal(await verdictOf([cut, receipts], agency.root), '1 open-ended i---, exit 5');
  const complete = fileOfStatements(testReceipt(station, recording, 'complete'));
  t.equal(await verdictOf([cut, complete], agency.root), '1 open-ended i---, exit 5');
});

t.test('a bit flipped anywhere costs at most its record', async (t) => {
  const random = seeded(t);
  const order = ['S', 'O', 'c0', 'm0.0', 'm0.1', 't0.0', 'c1', 'm1.0', 't1.0', 'S', 'O', 'X'];
  const clean = testRecording({ session, links: [new Uint8Array(66_000), new Uint8Array(50)] });
  const expected: Readonly<Record<string, string>> = {
    c0: '1 complete ui, exit 5',
    'm0.0': '1 complete xi, exit 5',
    'm0.1': '1 complete xi, exit 5',
    't0.0': '1 complete xi, exit 5',
    c1: '1 complete iu, exit 5',
    'm1.0': '1 complete ix, exit 5',
    't1.0': '1 complete ix, exit 5',
    S: '1 complete ii, exit 5',
    O: '1 complete ii, exit 5',
    X: '1 open-ended ii, exit 5',
  };
  for (const [at, name] of order.entries()) {
    const record = clean.records.get(name) ?? new Uint8Array();
    // Every bit of the head, some of the body, all of the checksum.
    const bits = [
      ...Array.from({ length: 9 * 8 }, (_, bit) => bit),
      ...Array.from({ length: 16 }, (_, part) => Math.floor(((part + 1) * record.length * 8) / 18)),
      ...Array.from({ length: 4 * 8 }, (_, bit) => record.length * 8 - 1 - bit),
    ];
    const some = bits.filter((_, n) => n % (name.startsWith('m0') ? 9 : 4) === 0);
    for (const bit of someOf(some, Math.ceil(some.length / ofSample(3, 1, 1)), random)) {
      const records = order.map((one, n) => {
        const bytes = clean.records.get(one) ?? new Uint8Array();
        return n === at ? flipBit(bytes, bit) : bytes;
      });
      const verdict = await verdictOf([fileOf(...records)], agency.root);
      if (verdict !== expected[name]) t.equal(verdict, expected[name], `${name}, bit ${bit}`);
    }
    t.pass(`bits of ${name}`);
  }
});
