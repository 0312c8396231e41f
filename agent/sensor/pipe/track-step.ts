import type { TrackKind } from '../../../media/types.ts';
import { pipeLimits } from './limits.ts';
import { StreamClock } from './stream-clock.ts';

/**
 * Whether sound and pictures of one stream stay in step. A program that takes them from two devices may give each the
 * times of a clock of its own, and these drift apart: by 0.36 s in an hour where one is 100 millionths faster. Their times
 * are what is recorded, so this can only be told.
 */
export class TrackStep {
  #clocks = { video: new StreamClock(), audio: new StreamClock() };
  #heardUs = { video: 0, audio: 0 };
  #settledUs: number | undefined;
  #usualUs: number | undefined;

  /**
   * A sample of `streamUs` came at `nowUs` of our clock.
   * @returns by how many microseconds the sound has become later than the pictures since both started, negative if it has become
   *   earlier; undefined while that is not known.
   */
  heard(track: TrackKind, streamUs: number, nowUs: number): number | undefined {
    if (this.#isPaused(track, nowUs)) {
      // After a pause the program may have joined them again, and what the clock was before says nothing.
      this.#clocks = { video: new StreamClock(), audio: new StreamClock() };
      this.#settledUs = undefined;
      this.#usualUs = undefined;
    }
    this.#heardUs[track] = nowUs;
    this.#clocks[track].heard(streamUs, nowUs);
    if (this.#isPaused(track === 'video' ? 'audio' : 'video', nowUs)) return undefined;
    const apartUs = this.#clocks.audio.offsetUs - this.#clocks.video.offsetUs;
    if (!Number.isFinite(apartUs)) return undefined;
    this.#settledUs ??= nowUs + pipeLimits.clockWindowUs;
    if (nowUs < this.#settledUs) return undefined;
    this.#usualUs ??= apartUs;
    // What comes earlier by our clock than its time says has a time that is too late.
    return this.#usualUs - apartUs;
  }

  #isPaused(track: TrackKind, nowUs: number): boolean {
    return nowUs - this.#heardUs[track] > pipeLimits.trackPauseUs;
  }
}
