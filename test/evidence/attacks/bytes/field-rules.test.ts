import t from 'tap';
import { type Body, type Core, makeStatement, type Statement } from '../../../../evidence/statements.ts';
import { exitCode, type Report, verifyEvidence } from '../../../../evidence/verify/index.ts';
import { fileLimitMs } from '../../../support/patience.ts';
import {
  fileOfNames,
  fileOfStatements,
  memorySource,
  previousOf,
  recoveredClosing,
  type TestRecording,
  type TestSession,
  testAgency,
  testDeletion,
  testMoment,
  testReceipt,
  testRecording,
  testSession,
} from '../../../support/recording.ts';

// docs/FORMAT.md, "Rules of the fields": what a trusted key signs wrongly is wrong. Each case breaks one rule, and is told
// by a sentence of its own.

t.setTimeout(fileLimitMs);
const agency = await testAgency();
const device = await agency.device('camera-1');
const otherDevice = await agency.device('camera-2');
const station = await agency.certificate('station-1', 'receipt');
const eraser = await agency.certificate('chief', 'deletion');
const session = testSession(device);
const links = [new Uint8Array(100), new Uint8Array(200), 'gap'] as const;
const first = testRecording({ session, links });
const second = testRecording({ session, links, number: 2, previous: previousOf(first) });
const third = (previous: Core['previous'], core: Partial<Core> = {}): Uint8Array =>
  fileOfNames(testRecording({ session, links, number: 3, previous, core }));
const [file1, file2] = [fileOfNames(first), fileOfNames(second)];
const nothing = new Uint8Array(32).fill(5);

async function report(...files: readonly Uint8Array[]): Promise<Report> {
  return (
    await verifyEvidence(
      files.map((file) => memorySource(file)),
      agency.root,
    )
  ).report;
}

/** All sentences that condemn. */
function condemned({ recordings, conflicts }: Report): string[] {
  return [...conflicts, ...recordings.flatMap((one) => [...one.conflicts, ...one.faults])];
}

const boot = (says: Partial<Body<'session'>>, by = device): TestSession =>
  testSession(by, { previousSession: session.statement.digest, ...says });
const head = (by: TestSession, says: Partial<Body<'head'>>): Statement<'head'> =>
  makeStatement(
    'head',
    {
      session: by.statement.digest,
      nonce: new Uint8Array(32),
      bootCounter: by.statement.body.bootCounter,
      nextRecordingNumber: by.statement.body.nextRecordingNumber,
      newestStatement: undefined,
      ...says,
    },
    by.signer,
  );
const sessionsOf = (...all: readonly TestSession[]): Uint8Array =>
  fileOfStatements(...all.map(({ statement }) => statement));

const second2 = boot({ bootCounter: 2, nextRecordingNumber: 3 });
const afterSecond = boot({ bootCounter: 3, nextRecordingNumber: 3 });

/** The first recording with another closing. */
const closed = (says: Partial<Body<'closing'>>): Uint8Array => {
  const closing = makeStatement('closing', { ...first.closing.body, ...says }, session.signer);
  const open = fileOfNames(
    first,
    first.order.filter((name) => name !== 'X'),
  );
  return Buffer.concat([open, fileOfStatements(closing).subarray(8)]);
};

const loss = (says: Partial<Body<'loss'>>): Uint8Array => {
  const body: Body<'loss'> = {
    session: session.statement.digest,
    recordingId: first.core.recordingId,
    index: 0,
    statement: first.links[0]?.digest ?? nothing,
    segments: [{ part: 0, number: 0 }],
    cause: 'rot',
    ...says,
  };
  return fileOfStatements(makeStatement('loss', body, session.signer));
};
const receipt = (
  recording: TestRecording,
  count: number | 'complete',
  says: Partial<Body<'receipt'>> = {},
): Uint8Array => fileOfStatements(testReceipt(station, recording, count, says));

t.test('what breaks no rule is told by nothing', async (t) => {
  const files: [string, Uint8Array[]][] = [
    ['three in a row', [file1, file2, third(previousOf(second))]],
    ['the last known statement', [file1, file2, third(previousOf(second, 'last-known'))]],
    ['the one before is absent, and named', [file2, third(previousOf(second))]],
    [
      'boots in a row',
      [
        file1,
        file2,
        sessionsOf(
          second2,
          boot({ bootCounter: 3, nextRecordingNumber: 3, previousSession: second2.statement.digest }),
        ),
      ],
    ],
    [
      'a boot that names an absent one',
      [file1, file2, sessionsOf(boot({ bootCounter: 5, nextRecordingNumber: 3, previousSession: nothing }))],
    ],
    ['a head that counts on', [file1, file2, fileOfStatements(head(session, { nextRecordingNumber: 3 }))]],
    ['a loss of what is here', [file1, loss({})]],
    ['receipts', [file1, receipt(first, 2), receipt(first, 'complete')]],
    ['a deletion', [file1, fileOfStatements(testDeletion(eraser, first))]],
  ];
  for (const [name, given] of files) {
    const said = await report(...given);
    t.same(condemned(said), [], name);
    t.not(exitCode(said), 5, name);
  }
});

const conflicts: [string, Uint8Array[], RegExp][] = [
  [
    'closed, and no statement',
    [file1, file2, third({ number: 2, statement: undefined, state: 'closed' })],
    /names recording 2, and no statement/,
  ],
  [
    'last known, and no statement',
    [file1, file2, third({ number: 2, statement: undefined, state: 'last-known' })],
    /names recording 2, and no statement/,
  ],
  [
    'recording 1, though 2 is there',
    [file1, file2, third(previousOf(first))],
    /names recording 1 before it, though 2 is here/,
  ],
  [
    'no recording, though 2 is there',
    [file1, file2, third({ number: 0, statement: undefined, state: 'none' })],
    /names no recording before it, though/,
  ],
  [
    'none, and a number',
    [file1, third({ number: 2, statement: undefined, state: 'none' })],
    /both that there is a recording/,
  ],
  [
    'none, and a statement',
    [file1, third({ number: 0, statement: nothing, state: 'none' })],
    /both that there is a recording/,
  ],
  [
    'closed, and no number',
    [file1, third({ number: 0, statement: nothing, state: 'closed' })],
    /both that there is a recording/,
  ],
  ['a later recording', [third({ number: 3, statement: nothing, state: 'closed' })], /that is not earlier/],
  [
    'a statement that is not there',
    [file1, file2, third({ number: 2, statement: nothing, state: 'last-known' })],
    /statement of recording 2 that is not/,
  ],
  [
    'closed, and not by the closing',
    [file1, file2, third({ number: 2, statement: second.opening.digest, state: 'closed' })],
    /statement of recording 2 that is not/,
  ],
  [
    'another previous session than the boot before',
    [file1, file2, sessionsOf(boot({ bootCounter: 2, nextRecordingNumber: 3, previousSession: nothing }))],
    /another session before it/,
  ],
  [
    'a previous session that is not the newest',
    [file1, file2, sessionsOf(second2, afterSecond)],
    /another session before it/,
  ],
  [
    'itself a boot before the first',
    [file1, sessionsOf(testSession(otherDevice, { previousSession: nothing }))],
    /a session before the first/,
  ],
  [
    'a session of another camera',
    [
      file1,
      file2,
      sessionsOf(
        testSession(otherDevice),
        testSession(otherDevice, { bootCounter: 4, previousSession: session.statement.digest }),
      ),
    ],
    /another session before it/,
  ],
  [
    'two boots of one counter',
    [
      file1,
      sessionsOf(
        boot({ bootCounter: 2, nextRecordingNumber: 2 }),
        boot({ bootCounter: 2, nextRecordingNumber: 2 }),
      ),
    ],
    /two sessions with the boot counter 2/,
  ],
  [
    'a boot that counts back',
    [file1, file2, sessionsOf(boot({ bootCounter: 2, nextRecordingNumber: 2 }))],
    /number that its session could not give/,
  ],
  [
    'a boot that counts back below a head',
    [
      file1,
      file2,
      fileOfStatements(head(session, { nextRecordingNumber: 4 })),
      sessionsOf(boot({ bootCounter: 2, nextRecordingNumber: 3 })),
    ],
    /counts recordings back at boot 2/,
  ],
  [
    'a newest statement without a recording',
    [file1, sessionsOf(testSession(otherDevice, { newestStatement: nothing }))],
    /a statement of a recording, and no recording/,
  ],
  [
    'a head with another newest statement',
    [file1, fileOfStatements(head(session, { nextRecordingNumber: 2, newestStatement: nothing }))],
    /a statement of recording 1 that is not/,
  ],
  ['a loss of another index', [file1, loss({ index: 1 })], /loss of index 1 names the statement of index 0/],
  [
    'a loss of an index that is not there',
    [file1, loss({ index: 7 })],
    /loss of index 7 names the statement of index 0/,
  ],
  [
    'a loss of another statement',
    [file1, loss({ statement: nothing })],
    /names another statement than is there/,
  ],
  [
    'a loss of a gap',
    [file1, loss({ index: 2, statement: first.links[2]?.digest ?? nothing })],
    /not a chunk/,
  ],
  [
    'a loss of a segment that does not exist',
    [file1, loss({ segments: [{ part: 0, number: 1 }] })],
    /segments that its chunk does not have/,
  ],
  [
    'a receipt for another key envelope',
    [file1, receipt(first, 1, { keyEnvelopeHash: nothing })],
    /another key envelope/,
  ],
  [
    'a receipt for another statement',
    [file1, receipt(first, 1, { statement: nothing })],
    /another statement with index 0/,
  ],
  ['a receipt for more than was closed', [file1, receipt(first, 3, { count: 4 })], /more than was closed/],
  [
    'a complete receipt for another count',
    [file1, receipt(first, 'complete', { count: 2 })],
    /another closing/,
  ],
  [
    'two receipts of one counter',
    [file1, receipt(first, 1), receipt(first, 1, { stationUtcUs: 7 })],
    /two receipts with the counter 2/,
  ],
  [
    'a receipt that names a later one before it',
    [file1, receipt(first, 2), receipt(first, 1, { previousReceipt: testReceipt(station, first, 2).digest })],
    /names receipt 3 of station-1 before it/,
  ],
  [
    'a receipt that rests on a loss beyond its count',
    [file1, loss({}), receipt(first, 0, { losses: [lossDigest()] })],
    /a loss that is not of what it is for/,
  ],
  [
    "a receipt that rests on another recording's loss",
    [file1, file2, loss({}), receipt(second, 1, { losses: [lossDigest()] })],
    /a loss that is not of what it is for/,
  ],
  ["a chunk that names another camera's receipt", foreignReceipt(), /a receipt of another camera/],
  [
    'a deletion of another number',
    [file1, fileOfStatements(testDeletion(eraser, first, { recordingNumber: 2 }))],
    /a deletion names another number/,
  ],
  [
    'a deletion of another closing',
    [file1, fileOfStatements(testDeletion(eraser, first, { closing: nothing }))],
    /a deletion names another number/,
  ],
  [
    'a deletion of another key envelope',
    [file1, fileOfStatements(testDeletion(eraser, first, { keyEnvelopeHash: nothing }))],
    /a deletion names another number/,
  ],
  [
    'a deletion, and no closing',
    [fileOfNames(first, ['S', 'O']), fileOfStatements(testDeletion(eraser, first))],
    /a deletion names a closing that is not/,
  ],
  ['a closing that counts other chunks', [closed({ chunks: 1 })], /counts other chunks/],
  ['a closing that counts other gaps', [closed({ gaps: 2 })], /counts other chunks/],
  ['a closing that counts other segments', [closed({ segments: 9 })], /counts other chunks/],
  [
    'a closing that follows another statement',
    [closed({ previous: nothing })],
    /the closing does not follow the last statement/,
  ],
  [
    'a closing of a longer recording',
    [closed({ durationUs: 5e6 })],
    /says 5.000 s, and ends the recording after 3.000 s/,
  ],
  [
    'a closing that ends later',
    [closed({ durationUs: 13e6, end: testMoment(13) })],
    /9.900 s of the recording are in no chunk/,
  ],
];

function lossDigest(): Uint8Array {
  const body: Body<'loss'> = {
    session: session.statement.digest,
    recordingId: first.core.recordingId,
    index: 0,
    statement: first.links[0]?.digest ?? nothing,
    segments: [{ part: 0, number: 0 }],
    cause: 'rot',
  };
  return makeStatement('loss', body, session.signer).digest;
}

function foreignReceipt(): Uint8Array[] {
  const foreign = testReceipt(station, first, 0, { deviceId: 'camera-2', recordingId: new Uint8Array(16) });
  const named = testRecording({ session, links, newestReceipt: new Map([[1, foreign.digest]]) });
  return [fileOfNames(named), fileOfStatements(foreign)];
}

t.test('each rule that is broken is a conflict or a fault', async (t) => {
  for (const [name, files, sentence] of conflicts) {
    const said = await report(...files);
    t.equal(exitCode(said), 5, name);
    t.ok(
      condemned(said).some((one) => sentence.test(one)),
      `${name}: ${condemned(said).join('; ')}`,
    );
    t.equal(said.recordsSetAside, 0, `${name}: nothing is set aside`);
  }
});

t.test('a closing that breaks the rules of closing closes nothing', async (t) => {
  const later = boot({ bootCounter: 2, nextRecordingNumber: 2 });
  const open = fileOfNames(
    first,
    first.order.filter((name) => name !== 'X'),
  );
  const chained = (bootCounter: number): TestSession =>
    testSession(device, { bootCounter, chain: new Uint8Array(16).fill(3) });
  const inChain = (bootCounter: number): Uint8Array => {
    const by = chained(bootCounter);
    return fileOfStatements(by.statement, recoveredClosing(first, 3, by)).subarray(8);
  };
  const cases: [string, Uint8Array][] = [
    ['its own, and what may be absent', closed({ absentUsMax: 1 })],
    ['its own, and who recovered it', closed({ recoveredBy: session.statement.digest })],
    ['its own, as recovered', closed({ reason: 'recovered' })],
    ['recovered in another chain, by a boot that is not higher', Buffer.concat([open, inChain(1)])],
    [
      'recovered in the chain without an id, where its own has one',
      (() => {
        const of = testRecording({ session: chained(1), links });
        const names = of.order.filter((name) => name !== 'X');
        const closing = fileOfStatements(later.statement, recoveredClosing(of, 3, later));
        return Buffer.concat([fileOfNames(of, names), closing.subarray(8)]);
      })(),
    ],
  ];
  for (const [name, file] of cases) {
    const said = await report(file);
    t.equal(said.recordings[0]?.verdict, 'open-ended', name);
    t.equal(exitCode(said), 5, name);
    t.equal(said.recordsSetAside, 1, name);
  }
  const good = Buffer.concat([
    open,
    fileOfStatements(later.statement, recoveredClosing(first, 3, later)).subarray(8),
  ]);
  t.equal((await report(good)).recordings[0]?.verdict, 'recovered');
  const afterLoss = await report(Buffer.concat([open, inChain(2)]));
  t.equal(afterLoss.recordings[0]?.verdict, 'recovered', 'by a boot after the camera lost its counters');
  t.equal(exitCode(afterLoss), 3);
});

t.test('losses of a receipt that do not ascend make it malformed', async (t) => {
  const two = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)] as const;
  t.equal(exitCode(await report(file1, receipt(first, 1, { losses: [...two] }))), 4);
  for (const losses of [
    [two[1], two[0]],
    [two[0], two[0]],
  ]) {
    const said = await report(file1, receipt(first, 1, { losses }));
    t.equal(said.recordsSetAside, 1);
    t.equal(exitCode(said), 5);
  }
});

t.test('a boot that names none before it is told', async (t) => {
  const said = await report(
    file1,
    sessionsOf(testSession(device, { bootCounter: 2, nextRecordingNumber: 2 })),
  );
  t.match(said.warnings, [/camera-1 names at boot 2 no session before it/]);
  t.equal(exitCode(said), 4);
});
