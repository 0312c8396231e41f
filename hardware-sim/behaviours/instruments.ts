import type { Position, SensorReading } from '../../proto/readings.ts';
import { type SeededRandom, seededRandom } from '../random.ts';

const metresPerDegree = 111_195;
const gravity = 9.81;

/** Everything that the instruments measure in one second. */
export type InstrumentReading = {
  readonly [K in keyof SensorReading]-?: NonNullable<SensorReading[K]>;
};

/**
 * The instruments of a camera that someone carries on a walk through Berlin, one reading a second: 1.1 to 1.6 m/s,
 * turning now and then, with the receiver's error on top; the swing of the steps; a battery that lasts ten hours. The
 * same seed gives the same walk.
 */
export class Instruments {
  readonly #random: SeededRandom;
  #second = 0;
  #heading: number;
  #latitude = 52.5163;
  #longitude = 13.3777;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.#heading = this.#random.fraction() * 2 * Math.PI;
  }

  /** @param utcUs the time according to GNSS, in microseconds since 1970. */
  next(utcUs: number): InstrumentReading {
    this.#second += 1;
    this.#step();
    const percent = Math.max(1, 96 - this.#second / 360);
    return {
      position: this.#position(utcUs),
      motion: { x: this.#around(0, 0.8), y: this.#around(gravity, 2.5), z: this.#around(0, 1.2) },
      battery: { percent, millivolts: Math.round(3400 + 8 * percent), charging: false },
      temperature: this.#around(33, 0.5),
    };
  }

  #step(): void {
    const turns = this.#random.fraction() < 0.05;
    this.#heading += turns ? this.#around(0, Math.PI / 2) : this.#around(0, 0.05);
    const metres = this.#around(1.35, 0.25);
    this.#latitude += (metres * Math.cos(this.#heading)) / metresPerDegree;
    this.#longitude +=
      (metres * Math.sin(this.#heading)) / (metresPerDegree * Math.cos((this.#latitude * Math.PI) / 180));
  }

  #position(utcUs: number): Position {
    const accuracy = this.#around(3, 1);
    const error = accuracy / 3 / metresPerDegree;
    return {
      latitude: this.#around(this.#latitude, error),
      longitude: this.#around(this.#longitude, error),
      altitude: this.#around(75, 1.5),
      accuracy,
      utcUs,
      satellites: 9 + Math.floor(this.#random.fraction() * 5),
    };
  }

  /** A number within `spread` of `middle`. */
  #around(middle: number, spread: number): number {
    return middle + (this.#random.fraction() * 2 - 1) * spread;
  }
}
