import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { joinHalves } from '../../../agent/sensor/join.ts';
import { openSerialPort } from '../../../agent/sensor/link/serial-port.ts';
import type { LocalConfig } from '../../../agent/sensor/local/config.ts';
import { type DeviceFiles, systemDeviceFiles } from '../../../agent/sensor/local/device-files.ts';
import { encodeInputEvent, inputTypes } from '../../../agent/sensor/local/input-event.ts';
import { openInput } from '../../../agent/sensor/local/input-port.ts';
import { LocalControls } from '../../../agent/sensor/local/local-controls.ts';
import { FragmentedMp4Reader } from '../../../agent/sensor/pipe/fragmented-mp4.ts';
import { PipeSource } from '../../../agent/sensor/pipe/pipe-source.ts';
import { type Clock, systemClock } from '../../../base/clock.ts';
import { silentLog } from '../../../base/log.ts';
import { systemRandomness } from '../../../base/random.ts';
import { Fragmenter } from '../../../media/writer/fragmenter.ts';
import type { ButtonName, LampState } from '../../../proto/link/messages.ts';
import { identity, parameters, type SensorRig } from '../../contract/sensor.ts';
import { MemoryPipe } from './pipe-rig.ts';

/** A FIFO that gives what an input device gives. */
export class FakeButtons {
  readonly path: string;
  #writer: number | undefined;

  constructor(path: string) {
    this.path = path;
    this.plug();
  }

  plug(): void {
    if (existsSync(this.path)) return;
    if (spawnSync('mkfifo', [this.path]).status !== 0) throw new Error('mkfifo does not work');
    this.#writer = openSync(this.path, constants.O_RDWR | constants.O_NONBLOCK);
  }

  unplug(): void {
    if (this.#writer === undefined) return;
    closeSync(this.#writer);
    this.#writer = undefined;
    rmSync(this.path, { force: true });
  }

  write(bytes: Uint8Array): void {
    if (this.#writer !== undefined) writeSync(this.#writer, bytes);
  }

  event(type: number, code: number, value: number, stampUs = Date.now() * 1000): void {
    this.write(encodeInputEvent({ type, code, value, stampUs }));
  }
}

/** A folder as below /sys/class/leds, with a timer that blinks, or without triggers. */
export class FakeLed {
  readonly folder: string;
  readonly #hasTimer: boolean;

  constructor(folder: string, hasTimer = true) {
    this.folder = folder;
    this.#hasTimer = hasTimer;
    this.plug();
  }

  plug(): void {
    mkdirSync(this.folder, { recursive: true });
    for (const [name, text] of [
      ['brightness', '0'],
      ['max_brightness', '255'],
      ...(this.#hasTimer
        ? [
            ['trigger', '[none] timer'],
            ['delay_on', '0'],
            ['delay_off', '0'],
          ]
        : []),
    ] as const)
      this.set(name, text);
  }

  unplug(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** At once, so that it is never read half. */
  set(name: string, text: string): void {
    const path = join(this.folder, name);
    writeFileSync(`${path}.new`, `${text}\n`);
    renameSync(`${path}.new`, path);
  }
}

/** Files of which a trigger that is written reads as the kernel shows it, and that tell what was written. */
export function ledFiles(onWrite: (path: string, text: string) => void): DeviceFiles {
  return {
    read: (path) => systemDeviceFiles.read(path),
    async write(path, text) {
      const shown = path.endsWith('/trigger') ? (text === 'timer' ? 'none [timer]' : '[none] timer') : text;
      await systemDeviceFiles.write(path, shown);
      onWrite(path, text);
    },
  };
}

const codes: Readonly<Record<ButtonName, number>> = {
  start: 167,
  stop: 128,
  bookmark: 156,
  mute: 14,
  dwelling: 9,
  holster: 183,
  peer: 184,
  'vehicle-light': 185,
};

/** Pictures from a pipe in memory; buttons from a FIFO, lamp and beep from a folder. */
export function localRig(): SensorRig {
  const folder = mkdtempSync(join(tmpdir(), 'sealcam-local-'));
  const real = systemClock();
  const orders: string[] = [];
  const buttons = new FakeButtons(join(folder, 'event0'));
  const [lamp, beep] = [new FakeLed(join(folder, 'red')), new FakeLed(join(folder, 'buzzer'))];
  const config: LocalConfig = {
    buttons: [
      {
        device: buttons.path,
        keys: { KEY_RECORD: 'start', KEY_STOP: 'stop', KEY_BOOKMARKS: 'bookmark' },
        switches: { SW_MUTE_DEVICE: 'mute', SW_CAMERA_LENS_COVER: 'dwelling' },
      },
    ],
    lamp: { led: lamp.folder, standby: 'slow', recording: 'on', alarm: 'fast' },
    beep: { led: beep.folder },
  };
  // Which lamp was lit, and how long the beep was that it came with: that ends later.
  let [lit, isBeeping, firedMs]: [LampState | undefined, boolean, number] = [undefined, false, 0];
  const clock: Clock = {
    ...real,
    setTimer: (ms, fire) =>
      real.setTimer(ms, () => {
        firedMs = ms;
        fire();
      }),
  };
  const told = (beepMs: number): void => {
    if (lit === undefined) return;
    orders.push(`lamp ${lit} ${beepMs}`);
    lit = undefined;
    rig.onOrder();
  };
  let beepMs = 0;
  const files = ledFiles((path, text) => {
    if (path === join(beep.folder, 'brightness')) {
      isBeeping = text !== '0';
      if (!isBeeping) told(beepMs);
    } else if (path === join(lamp.folder, 'brightness')) lit = text === '0' ? 'off' : 'recording';
    else if (path === join(lamp.folder, 'delay_off')) lit = text === '2900' ? 'standby' : 'alarm';
    else return;
    if (!isBeeping) told(0);
  });
  const slowFiles: DeviceFiles = {
    ...files,
    write(path, text) {
      // The timer that ends the beep is the one that fires now.
      if (path === join(beep.folder, 'brightness') && text === '0') beepMs = firedMs;
      return files.write(path, text);
    },
  };
  let fragmenter = new Fragmenter(parameters, { video: 0, audio: 0 });
  let isPlugged = true;
  const begin = (): void => {
    fragmenter = new Fragmenter(parameters, { video: 0, audio: 0 });
    if (isPlugged && pipe.begin()) pipe.write(fragmenter.init());
    else pipe.end();
  };
  const pipe = new MemoryPipe(begin);
  const wallUs = (): number => Date.now() * 1000;
  const rig: SensorRig = {
    name: 'a pipe for the pictures, devices of this machine for the controls',
    holds: { pictures: false, controls: false },
    oneWay: true,
    readsItself: true,
    device: {
      parameters: () => {},
      sample: (sample) => {
        if (isPlugged) for (const part of fragmenter.fragment([sample])) pipe.write(part);
      },
      reading: () => {},
      button: (button, captureUs, pressed = true) => {
        const type = button === 'mute' || button === 'dwelling' ? inputTypes.sw : inputTypes.key;
        buttons.event(type, codes[button], pressed ? 1 : 0, captureUs);
      },
      lampReport: (state) => {
        if (state === 'recording') lamp.set('brightness', '255');
      },
    },
    orders,
    onOrder: () => {},
    deviceUs: (half) => (half === 'controls' ? wallUs() : real.uptimeUs()),
    aheadUs: (half) => (half === 'controls' ? wallUs() - real.uptimeUs() : 0),
    heldBytes: () => 0,
    connect: (take) =>
      joinHalves(
        {
          pictures: (onEvent) =>
            new PipeSource({
              open: pipe.open,
              reader: (takeItem) => new FragmentedMp4Reader(takeItem),
              description: identity,
              onEvent,
              clock: real,
              randomness: systemRandomness,
              log: silentLog,
            }),
          controls: (onEvent) =>
            new LocalControls({
              config,
              files: slowFiles,
              openInput,
              openLine: openSerialPort,
              onEvent,
              clock,
              randomness: systemRandomness,
              log: silentLog,
            }),
        },
        take,
        real,
      ),
    unplug(half) {
      if (half === 'controls') {
        buttons.unplug();
        return;
      }
      isPlugged = false;
      pipe.end();
    },
    plug(half) {
      if (half === 'controls') {
        buttons.plug();
        return;
      }
      isPlugged = true;
      begin();
    },
    restart() {
      for (const led of [lamp, beep]) led.plug();
      pipe.end();
    },
    dispose() {
      buttons.unplug();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return rig;
}
