import t from 'tap';
import { statementRecord } from '../../../evidence/records.ts';
import { makeStatement } from '../../../evidence/statements.ts';
import { fileOf, testAgency, testRecording, testSession } from '../../support/recording.ts';
import { verdictOf } from '../../support/verdict.ts';

// Statements that the camera's own session key signed and that do not name the one before them: a stolen camera's key,
// or two histories of one recording put together.

const agency = await testAgency();
const session = testSession(await agency.device('camera-1'));
const recording = testRecording({ session });
const { closing, opening, links } = recording;
const foreign = new Uint8Array(32).fill(0xee);

function file(instead: Readonly<Record<string, Uint8Array>>): Uint8Array {
  return fileOf(
    ...recording.order.map((name) => instead[name] ?? recording.records.get(name) ?? new Uint8Array()),
  );
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

t.test('a first chunk that follows another statement than the opening', async (t) => {
  const [first, second] = links;
  if (first?.kind !== 'chunk' || second === undefined) throw new Error('the first link is to be a chunk');
  const other = makeStatement('chunk', { ...first.body, previous: foreign }, session.signer);
  t.match(
    await verdictOf([file({ c0: statementRecord(other.encoded) })], agency.root),
    /^1 conflict .*exit 5$/,
  );
});

t.test('a closing that follows another statement than the last one', async (t) => {
  const end = makeStatement('closing', { ...closing.body, previous: foreign }, session.signer);
  t.match(await verdictOf([file({ X: statementRecord(end.encoded) })], agency.root), /^1 conflict .*exit 5$/);
});
