/** Heartbeats that are looked back upon. */
const heartbeatsMax = 16;

/**
 * How far the agent's clock is ahead of the sensor's. A heartbeat always arrives late, by how much nobody knows: so the
 * least difference among the last ones is the nearest to the truth.
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

  /** The sensor began anew, and its clock with it. */
  restart(): void {
    this.#differencesUs = [];
  }
}
