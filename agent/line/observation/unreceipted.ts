import type { SpooledRecording } from '../../spool/types.ts';

/**
 * Since when something in the spool has waited for its receipt. A recording waits since it was last seen fully
 * receipted, or since it was first seen.
 */
export class Unreceipted {
  readonly #since = new Map<string, number>();

  /**
   * Takes the present content of the spool.
   * @param openedUs when a recording that is seen for the first time was opened, by the same clock.
   */
  look(
    recordings: readonly SpooledRecording[],
    nowUs: number,
    openedUs: (recording: SpooledRecording) => number,
  ): void {
    const here = new Set(recordings.map(({ id }) => id));
    for (const id of this.#since.keys()) if (!here.has(id)) this.#since.delete(id);
    for (const recording of recordings) {
      const { id, complete, closed, durable, receipted } = recording;
      const upToDate = complete || (!closed && receipted >= durable);
      if (upToDate) this.#since.set(id, nowUs);
      else if (!this.#since.has(id)) this.#since.set(id, Math.min(nowUs, openedUs(recording)));
    }
  }

  /** How long the oldest waiting recording has waited, in seconds; 0 if none waits. */
  oldestSeconds(recordings: readonly SpooledRecording[], nowUs: number): number {
    const waiting = recordings.filter(
      ({ complete, closed, durable, receipted }) => !complete && (closed || receipted < durable),
    );
    return waiting.reduce(
      (most, { id }) => Math.max(most, (nowUs - (this.#since.get(id) ?? nowUs)) / 1e6),
      0,
    );
  }
}
