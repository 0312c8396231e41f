import t from 'tap';
import { type Body, makeStatement } from '../../../evidence/statements.ts';
import {
  fileOf,
  fileOfNames,
  recordOf,
  testAgency,
  testRecording,
  testSession,
} from '../../support/recording.ts';
import { verdictOf } from '../../support/verdict.ts';

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

function lost(by: typeof session, says: Partial<Body<'loss'>> = {}): Uint8Array {
  const body: Body<'loss'> = {
    session: by.statement.digest,
    recordingId: recording.core.recordingId,
    index: 0,
    statement: first?.digest ?? new Uint8Array(),
    segments: [{ part: 0, number: 1 }],
    cause: 'rot',
    ...says,
  };
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
  const nowhere = lost(later, { recordingId: new Uint8Array(16) });
  t.equal(await verdictOf([cut, nowhere], agency.root), '2 complete xi, exit 5', 'another recording');
});
