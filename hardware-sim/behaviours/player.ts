import assert from 'node:assert/strict';
import type { Clock, Timer } from '../../base/clock.ts';
import { leastOf } from '../../base/lists.ts';
import type { Mp4File } from '../../media/reader/mp4-reader.ts';
import { type MediaSample, rescale, type TrackKind, ticksToUs, trackOf } from '../../media/types.ts';

/** If the player is later than this, its whole process was stopped: what it missed was never captured. */
const lateUsMax = 5_000_000;

/** The longest duration that the link can express, in ticks. */
const durationMax = 0xffffffff;

/** How long a request for a key picture waits for the source's own next one. */
const keyWaitUs = 2_000_000;

/** A captured sample, and where in the source it comes from. */
export interface Captured {
  readonly sample: MediaSample;
  /** Capture time, in microseconds of the player's clock. */
  readonly captureUs: number;
  /** Counts from 0 how often the source was restarted out of turn: by a start, or by a request for a key picture. */
  readonly play: number;
  /** Counts from 0 how often the source was played to its end since the last restart. */
  readonly loop: number;
  /** The index of this sample in its track of the source, from 0. */
  readonly index: number;
}

export interface PlayerOptions {
  readonly file: Mp4File;
  readonly clock: Clock;
  /** Ends with the source's last sample, instead of starting over. */
  readonly once: boolean;
  readonly onSample: (captured: Captured) => void;
  /** The source has been played, and must not be played again. */
  readonly onEnd: () => void;
  /** The source can no longer be read, or a sample could not be taken; the player has stopped. */
  readonly onError: (error: unknown) => void;
}

interface PlayRun {
  stopped: boolean;
  /** Ends the current wait. */
  wake: () => void;
}

/**
 * Plays a recording as a camera would capture it: each sample at its presentation time, in decode order, so that
 * pictures sent before those they refer to come in bursts, as an encoder delivers them. Whatever is stopped, repeated
 * or restarted, time goes on: a track's timestamps never decrease, and both tracks use the same clock. In the first
 * pass they are the source's own.
 */
export class MediaPlayer {
  readonly #options: PlayerOptions;
  /** Length of one pass in ticks of the video track: that of the longer track. */
  readonly periodTicks: number;
  readonly #sourceStartUs: number;
  #run: PlayRun | undefined;
  #originUs: number | undefined;
  /** Where the timeline may continue, in ticks of the video track. */
  #endTicks = 0;
  #plays = 0;
  #keyWantedAtUs: number | undefined;
  #over = false;

  constructor(options: PlayerOptions) {
    this.#options = options;
    const { parameters, spans } = options.file;
    const { timescale } = parameters.video;
    const starts = [ticksToUs(spans.video.from, timescale)];
    let period = spans.video.to - spans.video.from;
    if (parameters.audio !== undefined && spans.audio !== undefined) {
      const { from, to } = spans.audio;
      starts.push(ticksToUs(from, parameters.audio.timescale));
      period = Math.max(period, rescale(to - from, parameters.audio.timescale, timescale) + 1);
    }
    // Otherwise a file of one picture without a duration would be repeated endlessly at one instant.
    this.periodTicks = Math.max(period, Math.ceil(timescale / 1000));
    this.#sourceStartUs = leastOf(starts);
  }

  get playing(): boolean {
    return this.#run !== undefined;
  }

  /** Plays the source from its first sample, a key picture, at this moment; not if it was to be played once and was. */
  start(): void {
    if (this.#run !== undefined || this.#over) return;
    const run: PlayRun = { stopped: false, wake: () => {} };
    this.#run = run;
    this.#play(run).then(
      () => this.#ended(run),
      (error: unknown) => {
        if (this.#run === run) this.#run = undefined;
        if (!run.stopped) this.#options.onError(error);
      },
    );
  }

  /** No sample follows until the next start. */
  stop(): void {
    const run = this.#run;
    if (run === undefined) return;
    this.#run = undefined;
    run.stopped = true;
    run.wake();
  }

  /**
   * A key picture is wanted. A recording's key pictures are where they are: if none comes within 2 s, the source is
   * restarted, as it begins with one.
   */
  requestKeyFrame(): void {
    this.#keyWantedAtUs ??= this.#options.clock.uptimeUs();
  }

  #ended(run: PlayRun): void {
    if (this.#run !== run) return;
    this.#run = undefined;
    this.#over = true;
    this.#options.onEnd();
  }

  async #play(run: PlayRun): Promise<void> {
    for (;;) {
      const play = this.#plays;
      this.#plays += 1;
      let base = this.#nextBase();
      for (let loop = 0; ; loop += 1) {
        const whole = await this.#pass(run, base, { play, loop });
        if (run.stopped) return;
        if (!whole) break;
        if (this.#options.once) return;
        base += this.periodTicks;
      }
    }
  }

  /** Plays the source once, its beginning at `base`. @returns false if it was stopped, or must be restarted. */
  async #pass(
    run: PlayRun,
    base: number,
    at: { readonly play: number; readonly loop: number },
  ): Promise<boolean> {
    const { file, clock, once, onSample } = this.#options;
    const counts = { video: 0, audio: 0 };
    let dueUs = 0;
    for await (const source of file.samples()) {
      if (run.stopped) return false;
      const { track } = source;
      const index = counts[track];
      counts[track] += 1;
      const shift = this.#shift(track, base);
      const last = index === file.counts[track] - 1 && !once;
      const lasts = last ? this.#seam(track, base) - source.dts : source.duration;
      // The link has 32 bits for it; if the sample lasts longer, the next one's time shows it.
      const duration = Math.min(lasts, durationMax);
      const sample = { ...source, pts: source.pts + shift, dts: source.dts + shift, duration };
      const captureUs = this.#captureUs(sample);
      dueUs = Math.max(dueUs, captureUs);
      await this.#until(run, dueUs);
      if (run.stopped) return false;
      if (clock.uptimeUs() - dueUs > lateUsMax || this.#keyOverdue(sample, captureUs)) return false;
      this.#endTicks = Math.max(this.#endTicks, this.#endOf(sample));
      onSample({ sample, captureUs, ...at, index });
    }
    return true;
  }

  #keyOverdue(sample: MediaSample, nowUs: number): boolean {
    if (this.#keyWantedAtUs === undefined || sample.track !== 'video') return false;
    const overdue = !sample.key && nowUs - this.#keyWantedAtUs > keyWaitUs;
    if (sample.key || overdue) this.#keyWantedAtUs = undefined;
    return overdue;
  }

  /**
   * The time at which the source begins if it is restarted now, in ticks of the video track since its first beginning.
   */
  #nextBase(): number {
    const nowUs = this.#options.clock.uptimeUs();
    this.#originUs ??= nowUs;
    const elapsedUs = nowUs - this.#originUs;
    if (elapsedUs === 0) return this.#endTicks;
    return Math.max(rescale(elapsedUs, 1_000_000, this.#timescale('video')) + 1, this.#endTicks);
  }

  /** What is added to the source's times of a track. */
  #shift(track: TrackKind, base: number): number {
    return track === 'video' ? base : rescale(base, this.#timescale('video'), this.#timescale('audio'));
  }

  /** The first decode time of the next pass, in the source's time: the end of this pass's last sample. */
  #seam(track: TrackKind, base: number): number {
    const from = this.#options.file.spans[track]?.from ?? 0;
    return from + this.#shift(track, base + this.periodTicks) - this.#shift(track, base);
  }

  /** Where another pass may begin after `sample`. */
  #endOf(sample: MediaSample): number {
    const from = this.#options.file.spans[sample.track]?.from ?? 0;
    const ticks = sample.dts + sample.duration - from;
    if (sample.track === 'video') return ticks;
    return rescale(ticks, this.#timescale('audio'), this.#timescale('video')) + 1;
  }

  #captureUs(sample: MediaSample): number {
    assert(this.#originUs !== undefined, 'the origin is set before the first pass');
    return this.#originUs + ticksToUs(sample.pts, this.#timescale(sample.track)) - this.#sourceStartUs;
  }

  #timescale(track: TrackKind): number {
    const { timescale } = trackOf(this.#options.file.parameters, track) ?? {};
    assert(timescale !== undefined, 'samples come from tracks that the file has');
    return timescale;
  }

  /** Waits until `dueUs`, or until the run is stopped. */
  async #until(run: PlayRun, dueUs: number): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      const leftUs = dueUs - clock.uptimeUs();
      if (leftUs <= 0 || run.stopped) return;
      let timer: Timer | undefined;
      await new Promise<void>((resolve) => {
        run.wake = resolve;
        timer = clock.setTimer(Math.ceil(leftUs / 1000), resolve);
      });
      timer?.cancel();
    }
  }
}
