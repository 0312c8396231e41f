import { agentLimits } from '../limits.ts';
import type { RecorderRunner } from '../recorder/runner.ts';
import type { Sensor } from '../sensor/index.ts';

/**
 * Says to the sensor what it need not keep any longer. The sensor keeps what is to be recorded until it is durable: a
 * killed agent loses nothing of it. If the disk stalls for longer than the sensor can keep it, the agent holds the oldest
 * data, which a kill would then lose.
 */
export class SampleRelease {
  /** Ordinals of what the sensor sent. */
  #newest = 0;
  #released = 0;

  /** Notes the newest that the sensor has sent. */
  came(ordinal: number): void {
    this.#newest = ordinal;
  }

  /** Releases what is durable, and what the sensor has no room for. */
  release(
    recorder: Pick<RecorderRunner, 'promising' | 'oldestHeld' | 'heldAtMost'>,
    sensor: Pick<Sensor, 'release' | 'releaseBeyond' | 'holdsBytes'>,
  ): void {
    if (recorder.promising) return;
    const durable = Math.min(this.#newest, (recorder.oldestHeld ?? Number.POSITIVE_INFINITY) - 1);
    if (durable > this.#released) sensor.release(durable);
    this.#released = Math.max(this.#released, durable);
    if (recorder.heldAtMost(agentLimits.heldAloneBytesMax))
      sensor.releaseBeyond(
        Math.min(
          agentLimits.sensorKeepsBytesMax,
          Math.floor(agentLimits.sensorKeepsShare * sensor.holdsBytes),
        ),
      );
  }
}
