import t from 'tap';
import { sealcam } from '#generated/telemetry.js';
import { agentLimits } from '../../../../agent/limits.ts';
import { reportNoticed } from '../../../../agent/line/recorder-reports.ts';
import { jsonLog } from '../../../../base/log.ts';
import { Driver, start, stop } from '../driver.ts';
import { parameters, pictures } from '../stream.ts';

const secondUs = 1_000_000;
const { LAMP_STANDBY } = sealcam.telemetry.LampState;

const reported = (lamp: 'recording' | 'standby', atUs: number) =>
  ({ kind: 'lampReported', lamp, atUs }) as const;
/** What was reported, as it is logged. */
function logged(driver: Driver): string[] {
  const lines: string[] = [];
  const log = jsonLog('agent', (line) => {
    const { event, commanded, shown, ringMs, groupMs } = JSON.parse(line);
    lines.push([event, commanded, shown, ringMs, groupMs].filter((word) => word !== undefined).join(' '));
  });
  for (const effect of driver.effects)
    if (effect.kind === 'lamp' || effect.kind === 'ringTooShort') reportNoticed(effect, log);
  return lines;
}

t.test('a vibration reminds the wearer while the camera records, and at no other time', (t) => {
  const driver = new Driver({}, { ...agentLimits, reminderUs: 10 * secondUs });
  const vibrations = (): number =>
    driver.effects.filter((one) => one.kind === 'indicator' && one.vibrateMs !== undefined).length;
  driver.stream(pictures(0, 500, 25));
  t.equal(vibrations(), 0, 'on standby');
  driver.hear({ ...start, atUs: 21 * secondUs }).stream(pictures(500, 240, 25));
  t.equal(vibrations(), 0, 'it has just begun');
  driver.stream(pictures(740, 250, 25));
  t.match(
    driver.effects.filter((one) => one.kind === 'indicator' && one.vibrateMs !== undefined),
    [{ lamp: 'recording', beepMs: 0, vibrateMs: agentLimits.reminderVibrateMs }],
  );
  driver.hear({ kind: 'dwelling', on: true, atUs: 41 * secondUs }).stream(pictures(1_000, 125, 25));
  t.equal(vibrations(), 2, 'a linked recording is the same one for the wearer');
  driver.hear(stop(50 * secondUs)).stream(pictures(1_225, 500, 25));
  t.equal(vibrations(), 2);
  const never = new Driver({}, { ...agentLimits, reminderUs: 0 }).hear(start).stream(pictures(0, 500, 25));
  t.notOk(never.effects.some((one) => one.kind === 'indicator' && one.vibrateMs !== undefined));
  t.end();
});

t.test('a wearer who records is warned that the storage is nearly full, at once and again', (t) => {
  const driver = new Driver({}, { ...agentLimits, reminderUs: 0, storageWarningUs: 10 * secondUs });
  const warnings = (): number =>
    driver.effects.filter(
      (one) =>
        one.kind === 'indicator' && one.lamp === 'recording' && one.beepMs >= agentLimits.warningBeepMs,
    ).length;
  const storage = (low: boolean, atUs: number) =>
    driver.hear({ kind: 'storage', full: false, low, atUs: atUs * secondUs });
  storage(true, 0).stream(pictures(0, 250, 25));
  t.equal(driver.effects.filter(({ kind }) => kind === 'indicator').length, 0, 'nothing on standby');
  driver.hear({ ...start, atUs: 10 * secondUs }).stream(pictures(250, 50, 25));
  t.equal(warnings(), 1, 'at once');
  t.match(driver.effects.filter(({ kind }) => kind === 'indicator').at(-1), {
    lamp: 'recording',
    beepMs: 1_500,
  });
  driver.stream(pictures(300, 175, 25));
  t.equal(warnings(), 1);
  driver.stream(pictures(475, 50, 25));
  t.equal(warnings(), 2, 'and again');
  storage(false, 21).stream(pictures(525, 500, 25));
  t.equal(warnings(), 2, 'not once there is room');
  storage(true, 41)
    .stream(pictures(1_025, 50, 25))
    .hear({ kind: 'storage', full: true, atUs: 44 * secondUs });
  t.equal(warnings(), 3);
  driver.hear(stop(45 * secondUs));
  const kinds = driver.telemetry().flatMap(({ events }) => events.map(({ kind }) => kind));
  const { EVENT_STORAGE_LOW, EVENT_STORAGE_AMPLE } = sealcam.telemetry.EventKind;
  t.same(
    kinds.filter((kind) => kind === EVENT_STORAGE_LOW || kind === EVENT_STORAGE_AMPLE),
    [EVENT_STORAGE_AMPLE, EVENT_STORAGE_LOW],
    'it is in the sealed telemetry',
  );
  t.end();
});

t.test('a lamp that goes on showing something else is an alarm, once, and in the evidence', (t) => {
  const driver = new Driver({}, agentLimits).hear(start).stream(pictures(0, 25, 25));
  driver.hear(reported('standby', 2 * secondUs)).stream(pictures(25, 50, 25));
  t.same(logged(driver), [], 'an order takes a while');
  driver.stream(pictures(75, 100, 25));
  t.same(logged(driver), ['lamp.wrong recording standby']);
  driver.hear(reported('recording', 8_100_000)).stream(pictures(175, 25, 25));
  t.same(logged(driver), ['lamp.wrong recording standby', 'lamp.right']);
  driver.hear(stop(10 * secondUs));
  const chunks = driver.telemetry();
  t.match(
    chunks
      .flatMap(({ events }) => events)
      .find(({ kind }) => kind === sealcam.telemetry.EventKind.EVENT_LAMP_WRONG),
    { lamp: LAMP_STANDBY },
  );
  const both = chunks.map(({ lampCommanded, lampReported }) => `${lampCommanded} ${lampReported}`);
  t.same(new Set(both), new Set(['3 2', '3 3']), 'each chunk has what was commanded and what was shown');
  t.end();
});

t.test('a lamp that follows, one that says nothing, and one that is away are no alarm', (t) => {
  const cases: [string, (driver: Driver) => void][] = [
    [
      'it follows late',
      (driver) => driver.stream(pictures(0, 50, 25)).hear(reported('recording', 2 * secondUs)),
    ],
    ['it says nothing', (driver) => driver.stream(pictures(0, 50, 25))],
    [
      'it is away',
      (driver) =>
        driver.hear(reported('standby', secondUs), { kind: 'sensor', present: false, atUs: 2 * secondUs }),
    ],
    [
      'another device came',
      (driver) => driver.hear(reported('standby', secondUs), { kind: 'sensorChanged', atUs: 2 * secondUs }),
    ],
  ];
  for (const [name, happens] of cases) {
    const driver = new Driver({}, agentLimits).hear(start);
    happens(driver);
    driver.stream(pictures(50, 250, 25)).hear({ kind: 'due', atUs: 60 * secondUs });
    t.same(logged(driver), [], name);
  }
  t.end();
});

t.test('a ring that is shorter than a group of pictures is said with the numbers, once for a stream', (t) => {
  const driver = new Driver({ ringSeconds: 1 }, agentLimits).stream(pictures(0, 200, 50));
  t.same(logged(driver), ['ring.too-short 1000 2000']);
  driver.hear({
    kind: 'parameters',
    parameters: { video: { ...parameters.video, width: 640 } },
    atUs: 9 * secondUs,
  });
  driver.stream(pictures(200, 100, 25));
  t.equal(logged(driver).length, 1, 'the other stream fits');
  driver.stream(pictures(300, 200, 100));
  t.same(logged(driver).slice(1), ['ring.too-short 1000 4000'], 'until its key pictures are further apart');
  t.end();
});

t.test('a ring that is long enough, or off, or had a loss, is not', (t) => {
  const lost = { fromUs: 0, toUs: 1, cause: 'link', video: 1, audio: 0 } as const;
  t.same(logged(new Driver({ ringSeconds: 2 }, agentLimits).stream(pictures(0, 200, 50))), []);
  t.same(logged(new Driver({ ringSeconds: 0 }, agentLimits).stream(pictures(0, 200, 50))), []);
  const driver = new Driver({ ringSeconds: 1 }, agentLimits).stream(pictures(0, 30, 25));
  driver.hear({ kind: 'lost', gap: lost }).stream(pictures(100, 1, 25));
  t.same(logged(driver), []);
  t.end();
});
