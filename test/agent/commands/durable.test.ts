import t from 'tap';
import { commandLimits } from '../../../agent/limits.ts';
import { statementRecord } from '../../../evidence/records.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { pictures } from '../recorder/stream.ts';
import { commanded, recordedOf, revoked } from './commanded-camera.ts';

// An answer says what is so even if the agent is killed right after it, and a command acts at the moment at which it is
// judged.

t.setTimeout(fileLimitMs);

/** Lets all that is under way run as far as it can. */
async function letRun(): Promise<void> {
  for (let n = 0; n < 50; n += 1) await new Promise((resolve) => setImmediate(resolve));
}

t.test('a start is answered once it is durable that the recording is owed', async (t) => {
  const { desk, fileSystem, command, answers, recorder, clock, spool } = await commanded(t, {
    recording: false,
  });
  fileSystem.failAll('ENOSPC', /^write/);
  desk.take(statementRecord(command({ action: 'start' }).encoded));
  await letRun();
  t.equal(recorder.phase, 'waiting');
  t.same([answers.length, spool.owed.length], [0, 0], 'nothing is durable, nothing is answered');
  fileSystem.failAll(undefined);
  await clock.advance(60_000);
  await desk.settled();
  t.same([answers.length, spool.owed.length], [1, 1]);
});

t.test('a stop is answered once the recording is closed', async (t) => {
  const given = await commanded(t, { recording: true });
  const { desk, fileSystem, command, answers, recorder, archive, clock } = given;
  let writes = 0;
  fileSystem.failAll('EIO', {
    test: (call) => /seal/.test(call) && recorder.phase !== 'recording' && ++writes > 0,
  });
  clock.tick(1_000);
  desk.take(statementRecord(command({ action: 'stop' }).encoded));
  await letRun();
  t.ok(writes > 0, 'the closing was tried');
  t.equal(answers.length, 0);
  fileSystem.failAll(undefined);
  await clock.advance(120_000);
  await archive.idle();
  await desk.settled();
  t.equal(answers.length, 1);
});

t.test('what is not durable when the agent ends is not answered', async (t) => {
  const { desk, fileSystem, command, answers } = await commanded(t, { recording: false });
  fileSystem.failAll('ENOSPC', /^write/);
  desk.take(statementRecord(command({ action: 'start' }).encoded));
  await letRun();
  await desk.end();
  t.equal(answers.length, 0);
});

t.test('a stop that would only be kept for later is refused', async (t) => {
  const { give, recorder, clock, hear } = await commanded(t, { recording: false, pressMergeUs: 1_000_000 });
  clock.tick(2_000);
  t.equal(await give({ action: 'start' }), 'none');
  hear(...pictures(4_000_000 / 40_000, 30, 25, 5_000).map((sample) => ({ kind: 'sample', sample }) as const));
  t.equal(await give({ action: 'stop' }), 'impossible');
  t.match(recorder.phase, /recording|waiting/);
  clock.tick(1_000);
  t.equal(await give({ action: 'stop' }), 'none');
});

t.test('a command that comes again gets the answer that it got, and is written once', async (t) => {
  const given = await commanded(t, { recording: true });
  const { asked, command, answers, clock, give } = given;
  const stop = statementRecord(command({ action: 'bookmark', validS: 60 }).encoded);
  await asked(stop);
  const [first] = answers;
  await asked(stop);
  t.same(answers, [first]);
  await give();
  clock.tick(61_000);
  await asked(stop);
  t.same(answers, [first], 'after others, and after its time too');
  const [recording] = await recordedOf(given);
  t.same(recording?.commands, ['bookmark intact', 'bookmark intact']);
});

t.test('the answers that are kept are the newest', async (t) => {
  const { asked, command, give } = await commanded(t, { recording: false, commands: [] });
  const first = statementRecord(command().encoded);
  t.equal((await asked(first))?.refusal, 'forbidden');
  for (let n = 1; n < commandLimits.answersMax; n += 1) await give();
  t.equal((await asked(first))?.refusal, 'forbidden');
  await give();
  t.equal((await asked(first))?.refusal, 'counter');
});

t.test('a command that waits is judged when its turn comes', async (t) => {
  let goOn = (): void => {};
  const stalled = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const given = await commanded(t, { recording: true, stalled });
  const { desk, command, clock, recorder, told } = given;
  desk.take(statementRecord(command({ action: 'bookmark' }).encoded));
  desk.take(statementRecord(command({ action: 'stop', validS: 5 }).encoded));
  await letRun();
  clock.tick(120_000);
  goOn();
  await desk.settled();
  t.equal(recorder.phase, 'recording');
  t.same(desk.counts.refused, { expired: 1 });
  t.same(told, []);
});

t.test('a reboot is ordered at once, whatever the storage does', async (t) => {
  const given = await commanded(t, { recording: true, stalled: new Promise(() => {}) });
  const { desk, command, told } = given;
  desk.take(statementRecord(command({ action: 'reboot' }).encoded));
  await letRun();
  t.same(told, ['reboot']);
});

t.test('nothing is obeyed once the agent ends', async (t) => {
  const { desk, give, told, recorder } = await commanded(t, { recording: true });
  desk.close();
  for (const action of ['reboot', 'stop', 'bookmark'] as const) t.equal(await give({ action }), 'impossible');
  t.same(told, []);
  t.equal(recorder.phase, 'recording');
});

t.test('no one commands a camera that cannot read which keys are revoked', async (t) => {
  let known = false;
  const given = await commanded(t, { recording: true, knowsRevoked: () => known });
  const { give, asked, command } = given;
  const early = statementRecord(command().encoded);
  t.equal((await asked(early))?.refusal, 'key');
  known = true;
  t.equal((await asked(early))?.refusal, 'key', 'what was refused is not obeyed later');
  t.equal(await give(), 'none');
  t.equal(await give({}, revoked), 'key');
});

t.test('while the storage is full no command is written, so that none ends the recording', async (t) => {
  const given = await commanded(t, { recording: true });
  const { give, asked, hear, clock, recorder, fileSystem, archive } = given;
  hear({ kind: 'storage', full: true, atUs: clock.uptimeUs() });
  await archive.idle();
  fileSystem.failAll('ENOSPC', /seal/);
  t.equal(await give({}, revoked), 'key');
  t.equal((await asked(new Uint8Array(40)))?.refusal, 'malformed');
  t.equal(await give({ action: 'bookmark' }), 'none');
  t.same(given.told, []);
  t.equal(recorder.phase, 'recording');
  t.equal(recorder.faulty, false);
});

t.test('a command that finds no room uses the reserve, and does not end the recording', async (t) => {
  const given = await commanded(t, { recording: true });
  const { give, recorder, fileSystem, archive, told } = given;
  await archive.idle();
  const used = fileSystem.names.reduce((sum, name) => sum + (fileSystem.content(name)?.length ?? 0), 0);
  fileSystem.capacityBytes = used;
  t.equal(await give({ action: 'bookmark' }), 'none');
  await archive.idle();
  t.same([recorder.phase, recorder.faulty, told], ['recording', false, []]);
  fileSystem.capacityBytes = Number.POSITIVE_INFINITY;
  const [recording] = await recordedOf(given);
  t.same(recording?.commands, ['bookmark intact']);
});

t.test('an order to start goes into the recording that it started, and into no other', async (t) => {
  const given = await commanded(t, { recording: false });
  const { give, hear, clock, recorder, fileSystem, archive } = given;
  t.equal(await give({ action: 'start' }), 'none');
  clock.tick(2_000);
  fileSystem.failAll('EIO', /seal/);
  hear({ kind: 'stop', by: 'button', atUs: clock.uptimeUs() });
  await archive.idle();
  t.ok(recorder.faulty, 'the recording that states the wait cannot be opened');
  fileSystem.failAll(undefined, /^/);
  hear({ kind: 'start', by: 'button', atUs: clock.uptimeUs() });
  const from = Math.ceil(clock.uptimeUs() / 40_000);
  hear(...pictures(from, 50, 25, 5_000).map((sample) => ({ kind: 'sample', sample }) as const));
  await archive.idle();
  await clock.advance(120_000);
  const recordings = await recordedOf(given);
  const holding = recordings.filter(({ commands }) => commands.length > 0);
  t.match(holding, [{ closing: 'button', commands: ['start intact'] }]);
});
