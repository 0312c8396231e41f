import t from 'tap';
import { SensorInputs } from '../../../agent/recorder/sensor-inputs.ts';
import type { Log } from '../../../base/log.ts';
import { silentLog } from '../../../base/log.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { Driver, start, stop } from './driver.ts';
import { pictures } from './stream.ts';

const without = { kind: 'sensor', present: true, noVideo: true, atUs: 10 } as const;

function indicated(driver: Driver): string[] {
  return driver.effects.flatMap((effect) =>
    effect.kind === 'indicator' ? [`${effect.lamp} ${effect.beepMs}`] : [],
  );
}

function refusals(driver: Driver): number {
  return driver.effects.filter(({ kind }) => kind === 'refused').length;
}

t.test('a start is refused with a beep while the sensor has no video track', async (t) => {
  const driver = new Driver().hear(without, start);
  t.equal(driver.state.phase.kind, 'standby');
  t.same(driver.log, [], 'nothing is opened, owed or lost');
  t.notOk(driver.effects.some(({ kind }) => kind === 'owe' || kind === 'requestKeyFrame'));
  t.same(indicated(driver), ['alarm 0', 'alarm 1000']);
  t.equal(refusals(driver), 1, 'and the log says so');
  driver.hear(
    stop(9_000_000),
    { kind: 'bookmark', atUs: 9_000_000 },
    { kind: 'reading', reading: { atUs: 9_000_000, temperature: 20 } },
  );
  t.same(driver.log, [], 'and nothing that comes after it makes a recording');
});

t.test('recording is possible again once a sensor with a video track is there', async (t) => {
  const driver = new Driver().hear(without, start, { kind: 'sensor', present: false, atUs: 2_000_000 });
  driver.hear({ kind: 'sensor', present: true, noVideo: false, atUs: 3_000_000 });
  t.equal(indicated(driver).at(-1), 'standby 0');
  const before = refusals(driver);
  driver
    .hear({ ...start, atUs: 5_000_000 })
    .stream(pictures(100, 25, 25))
    .hear(stop(6_000_000));
  t.same(driver.log, ['open button evidence', 'init', 'seal 25', 'close button']);
  t.equal(refusals(driver), before);
});

t.test('a recording ends when a sensor without a video track takes the place of its own', async (t) => {
  const driver = new Driver().hear(start).stream(pictures(25, 25, 25));
  driver.hear({ ...without, atUs: 2_500_000 }, { kind: 'sensorChanged', atUs: 2_500_000 });
  t.equal(driver.log.at(-1), 'close sensor');
  t.equal(indicated(driver).at(-1), 'alarm 0', 'the wearer sees that nothing is recorded');
  driver.settle();
  driver.hear(stop(9_000_000));
  driver.settle();
  t.equal(driver.state.phase.kind, 'standby');
  t.match(indicated(driver).at(-1), /^alarm/, 'also once it is stopped');
});

t.test(
  'a start during a recording is not refused, even if its sensor has lost its video track',
  async (t) => {
    const driver = new Driver().hear(start).stream(pictures(25, 25, 25));
    driver.hear({ ...without, atUs: 2_500_000 }, { ...start, atUs: 5_000_000 });
    t.equal(driver.state.phase.kind, 'recording');
    t.equal(refusals(driver), 0);
  },
);

t.test('the log says so when such a sensor comes', async (t) => {
  const told: string[] = [];
  const log: Log = {
    ...silentLog,
    warn: (event) => told.push(event),
    alarm: (event) => told.push(event),
  };
  const clock = fakeClock({ uptimeUs: 1 });
  const inputs = new SensorInputs({ hear: () => {}, clock, log });
  const sensor = { model: 'm', serial: 's', firmware: 'f', capabilities: [] };
  const here = { type: 'here', resumed: false, changed: false } as const;
  inputs.take({ ...here, sensor: { ...sensor, bufferBytes: 4096, noVideo: true } });
  inputs.take({ ...here, sensor: { ...sensor, bufferBytes: 4096, noVideo: true }, resumed: true });
  inputs.take({ ...here, sensor: { ...sensor, bufferBytes: 4096 } });
  inputs.take({ ...here, sensor: { ...sensor, bufferBytes: 8 * 1024 * 1024 } });
  t.same(told, ['sensor.no-video', 'sensor.small-buffer']);
});
