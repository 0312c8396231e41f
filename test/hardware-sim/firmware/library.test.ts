import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import t, { type Test } from 'tap';
import { AgentLink } from '../../../agent/sensor/link/agent-link.ts';
import type { LinkEvent } from '../../../agent/sensor/link/events.ts';
import { systemClock } from '../../../base/clock.ts';
import { silentLog } from '../../../base/log.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { fromSeed, type Seeded, seeded } from '../../support/seed.ts';
import { buildFirmware, FirmwareSensor, firmwareFolder, lacking } from '../../support/sensor/firmware.ts';

t.setTimeout(fileLimitMs);

const skip = lacking('cc', 'make');
const root = resolve(import.meta.dirname, '../../../..');
const folder = mkdtempSync(join(tmpdir(), 'sealcam-firmware-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));

/** A run of the agent at the sensor; it releases everything at once, unless `releases` is false. */
class Agent {
  readonly events: LinkEvent[] = [];
  readonly link: AgentLink;
  releases = true;
  #waiting = (): void => {};

  constructor(t: Test, sensor: FirmwareSensor) {
    this.link = new AgentLink({
      open: sensor.open,
      clock: systemClock(),
      log: silentLog,
      onEvent: (event) => {
        this.events.push(event);
        if (this.releases && 'ordinal' in event) this.link.release(event.ordinal);
        this.#waiting();
      },
    });
    this.link.start();
    t.teardown(() => this.link.stop());
  }

  of<T extends LinkEvent['type']>(type: T): Extract<LinkEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<LinkEvent, { type: T }> => event.type === type);
  }

  async until(done: () => boolean): Promise<void> {
    while (!done()) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
  }

  get times(): number[] {
    return this.of('sample').map(({ captureUs }) => captureUs);
  }
}

function sensorOf(t: Test, ...args: string[]): FirmwareSensor {
  const sensor = new FirmwareSensor(folder, ...args);
  t.teardown(() => sensor.end());
  return sensor;
}

/** A picture whose bytes the sensor makes from its time: number `n` of a stream with a key picture every 20. */
const picture = (n: number, size: number): string =>
  `sample ${n} ${n * 3000} ${n % 20 === 0 ? 1 : 0} ${size}`;

/** Whether all bytes of a sample are those that the sensor made: one NAL unit after its length. */
function isWhole({ sample }: Extract<LinkEvent, { type: 'sample' }>): boolean {
  const { data, dts } = sample;
  const head = Buffer.alloc(4);
  head.writeUInt32BE(Math.max(0, data.length - 4));
  const made = (i: number): number => (data.length > 4 ? head[i] : undefined) ?? (dts * 31 + i * 7) & 255;
  return data.every((byte, i) => byte === made(i));
}

/** A line that loses, alters, adds and repeats bytes now and then. */
function noisy(random: Seeded): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    const dice = random.int(12);
    if (bytes.length === 0 || dice > 3) return bytes;
    const at = random.int(bytes.length);
    if (dice === 0) return bytes.subarray(0, at);
    if (dice === 1) return Buffer.concat([bytes.subarray(0, at), bytes]);
    const spoiled = Uint8Array.from(bytes);
    spoiled[at] = random.int(256);
    return spoiled;
  };
}

t.test('it is built without a warning', { skip }, async (t) => {
  await buildFirmware('sensor', folder);
  t.same(readdirSync(folder), ['sensor']);
});

t.test('its own tests: golden frames in both directions, COBS, bounds', { skip }, async (t) => {
  const sources = readdirSync(join(firmwareFolder, 'library')).filter((name) => name.endsWith('.c'));
  const program = join(folder, 'library-test');
  const test = join(root, 'test/hardware-sim/firmware/library_test.c');
  const library = sources.map((name) => join(firmwareFolder, 'library', name));
  const flags = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-O1', `-I${join(firmwareFolder, 'library')}`];
  execFileSync('cc', [...flags, '-o', program, test, ...library], { timeout: 60_000 });
  const { seed } = seeded(t);
  const told = execFileSync(program, [join(root, 'test/proto/link/golden'), String(seed)], {
    timeout: 30_000,
  });
  t.match(told.toString(), /^\d+ checks, 0 failed$/m);
});

t.test('parameters that no frame could carry are refused by the compiler', { skip }, (t) => {
  const header = join(firmwareFolder, 'library/sealcam_link.h');
  const compile = (bytes: number) =>
    spawnSync('cc', ['-std=c99', '-fsyntax-only', `-DSEALCAM_PARAMETERS_BYTES_MAX=${bytes}`, header], {
      encoding: 'utf8',
      timeout: 60_000,
    });
  t.match(compile(65_512), { status: 0 });
  t.match(compile(65_513), { status: 1, stderr: /more than the 65512 bytes that a frame can carry/ });
  t.end();
});

t.test('a real agent gets everything once, in order, untouched, and is obeyed', { skip }, async (t) => {
  const sensor = sensorOf(t);
  const agent = new Agent(t, sensor);
  agent.link.indicate({ lamp: 'recording', beepMs: 200, vibrateMs: 100 });
  agent.link.startStream();
  sensor.say(
    'parameters',
    ...Array.from({ length: 60 }, (_, n) => picture(n, n % 20 === 0 ? 100_000 : 3000)),
  );
  sensor.say('telemetry', 'button 3 1', 'button 4 1', 'lamp 3');
  await agent.until(() => agent.of('lampReport').length > 0);
  t.match(agent.of('hello')[0]?.sensor, {
    model: 'reference',
    versionMinor: 1,
    bufferBytes: 8 * 1024 * 1024,
  });
  t.same(
    agent.times,
    Array.from({ length: 60 }, (_, n) => n),
  );
  t.ok(agent.of('sample').every(isWhole), 'every byte');
  t.match(agent.of('parameters')[0]?.parameters.video, { width: 1280, codecString: 'avc1.64001e' });
  t.match(agent.of('telemetry')[0], {
    position: { latitude: 52.5, longitude: 13.375, satellites: 9 },
    battery: { percent: 87.5, millivolts: 3900 },
    temperature: 0,
  });
  t.match(agent.of('button'), [{ button: 'bookmark' }, { button: 'mute', pressed: true }]);
  agent.link.setBitrate('video', 4_000_000);
  agent.link.requestKeyFrame();
  await sensor.hears('key');
  const orders = sensor.told.filter((line) => !line.startsWith('agent'));
  t.same(orders, ['lamp 3 beep 200 vibrate 100', 'start', 'bitrate 1 4000000', 'key 1']);
});

t.test('a line that spoils bytes both ways costs nothing', { skip }, async (t) => {
  const random = seeded(t);
  const sensor = sensorOf(t, '--memory', '2000000');
  sensor.toAgent = noisy(random);
  sensor.toSensor = noisy(fromSeed(random.seed + 1));
  const agent = new Agent(t, sensor);
  sensor.say('parameters', ...Array.from({ length: 200 }, (_, n) => picture(n, 1 + random.int(9000))));
  await agent.until(() => agent.times.at(-1) === 199 || agent.of('dropped').length > 0);
  t.same(
    agent.times,
    Array.from({ length: 200 }, (_, n) => n),
  );
  t.ok(agent.of('sample').every(isWhole));
  t.ok(agent.link.counts.resendRequests > 0, `${agent.link.counts.resendRequests} requests to send again`);
});

t.test('an agent that begins again gets what was not released, and the switches', { skip }, async (t) => {
  const sensor = sensorOf(t);
  const first = new Agent(t, sensor);
  sensor.say('parameters', 'button 5 1', picture(0, 1000));
  await first.until(() => first.of('sample').length === 1);
  first.releases = false;
  sensor.say(picture(1, 20_000), picture(2, 500), 'button 1 1');
  await first.until(() => first.of('button').length === 2);
  sensor.say('kept');
  // The release of what came before takes its time to the sensor.
  while (Number((await sensor.hears('kept')).split(' ')[1]) > 21_000) sensor.say('kept');
  await first.link.stop();
  const next = new Agent(t, sensor);
  await next.until(() => next.of('button').length === 1);
  t.same(next.times, [1, 2]);
  t.ok(next.of('sample').every(isWhole));
  t.match(next.of('switches')[0], { switches: { mute: false, dwelling: true } });
  t.match(next.of('parameters')[0]?.parameters.video, { width: 1280 });
  t.same(
    next.of('sample').map(({ place }) => place.sequence),
    first
      .of('sample')
      .slice(1)
      .map(({ place }) => place.sequence),
    'under the same numbers',
  );
});

t.test(
  'a small memory: what does not fit is one gap, up to a key picture, and presses get through',
  { skip },
  async (t) => {
    const sensor = sensorOf(t, '--memory', '72000');
    const agent = new Agent(t, sensor);
    sensor.say('parameters', picture(0, 1000));
    await agent.until(() => agent.of('sample').length === 1);
    t.equal(agent.of('hello')[0]?.sensor.bufferBytes, 64_000);
    agent.releases = false;
    sensor.say(...Array.from({ length: 30 }, (_, n) => picture(1 + n, 4000)), 'button 2 1');
    await agent.until(() => agent.of('button').length === 1);
    const kept = agent.of('sample').length;
    t.ok(kept > 10 && kept < 17, `${kept} are kept`);
    t.match(agent.of('dropped'), [{ cause: 'sensorBuffer', samples: { video: { samples: 31 - kept } } }]);
    agent.releases = true;
    agent.link.release(agent.of('button')[0]?.ordinal ?? 0);
    sensor.say('kept');
    while ((await sensor.hears('kept')) !== 'kept 0') sensor.say('kept');
    sensor.say(picture(31, 4000), picture(40, 40_000), picture(41, 4000));
    await agent.until(() => agent.of('sample').length === kept + 2);
    t.same(agent.times.slice(-2), [40, 41], 'a key picture begins again');
    t.match(agent.of('dropped').at(-1), { samples: { video: { samples: 1 } } });
  },
);

t.test('a device without video: no pictures, all the rest', { skip }, async (t) => {
  const sensor = sensorOf(t, '--memory', '2048', '--no-video');
  const agent = new Agent(t, sensor);
  sensor.say('parameters', picture(0, 100), 'button 1 1', 'telemetry', 'lamp 2');
  await agent.until(() => agent.of('lampReport').length === 1);
  t.match(agent.of('hello')[0]?.sensor, { noVideo: true, bufferBytes: 1820 });
  t.same(
    agent.events.flatMap((event) => ('ordinal' in event ? [event.type] : [])),
    ['switches', 'button', 'telemetry', 'lampReport'],
  );
  sensor.say('kept');
  await sensor.hears('kept');
  t.match(
    sensor.told.filter((line) => line.startsWith('invalid')),
    ['invalid: parameters', /^invalid: sample/],
  );
});
