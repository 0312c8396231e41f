import { greatestOf, leastOf } from '../../../base/lists.ts';

/** How many of the last heartbeats count. */
const heartbeatsMax = 16;

/** What one heartbeat says of how far the agent's clock is ahead of the sensor's, in microseconds. */
interface Bounds {
  /** It came later than the sensor sent it: less than this. */
  readonly most: number;
  /** It answers the agent, and the sensor sent it later than what it answers was sent: more than this. */
  readonly least: number;
}

/**
 * How far the agent's clock is ahead of the sensor's. A heartbeat always arrives late, by an unknown amount, so the
 * smallest difference among the last ones is the most accurate. It answers a command or a hello, so it cannot be later
 * than the way there and back took.
 */
export class ClockOffset {
  /** Newest first. */
  #heartbeats: Bounds[] = [];
  #newestUs = Number.NEGATIVE_INFINITY;

  /** Microseconds to add to a time of the sensor's clock; undefined before the first heartbeat. */
  get us(): number | undefined {
    return this.#heartbeats.length === 0 ? undefined : leastOf(this.#heartbeats.map(({ most }) => most));
  }

  /** By how many microseconds {@link us} can be too large; infinite as long as none answered. */
  get uncertaintyUs(): number {
    return (this.us ?? Number.POSITIVE_INFINITY) - greatestOf(this.#heartbeats.map(({ least }) => least));
  }

  /**
   * A heartbeat that the sensor sent at `sensorUs` of its clock came at `nowUs` of ours.
   * @param askedUs when what it answers was first sent, by our clock; undefined if that is unknown.
   */
  heard(sensorUs: number, nowUs: number, askedUs: number | undefined): void {
    // The clock was set back, though it should be monotonic: what was heard before says nothing of it any more.
    if (sensorUs < this.#newestUs) this.restart();
    this.#newestUs = sensorUs;
    const least = askedUs === undefined ? Number.NEGATIVE_INFINITY : askedUs - sensorUs;
    this.#heartbeats.unshift({ most: nowUs - sensorUs, least });
    this.#heartbeats.length = Math.min(this.#heartbeats.length, heartbeatsMax);
  }

  /** The sensor restarted, and its clock with it. */
  restart(): void {
    this.#heartbeats = [];
    this.#newestUs = Number.NEGATIVE_INFINITY;
  }
}
