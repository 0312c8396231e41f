import type { Position, SensorReading } from '../../proto/readings.ts';
import { type SeededRandom, seededRandom } from '../random.ts';

const metresPerDegree = 111_195;
const gravity = 9.81;

/** How the wearer of the camera moves. */
export const motions = ['still', 'walk', 'run', 'fall'] as const;
export type Motion = (typeof motions)[number];

/** What a scenario or a person changes about what is measured. */
export type InstrumentChange =
  | { readonly does: 'motion'; readonly motion: Motion }
  | { readonly does: 'gnss'; readonly gnss: 'lost' | 'back' }
  | { readonly does: 'gnss'; readonly gnss: 'jump'; readonly metres: number }
  | { readonly does: 'battery'; readonly percent: number; readonly overSeconds: number }
  | { readonly does: 'temperature'; readonly celsius: number; readonly overSeconds: number };

/** Everything that the instruments measure in one second; no position where no satellites are received. */
export type InstrumentReading = {
  readonly [K in Exclude<keyof SensorReading, 'position'>]-?: NonNullable<SensorReading[K]>;
} & { readonly position: Position | undefined };

/** Metres a second, and the swing of the steps in metres per second squared: right, up, backwards. */
const gaits = {
  still: { speed: 0, speedSpread: 0, swing: { x: 0.05, y: 0.05, z: 0.05 } },
  walk: { speed: 1.35, speedSpread: 0.25, swing: { x: 0.8, y: 2.5, z: 1.2 } },
  run: { speed: 4.2, speedSpread: 0.8, swing: { x: 4, y: 14, z: 6 } },
} as const;

/** A fall as the sensor sees it at one reading a second: weightless, then the impact, then lying on one side. */
const fall = [
  { x: 0, y: 0.4, z: 0 },
  { x: 38, y: 71, z: -22 },
] as const;
const lying = { x: gravity, y: 0, z: 0 } as const;

/** A value that is on its way to another one, a step each second. */
class Course {
  value: number;
  #toward: { readonly target: number; readonly perSecond: number } | undefined;

  constructor(value: number) {
    this.value = value;
  }

  set(target: number, overSeconds: number): void {
    this.#toward = { target, perSecond: (target - this.value) / Math.max(1, overSeconds) };
    if (overSeconds === 0) this.value = target;
  }

  /** A second passes. @returns false if it is on its way nowhere. */
  step(): boolean {
    if (this.#toward === undefined) return false;
    const { target, perSecond } = this.#toward;
    this.value += perSecond;
    const reached = perSecond >= 0 ? this.value >= target : this.value <= target;
    if (!reached) return true;
    this.value = target;
    this.#toward = undefined;
    return true;
  }
}

/**
 * The instruments of a camera that someone carries on a walk through Berlin, one reading a second: 1.1 to 1.6 m/s,
 * turning now and then, with the receiver's error added; the swing of the steps; a battery that lasts ten hours. A scenario
 * changes that. The same seed and the same changes give the same readings.
 */
export class Instruments {
  readonly #random: SeededRandom;
  readonly #charge = new Course(96);
  readonly #heat = new Course(33);
  #heading: number;
  #latitude = 52.5163;
  #longitude = 13.3777;
  #gait: keyof typeof gaits = 'walk';
  /** How far a fall has come: an index of {@link fall}, or more; undefined before any. */
  #fallen: number | undefined;
  #satellites = true;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.#heading = this.#random.fraction() * 2 * Math.PI;
  }

  /** Changes what is measured, from the next reading on. */
  change(change: InstrumentChange): void {
    switch (change.does) {
      case 'motion':
        this.#fallen = change.motion === 'fall' ? 0 : undefined;
        this.#gait = change.motion === 'fall' ? 'still' : change.motion;
        break;
      case 'gnss':
        if (change.gnss === 'jump') this.#move(this.#random.fraction() * 2 * Math.PI, change.metres);
        else this.#satellites = change.gnss === 'back';
        break;
      case 'battery':
        this.#charge.set(change.percent, change.overSeconds);
        break;
      case 'temperature':
        this.#heat.set(change.celsius, change.overSeconds);
    }
  }

  /** @param utcUs the time according to GNSS, in microseconds since 1970. */
  next(utcUs: number): InstrumentReading {
    this.#step();
    if (!this.#charge.step())
      this.#charge.value = Math.max(Math.min(1, this.#charge.value), this.#charge.value - 1 / 360);
    this.#heat.step();
    const percent = this.#charge.value;
    return {
      position: this.#position(utcUs),
      motion: this.#motion(),
      battery: { percent, millivolts: Math.round(3400 + 8 * percent), charging: false },
      temperature: this.#around(this.#heat.value, 0.5),
    };
  }

  #step(): void {
    const turns = this.#random.fraction() < 0.05;
    this.#heading += turns ? this.#around(0, Math.PI / 2) : this.#around(0, 0.05);
    const { speed, speedSpread } = gaits[this.#gait];
    this.#move(this.#heading, this.#around(speed, speedSpread));
  }

  #move(heading: number, metres: number): void {
    const perDegree = metresPerDegree * Math.cos((this.#latitude * Math.PI) / 180);
    this.#latitude = Math.min(
      89,
      Math.max(-89, this.#latitude + (metres * Math.cos(heading)) / metresPerDegree),
    );
    this.#longitude += (metres * Math.sin(heading)) / perDegree;
    if (Math.abs(this.#longitude) > 180) this.#longitude -= Math.sign(this.#longitude) * 360;
  }

  #motion(): InstrumentReading['motion'] {
    const { x, y, z } = gaits[this.#gait].swing;
    const upright = { x: this.#around(0, x), y: this.#around(gravity, y), z: this.#around(0, z) };
    if (this.#fallen === undefined) return upright;
    const falling = fall[this.#fallen];
    this.#fallen += 1;
    return falling ?? lying;
  }

  #position(utcUs: number): Position | undefined {
    const accuracy = this.#around(3, 1);
    const error = accuracy / 3 / metresPerDegree;
    const position = {
      latitude: this.#around(this.#latitude, error),
      longitude: this.#around(this.#longitude, error),
      altitude: this.#around(75, 1.5),
      accuracy,
      utcUs,
      satellites: 9 + Math.floor(this.#random.fraction() * 5),
    };
    return this.#satellites ? position : undefined;
  }

  /** A number within `spread` of `middle`. */
  #around(middle: number, spread: number): number {
    return middle + (this.#random.fraction() * 2 - 1) * spread;
  }
}
