import type { Clock } from '../../../../base/clock.ts';
import type { Log } from '../../../../base/log.ts';
import type { BytePort } from '../../../../proto/link/port.ts';
import { readingFields, type SensorReading } from '../../../../proto/readings.ts';
import { PortOpener } from '../../link/port-opener.ts';
import type { OpenLine } from '../../link/serial-port.ts';
import type { LocalConfig } from '../config.ts';
import { type DeviceFiles, oneAtATime } from '../device-files.ts';
import { Gnss, openGpsd } from './gnss.ts';
import { GpsdReader } from './gpsd.ts';
import { NmeaReader } from './nmea.ts';
import { batteryOf, type Measure, motionOf, Sampled, temperatureOf } from './sampled.ts';

export interface ReadingsOptions {
  readonly config: LocalConfig;
  readonly files: DeviceFiles;
  readonly openLine: OpenLine;
  readonly clock: Clock;
  readonly log: Log;
  readonly onReading: (reading: SensorReading, atUs: number) => void;
}

/** What is measured as well: none of it is needed to record, so what is missing is reported once, and tried again. */
export class LocalReadings {
  readonly #options: ReadingsOptions;
  readonly #parts: { start(): void; stop(): Promise<void> }[] = [];
  readonly #missing = new Set<string>();
  readonly faults = { readingsMalformed: 0, readingsMissing: 0 };

  constructor(options: ReadingsOptions) {
    this.#options = options;
    const { config } = options;
    const files = oneAtATime(options.files);
    const { battery, temperature, motion } = config;
    if (config.gnss !== undefined) this.#parts.push(this.#gnss(config.gnss));
    if (battery) this.#sampled('battery', batteryOf(files, battery.supply), battery.everyMs);
    if (temperature)
      this.#sampled('temperature', temperatureOf(files, temperature.zone), temperature.everyMs);
    if (motion) this.#sampled('motion', motionOf(files, motion.device, motion.axes), motion.everyMs);
  }

  start(): void {
    for (const part of this.#parts) part.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#parts.map((part) => part.stop()));
  }

  #gnss(config: NonNullable<LocalConfig['gnss']>): Gnss {
    const { clock, openLine } = this.#options;
    const onFault = (): void => this.#malformed();
    const open = (): Promise<BytePort> =>
      'gpsd' in config ? openGpsd(config.gpsd) : openLine({ path: config.port, baudRate: config.baudRate });
    const opener = new PortOpener(open, clock, 1);
    return new Gnss({
      open: () => opener.open(),
      reader: () => ('gpsd' in config ? new GpsdReader(onFault) : new NmeaReader(onFault)),
      everyMs: config.everyMs,
      clock,
      onPosition: (position, atUs) => this.#take({ position }, atUs),
      onPresence: (present) => this.#presence('position', present),
      onFault,
    });
  }

  #sampled(what: string, measure: Measure, everyMs: number): void {
    this.#parts.push(
      new Sampled({
        measure,
        everyMs,
        clock: this.#options.clock,
        onReading: (reading, atUs) => this.#take(reading, atUs),
        onPresence: (present) => this.#presence(what, present),
        onFault: () => this.#malformed(),
      }),
    );
  }

  /** Hands on what the port allows. What is beyond that is counted, and named nowhere. */
  #take(reading: SensorReading, atUs: number): void {
    try {
      for (const [name, field] of Object.entries(readingFields)) {
        const value = reading[name as keyof SensorReading];
        (field as { read(wire: unknown, name: string): unknown }).read(
          (field as { write(value: unknown): unknown }).write(value),
          name,
        );
      }
    } catch {
      this.#malformed();
      return;
    }
    this.#options.onReading(reading, atUs);
  }

  #malformed(): void {
    this.faults.readingsMalformed += 1;
  }

  #presence(what: string, present: boolean): void {
    if (!present) this.faults.readingsMissing += 1;
    if (present !== this.#missing.has(what)) return;
    if (present) {
      this.#missing.delete(what);
      this.#options.log.info('reading.back', 'A measurement comes again', { what });
    } else {
      this.#missing.add(what);
      this.#options.log.warn('reading.away', 'A measurement does not come: check its device', { what });
    }
  }
}
