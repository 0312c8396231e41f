import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { sealcam } from '#generated/evidence.js';
import { concatBytes } from '../../../../base/bytes.ts';
import { openEnvelope, signEnvelope } from '../../../../evidence/dsse.ts';
import { encodeRecord, recordType } from '../../../../evidence/records.ts';
import { type CommandAnswer, makeStatement, payloadType } from '../../../../evidence/statements.ts';
import { pythonMissing } from '../../../independent/python.ts';
import { SecondImplementation } from '../../../independent/second.ts';
import {
  type Recorded,
  recorded,
  recordingOfCommands,
  testCommand,
} from '../../../support/evidence/commanded.ts';
import { verdictOf } from '../../../support/evidence/verdict.ts';
import { fileLimitMs } from '../../../support/patience.ts';
import { fileOf, recordOf, testAgency, testSession } from '../../../support/recording.ts';

// What a trusted camera may write about a command, and what no command's bytes can be made to say. Each with the exact
// verdict, also of the second verifier.

t.setTimeout(fileLimitMs);
const agency = await testAgency();
const device = await agency.device('camera-1');
const session = testSession(device);
const other = testSession(device);
const desk = await agency.certificate('desk', 'command');
const stranger = await (await testAgency()).certificate('desk', 'command');
const station = await agency.certificate('desk', 'receipt');
const head = { head: new Uint8Array(32).fill(9), validS: 60 };
const obeyed: Omit<Recorded, 'command'> = { obeyed: true, refusal: 'none' };

/** A command whose fields are written as they are, whatever the rules between them. */
const raw = (says: object): Uint8Array => {
  const payload = sealcam.evidence.Command.encode({
    ...{ certificate: desk.der, session: session.statement.digest, counter: 1, action: 2 },
    ...says,
  }).finish();
  return signEnvelope(payloadType('command'), payload, desk.signer);
};

/** The same with bytes after its fields. */
const withBytes = (says: object, more: readonly number[]): Uint8Array => {
  const { payload } = openEnvelope(raw(says));
  return signEnvelope(payloadType('command'), concatBytes(payload, Uint8Array.from(more)), desk.signer);
};

const cases: readonly (readonly [string, Recorded, string])[] = [
  ['a good one', recorded(testCommand(desk, session, head)), 'i, exit 0'],
  ['one without an end', recorded(testCommand(desk, session)), 'i, exit 0'],
  ['of a stranger, obeyed', recorded(testCommand(stranger, session, head)), '!, exit 5'],
  ['of a key of another purpose, obeyed', recorded(testCommand(station, session, head)), '!, exit 5'],
  ['for another boot, obeyed', recorded(testCommand(desk, other, head)), '!, exit 5'],
  ['of a stranger, refused with the reason', recorded(testCommand(stranger, session), 'key'), 'i, exit 0'],
  ['for another boot, refused with the reason', recorded(testCommand(desk, other), 'session'), 'i, exit 0'],
  [
    'of a stranger, not obeyed without a reason',
    { ...recorded(testCommand(stranger, session)), obeyed: false },
    '!, exit 5',
  ],
  [
    'of a stranger, obeyed and with a reason not to be',
    { ...recorded(testCommand(stranger, session), 'key'), obeyed: true },
    '!, exit 5',
  ],
  ['noise, obeyed', { command: new Uint8Array(50), ...obeyed }, '!, exit 5'],
  ['noise, refused', { command: new Uint8Array(50), obeyed: false, refusal: 'malformed' }, 'i, exit 0'],
  ['a head without a time', { command: raw({ head: head.head }), ...obeyed }, '!, exit 5'],
  ['a time without a head', { command: raw({ validS: 60 }), ...obeyed }, '!, exit 5'],
  ['a time beyond a day', { command: raw({ ...head, validS: 86_401 }), ...obeyed }, '!, exit 5'],
  ['a time of a day', { command: raw({ ...head, validS: 86_400 }), ...obeyed }, 'i, exit 0'],
  ['a bitrate without its number', { command: raw({ action: 4 }), ...obeyed }, '!, exit 5'],
  ['a stop with a number', { command: raw({ argument: 1 }), ...obeyed }, '!, exit 5'],
  ['a bitrate', { command: raw({ action: 4, argument: 4_294_967_295 }), ...obeyed }, 'i, exit 0'],
  [
    'a bitrate beyond the bound',
    { command: raw({ action: 4, argument: 4_294_967_296 }), ...obeyed },
    '!, exit 5',
  ],
  ['a bookmark of a category', { command: raw({ action: 3, category: 99 }), ...obeyed }, 'i, exit 0'],
  ['a category beyond the bound', { command: raw({ action: 3, category: 100 }), ...obeyed }, '!, exit 5'],
  ['a stop of a category', { command: raw({ category: 1 }), ...obeyed }, '!, exit 5'],
  ['a bookmark with bits', { command: raw({ action: 3, argument: 1 }), ...obeyed }, '!, exit 5'],
  [
    'a category of 0 that is written out',
    { command: withBytes({ action: 3 }, [0x40, 0]), ...obeyed },
    '!, exit 5',
  ],
  ['an unknown action', { command: raw({ action: 7 }), ...obeyed }, '!, exit 5'],
];

t.test('every command in a recording has its verdict', async (t) => {
  const folder = t.testdir({ 'root.crt': agency.authority.certificatePem });
  const second = pythonMissing === false ? new SecondImplementation(t) : undefined;
  for (const [name, one, verdict] of cases) {
    const { file } = recordingOfCommands(session, [one]);
    t.equal(await verdictOf([file], agency.root), `1 complete ${verdict}`, name);
    if (second === undefined) continue;
    writeFileSync(join(folder, 'one.seal'), file);
    const answer = await second.ask({ root: join(folder, 'root.crt'), files: [join(folder, 'one.seal')] });
    t.equal(answer.exitCode, Number(verdict.slice(-1)), `${name}, second verifier`);
  }
});

t.test('a refusal that the table does not name makes no statement', async (t) => {
  const { file, links } = recordingOfCommands(session, [recorded(testCommand(desk, session), 'key')]);
  const [link] = links;
  if (link === undefined) throw new TypeError('a link');
  const { recordingId, previous, command } = link.body;
  const body = { recordingId, index: 0, previous, command, refusal: 9 };
  const payload = sealcam.evidence.RecordedCommand.encode(body).finish();
  const forged = signEnvelope(payloadType('recorded-command'), payload, session.signer);
  const record = encodeRecord(recordType.statement, forged);
  t.equal(await verdictOf([concatBytes(file, record)], agency.root), '1 complete i, exit 5', 'set aside');
});

t.test('what a revoked key commanded is not needed where it was refused', async (t) => {
  const list = new Map([[desk.signer.keyId, 10]]);
  const one = (refusal: 'none' | 'key'): Promise<string> =>
    verdictOf(
      [recordingOfCommands(session, [recorded(testCommand(desk, session, head), refusal)]).file],
      agency.root,
      list,
    );
  t.equal(await one('key'), '1 complete i, exit 0');
  t.equal(await one('none'), '1 complete !, exit 5');
});

t.test('a command and its answer do not belong in a file', async (t) => {
  const command = testCommand(desk, session, head);
  const answer: CommandAnswer = {
    ...{ session: session.statement.digest, command: command.digest, ...obeyed },
    ...{ recordingId: undefined, index: 0, counter: 1 },
  };
  const { file } = recordingOfCommands(session, []);
  for (const statement of [command, makeStatement('command-answer', answer, session.signer)]) {
    const files = [file, fileOf(recordOf(statement))];
    t.equal(await verdictOf(files, agency.root), '1 complete , exit 5', statement.kind);
  }
});
