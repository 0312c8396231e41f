import fc from 'fast-check';
import t from 'tap';
import { sealcam } from '#generated/telemetry.js';
import { agentLimits } from '../../../../agent/limits.ts';
import type { RecorderInput } from '../../../../agent/recorder/inputs.ts';
import { oldestPress } from '../../../../agent/recorder/presses.ts';
import { rememberedOf } from '../../../../agent/recorder/remembered.ts';
import { seeded } from '../../../support/seed.ts';
import { Driver, start, stop } from '../driver.ts';
import { parameters, pictures } from '../stream.ts';

const second = 1_000_000;
const kinds = sealcam.telemetry.EventKind;

/** A camera that records from 1 s on, with pictures until 5 s; stop is pressed at 5 s and the policy says 2 s more. */
function stopped(runOnSeconds = 2): Driver {
  const driver = new Driver({ runOnSeconds }, agentLimits).hear(start).stream(pictures(0, 100, 25));
  return driver.hear({ ...stop(5 * second), ordinal: 9 });
}

const recordingEnds = (driver: Driver): string[] => driver.log.filter((word) => !word.startsWith('seal'));
const beeps = (driver: Driver) =>
  driver.effects.flatMap((one) => (one.kind === 'indicator' ? [`${one.lamp} ${one.beepMs}`] : []));

t.test('after a stop the recording goes on for as long as the policy says', (t) => {
  const driver = stopped();
  t.equal(driver.state.phase.kind, 'recording');
  t.same(
    beeps(driver),
    ['recording 100', 'recording 600'],
    'the lamp says that it records, a beep that it heard',
  );
  t.equal(oldestPress(driver.state.facts), undefined, 'the sensor may forget the stop, which the note says');
  t.match(rememberedOf(driver.state), {
    recording: 'yes',
    runOn: { by: 'button', pressedUs: 5 * second, untilUs: 7 * second },
  });
  driver.stream(pictures(100, 49, 25));
  t.equal(driver.state.phase.kind, 'recording');
  driver.stream(pictures(149, 5, 25));
  t.equal(driver.state.phase.kind, 'stopping');
  t.same(recordingEnds(driver), ['open button evidence', 'init', 'close button'], 'nothing is missing');
  const sealed = driver.effects.flatMap((one) => (one.kind === 'seal' ? (one.chunk?.samples ?? []) : []));
  t.equal(Math.max(...sealed.map(({ capturedUs }) => capturedUs)), 7 * second - 40_000);
  t.match(rememberedOf(driver.state), { recording: 'stopping', runOn: { untilUs: 7 * second } });
  driver.settle();
  t.match(rememberedOf(driver.state), { recording: 'no', runOn: undefined });
  t.end();
});

t.test('the sealed telemetry says when stop was pressed, at its moment and in each chunk after it', (t) => {
  const driver = stopped().stream(pictures(100, 60, 25));
  const chunks = driver.telemetry();
  const stops = chunks.flatMap(({ events }) => events.filter(({ kind }) => kind === kinds.EVENT_STOP));
  t.same(
    stops.map(({ uptimeUs }) => Number(uptimeUs)),
    [5 * second],
    'once: the end of the time is no press',
  );
  t.same(
    chunks.map(({ stoppedUs }) => (stoppedUs === null ? null : Number(stoppedUs))),
    [null, null, null, 5 * second, 5 * second, 5 * second],
  );
  t.end();
});

t.test('a second stop ends it at once, but a switch that bounces does not', (t) => {
  const driver = stopped().hear(stop(5 * second + 20_000));
  t.equal(driver.state.phase.kind, 'recording', 'it bounces');
  driver.stream(pictures(100, 28, 25)).hear({ ...stop(6 * second + 100_000), ordinal: 12 });
  t.equal(driver.state.phase.kind, 'stopping');
  t.equal(oldestPress(driver.state.facts), 12, 'the sensor keeps this one until the closing is durable');
  t.equal(driver.log.at(-1), 'close button');
  t.end();
});

t.test('a policy without it ends the recording at once', (t) => {
  t.equal(stopped(0).state.phase.kind, 'stopping');
  t.end();
});

t.test('a start within it continues the same recording, at once', (t) => {
  const driver = stopped().hear({ ...start, atUs: 5 * second + 300_000 });
  t.equal(rememberedOf(driver.state).runOn, undefined);
  driver.stream(pictures(100, 200, 25));
  t.equal(driver.state.phase.kind, 'recording', 'the time is over, and nothing ends');
  t.same(recordingEnds(driver), ['open button evidence', 'init']);
  const events = driver.telemetry().flatMap((one) => one.events.map(({ kind }) => kind));
  t.equal(events.filter((kind) => kind === kinds.EVENT_START).length, 2);
  driver.hear(stop(13 * second)).stream(pictures(300, 60, 25));
  t.equal(driver.log.at(-1), 'close button', 'and the next stop has its own time');
  t.end();
});

t.test('without any picture the agent ends it by its own clock, and states the silence', (t) => {
  const driver = stopped().hear({ kind: 'sensor', present: false, atUs: 5_500_000 });
  const endUs = 7 * second + agentLimits.runOnGraceUs;
  driver.hear({ kind: 'due', atUs: endUs - 1 });
  t.equal(driver.state.phase.kind, 'recording');
  t.ok(driver.effects.at(-1)?.kind === 'dueAfter', 'it looks again');
  driver.hear({ kind: 'due', atUs: endUs });
  t.equal(driver.state.phase.kind, 'stopping');
  t.match(
    driver.effects.find(({ kind }) => kind === 'gap'),
    { gap: { cause: 'link', fromUs: 5 * second, toUs: 7 * second } },
    'up to the end of its time, not of the wait',
  );
  driver.effects.length = 0;
  t.same(driver.hear({ kind: 'due', atUs: endUs + 1 }).effects, [], 'and nothing is looked at any more');
  t.end();
});

t.test('when the agent ends, the recording is closed at once', (t) => {
  const driver = stopped().hear({ kind: 'shutdown', atUs: 6 * second });
  t.equal(driver.log.at(-1), 'close shutdown');
  t.equal(driver.state.facts.runOn, undefined);
  t.end();
});

t.test('a linked recording that begins meanwhile ends at the same time', (t) => {
  const driver = stopped().stream(pictures(100, 10, 25));
  driver.hear({ kind: 'dwelling', on: true, atUs: 5_400_000 }).stream(pictures(110, 45, 25));
  t.same(recordingEnds(driver), [
    ...['open button evidence', 'init', 'close linked'],
    ...['open linked court+evidence', 'init', 'close button'],
  ]);
  t.end();
});

t.test('a run that continues after a kill ends at the same time, and at once if that is over', (t) => {
  const { runOn } = rememberedOf(stopped().state);
  const resume = (atUs: number): RecorderInput => ({
    kind: 'resume',
    ...{ missed: undefined, fromUs: 5 * second, runOn, atUs },
  });
  const again = (atUs: number): Driver => new Driver({ runOnSeconds: 2 }, agentLimits).hear(resume(atUs));

  const kept = again(6 * second).stream(pictures(100, 60, 25));
  t.same(recordingEnds(kept), ['open linked evidence', 'init', 'close button']);
  t.same(
    kept.telemetry().map(({ stoppedUs }) => Number(stoppedUs)),
    [5 * second, 5 * second],
    'which says what may have been lost with the other run',
  );
  const late = again(20 * second).stream(pictures(525, 1, 25));
  t.same(recordingEnds(late), ['open linked evidence', 'init', 'gap fault 0+0', 'close button']);
  t.match(
    late.effects.find(({ kind }) => kind === 'gap'),
    { gap: { fromUs: 5 * second, toUs: 7 * second } },
  );
  const alone = again(20 * second).hear({ kind: 'due', atUs: 20 * second + agentLimits.runOnGraceUs });
  t.equal(alone.log.at(-1), 'close button', 'also where no sensor answers');
  t.end();
});

t.test('the press that the sensor repeats after a kill is no second stop', (t) => {
  const { runOn } = rememberedOf(stopped().state);
  const resume: RecorderInput = {
    ...{ kind: 'resume', missed: undefined, fromUs: 4 * second, runOn, atUs: 5_100_000 },
  };
  const driver = new Driver({ runOnSeconds: 2 }, agentLimits).hear(resume).stream(pictures(75, 25, 25));
  // Its time is measured again, by a clock that was compared with the sensor's again.
  driver.hear({ ...stop(5 * second + 3_000), ordinal: 9 }).stream(pictures(100, 20, 25));
  t.equal(driver.state.phase.kind, 'recording');
  driver.hear({ ...stop(6_100_000), ordinal: 30 });
  t.equal(driver.state.phase.kind, 'stopping', 'the next one is');
  t.end();
});

t.test(
  'a press of start from before the stop, which the sensor repeats after a kill, does not take the stop back',
  (t) => {
    const { runOn } = rememberedOf(stopped().state);
    const again = (atUs: number): Driver =>
      new Driver({ runOnSeconds: 2 }, agentLimits)
        .hear({ kind: 'resume', missed: undefined, fromUs: 4 * second, runOn, atUs: 5_100_000 })
        .stream(pictures(75, 25, 25))
        .hear({ ...start, atUs })
        .stream(pictures(100, 80, 25));
    t.equal(again(4_500_000).state.phase.kind, 'stopping');
    t.equal(again(5_500_000).state.phase.kind, 'recording', 'one from after it does');
    t.end();
  },
);

t.test('a stop that is held back is remembered, also when it has ended the recording', (t) => {
  for (const more of [{}, { ordinal: 9 }]) {
    const driver = new Driver({}, agentLimits)
      .hear(start)
      .stream(pictures(0, 35, 25))
      .hear({ ...stop(1_500_000), ...more });
    const runOn = { pressedUs: 1_500_000, untilUs: 1_500_000 };
    t.match(rememberedOf(driver.state), { recording: 'yes', runOn });
    driver.stream(pictures(35, 25, 25));
    t.match(rememberedOf(driver.state), { recording: 'stopping', runOn: { pressedUs: 1_500_000 } });
  }
  t.end();
});

t.test('a start that the sensor repeats takes no stop back, whatever time it says', (t) => {
  const { runOn } = rememberedOf(stopped().state);
  const owed = { owed: 'button', fromUs: second } as const;
  const resume: RecorderInput = { kind: 'resume', missed: undefined, ...owed, runOn, atUs: 5_100_000 };
  // The sensor's clock is compared with the agent's again: the press of 1 s seems to be later than the stop, or than all of it.
  for (const atUs of [5_200_000, 7_100_000]) {
    const driver = new Driver({ runOnSeconds: 2 }, agentLimits).hear(resume).stream(pictures(75, 25, 25));
    driver.hear({ ...start, atUs, owedUs: second });
    t.equal(driver.state.phase.kind, 'recording');
    t.match(rememberedOf(driver.state).runOn, { untilUs: 7 * second }, `at ${atUs}`);
    driver.stream(pictures(100, 80, 25));
    t.match(driver.state.phase.kind, /stopping|standby/);
    t.equal(driver.log.at(-1), 'close button');
  }
  const { runOn: _, ...going } = resume;
  const held = new Driver({}, agentLimits).hear(going, start, stop(1_200_000));
  held.hear({ ...start, owedUs: second });
  t.match(held.state.facts.presses.held.record?.input, { kind: 'stop' }, 'nor one that waits for its time');
  t.end();
});

t.test('a time of a fraction of a microsecond is rounded', (t) => {
  const driver = stopped(1.000_000_4);
  t.equal(driver.state.facts.runOn?.untilUs, 6 * second);
  t.equal(stopped(0.1 + 0.2).state.facts.runOn?.untilUs, 5_300_000);
  t.end();
});

t.test('whatever happens meanwhile, a stop ends recording when its time is over (property)', (t) => {
  const { seed } = seeded(t);
  const happening = fc.constantFrom<RecorderInput>(
    { kind: 'dwelling', on: true, atUs: 5_100_000 },
    { kind: 'dwelling', on: false, atUs: 6_300_000 },
    { kind: 'mute', on: true, atUs: 5_200_000 },
    { kind: 'bookmark', atUs: 5_300_000 },
    { kind: 'sensor', present: false, atUs: 5_400_000 },
    { kind: 'sensor', present: true, atUs: 5_500_000 },
    { kind: 'storage', full: true, atUs: 5_600_000 },
    { kind: 'storage', full: false, atUs: 5_700_000 },
    { kind: 'sensorChanged', atUs: 5_800_000 },
    { kind: 'parameters', parameters: { video: { ...parameters.video, width: 640 } }, atUs: 5_900_000 },
    { kind: 'fault', recording: 1, opened: true, atUs: 6_000_000 },
    { kind: 'retry', atUs: 6_100_000 },
    { kind: 'lost', gap: { fromUs: 6_000_000, toUs: 6_100_000, cause: 'link', video: 1, audio: 0 } },
  );
  const endUs = 7 * second + agentLimits.runOnGraceUs;
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 12 }), fc.nat(60), (all, count) => {
      const driver = stopped()
        .hear(...all)
        .stream(pictures(100, count, 25));
      driver.hear({ kind: 'due', atUs: endUs }, { kind: 'due', atUs: endUs + 2 * second });
      const { phase, facts } = driver.state;
      return (phase.kind === 'stopping' || phase.kind === 'standby') && facts.runOn === undefined;
    }),
    { seed, numRuns: 200 },
  );
  t.end();
});
