import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Timer } from '../../../base/clock.ts';
import { SealcamError } from '../../../base/errors.ts';
import { openFlags } from '../../../base/outside-file.ts';
import { type DeviceFiles, readWholeNumber } from './device-files.ts';
import { encodeInputEvent, inputTypes } from './input-event.ts';
import { localLimits } from './limits.ts';

/** Switches something on or off. */
export type SetSignal = (on: boolean) => Promise<void>;

/** An LED, or what is wired as one: a buzzer, a motor. */
export function ledSignal(files: DeviceFiles, led: string): SetSignal {
  return async (on) => {
    const most = on ? await readWholeNumber(files, join(led, 'max_brightness')).catch(() => 1) : 0;
    await files.write(join(led, 'brightness'), `${most}`);
  };
}

/** SND_TONE of linux/input-event-codes.h: its value is the frequency, and 0 is silence. */
const tone = 2;

/** An input device that sounds (a PC's speaker, `pwm-beeper`), or a FIFO that takes the same records. */
export function soundSignal(path: string, hertz: number): SetSignal {
  return async (on) => {
    const device = await open(path, constants.O_WRONLY | openFlags);
    try {
      const stats = await device.stat();
      if (!stats.isCharacterDevice() && !stats.isFIFO()) {
        throw new SealcamError(
          'INPUT_DEVICE',
          `${path} is neither an input device nor a FIFO: name another one in "sensor.controls.local.beep"`,
        );
      }
      const stampUs = 0;
      const event = { type: inputTypes.sound, code: tone, value: on ? hertz : 0, stampUs };
      await device.write(encodeInputEvent(event));
    } finally {
      await device.close();
    }
  };
}

/** A beep or a vibration, which is on for as long as it is told. */
export class Pulse {
  readonly #set: SetSignal;
  readonly #clock: Pick<Clock, 'setTimer'>;
  readonly #onFault: () => void;
  #timer: Timer | undefined;
  /** In order: an off must not overtake its on. */
  #writing: Promise<void> = Promise.resolve();

  constructor(set: SetSignal, clock: Pick<Clock, 'setTimer'>, onFault: () => void) {
    this.#set = set;
    this.#clock = clock;
    this.#onFault = onFault;
  }

  /** One that comes while another one is on takes its place. */
  begin(ms: number): void {
    if (ms <= 0) return;
    this.#timer?.cancel();
    this.#switch(true);
    this.#timer = this.#clock.setTimer(Math.min(ms, localLimits.signalMsMax), () => {
      this.#timer = undefined;
      this.#switch(false);
    });
  }

  async stop(): Promise<void> {
    if (this.#timer !== undefined) this.#switch(false);
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#writing;
  }

  #switch(on: boolean): void {
    this.#writing = this.#writing.then(() => this.#set(on)).catch(this.#onFault);
  }
}
