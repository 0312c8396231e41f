import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openSerialPort } from '../../../../agent/sensor/link/serial-port.ts';
import type { LocalConfig } from '../../../../agent/sensor/local/config.ts';
import { systemDeviceFiles } from '../../../../agent/sensor/local/device-files.ts';
import { encodeInputEvent, InputReader } from '../../../../agent/sensor/local/input-event.ts';
import type { InputPort } from '../../../../agent/sensor/local/input-port.ts';
import { LocalControls } from '../../../../agent/sensor/local/local-controls.ts';
import { makeLocalControls } from '../../../../agent/sensor/local/make-local.ts';
import type { SensorEvent } from '../../../../agent/sensor/port.ts';
import { systemClock } from '../../../../base/clock.ts';
import { silentLog } from '../../../../base/log.ts';
import { systemRandomness } from '../../../../base/random.ts';
import { Happenings } from '../../../support/happenings.ts';
import { fileLimitMs } from '../../../support/patience.ts';
import { FakeButtons, FakeLed } from '../../../support/sensor/local-rig.ts';

t.setTimeout(fileLimitMs);

/** What came, and a wait for what is to come. */
class Events {
  readonly all: SensorEvent[] = [];
  readonly #happenings = new Happenings();

  readonly take = (event: SensorEvent): void => {
    this.all.push(event);
    this.#happenings.note();
  };

  async until(done: () => boolean): Promise<void> {
    await this.#happenings.until(done, () => this.types());
  }

  types(): string[] {
    return this.all.map(({ type }) => type);
  }
}

const surroundings = {
  clock: systemClock(),
  randomness: systemRandomness,
  log: silentLog,
  openLine: openSerialPort,
};
const config = (device: string): LocalConfig => ({
  buttons: [{ device, keys: { KEY_RECORD: 'start' }, switches: { SW_MUTE_DEVICE: 'mute' } }],
});

/** An input device in memory, that says how its switches are. */
class MemoryInput implements InputPort {
  switches: number[] = [];
  #take: (bytes: Uint8Array) => void = () => {};
  #tell: (reason: string) => void = () => {};

  onData(take: (bytes: Uint8Array) => void): void {
    this.#take = take;
  }

  onClose(tell: (reason: string) => void): void {
    this.#tell = tell;
  }

  state(of: 'keys' | 'switches'): Uint8Array {
    const bits = new Uint8Array(96);
    if (of === 'switches')
      for (const code of this.switches) bits[code >> 3] = (bits[code >> 3] ?? 0) | (1 << (code & 7));
    return bits;
  }

  async isStill(): Promise<boolean> {
    return true;
  }

  async close(): Promise<void> {}

  give(...events: (readonly [type: number, code: number, value: number])[]): void {
    for (const [type, code, value] of events)
      this.#take(encodeInputEvent({ type, code, value, stampUs: Date.now() * 1000 }));
  }

  end(): void {
    this.#tell('the input device is gone');
  }
}

t.test('a switch that is on at the start is told before all else, and is no press', async (t) => {
  const [events, input] = [new Events(), new MemoryInput()];
  input.switches = [14];
  const controls = new LocalControls({
    ...surroundings,
    config: config('/dev/input/event7'),
    files: systemDeviceFiles,
    openInput: async () => input,
    onEvent: events.take,
  });
  t.teardown(() => controls.stop());
  controls.start();
  await events.until(() => events.types().includes('here') && events.types().includes('switches'));
  input.give([1, 167, 1], [0, 0, 0]);
  await events.until(() => events.types().includes('button'));
  t.match(
    events.all.filter(({ type }) => type !== 'here'),
    [
      { type: 'switches', switches: { mute: true, dwelling: false }, ordinal: 1 },
      { type: 'button', button: 'start', pressed: true, ordinal: 2 },
    ],
  );
});

t.test('what the kernel had no room for is a loss, after which the switches are read again', async (t) => {
  const [events, input] = [new Events(), new MemoryInput()];
  const controls = new LocalControls({
    ...surroundings,
    config: config('/dev/input/event7'),
    files: systemDeviceFiles,
    openInput: async () => input,
    onEvent: events.take,
  });
  t.teardown(() => controls.stop());
  controls.start();
  await events.until(() => events.types().includes('here'));
  t.ok(controls.state.present);
  input.switches = [14];
  input.give([1, 167, 1], [0, 3, 0], [1, 167, 0], [0, 0, 0], [1, 167, 1]);
  t.match(events.all.slice(1), [
    { type: 'button', button: 'start', pressed: true },
    { type: 'dropped', cause: 'sensorBuffer', atLeast: true, ofControls: true },
    { type: 'button', button: 'start', pressed: false },
    { type: 'button', button: 'mute', pressed: true },
    { type: 'button', button: 'start', pressed: true },
  ]);
  input.switches = [];
  input.end();
  t.notOk(controls.state.present);
  await events.until(() => events.types().includes('back'));
  await events.until(() => events.types().at(-1) === 'button');
  t.match(events.all.slice(6), [
    { type: 'lost' },
    { type: 'back' },
    { type: 'dropped', cause: 'sensorRestart', atLeast: true, ofControls: true },
    { type: 'button', button: 'start', pressed: false },
    { type: 'button', button: 'mute', pressed: false },
  ]);
});

t.test('garbage closes the device, which is opened again and works', async (t) => {
  const events = new Events();
  const buttons = new FakeButtons(`${t.testdir()}/event0`);
  t.teardown(() => buttons.unplug());
  const controls = makeLocalControls(config(buttons.path), { ...surroundings, onEvent: events.take });
  t.teardown(() => controls.stop());
  controls.start();
  await events.until(() => events.types().includes('here'));
  buttons.write(Buffer.alloc(5_000, 'garbage '));
  await events.until(() => events.types().includes('lost'));
  t.equal(controls.state.faults.inputMalformed, 1);
  await events.until(() => events.types().includes('back') && events.types().includes('dropped'));
  // What is left of the garbage was thrown away with the FIFO's last reader, or is refused once more.
  const press = async (): Promise<void> => {
    const came = events.all.length;
    buttons.event(1, 167, 1);
    await events.until(() => events.all.length > came);
  };
  let presses = 0;
  do await press();
  while (++presses < 100 && events.types().at(-1) !== 'button');
  t.match(events.all.at(-1), { type: 'button', button: 'start', pressed: true });
});

t.test('what is neither a device nor a FIFO, or is not there, is said, and tried again', async (t) => {
  const folder = t.testdir({ file: 'text' });
  for (const [path, says] of [
    [`${folder}/file`, /neither an input device nor a FIFO/],
    [`${folder}/none`, /can't be opened \(ENOENT\)/],
    [folder, /neither/],
  ] as const) {
    const events = new Events();
    const controls = makeLocalControls(config(path), { ...surroundings, onEvent: events.take });
    controls.start();
    await events.until(() => events.all.length > 0);
    t.match(events.all, [{ type: 'lost', reason: says }]);
    await controls.stop();
  }
});

t.test('without any device it is there, and takes orders for nothing', async (t) => {
  const events = new Events();
  const controls = makeLocalControls({ buttons: [] }, { ...surroundings, onEvent: events.take });
  controls.start();
  await events.until(() => events.all.length > 0);
  controls.indicate({ lamp: 'recording', beepMs: 100, vibrateMs: 100 });
  t.match(events.all, [{ type: 'here', sensor: { model: 'local' } }]);
  await controls.stop();
});

t.test(
  'a beep is a tone of an input device, or an LED; one that is no device is a fault, and no more',
  async (t) => {
    const folder = t.testdir({ file: '' });
    const sound = join(folder, 'speaker');
    t.equal(spawnSync('mkfifo', [sound]).status, 0);
    const reader = openSync(sound, constants.O_RDWR | constants.O_NONBLOCK);
    t.teardown(() => closeSync(reader));
    const led = new FakeLed(join(folder, 'motor'));
    const beeps = async (device: string): Promise<LocalControls> => {
      const events = new Events();
      const signals = { beep: { sound: device, hertz: 440 }, vibration: { led: led.folder } };
      const controls = makeLocalControls(
        { buttons: [], ...signals },
        { ...surroundings, onEvent: events.take },
      );
      controls.start();
      await events.until(() => events.all.length > 0);
      controls.indicate({ lamp: 'off', beepMs: 60_000, vibrateMs: 60_000 });
      // It ends with the source.
      await controls.stop();
      return controls;
    };
    t.equal((await beeps(sound)).state.faults.signalFaults, 0);
    const bytes = Buffer.alloc(200);
    const count = readSync(reader, bytes);
    t.match(new InputReader().push(bytes.subarray(0, count), 0), [
      { type: 0x12, code: 2, value: 440 },
      { type: 0x12, code: 2, value: 0 },
    ]);
    t.equal(readFileSync(join(led.folder, 'brightness'), 'utf8').trim(), '0');
    for (const none of ['file', 'none']) {
      const { faults } = (await beeps(join(folder, none))).state;
      t.equal(faults.signalFaults, 2, none);
    }
  },
);
