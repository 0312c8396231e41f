import t from 'tap';
import type { SensorEvent } from '../../../agent/sensor/index.ts';
import { ClockOffset } from '../../../agent/sensor/link/clock-offset.ts';
import { SerialSensor } from '../../../agent/sensor/link/serial-sensor.ts';
import { silentLog } from '../../../base/log.ts';
import { SensorLink } from '../../../hardware-sim/link/index.ts';
import { linkLimits } from '../../../proto/link/limits.ts';
import { identity, parameters, picture } from '../../contract/sensor.ts';
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts';
import { portPair } from '../../support/sensor/link.ts';

const aheadUs = 7_200_000_000;
const second = 1_000_000;

/** A sensor that has kept pictures from 1 s of the agent's clock on, one each 40 ms, and an agent that begins at 5 s. */
class Kept {
  readonly clock: FakeClock = fakeClock({ uptimeUs: second });
  readonly device: SensorLink;
  readonly sensor: SerialSensor;
  readonly events: SensorEvent[] = [];
  readonly capturedUs: number[] = [];
  /** How long what the sensor sends is on its way. */
  delayMs = 0;
  /** How many ports the agent may open. */
  portsMax = 1;
  #arrivesUs = 0;

  constructor(autoRelease = false) {
    const { clock } = this;
    this.device = new SensorLink({
      identity,
      clock: { ...clock, uptimeUs: () => clock.uptimeUs() + aheadUs },
    });
    this.device.sendParameters(parameters);
    for (let index = 0; index < 50; index += 1) {
      this.capturedUs.push(clock.uptimeUs());
      this.device.sendSample(picture(index), clock.uptimeUs() + aheadUs);
      clock.tick(40);
    }
    clock.tick(2_000);
    this.sensor = new SerialSensor({
      open: () => this.#open(),
      onEvent: (event) => {
        this.events.push(event);
        if (autoRelease && 'ordinal' in event) this.sensor.release(event.ordinal);
      },
      clock,
      log: silentLog,
    });
  }

  get takenUs(): number[] {
    return this.events.flatMap((event) => (event.type === 'sample' ? [event.capturedUs] : []));
  }

  get types(): string[] {
    return [...new Set(this.events.map(({ type }) => type))];
  }

  async #open() {
    if (this.portsMax === 0) throw new Error('nothing is plugged in');
    this.portsMax -= 1;
    const [far, near] = portPair();
    this.device.attach(far);
    return {
      ...near,
      onData: (take: (bytes: Uint8Array) => void) => near.onData((bytes) => this.#delay(bytes, take)),
    };
  }

  #delay(bytes: Uint8Array, take: (bytes: Uint8Array) => void): void {
    const nowUs = this.clock.uptimeUs();
    this.#arrivesUs = Math.max(this.#arrivesUs, nowUs + this.delayMs * 1_000);
    this.clock.setTimer((this.#arrivesUs - nowUs) / 1_000, () => take(bytes));
  }
}

t.test(
  'what a sensor kept is dated by its own clock, though its first words came seconds late',
  async (t) => {
    const kept = new Kept(true);
    kept.delayMs = 800;
    kept.sensor.start();
    await kept.clock.advance(700);
    t.same(kept.types, [], 'the line is slow: nothing came');
    kept.delayMs = 0;
    await kept.clock.advance(1_400);
    t.same(kept.takenUs, kept.capturedUs);
    await kept.sensor.stop();
  },
);

t.test('where the line is quick, it is dated at once', async (t) => {
  const kept = new Kept(true);
  kept.sensor.start();
  await kept.clock.advance(100);
  t.same(kept.takenUs, kept.capturedUs);
  await kept.sensor.stop();
});

t.test('what never tells its clock well is taken all the same, after 1.5 s', async (t) => {
  const kept = new Kept(true);
  kept.delayMs = 400;
  kept.sensor.start();
  await kept.clock.advance(1_800);
  t.same(kept.types, ['here'], 'content waits, and that the sensor is here does not');
  await kept.clock.advance(100);
  t.equal(kept.takenUs.length, kept.capturedUs.length);
  const wrongUs = kept.takenUs.map((us, n) => Math.abs(us - (kept.capturedUs[n] ?? 0)));
  t.ok(Math.max(...wrongUs) <= 0.45 * second, `dated as well as the line allows: ${Math.max(...wrongUs)} us`);
  await kept.sensor.stop();
});

t.test(
  'what waits when the port is lost comes before the loss, and is not taken from the sensor before',
  async (t) => {
    const kept = new Kept();
    kept.delayMs = 400;
    kept.sensor.start();
    await kept.clock.advance(500);
    t.same(kept.types, ['here']);
    kept.sensor.releaseBeyond(0);
    await kept.clock.advance(400);
    t.ok(kept.device.keptBytes > 50_000, 'the sensor still keeps what the caller never had');
    kept.portsMax = 0;
    kept.device.detach();
    await kept.clock.advance(50);
    t.same(kept.types, ['here', 'switches', 'parameters', 'sample', 'lost']);
    t.equal(kept.takenUs.length, kept.capturedUs.length);
    await kept.sensor.stop();
  },
);

t.test('a clock is known as well as the quickest answer tells, in whatever order the answers came', (t) => {
  const offset = new ClockOffset();
  t.equal(offset.us, undefined);
  t.equal(offset.uncertaintyUs, Number.POSITIVE_INFINITY);
  offset.heard(1_000, 9_000, undefined);
  t.equal(offset.us, 8_000);
  t.equal(offset.uncertaintyUs, Number.POSITIVE_INFINITY, 'it answered nothing');
  offset.heard(2_000, 8_000, 6_500);
  t.equal(offset.us, 6_000);
  t.equal(offset.uncertaintyUs, 1_500);
  offset.heard(3_000, 20_000, 8_200);
  t.equal(offset.uncertaintyUs, 800, 'a late answer still says how early it cannot have been sent');
  offset.restart();
  t.equal(offset.us, undefined);
  t.ok(linkLimits.clockTicksMax * 50 < linkLimits.silenceMsMax, 'the wait is shorter than a silence');
  t.end();
});

t.test('a clock that was set back is followed at once, as one that was set forwards is', async (t) => {
  const offset = new ClockOffset();
  for (let n = 0; n < 20; n += 1) offset.heard(100 * second + n * 100_000, n * 100_000 + 5_000, undefined);
  t.equal(offset.us, 5_000 - 100 * second);
  offset.heard(62 * second, 2 * second + 20_000, undefined);
  t.equal(offset.us, 20_000 - 60 * second, 'back by 40 s');
  offset.heard(62 * second + 100_000, 2 * second + 104_000, undefined);
  t.equal(offset.us, 4_000 - 60 * second, 'and the quickest since then counts');
  offset.heard(122 * second + 200_000, 2 * second + 230_000, undefined);
  t.equal(offset.us, 30_000 - 120 * second, 'forwards by 60 s');
});
