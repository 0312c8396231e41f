import { join } from 'node:path';
import type { Clock, Timer } from '../../../base/clock.ts';
import { type DeviceFiles, readWholeNumber } from './device-files.ts';
import { localLimits } from './limits.ts';

/** An LED, or what is wired as one (a buzzer, a motor), that is on for as long as it is told. */
export class Pulse {
  readonly #led: string;
  readonly #files: DeviceFiles;
  readonly #clock: Pick<Clock, 'setTimer'>;
  readonly #onFault: () => void;
  #timer: Timer | undefined;
  /** In order: an off must not overtake its on. */
  #writing: Promise<void> = Promise.resolve();

  constructor(led: string, files: DeviceFiles, clock: Pick<Clock, 'setTimer'>, onFault: () => void) {
    this.#led = led;
    this.#files = files;
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
    this.#writing = this.#writing.then(() => this.#write(on)).catch(this.#onFault);
  }

  async #write(on: boolean): Promise<void> {
    const most = on
      ? await readWholeNumber(this.#files, join(this.#led, 'max_brightness')).catch(() => 1)
      : 0;
    await this.#files.write(join(this.#led, 'brightness'), `${most}`);
  }
}
