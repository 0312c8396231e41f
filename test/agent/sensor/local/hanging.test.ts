import t, { type Test } from 'tap';
import * as v from 'valibot';
import { localConfigSchema } from '../../../../agent/sensor/local/config.ts';
import { type DeviceFiles, oneAtATime } from '../../../../agent/sensor/local/device-files.ts';
import { LedLamp } from '../../../../agent/sensor/local/led-lamp.ts';
import { localLimits } from '../../../../agent/sensor/local/limits.ts';
import { LocalReadings } from '../../../../agent/sensor/local/readings/readings.ts';
import { jsonLog } from '../../../../base/log.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { fileLimitMs } from '../../../support/patience.ts';

t.setTimeout(fileLimitMs);

/** Files of drivers that hang until they are let go, and how many of them hang at once. */
class HangingFiles implements DeviceFiles {
  hanging = 0;
  most = 0;
  #isFree = false;
  readonly #waiting: (() => void)[] = [];

  async read(path: string): Promise<string> {
    await this.#hang();
    return path.endsWith('status') ? 'Discharging' : path.endsWith('trigger') ? '[none]' : '50';
  }

  write(): Promise<void> {
    return this.#hang();
  }

  letGo(): void {
    this.#isFree = true;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #hang(): Promise<void> {
    if (this.#isFree) return;
    this.hanging += 1;
    this.most = Math.max(this.most, this.hanging);
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.hanging -= 1;
  }
}

/** All that is measured by files, on a clock that passes by hand. */
function measured(t: Test) {
  const [files, clock] = [new HangingFiles(), fakeClock()];
  const events: string[] = [];
  const readings: number[] = [];
  const everyMs = 1_000;
  const local = new LocalReadings({
    config: v.parse(localConfigSchema, {
      battery: { supply: '/sys/battery', everyMs },
      temperature: { zone: '/sys/zone', everyMs },
      motion: { device: '/sys/motion', axes: ['x', 'y', 'z'], everyMs },
    }),
    files,
    openLine: () => t.fail('no line') as never,
    clock,
    log: jsonLog('test', (line) => void events.push(JSON.parse(line).event)),
    onReading: (_, atUs) => void readings.push(atUs),
  });
  local.start();
  t.teardown(() => local.stop());
  return { files, clock, events, readings };
}

t.test('a bus that hangs holds up one thread, however much is measured at it', async (t) => {
  const { files, clock } = measured(t);
  await clock.advance(10_000);
  t.equal(files.most, 1);
  files.letGo();
});

t.test('what hangs counts as missing until it answers; what it gives late is dropped', async (t) => {
  const { files, clock, events, readings } = measured(t);
  await clock.advance(localLimits.hangMsMax - 1);
  t.same(events, []);
  await clock.advance(1);
  t.same(events, ['reading.away', 'reading.away', 'reading.away']);
  files.letGo();
  await clock.advance(1_000);
  t.same(events.slice(3), ['reading.back', 'reading.back', 'reading.back']);
  await clock.advance(1_000);
  t.ok(readings.length >= 3);
  t.ok(readings.every((atUs) => atUs >= localLimits.hangMsMax * 1_000));
});

t.test('a lamp whose driver hangs is away until it answers', async (t) => {
  const [files, clock] = [new HangingFiles(), fakeClock()];
  const presence: boolean[] = [];
  const lamp = new LedLamp({
    config: { led: '/sys/led', standby: 'off', recording: 'on', alarm: 'off' },
    files: oneAtATime(files),
    clock,
    onShown: () => {},
    onPresence: (reason) => void presence.push(reason === undefined),
  });
  lamp.show('recording');
  lamp.start();
  await clock.advance(localLimits.hangMsMax);
  t.same(presence, [false]);
  files.letGo();
  await clock.advance(1_000);
  t.same(presence, [false, true]);
  await lamp.stop();
});
