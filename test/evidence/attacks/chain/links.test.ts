import t from 'tap';
import { statementRecord } from '../../../../evidence/records.ts';
import { makeStatement } from '../../../../evidence/statements.ts';
import { verdictOf } from '../../../support/evidence/verdict.ts';
import {
  fileOf,
  fileOfStatements,
  recordOf,
  testAgency,
  testReceipt,
  testRecording,
  testSession,
} from '../../../support/recording.ts';

// Statements that the camera's own session key signed and that do not name the one before them: a stolen camera's key,
// or two histories of one recording put together.

const agency = await testAgency();
const session = testSession(await agency.device('camera-1'));
const station = await agency.certificate('station-1', 'receipt');
const recording = testRecording({ session });
const { closing, opening, links } = recording;
const foreign = new Uint8Array(32).fill(0xee);

function file(instead: Readonly<Record<string, Uint8Array>>, of = recording): Uint8Array {
  return fileOf(...of.order.map((name) => instead[name] ?? of.records.get(name) ?? new Uint8Array()));
}

t.test('a last chunk that follows another statement than the one before it', async (t) => {
  const last = links.at(-1);
  if (last?.kind !== 'chunk') throw new Error('the last link is to be a chunk');
  const name = `c${last.body.index}`;
  for (const previous of [foreign, opening.digest]) {
    const other = makeStatement('chunk', { ...last.body, previous }, session.signer);
    const end = makeStatement('closing', { ...closing.body, previous: other.digest }, session.signer);
    const changed = file({ [name]: statementRecord(other.encoded), X: statementRecord(end.encoded) });
    t.equal(await verdictOf([changed], agency.root), '1 conflict iigi, exit 5');
  }
  const same = makeStatement('chunk', last.body, session.signer);
  t.equal(
    await verdictOf([file({ [name]: statementRecord(same.encoded) })], agency.root),
    '1 complete iigi, exit 4',
  );
});

t.test('a first statement, or a first receipt, that follows another than the opening', async (t) => {
  const one = testRecording({ session, links: [new Uint8Array(10)] });
  const [first] = one.links;
  if (first?.kind !== 'chunk') throw new Error('the first link is to be a chunk');
  const verdict = async (previous: Uint8Array, statement: Uint8Array) => {
    const chunk = makeStatement('chunk', { ...first.body, previous }, session.signer);
    const end = makeStatement('closing', { ...one.closing.body, previous: chunk.digest }, session.signer);
    const receipt = testReceipt(station, one, 0, { statement });
    const changed = file({ c0: recordOf(chunk), X: recordOf(end) }, one);
    return verdictOf([changed, fileOfStatements(receipt)], agency.root);
  };
  const { digest } = one.opening;
  t.equal(await verdict(digest, digest), '1 complete i, exit 0');
  t.equal(await verdict(foreign, digest), '1 conflict i, exit 5', 'a chunk');
  t.equal(await verdict(digest, foreign), '1 conflict i, exit 5', 'a receipt');
});

t.test('a closing that follows another statement than the last one', async (t) => {
  const end = makeStatement('closing', { ...closing.body, previous: foreign }, session.signer);
  t.match(await verdictOf([file({ X: statementRecord(end.encoded) })], agency.root), /^1 conflict .*exit 5$/);
});
