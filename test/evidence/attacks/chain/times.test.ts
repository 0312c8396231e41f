import t from 'tap';
import { type Moment, makeStatement } from '../../../../evidence/statements.ts';
import { exitCode, type Report, verifyEvidence } from '../../../../evidence/verify/index.ts';
import { fileLimitMs } from '../../../support/patience.ts';
import {
  fileOfStatements,
  memorySource,
  startUtcUs,
  testAgency,
  testMoment,
  testReceipt,
  testRecording,
  testSession,
} from '../../../support/recording.ts';

// What a recording says of time: that it accounts for all of it is a rule; what clocks say is a warning.

t.setTimeout(fileLimitMs);
const agency = await testAgency();
const device = await agency.device('camera-1');
const station = await agency.certificate('station-1', 'receipt');
const session = testSession(device);

interface Gap {
  readonly at: Moment;
  readonly us: number;
}

/** A recording of gaps alone, as what they say of time is all that matters, and its closing. */
function timed(gaps: readonly Gap[], end: Moment, durationUs: number, claimedStart = testMoment(0)) {
  const base = testRecording({ session, links: [], core: { claimedStart } });
  let previous = base.opening.digest;
  const all = gaps.map(({ at, us }, index) => {
    const gap = makeStatement(
      'gap',
      {
        recordingId: base.core.recordingId,
        index,
        previous,
        start: at,
        durationUs: us,
        cause: 'link',
        videoSamples: 1,
        audioSamples: 0,
        atLeast: false,
      },
      session.signer,
    );
    previous = gap.digest;
    return gap;
  });
  const body = { ...base.closing.body, index: gaps.length, gaps: gaps.length, previous, end, durationUs };
  const closing = makeStatement('closing', body, session.signer);
  return { base, all, closing, file: fileOfStatements(session.statement, base.opening, ...all, closing) };
}

async function report(...files: Uint8Array[]): Promise<Report> {
  return (
    await verifyEvidence(
      files.map((file) => memorySource(file)),
      agency.root,
    )
  ).report;
}

const at = (seconds: number, says: Partial<Moment> = {}): Moment => ({ ...testMoment(seconds), ...says });
const gap = (seconds: number, length: number, says: Partial<Moment> = {}): Gap => ({
  at: at(seconds, says),
  us: length * 1e6,
});
const epoch = new Uint8Array(16).fill(8);

t.test('the time from start to end is in chunks and gaps, but for a second', async (t) => {
  const cases: [string, ReturnType<typeof timed>, number][] = [
    ['nothing', timed([], at(0), 0), 0],
    ['all of it', timed([gap(0, 2), gap(2, 3)], at(5), 5e6), 4],
    ['no chunk, and the gap says so', timed([gap(0, 13)], at(13), 13e6), 4],
    ['13 s, and 1 s of it', timed([gap(0, 1)], at(13), 13e6), 5],
    ['a hole at the start, of 1.1 s', timed([gap(1.1, 1)], at(2.1), 1e6), 4],
    ['a hole at the start, of a microsecond more', timed([gap(1.100001, 1)], at(2.100001), 1e6), 5],
    ['a hole in the middle', timed([gap(0, 1), gap(2.2, 1)], at(3.2), 3.2e6), 5],
    ['a hole at the end', timed([gap(0, 1)], at(2.2), 1e6), 5],
    ['two holes of 0.7 s', timed([gap(0, 1), gap(1.7, 1), gap(3.4, 1)], at(4.4), 4.4e6), 5],
    ['spans that overlap', timed([gap(0, 3), gap(1, 3), gap(0.5, 1)], at(4), 4e6), 4],
    ['a closing that says less', timed([gap(0, 3)], at(3), 5), 4],
    ['a closing that says more', timed([gap(0, 3)], at(3), 4.000001e6), 5],
    ['a closing that says a second more', timed([gap(0, 3)], at(3), 4e6), 4],
    ['a start of another run of the clock', timed([gap(0, 3, { epoch })], at(3, { epoch }), 3e6), 4],
    ['of another run, and not all of it', timed([gap(0, 3, { epoch })], at(9, { epoch }), 9e6), 5],
  ];
  for (const [name, { file }, code] of cases) {
    const said = await report(file);
    t.equal(exitCode(said), code, `${name}: ${said.recordings[0]?.faults}`);
  }
});

t.test('hours of small holes, and of overlaps, are no fault', async (t) => {
  for (const length of [0.93, 1, 1.4]) {
    const gaps = Array.from({ length: 600 }, (_, n) => gap(n, length));
    const said = await report(timed(gaps, at(599 + length), (599 + length) * 1e6).file);
    t.equal(exitCode(said), 4, `${length} s each second`);
  }
});

t.test('what clocks say of one another is a warning, with both times', async (t) => {
  const year = 366 * 86_400;
  const received = (made: ReturnType<typeof timed>, seconds: number) =>
    fileOfStatements(
      testReceipt(station, made.base, made.all.length, {
        count: made.all.length,
        statement: made.all.at(-1)?.digest ?? made.base.opening.digest,
        stationUtcUs: startUtcUs + seconds * 1e6,
      }),
    );
  const clock = (seconds: number, off: number): Gap =>
    gap(seconds, 1, { utcUs: startUtcUs + (seconds + off) * 1e6 });
  const plain = timed([gap(0, 1), gap(1, 1)], at(2), 2e6);
  const jumped = timed([gap(0, 1), clock(1, 3_600)], at(2, { utcUs: startUtcUs + 3_602e6 }), 2e6);
  const ahead = timed(
    [clock(0, year), clock(1, year)],
    at(2, { utcUs: startUtcUs + (year + 2) * 1e6 }),
    2e6,
    at(0, { utcUs: startUtcUs + year * 1e6 }),
  );
  const early = timed([gap(0, 1, { utcUs: 0 })], at(1, { utcUs: 1e6 }), 1e6, at(0, { utcUs: 0 }));
  const cases: [string, Uint8Array[], RegExp[]][] = [
    ['all is well', [plain.file, received(plain, 3)], []],
    [
      'an hour between neighbours',
      [jumped.file],
      [/clock went forward by 3600.000 s between index 0 \(2026-.*\) and index 1 \(2026-/],
    ],
    [
      'captured after it was sealed',
      [ahead.file, received(ahead, 3)],
      [
        /claims that the recording began at 2027-06-02T.* to 2027-01-01/,
        /claims capture from 2027-06-02.*sealed before 2026-06-01T00:00:03/,
      ],
    ],
    ['1970', [early.file], [/claims that the recording began at 1970-01-01/]],
  ];
  for (const [name, files, sentences] of cases) {
    const said = await report(...files);
    const warnings = said.recordings[0]?.warnings ?? [];
    t.equal(warnings.length, sentences.length, `${name}: ${warnings.join('; ')}`);
    for (const [n, sentence] of sentences.entries()) t.match(warnings[n], sentence, name);
    t.equal(exitCode(said), 4, name);
  }
});

t.test('sealed after one time and before an earlier one cannot be', async (t) => {
  const future = testReceipt(station, testRecording({ session, number: 9, links: [] }), 0, {
    stationUtcUs: Date.UTC(2226, 0, 1) * 1000,
  });
  const made = testRecording({
    session,
    links: [new Uint8Array(10), new Uint8Array(10)],
    newestReceipt: new Map([[1, future.digest]]),
  });
  const names = made.order.map((name) => made.records.get(name) ?? new Uint8Array());
  const receipts = fileOfStatements(future, testReceipt(station, made, 'complete'));
  const said = await report(Buffer.concat([fileOfStatements(), ...names]), receipts);
  t.match(
    said.recordings[0]?.warnings.join('\n'),
    /index 1: by receipts, sealed after 2226-01-01.* and before 2026-06-01.*cannot be/,
  );
  t.match(said.recordings[0]?.warnings.join('\n'), /index 1: the camera claims capture/);
  t.equal(exitCode(said), 0);
});
