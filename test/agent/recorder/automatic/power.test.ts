import t from 'tap';
import { sealcam } from '#generated/telemetry.js';
import { agentLimits } from '../../../../agent/limits.ts';
import type { RecorderInput } from '../../../../agent/recorder/inputs.ts';
import { rememberedOf } from '../../../../agent/recorder/remembered.ts';
import { Driver, start, stop } from '../driver.ts';
import { pictures } from '../stream.ts';

const secondUs = 1_000_000;
const { battery: levels, heat } = agentLimits.power;

const battery = (percent: number, atUs: number, more: { charging?: boolean; millivolts?: number } = {}) =>
  ({
    kind: 'reading',
    reading: { atUs, battery: { percent, millivolts: 3_500, charging: false, ...more } },
  }) satisfies RecorderInput;
const temperature = (celsius: number, atUs: number): RecorderInput => ({
  kind: 'reading',
  reading: { atUs, temperature: celsius },
});
/** The same reading once a second, for as long as it takes to count. */
function lasting(of: (atUs: number) => RecorderInput, fromUs: number): RecorderInput[] {
  return Array.from({ length: 6 }, (_, n) => of(fromUs + n * secondUs));
}

function recording(): Driver {
  return new Driver({}, agentLimits).hear(start).stream(pictures(0, 50, 25));
}
const ends = (driver: Driver): string[] =>
  driver.log.filter((word) => word.startsWith('close')).map((word) => word.slice(6));
const changes = (driver: Driver): string[] =>
  driver.effects.flatMap((one) => (one.kind === 'power' ? [one.battery ?? one.heat] : []));

t.test('a battery that stays low ends the recording cleanly, with its reason and a long beep', (t) => {
  const driver = recording().hear(...lasting((atUs) => battery(levels.lowPercent, atUs), 3 * secondUs));
  t.same(ends(driver), ['battery']);
  t.same(changes(driver), ['low']);
  t.match(driver.log.slice(-2), ['gap link 0+0', 'close battery'], 'what was silent since the last picture');
  t.ok(driver.effects.some((one) => one.kind === 'indicator' && one.beepMs === agentLimits.warningBeepMs));
  const kinds = driver.telemetry().flatMap(({ events }) => events.map(({ kind }) => kind));
  t.ok(kinds.includes(sealcam.telemetry.EventKind.EVENT_BATTERY_LOW), 'the sealed telemetry says when');
  t.end();
});

t.test('a level changes only once readings agree for a while, and is left at another value', (t) => {
  const low = levels.lowPercent;
  const good = levels.goodPercent;
  /** One reading a second, of this many percent; `!` while charging, `?` from a gauge that knows nothing. */
  const cases: [string, string[], string[]][] = [
    ['a single low reading', ['50', `${low}`, '50', '50', '50', '50', '50', '50'], []],
    ['low and good in turns', Array.from({ length: 20 }, (_, n) => (n % 2 ? `${low}` : '50')), []],
    ['low for too short', ['50', ...Array(5).fill(`${low}`), '50'], []],
    ['low', Array(6).fill(`${low}`), ['low']],
    ['a little above', Array(9).fill(`${low + 1}`), []],
    ['low while charging', Array(9).fill(`${low}!`), []],
    ['a gauge that knows nothing', Array(9).fill('?'), []],
    ['low, and a little more', [...Array(6).fill(`${low}`), ...Array(9).fill(`${good - 1}`)], ['low']],
    ['low, and good', [...Array(6).fill(`${low}`), ...Array(6).fill(`${good}`)], ['low', 'good']],
    ['low, and charged', [...Array(6).fill(`${low}`), ...Array(6).fill(`${low}!`)], ['low', 'good']],
  ];
  for (const [name, readings, expected] of cases) {
    const driver = new Driver({}, agentLimits);
    for (const [n, word] of readings.entries()) {
      const percent = word === '?' ? 0 : Number.parseInt(word, 10);
      const more = { charging: word.endsWith('!'), millivolts: word === '?' ? 0 : 3_500 };
      driver.hear(battery(percent, n * secondUs, more));
    }
    t.same(changes(driver), expected, name);
  }
  t.end();
});

t.test('by voltage, where the configuration says so', (t) => {
  const power = { heat, battery: { ...levels, lowMillivolts: 3_300, goodMillivolts: 3_500 } };
  const driver = new Driver({}, { ...agentLimits, power });
  driver.hear(...lasting((atUs) => battery(50, atUs, { millivolts: 3_300 }), 0));
  t.same(changes(driver), ['low']);
  driver.hear(...lasting((atUs) => battery(50, atUs, { millivolts: 3_400 }), 10 * secondUs));
  t.same(changes(driver), ['low']);
  driver.hear(...lasting((atUs) => battery(50, atUs, { millivolts: 3_500 }), 20 * secondUs));
  t.same(changes(driver), ['low', 'good']);
  t.end();
});

t.test('a gauge that measures the voltage alone says 0 percent, which means nothing', (t) => {
  const alone = new Driver({}, agentLimits);
  alone.hear(...lasting((atUs) => battery(0, atUs, { millivolts: 3_900 }), 0));
  t.same(changes(alone), [], 'no voltage is low where the configuration has none');
  const power = { heat, battery: { ...levels, lowMillivolts: 3_300, goodMillivolts: 3_500 } };
  const driver = new Driver({}, { ...agentLimits, power });
  for (const [n, millivolts] of [3_900, 3_300, 3_400, 3_500].entries())
    driver.hear(...lasting((atUs) => battery(0, atUs, { millivolts }), 10 * n * secondUs));
  t.same(changes(driver), ['low', 'good']);
  const emptied = new Driver({}, agentLimits);
  for (const [n, percent] of [1, 0].entries())
    emptied.hear(...lasting((atUs) => battery(percent, atUs), 10 * n * secondUs));
  t.same(changes(emptied), ['low'], 'one that is empty was low before');
  t.end();
});

t.test('heat is reported first, so that the bitrate is lowered, and then ends the recording', (t) => {
  const driver = recording().hear(...lasting((atUs) => temperature(heat.warmCelsius, atUs), 3 * secondUs));
  t.same([changes(driver), ends(driver)], [['warm'], []]);
  driver.stream(pictures(200, 25, 25));
  driver.hear(...lasting((atUs) => temperature(heat.hotCelsius, atUs), 10 * secondUs));
  t.same([changes(driver), ends(driver)], [['warm', 'hot'], ['heat']]);
  const again = heat.againCelsius;
  driver.hear(...lasting((atUs) => temperature(heat.hotCelsius - again + 1, atUs), 20 * secondUs));
  t.same(changes(driver), ['warm', 'hot'], 'a little cooler');
  driver.hear(...lasting((atUs) => temperature(heat.hotCelsius - again - 1, atUs), 30 * secondUs));
  driver.hear(...lasting((atUs) => temperature(heat.warmCelsius - again - 1, atUs), 40 * secondUs));
  t.same(changes(driver), ['warm', 'hot', 'warm', 'cool']);
  t.end();
});

t.test('a press of start records all the same, with a long beep, and is closed every minute', (t) => {
  const driver = new Driver({}, agentLimits).hear(
    ...lasting((atUs) => battery(levels.lowPercent, atUs), -10 * secondUs),
  );
  driver.effects.length = 0;
  driver.hear(start);
  t.match(
    driver.effects.filter(({ kind }) => kind === 'indicator'),
    [{ beepMs: agentLimits.warningBeepMs }],
  );
  for (let n = 0; n < 150; n += 1) {
    driver.stream(pictures(25 * n, 25, 25));
    driver.hear(battery(levels.lowPercent, (1 + n) * secondUs));
    driver.settle();
  }
  t.same(ends(driver), ['linked', 'linked']);
  t.notOk(
    driver.log.some((word) => word.startsWith('gap')),
    'no picture is lost',
  );
  driver.hear(stop(152 * secondUs));
  t.same(ends(driver), ['linked', 'linked', 'button'], 'and the low battery ends it no more');
  t.end();
});

t.test(
  'what a person started on a low battery is ended by it neither after a restart nor by a loose charger',
  (t) => {
    const low = (fromUs: number) => lasting((atUs) => battery(levels.lowPercent, atUs), fromUs);
    const driver = new Driver({}, agentLimits)
      .hear(...low(-10 * secondUs), start)
      .stream(pictures(0, 50, 25));
    driver.hear(
      ...lasting((atUs) => battery(1, atUs, { charging: true }), 3 * secondUs),
      ...low(10 * secondUs),
    );
    t.same([changes(driver), ends(driver)], [['low', 'good', 'low'], []]);
    const { despiteWeak } = rememberedOf(driver.state);
    t.equal(despiteWeak, true);
    const next = new Driver({}, agentLimits).hear({
      ...{ kind: 'resume', missed: undefined, fromUs: 3 * secondUs, despiteWeak, atUs: 3 * secondUs },
    });
    next.stream(pictures(100, 50, 25)).hear(...low(7 * secondUs));
    t.same([changes(next), ends(next)], [['low'], []]);
    next.hear(stop(15 * secondUs), { ...start, atUs: 17 * secondUs });
    t.same(ends(next), ['button']);
    t.end();
  },
);

t.test('what ends by itself goes on neither after a stop nor in the next run', (t) => {
  const driver = new Driver({ runOnSeconds: 60 }, agentLimits).hear(start).stream(pictures(0, 50, 25));
  driver.hear(stop(3 * secondUs), ...lasting((atUs) => battery(1, atUs), 4 * secondUs));
  t.same(ends(driver), ['battery']);
  t.equal(driver.state.facts.runOn, undefined);
  t.equal(driver.state.phase.kind, 'stopping');
  t.end();
});
