import t from 'tap';
import { commandLimits } from '../../../agent/limits.ts';
import { toHex } from '../../../base/bytes.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { parseRecord, statementRecord } from '../../../evidence/records.ts';
import { claimedKind, readEncodedStatement } from '../../../evidence/statements.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { samples } from '../line/archive/archive-camera.ts';
import {
  commanded,
  everything,
  otherCamera,
  receipts,
  recordedOf,
  revoked,
  stranger,
  verifierOf,
} from './commanded-camera.ts';

// What a camera makes of each command: exactly one answer with the reason, and what its recordings say of it.

t.setTimeout(fileLimitMs);

t.test('a certificate is renewed while a recording is made, if a newer one is there', async (t) => {
  const { give, told, recorder } = await commanded(t, { recording: true, renewed: true });
  t.equal(await give({ action: 'renew-certificate' }), 'none');
  t.same(told, ['renewal']);
  t.equal(recorder.phase, 'recording');
});

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
  t.equal(await give({ action: 'renew-certificate' }), 'impossible', 'nothing newer is there');
  t.equal(await give({ action: 'bitrate', argument: commandLimits.bitsPerSecondMin - 1 }), 'impossible');
  const bookmark = command();
  t.equal((await asked(statementRecord(bookmark.encoded)))?.refusal, 'none');
  t.equal((await asked(statementRecord(bookmark.encoded)))?.refusal, 'none', 'it comes again');
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
    counter: 1,
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
  t.equal(await give({ action: 'bookmark', category: 12 }), 'none');
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

t.test('commands that wait for the one before them are bounded', async (t) => {
  let goOn = (): void => {};
  const stalled = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const { desk, answers, command } = await commanded(t, { recording: true, stalled });
  const { waitingMax } = commandLimits;
  for (let n = 0; n < waitingMax + 3; n += 1) desk.take(statementRecord(command().encoded));
  t.equal(desk.counts.dropped, 3);
  goOn();
  await desk.settled();
  t.same([answers.length, desk.counts.obeyed], [waitingMax, { bookmark: waitingMax }]);
});

t.test('what one cell floods the camera with keeps out nothing that comes from another', async (t) => {
  const { desk, answers, command, give } = await commanded(t, { recording: true });
  const { waitingMax, messageRate } = commandLimits;
  for (let n = 0; n < waitingMax + 3; n += 1) desk.take(new Uint8Array(10), 1);
  t.equal(desk.counts.dropped, 3);
  desk.take(statementRecord(command().encoded), 0);
  await desk.settled();
  t.equal(desk.counts.obeyed.bookmark, 1, 'it has a place to wait');
  for (let n = 0; n <= messageRate.burst; n += 1) desk.take(new Uint8Array(32).fill(n), 1);
  const { dropped } = desk.counts;
  t.ok(dropped > 3);
  const before = answers.length;
  desk.take(new Uint8Array(32), 0);
  t.equal(answers.length, before + 2, 'it has a rate of its own');
  t.equal(desk.counts.dropped, dropped);
  t.equal(await give({}), 'none');
});

t.test('commands that are refused do not fill a recording', async (t) => {
  const given = await commanded(t, { recording: true });
  const { burst } = commandLimits.recordedRefusalRate;
  for (let n = 0; n < burst + 3; n += 1) t.equal(await given.give({}, stranger), 'key');
  const [recording] = await recordedOf(given);
  t.equal(recording?.commands.length, burst);
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
