import t, { type Test } from 'tap';
import type { CommandDesk } from '../../../agent/commands/desk.ts';
import { commandLimits } from '../../../agent/limits.ts';
import { joinCommands } from '../../../agent/line/commanded.ts';
import type { BootSession } from '../../../agent/sealer/index.ts';
import { toHex } from '../../../base/bytes.ts';
import { silentLog } from '../../../base/log.ts';
import type { Verifier } from '../../../evidence/crypto.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { parseRecord, statementRecord } from '../../../evidence/records.ts';
import {
  type Command,
  type CommandAnswer,
  claimedKind,
  readEncodedStatement,
  type Statement,
} from '../../../evidence/statements.ts';
import { SimFileSystem } from '../../../scenario/fast/sim-file-system.ts';
import { testCommand } from '../../support/evidence/commanded.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { type Certificate, testAgency, testSession } from '../../support/recording.ts';
import { agency, camera, filesOf, openAll, samples } from '../line/archive-camera.ts';

// What a camera makes of each command: exactly one answer with the reason, and what its recordings say of it.

t.setTimeout(fileLimitMs);
const desk = await agency.certificate('desk', 'command');
const revoked = await agency.certificate('former-desk', 'command');
const receipts = await agency.certificate('station-1', 'receipt');
const stranger = await (await testAgency()).certificate('desk', 'command');
const otherCamera = testSession(await agency.device('camera-2'));
const everything = ['bitrate', 'bookmark', 'reboot', 'renew-certificate', 'start', 'stop'] as const;

/** Checks what the camera's session signed. */
function verifierOf({ signer }: BootSession): Verifier {
  const verifier = agency.root.verifierOf(signer.publicKey);
  if (verifier === undefined) throw new TypeError("a session's key is a key");
  return verifier;
}

/** A camera that is commanded, recording or not, under a policy that allows `commands`. */
async function commanded(t: Test, given: { recording: boolean; commands?: readonly Command['action'][] }) {
  const fileSystem = new SimFileSystem();
  const parts = await camera(t, fileSystem);
  const { session, recorder, archive, clock, hear, spool } = parts;
  if (given.recording) hear(...samples.slice(0, 60));
  else hear({ kind: 'stop', by: 'button', atUs: clock.uptimeUs() });
  await archive.idle();
  const answers: Uint8Array[] = [];
  const told: string[] = [];
  /** What the journal of the boot is told. */
  const noted: string[] = [];
  const one: CommandDesk = joinCommands({
    ...{ root: agency.root, session, clock, log: silentLog },
    makeHead: (nonce) => session.head(nonce, { nextRecordingNumber: 1, newestStatement: undefined }),
    line: {
      ...{ recorder, archive },
      sensor: {
        state: { present: true, troubles: [], description: undefined, faults: {} },
        setBitrate: (track: string, bits: number) => void told.push(`${track} ${bits}`),
      } as unknown as Parameters<typeof joinCommands>[0]['line']['sensor'],
    },
    policy: () => ({ commands: given.commands ?? everything }),
    isRevoked: (keyId) => keyId === revoked.signer.keyId,
    reboot: () => void told.push('reboot'),
    answer: (record) => answers.push(record),
    bootLog: { tell: (event, value = '') => noted.push(`${event} ${value}`) },
  });
  const head = one.head(new Uint8Array(32).fill(1));
  /** What is answered to a message. */
  const asked = async (message: Uint8Array): Promise<CommandAnswer | undefined> => {
    answers.length = 0;
    clock.tick(commandLimits.messageRate.intervalUs / 1_000);
    one.take(message);
    await one.settled();
    await archive.idle();
    const [record] = answers;
    if (record === undefined) return undefined;
    return readEncodedStatement('command-answer', parseRecord(record).body, verifierOf(session)).body;
  };
  let counter = 0;
  /** A command that is good in all but what is said. */
  const command = (says: Partial<Command> = {}, by: Certificate = desk): Statement<'command'> => {
    counter += 1;
    return testCommand(by, session, { head: head.digest, validS: 60, counter, action: 'bookmark', ...says });
  };
  const give = async (says: Partial<Command> = {}, by: Certificate = desk): Promise<string> =>
    (await asked(statementRecord(command(says, by).encoded)))?.refusal ?? 'no answer';
  return { ...parts, desk: one, fileSystem, head, asked, command, give, told, noted, spool, answers };
}

/** What the recordings say of commands: action, or the refusal; and whether all verifies. */
async function recordedOf({
  spool,
  fileSystem,
  recorder,
  archive,
  clock,
}: Awaited<ReturnType<typeof commanded>>) {
  recorder.hear({ kind: 'shutdown', atUs: clock.uptimeUs() });
  await archive.idle();
  const { report } = await openAll(spool, filesOf(fileSystem));
  return report.recordings.map(({ closing, links }) => ({
    closing: closing?.reason,
    commands: links.flatMap(({ command, verdict }) =>
      command === undefined ? [] : [`${command.refusal ?? command.action} ${verdict}`],
    ),
    others: [...new Set(links.map(({ verdict }) => verdict))],
  }));
}

t.test('a command is refused for exactly one reason, and once', async (t) => {
  const given = await commanded(t, {
    recording: true,
    commands: ['bookmark', 'start', 'bitrate', 'renew-certificate'],
  });
  const { give, asked, command, clock } = given;
  t.equal(await give({}, stranger), 'key', 'another agency');
  t.equal(await give({}, receipts), 'key', 'a key of another purpose');
  t.equal(await give({}, revoked), 'key', 'a revoked key');
  t.equal(await give({ session: otherCamera.statement.digest }), 'session', 'another camera');
  t.equal(await give({ head: undefined, validS: 0 }), 'head', 'no end');
  t.equal(await give({ head: new Uint8Array(32).fill(4) }), 'head', 'a head of another boot');
  t.equal(await give({ head: new Uint8Array(32).fill(4), validS: 0 }), 'malformed', 'half an end');
  t.equal(await give({ action: 'stop' }), 'forbidden');
  t.equal(await give({ action: 'start' }), 'impossible', 'it records already');
  t.equal(await give({ action: 'renew-certificate' }), 'impossible');
  t.equal(await give({ action: 'bitrate', argument: commandLimits.bitsPerSecondMin - 1 }), 'impossible');
  const bookmark = command();
  t.equal((await asked(statementRecord(bookmark.encoded)))?.refusal, 'none');
  t.equal((await asked(statementRecord(bookmark.encoded)))?.refusal, 'counter', 'replayed');
  t.equal(await give({ counter: bookmark.body.counter - 1 }), 'counter', 'overtaken');
  const late = command();
  clock.tick(60_001);
  t.equal((await asked(statementRecord(late.encoded)))?.refusal, 'expired');
  t.equal(await give({ validS: 120 }), 'none', 'a later end');
  clock.tick(86_400_000);
  t.equal(await give({ validS: 86_400 }), 'expired', 'a day late');
  t.same(given.desk.counts.obeyed, { bookmark: 2 });
  t.match(given.desk.counts.refused, {
    key: 3,
    session: 1,
    head: 2,
    malformed: 1,
    forbidden: 1,
    impossible: 3,
    counter: 2,
    expired: 2,
  });
  const [recording] = await recordedOf(given);
  t.same(recording?.commands, [
    'key intact',
    'key intact',
    'key intact',
    'session intact',
    'head intact',
    'head intact',
    'malformed intact',
    'forbidden intact',
    'impossible intact',
    'impossible intact',
    'impossible intact',
    'bookmark intact',
    'counter intact',
    'counter intact',
    'expired intact',
    'bookmark intact',
    'expired intact',
  ]);
  t.same(recording?.others, ['intact']);
});

t.test('what is no command is answered, and goes into no recording', async (t) => {
  const given = await commanded(t, { recording: true });
  const { asked, command, session, head } = given;
  const record = statementRecord(command().encoded);
  for (const [name, message] of [
    ['noise', new Uint8Array(100)],
    ['nothing', new Uint8Array(0)],
    ['a torn one', record.subarray(0, record.length - 1)],
    ['a head', statementRecord(head.encoded)],
    ['a session', statementRecord(session.statement.encoded)],
    ['one too long', statementRecord(new Uint8Array(16_385))],
  ] as const) {
    t.match(await asked(message), { refusal: 'malformed', obeyed: false, recordingId: undefined }, name);
  }
  t.same(
    (await recordedOf(given)).map(({ commands }) => commands),
    [[]],
  );
});

t.test('start, bitrate, bookmark and stop are obeyed, and are in the recording', async (t) => {
  const given = await commanded(t, { recording: false });
  const { give, asked, command, recorder, archive, hear, told } = given;
  t.equal(await give({ action: 'stop' }), 'impossible', 'nothing is recorded');
  t.equal(await give(), 'impossible', 'nothing to bookmark');
  t.equal(await give({ action: 'bitrate', argument: 3_000_000 }), 'none', 'also while nothing is recorded');
  const start = await asked(statementRecord(command({ action: 'start' }).encoded));
  t.match(start, { obeyed: true, refusal: 'none', recordingId: undefined });
  t.equal(recorder.phase, 'waiting');
  hear(...samples.slice(0, 60));
  await archive.idle();
  const rate = await asked(statementRecord(command({ action: 'bitrate', argument: 2_000_000 }).encoded));
  t.ok(rate?.recordingId);
  t.same(told, ['video 3000000', 'video 2000000']);
  t.equal(await give({ action: 'bookmark' }), 'none');
  const stop = await asked(statementRecord(command({ action: 'stop' }).encoded));
  t.match(stop, { obeyed: true, counter: 7 });
  t.equal(toHex(stop?.recordingId ?? new Uint8Array()), toHex(rate?.recordingId ?? new Uint8Array()));
  t.equal(recorder.phase, 'standby');
  const [, recording] = await recordedOf(given);
  t.same(recording?.commands, ['start intact', 'bitrate intact', 'bookmark intact', 'stop intact']);
  t.same([recording?.closing, recording?.others], ['command', ['intact']]);
});

t.test('a reboot ends a recording only where the policy allows that too', async (t) => {
  const mayNot = await commanded(t, { recording: true, commands: ['reboot'] });
  t.equal(await mayNot.give({ action: 'reboot' }), 'forbidden');
  t.same(mayNot.told, []);
  const idle = await commanded(t, { recording: false, commands: ['reboot'] });
  t.equal(await idle.give({ action: 'reboot' }), 'none');
  t.same(idle.told, ['reboot']);
  const may = await commanded(t, { recording: true, commands: ['reboot', 'stop'] });
  const answer = await may.asked(statementRecord(may.command({ action: 'reboot' }).encoded));
  t.ok(answer?.recordingId, 'it is in the recording before the camera ends');
  t.same(may.told, ['reboot']);
});

t.test('without a policy that allows it nothing is obeyed', async (t) => {
  const { give } = await commanded(t, { recording: false, commands: [] });
  for (const action of everything)
    t.equal(await give({ action, argument: action === 'bitrate' ? 1_000_000 : 0 }), 'forbidden', action);
});

t.test('a nonce is answered with the session and a head to command by', async (t) => {
  const { desk, answers, session, give } = await commanded(t, { recording: true });
  desk.take(new Uint8Array(32).fill(5));
  const kinds = answers.map((record) => claimedKind(openEnvelope(parseRecord(record).body)));
  t.same(kinds, ['session', 'head']);
  const [, record = new Uint8Array()] = answers;
  const head = readEncodedStatement('head', parseRecord(record).body, verifierOf(session));
  t.same(head.body.nonce, new Uint8Array(32).fill(5));
  t.equal(await give({ head: head.digest }), 'none');
});

t.test('more than is looked at is dropped, and counted', async (t) => {
  const { desk, answers, clock, asked } = await commanded(t, { recording: false });
  const { burst } = commandLimits.messageRate;
  for (let n = 0; n < burst + 5; n += 1) desk.take(new Uint8Array(32).fill(n));
  t.equal(answers.length, 2 * burst);
  t.equal(desk.counts.dropped, 5);
  clock.tick(commandLimits.messageRate.intervalUs / 1_000);
  t.ok(await asked(new Uint8Array(10)), 'after a while one more');
});

t.test('the journal of the boot tells what no recording tells of a command', async (t) => {
  const idle = await commanded(t, { recording: false, commands: ['bookmark', 'reboot'] });
  const [reboot, stop] = [idle.command({ action: 'reboot' }), idle.command({ action: 'stop' })];
  for (const { encoded } of [reboot, stop]) await idle.asked(statementRecord(encoded));
  await idle.asked(Uint8Array.of(1, 2, 3));
  t.same(idle.noted.slice(0, 2), [
    `command ${toHex(reboot.digest)} reboot obeyed`,
    `command ${toHex(stop.digest)} stop forbidden`,
  ]);
  t.match(idle.noted[2], /^command [0-9a-f]{64} unknown malformed$/);
  const recording = await commanded(t, { recording: true });
  t.equal(await recording.give(), 'none');
  t.same(recording.noted, [], 'a recording tells it');
});
