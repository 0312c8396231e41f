import { join } from 'node:path';
import type { Clock, Timer } from '../../../../base/clock.ts';
import { isSealcamError } from '../../../../base/errors.ts';
import type { SensorReading } from '../../../../proto/readings.ts';
import { type DeviceFiles, readWholeNumber } from '../device-files.ts';
import { localLimits } from '../limits.ts';

/** Measures one thing now. Rejects where it can't be measured. */
export type Measure = () => Promise<SensorReading>;

/** A folder below /sys/class/power_supply: percent, and where it says so, the voltage. */
export function batteryOf(files: DeviceFiles, folder: string): Measure {
  return async () => {
    const percent = await readWholeNumber(files, join(folder, 'capacity'));
    const microvolts = await readWholeNumber(files, join(folder, 'voltage_now')).catch(() => 0);
    const status = await files.read(join(folder, 'status'));
    return {
      battery: { percent, millivolts: Math.round(microvolts / 1000), charging: status === 'Charging' },
    };
  };
}

/** A folder below /sys/class/thermal: degrees Celsius. */
export function temperatureOf(files: DeviceFiles, folder: string): Measure {
  return async () => ({ temperature: (await readWholeNumber(files, join(folder, 'temp'))) / 1000 });
}

/** A direction of an accelerometer, as the camera is worn. */
export type Axis = 'x' | '-x' | 'y' | '-y' | 'z' | '-z';

/**
 * A folder below /sys/bus/iio/devices: acceleration in metres per second squared.
 * @param axes which of the sensor's directions are the wearer's right, up and back.
 */
export function motionOf(files: DeviceFiles, folder: string, axes: readonly [Axis, Axis, Axis]): Measure {
  return async () => {
    const all = await readScale(files, join(folder, 'in_accel_scale'));
    const along = async (axis: Axis): Promise<number> => {
      const name = join(folder, `in_accel_${axis.slice(-1)}`);
      const raw = await readWholeNumber(files, `${name}_raw`);
      const scale = all ?? (await readScale(files, `${name}_scale`));
      if (scale === undefined) throw new Error('the sensor says no scale');
      return (axis.startsWith('-') ? -1 : 1) * raw * scale;
    };
    return { motion: { x: await along(axes[0]), y: await along(axes[1]), z: await along(axes[2]) } };
  };
}

/** Undefined where it has none. */
async function readScale(files: DeviceFiles, path: string): Promise<number | undefined> {
  const text = await files.read(path).catch(() => '');
  return /^\d{1,9}(\.\d{1,12})?$/.test(text) ? Number(text) : undefined;
}

export interface SampledOptions {
  readonly measure: Measure;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly onReading: (reading: SensorReading, atUs: number) => void;
  readonly onPresence: (present: boolean) => void;
  /** Its file says something else. */
  readonly onFault: () => void;
}

/**
 * Something that is measured again and again; one measurement at a time, however long it takes. One that takes too long
 * counts as missing, and what it gives late is no measurement of any known moment.
 */
export class Sampled {
  readonly #options: SampledOptions;
  #timer: Timer | undefined;
  #running = false;
  #measuring: Promise<void> = Promise.resolve();

  constructor(options: SampledOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = true;
    this.#measure();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#timer?.cancel();
    await this.#measuring;
  }

  #measure(): void {
    const { measure, onReading, onPresence, onFault, clock, everyMs } = this.#options;
    const atUs = clock.uptimeUs();
    const hangs = (): boolean => clock.uptimeUs() - atUs >= localLimits.hangMsMax * 1000;
    this.#timer = clock.setTimer(localLimits.hangMsMax, () => onPresence(false));
    this.#measuring = measure()
      .then(
        (reading) => {
          onPresence(true);
          if (!hangs()) onReading(reading, atUs);
        },
        (error: unknown) => {
          if (isSealcamError(error)) onFault();
          onPresence(false);
        },
      )
      .then(() => {
        this.#timer?.cancel();
        if (this.#running) this.#timer = clock.setTimer(everyMs, () => this.#measure());
      });
  }
}
