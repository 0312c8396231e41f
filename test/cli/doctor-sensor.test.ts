import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import * as v from 'valibot';
import type { AgentConfig } from '../../agent/config.ts';
import type { SensorConfig } from '../../agent/sensor/config.ts';
import { openSerialPort } from '../../agent/sensor/link/serial-port.ts';
import { localConfigSchema } from '../../agent/sensor/local/config.ts';
import { systemClock } from '../../base/clock.ts';
import { checkLocal, checkSensor } from '../../cli/doctor-sensor.ts';
import { SensorLink } from '../../hardware-sim/link/index.ts';
import { openPtyPort } from '../../hardware-sim/link/pty-port.ts';
import { identity } from '../contract/sensor.ts';
import { fileLimitMs } from '../support/patience.ts';
import { FakeButtons, FakeLed } from '../support/sensor/local-rig.ts';

t.setTimeout(fileLimitMs);

/** A terminal with a sensor of serial number 1 at its other end, or with nothing, or with what comes back. */
function terminal(t: Test, far: 'sensor' | 'no video' | 'nothing' | 'echo'): string {
  const port = openPtyPort();
  const noVideo = far === 'no video';
  if (far === 'sensor' || noVideo) new SensorLink({ identity, noVideo, clock: systemClock() }).attach(port);
  else port.onData((bytes) => far === 'echo' && void port.write(Uint8Array.from(bytes)));
  t.teardown(() => port.close());
  return port.path;
}

async function check(
  line: { port: string; serial?: string },
  health?: AgentConfig['health'],
  key: 'sensor' | 'sensor.controls' = 'sensor',
) {
  const sensor: SensorConfig = { baudRate: 3_000_000, ...line };
  const config = { sensor, health } as AgentConfig;
  return await checkSensor(config, (path) => path, key, sensor);
}

t.test('the sensor that the configuration names', async (t) => {
  const found = await check({ port: terminal(t, 'sensor'), serial: '1' });
  t.match(found, { state: 'ok', says: /^bench, serial 1, answers at .*, as "sensor.serial" asks$/ });
});

t.test('another sensor than the configuration names', async (t) => {
  const found = await check({ port: terminal(t, 'sensor'), serial: '2' });
  t.match(found, {
    state: 'fail',
    says: /^bench, serial 1, answers at .*asks for serial 2: connect that sensor, or change "sensor.serial"$/,
  });
});

t.test('any sensor, where the configuration names none', async (t) => {
  const found = await check({ port: terminal(t, 'sensor') });
  t.match(found, {
    state: 'ok',
    says: /any other would be accepted too: set "sensor.serial" to refuse others$/,
  });
});

t.test('a sensor without a video track serves as the controls alone', async (t) => {
  const port = terminal(t, 'no video');
  t.match(await check({ port }), { state: 'fail', says: /has no video track, so there are no pictures/ });
  t.match(await check({ port }, undefined, 'sensor.controls'), { state: 'ok', says: /^bench, serial 1,/ });
});

t.test('a line at which nothing answers, or that sends back what it is told', async (t) => {
  t.match(await check({ port: terminal(t, 'nothing') }), {
    state: 'fail',
    says: /nothing .*; check the sensor's cable and power/,
  });
  t.match(await check({ port: terminal(t, 'echo') }), {
    state: 'fail',
    says: /sends back what is written to it/,
  });
});

t.test('a port that another program has', async (t) => {
  const path = terminal(t, 'sensor');
  const held = await openSerialPort({ path, baudRate: 3_000_000 });
  t.match(await check({ port: path }), {
    state: 'warn',
    says: /is in use.*if the agent has it, add "health"/,
  });
  held.close();
});

t.test('an agent that runs is asked, as it has the port', async (t) => {
  const says = 'another sensor is at the port: connect the right one';
  const conditions: { name: string; says: string }[] = [{ name: 'storage-full', says: 'no' }];
  const server = createServer((_, response) =>
    response.end(
      JSON.stringify({ daemon: 'agent', conditions, sensor: { model: 'm', serial: '7', firmware: 'f' } }),
    ),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = (server.address() as AddressInfo).port;
  const path = terminal(t, 'nothing');
  t.match(await check({ port: path }, { port }), {
    state: 'ok',
    says: 'm, serial 7, answers the running agent',
  });
  conditions.push({ name: 'sensor-other', says });
  t.match(await check({ port: path }, { port }), {
    state: 'fail',
    says: `the running agent says: ${says}`,
  });
  await new Promise((resolve) => server.close(resolve));
  const found = await check({ port: terminal(t, 'sensor') }, { port });
  t.match(found, { state: 'ok', says: /^bench/ }, 'and where none runs, the sensor is');
});

t.test('buttons and lamp of this machine', async (t) => {
  const folder = t.testdir();
  const buttons = new FakeButtons(join(folder, 'event0'));
  t.teardown(() => buttons.unplug());
  const led = new FakeLed(join(folder, 'red'));
  const local = (device: string, lamp: string) =>
    v.parse(localConfigSchema, { buttons: [{ device, keys: { KEY_STOP: 'stop' } }], lamp: { led: lamp } });
  const check = (device: string, lamp: string) =>
    checkLocal({}, (path) => path, { local: local(device, lamp) });
  t.match(await check(buttons.path, led.folder), { state: 'ok', says: 'the buttons and the lamp are there' });
  t.match(await check(`${buttons.path}9`, led.folder), {
    state: 'fail',
    says: /event09 can't be opened \(ENOENT\)/,
  });
  t.match(await check(buttons.path, folder), { state: 'fail', says: /the lamp .* can't be used/ });
});
