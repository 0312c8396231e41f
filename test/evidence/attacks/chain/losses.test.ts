import t from 'tap';
import { type Body, makeStatement } from '../../../../evidence/statements.ts';
import { verdictOf } from '../../../support/evidence/verdict.ts';
import {
  fileOf,
  fileOfNames,
  recordOf,
  testAgency,
  testReceipt,
  testRecording,
  testSession,
} from '../../../support/recording.ts';

// A loss that the camera's own keys signed and that yet does not fit.

const agency = await testAgency();
const device = await agency.device('camera-1');
const boot = (bootCounter: number) => testSession(device, { bootCounter, nextRecordingNumber: bootCounter });
const [before, session, later] = [boot(1), boot(2), boot(3)];
const recording = testRecording({
  session,
  links: [new Uint8Array(70_000), new Uint8Array(70_000)],
  number: 2,
});
const [first, second] = recording.links;
if (first === undefined || second === undefined) throw new RangeError('two chunks');
const cut = fileOfNames(
  recording,
  recording.order.filter((name) => name !== 'm0.1'),
);

function lossBody(by: typeof session): Body<'loss'> {
  return {
    session: by.statement.digest,
    recordingId: recording.core.recordingId,
    index: 0,
    statement: first?.digest ?? new Uint8Array(),
    segments: [{ part: 0, number: 1 }],
    cause: 'rot',
  };
}

function lost(by: typeof session, says: Partial<Body<'loss'>> = {}): Uint8Array {
  const body = { ...lossBody(by), ...says };
  return fileOf(recordOf(by.statement), recordOf(makeStatement('loss', body, by.signer)));
}

t.test('a loss is of its own session, at or after the one that recorded', async (t) => {
  for (const by of [session, later])
    t.equal(await verdictOf([cut, lost(by)], agency.root), '2 complete li, exit 4');
  t.equal(await verdictOf([cut, lost(before)], agency.root), '2 complete xi, exit 5', 'an earlier boot');
  const named = lost(later, { session: session.statement.digest });
  t.equal(await verdictOf([cut, named], agency.root), '2 complete xi, exit 5', 'names another session');
});

t.test('a loss is of the one chunk that it names', async (t) => {
  const other = lost(later, { statement: second.digest });
  t.equal(await verdictOf([cut, other], agency.root), '2 conflict xi, exit 5', "another chunk's segment");
  if (second?.kind !== 'chunk') throw new TypeError('a chunk');
  const fork = makeStatement('chunk', { ...second.body, durationUs: 2e6 }, session.signer);
  const names = recording.order.filter((name) => name !== 'm1.0');
  const forked = fileOf(recordOf(session.statement), recordOf(recording.opening), recordOf(fork));
  const segment = { index: 1, segments: [{ part: 0, number: 0 }] };
  const verdicts: string[] = [];
  for (const { digest } of [second, fork]) {
    const files = [fileOfNames(recording, names), forked, lost(later, { ...segment, statement: digest })];
    verdicts.push(await verdictOf(files, agency.root));
  }
  // Which of the two is judged hangs on their digests.
  t.same(verdicts.sort(), ['2 conflict il, exit 5', '2 conflict ix, exit 5'], 'two chunks of one index');
  const nowhere = lost(later, { recordingId: new Uint8Array(16) });
  t.equal(await verdictOf([cut, nowhere], agency.root), '2 complete xi, exit 5', 'another recording');
});

t.test('a loss excuses nothing that a station signed that it holds', async (t) => {
  const made = makeStatement('loss', lossBody(later), later.signer);
  const [one, two] = [
    await agency.certificate('station-1', 'receipt'),
    await agency.certificate('station-2', 'receipt'),
  ];
  const losses = fileOf(recordOf(later.statement), recordOf(made));
  const rests = { losses: [made.digest] };
  const receipt = (by: typeof one, count: number | 'complete', counter: number, says = {}) =>
    recordOf(testReceipt(by, recording, count, { counter, ...says }));
  const cases: [string, Uint8Array[], string][] = [
    ['no receipt', [], 'li, exit 4'],
    ['a receipt of the opening alone', [receipt(one, 0, 1)], 'li, exit 4'],
    ['a receipt that covers it', [receipt(one, 1, 1)], 'xi, exit 5'],
    ['a complete receipt', [receipt(one, 'complete', 1)], 'xi, exit 5'],
    ['a receipt that rests on the loss', [receipt(one, 1, 1, rests)], 'li, exit 4'],
    [
      'an earlier receipt rests on it',
      [receipt(one, 1, 1, rests), receipt(one, 'complete', 2)],
      'li, exit 4',
    ],
    ['a later receipt rests on it', [receipt(one, 1, 1), receipt(one, 'complete', 2, rests)], 'xi, exit 5'],
    ['another station holds it', [receipt(one, 'complete', 2, rests), receipt(two, 1, 1)], 'xi, exit 5'],
    [
      'another station rests on it as well',
      [receipt(one, 'complete', 2, rests), receipt(two, 1, 1, rests)],
      'li, exit 4',
    ],
    ['a receipt rests on another loss', [receipt(one, 1, 1, { losses: [second.digest] })], 'xi, exit 5'],
  ];
  for (const [name, receipts, verdict] of cases) {
    const files = [cut, losses, fileOf(...receipts)];
    t.equal(await verdictOf(files, agency.root), `2 complete ${verdict}`, name);
  }
  const whole = fileOfNames(recording);
  const files = [whole, losses, fileOf(receipt(one, 'complete', 1))];
  t.equal(await verdictOf(files, agency.root), '2 complete ii, exit 0', 'nothing is absent');
});
