import type { HeatLevel } from '../../recorder/automatic/power.ts';
import type { Sensor } from '../../sensor/index.ts';

/** Bits per second of the video: as a rule, and while the camera is warm. */
export interface VideoBitrates {
  readonly usual: number;
  readonly warm: number;
}

/**
 * What the sensor is asked to make of the video: what was ordered or else the usual, and no more than a warm camera may.
 * Without configured rates the sensor keeps its own until one is ordered.
 */
export class VideoBitrate {
  readonly #sensor: Pick<Sensor, 'setBitrate'>;
  readonly #configured: VideoBitrates | undefined;
  #ordered: number | undefined;
  #heat: HeatLevel = 'cool';

  constructor(sensor: Pick<Sensor, 'setBitrate'>, configured: VideoBitrates | undefined) {
    this.#sensor = sensor;
    this.#configured = configured;
    this.#set();
  }

  /** Whether the video is lowered while the camera is warm. */
  get hasWarm(): boolean {
    return this.#configured !== undefined;
  }

  /** The camera is to make `bitsPerSecond`, until another number is ordered or the agent ends. */
  order(bitsPerSecond: number): void {
    this.#ordered = bitsPerSecond;
    this.#set();
  }

  heated(heat: HeatLevel): void {
    this.#heat = heat;
    if (this.#configured !== undefined) this.#set();
  }

  #set(): void {
    const wanted = this.#ordered ?? this.#configured?.usual;
    if (wanted === undefined) return;
    const most = this.#heat === 'cool' ? undefined : this.#configured?.warm;
    this.#sensor.setBitrate('video', Math.min(wanted, most ?? wanted));
  }
}
