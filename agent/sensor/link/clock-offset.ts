/** How many of the last heartbeats count. */
const heartbeatsMax = 16;

/**
 * How far the agent's clock is ahead of the sensor's. A heartbeat always arrives late, by an unknown amount, so the
 * smallest difference among the last ones is the most accurate.
 */
export class ClockOffset {
  /** Newest first, microseconds: what our clock showed less what the sensor's did. */
  #differencesUs: number[] = [];

  /** Microseconds to add to a time of the sensor's clock; undefined before the first heartbeat. */
  get us(): number | undefined {
    return this.#differencesUs.length === 0 ? undefined : Math.min(...this.#differencesUs);
  }

  /** A heartbeat that the sensor sent at `sensorUs` of its clock came at `nowUs` of ours. */
  heard(sensorUs: number, nowUs: number): void {
    this.#differencesUs.unshift(nowUs - sensorUs);
    this.#differencesUs.length = Math.min(this.#differencesUs.length, heartbeatsMax);
  }

  /** The sensor restarted, and its clock with it. */
  restart(): void {
    this.#differencesUs = [];
  }
}
