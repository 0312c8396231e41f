import type { TrackKind } from '../../media/types.ts';
import type { Captured } from '../behaviours/player.ts';

/** Takes that a report lists; of earlier ones it gives only the number. */
const takesMax = 1000;

/** The position of a sample: in the stream, in time, and in the source. */
export interface Mark {
  /** In ticks of the track, as sent. */
  readonly pts: number;
  readonly dts: number;
  /** The sensor's clock, microseconds. */
  readonly captureUs: number;
  /** The same moment by the clock of the machine that simulates the camera, which never jumps. */
  readonly uptimeUs: number;
  /** Counts from 0 how often the source was restarted out of turn, and how often it was repeated since. */
  readonly play: number;
  readonly loop: number;
  /** The index of the sample in its track of the source, from 0. */
  readonly index: number;
}

/** Samples of one track. */
export interface TrackCount {
  captured: number;
  capturedBytes: number;
  /** Captured, and dropped because the buffer was full. */
  dropped: number;
  /** Sent to an agent at least once. */
  sent: number;
  /** Released by the agent, which no longer needs them. */
  acknowledged: number;
  first: Mark | null;
  last: Mark | null;
}

export type MediaCount = Readonly<Record<TrackKind, TrackCount>>;

/** What was captured from a press of start to the next press of stop. */
export interface Take {
  /** The sensor's clock at the presses, microseconds; `stopUs` is null until the take ends. */
  readonly startUs: number;
  stopUs: number | null;
  bookmarks: number;
  readonly video: TrackCount;
  readonly audio: TrackCount;
}

/** Pictures that followed one another in the source, repeated or not: none between them was left out. */
export interface Play {
  readonly first: Mark;
  captured: number;
}

interface Waiting {
  /** The number after the sample's last frame. */
  readonly end: number;
  readonly track: TrackKind;
  readonly take: Take | undefined;
}

/** The simulator's own count of what its camera saw, to compare with what was recorded. */
export class CaptureCount {
  readonly total: MediaCount = { video: noSamples(), audio: noSamples() };
  readonly #takes: Take[] = [];
  readonly #plays: Play[] = [];
  #takesBefore = 0;
  /** Samples that aren't released, oldest first; `#sent` of them were sent. No more than fit into the link's buffer. */
  #waiting: Waiting[] = [];
  #sent = 0;

  get takes(): readonly Take[] {
    return this.#takes;
  }

  /** Takes that were removed from {@link takes}, because there are too many. */
  get takesBefore(): number {
    return this.#takesBefore;
  }

  /** The pictures captured since the camera was switched on, in order; the newest {@link takesMax} plays. */
  get plays(): readonly Play[] {
    return this.#plays;
  }

  /** The current take. */
  get open(): Take | undefined {
    const last = this.#takes.at(-1);
    return last?.stopUs === null ? last : undefined;
  }

  /** Start was pressed. A current take is not restarted. */
  begin(startUs: number): void {
    if (this.open !== undefined) return;
    this.#takes.push({ startUs, stopUs: null, bookmarks: 0, video: noSamples(), audio: noSamples() });
    if (this.#takes.length <= takesMax) return;
    this.#takes.shift();
    this.#takesBefore += 1;
  }

  /** Stop was pressed. */
  end(stopUs: number): void {
    const take = this.open;
    if (take !== undefined) take.stopUs = stopUs;
  }

  bookmark(): void {
    const take = this.open;
    if (take !== undefined) take.bookmarks += 1;
  }

  /**
   * A sample was captured.
   * @param captureUs the sensor's clock.
   * @param end the number after its last frame, or undefined if it was dropped.
   */
  captured(captured: Captured, captureUs: number, end: number | undefined): void {
    const { sample, play, loop, index, captureUs: uptimeUs } = captured;
    const { track, pts, dts } = sample;
    const take = this.open;
    const mark = { pts, dts, captureUs, uptimeUs, play, loop, index };
    for (const count of countsOf(this.total, take, track)) {
      count.captured += 1;
      count.capturedBytes += sample.data.length;
      if (end === undefined) count.dropped += 1;
      count.first ??= mark;
      count.last = mark;
    }
    if (track === 'video') this.#played(mark);
    if (end !== undefined) this.#waiting.push({ end, track, take });
  }

  #played(mark: Mark): void {
    const last = this.#plays.at(-1);
    if (last?.first.play === mark.play) {
      last.captured += 1;
      return;
    }
    this.#plays.push({ first: mark, captured: 1 });
    if (this.#plays.length > takesMax) this.#plays.shift();
  }

  /** Every frame below `sent` was sent, and every one below `released` was released. */
  progress(sent: number, released: number): void {
    for (let next = this.#waiting[this.#sent]; next !== undefined; next = this.#waiting[this.#sent]) {
      if (next.end > sent) break;
      this.#sent += 1;
      for (const count of countsOf(this.total, next.take, next.track)) count.sent += 1;
    }
    let done = 0;
    for (let next = this.#waiting[0]; next !== undefined && done < this.#sent; next = this.#waiting[done]) {
      if (next.end > released) break;
      done += 1;
      for (const count of countsOf(this.total, next.take, next.track)) count.acknowledged += 1;
    }
    this.#waiting.splice(0, done);
    this.#sent -= done;
  }
}

function noSamples(): TrackCount {
  return { captured: 0, capturedBytes: 0, dropped: 0, sent: 0, acknowledged: 0, first: null, last: null };
}

function countsOf(total: MediaCount, take: Take | undefined, track: TrackKind): TrackCount[] {
  return take === undefined ? [total[track]] : [total[track], take[track]];
}
