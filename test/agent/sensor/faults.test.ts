// The link over a real terminal, with the sensor in a process of its own: what only the operating system can do to it.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import t from 'tap';
import { AgentLink } from '../../../agent/sensor/link/agent-link.ts';
import type { LinkEvent } from '../../../agent/sensor/link/events.ts';
import { openSerialPort } from '../../../agent/sensor/link/serial-port.ts';
import { systemClock } from '../../../base/clock.ts';
import { silentLog } from '../../../base/log.ts';

const program = resolve(import.meta.dirname, '../../../bench/processes/link-sender.js');

class Rig {
  readonly events: LinkEvent[] = [];
  readonly sensor: AgentLink;
  child: ChildProcess | undefined;
  #path = '';
  #check: (() => void) | undefined;

  constructor() {
    this.sensor = new AgentLink({
      open: () => openSerialPort({ path: this.#path, baudRate: 3_000_000 }),
      clock: systemClock(),
      log: silentLog,
      onEvent: (event) => {
        this.events.push(event);
        if ('ordinal' in event) this.sensor.release(event.ordinal);
        this.#check?.();
      },
    });
  }

  /** A sensor that sends 20 Mbit/s: 30 samples a second, whose dts ascends by 3000. */
  async plug(): Promise<void> {
    this.child = fork(program, ['20000000']);
    const [path] = await once(this.child, 'message');
    this.#path = String(path);
  }

  /** Kills the sensor. Its terminal's number may be given to another process at once, so the link must not open it again. */
  unplug(): void {
    this.#path = '';
    this.child?.kill('SIGKILL');
  }

  async until(done: () => boolean): Promise<void> {
    await new Promise<void>((fulfil) => {
      this.#check = () => done() && fulfil();
      this.#check();
    });
    this.#check = undefined;
  }

  ofType<T extends LinkEvent['type']>(type: T): Extract<LinkEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<LinkEvent, { type: T }> => event.type === type);
  }

  async end(): Promise<void> {
    await this.sensor.stop();
    this.unplug();
  }
}

t.test('an event loop that is blocked for 2 s at 20 Mbit/s loses nothing', async (t) => {
  const rig = new Rig();
  await rig.plug();
  rig.sensor.start();
  await rig.until(() => rig.ofType('sample').length >= 15);
  const wake = Date.now() + 2000;
  while (Date.now() < wake);
  const before = rig.ofType('sample').length;
  await rig.until(() => rig.ofType('sample').length >= before + 75);
  const times = rig.ofType('sample').map(({ sample }) => sample.dts);
  t.ok(
    times.every((dts, i) => dts === i * 3000),
    `${times.length} samples without a hole`,
  );
  t.equal(rig.ofType('dropped').length, 0);
  t.equal(rig.ofType('lost').length, 0, 'and the sensor was not taken for silent');
  await rig.end();
});

t.test(
  'a sensor that is killed in mid-stream is noticed, costs no CPU, and its successor is found',
  async (t) => {
    const rig = new Rig();
    await rig.plug();
    rig.sensor.start();
    await rig.until(() => rig.ofType('sample').length >= 10);
    rig.unplug();
    const killed = Date.now();
    await rig.until(() => rig.ofType('lost').length === 1);
    t.comment(`noticed after ${Date.now() - killed} ms`);
    const cpu = process.cpuUsage();
    await rig.plug();
    const back = Date.now();
    await rig.until(() => rig.ofType('back').length === 1);
    t.comment(`back after ${Date.now() - back} ms`);
    const { user, system } = process.cpuUsage(cpu);
    t.ok(user + system < 800_000, `${(user + system) / 1000} ms of CPU meanwhile`);
    const samples = rig.ofType('sample').length;
    await rig.until(() => rig.ofType('sample').length >= samples + 10);
    t.match(rig.ofType('dropped'), [{ cause: 'sensorRestart' }], 'what the killed one held is a gap');
    await rig.end();
  },
);

t.test('a port that is not there is one loss, said once and clearly', async (t) => {
  const events: LinkEvent[] = [];
  let lost = () => {};
  const sensor = new AgentLink({
    open: () => openSerialPort({ path: '/dev/no-such-sensor', baudRate: 9600 }),
    clock: systemClock(),
    log: silentLog,
    onEvent: (event) => {
      events.push(event);
      lost();
    },
  });
  const told = new Promise<void>((fulfil) => {
    lost = fulfil;
  });
  sensor.start();
  await told;
  t.match(events, [{ type: 'lost', reason: /\/dev\/no-such-sensor .*No such file.*check that the sensor/ }]);
  await sensor.stop();
});
