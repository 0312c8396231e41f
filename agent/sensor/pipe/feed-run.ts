import { SealcamError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Feed } from './feed.ts';
import { pipeLimits } from './limits.ts';
import type { StreamItem, StreamReader } from './stream.ts';
import type { StreamClock } from './stream-clock.ts';
import type { TrackStep } from './track-step.ts';

/** One run of the program, or one opening of the FIFO or device. Nothing outlives it: the next is another run of the source. */
export interface FeedRun<T> {
  readonly name: string;
  readonly reader: StreamReader<T>;
  readonly clock: StreamClock;
  readonly step: TrackStep;
  readonly beganUs: number;
  feed: Feed | undefined;
  stopped: Promise<void> | undefined;
  sequence: number;
  /** What came with the bytes that are being read. */
  items: StreamItem[];
  parameters: Extract<StreamItem, { type: 'parameters' }> | undefined;
  isHere: boolean;
  saidBehind?: boolean;
  saidApart?: boolean;
}

/** Settles when the run's program is gone, or its FIFO or device closed; it is asked to end once. */
export function stopped<T>(run: FeedRun<T>): Promise<void> {
  run.stopped ??= Promise.resolve(run.feed?.stop());
  return run.stopped;
}

/** Takes each item out of the run and hands it on. What is left when that ends early is still the run's, to be erased. */
export function* takenItems<T>(run: FeedRun<T>): Generator<StreamItem> {
  for (let item = run.items.shift(); item !== undefined; item = run.items.shift()) yield item;
}

/** As {@link stopped}, of a run from which nothing is taken any more: what it keeps is erased. */
export function discarded<T>(run: FeedRun<T>): Promise<void> {
  run.reader.wipe();
  for (const item of takenItems(run)) if (item.type === 'sample') item.sample.data.fill(0);
  return stopped(run);
}

/** What the times of samples show. */
export interface HeardTimes {
  /** How much later than before the samples are now taken to be, as pictures are missing, in microseconds. */
  readonly behindUs: number;
  /** How much later the sound is than the pictures, in microseconds; 0 while no drift has been measured. */
  readonly apartUs: number;
}

/**
 * Lets the run's clock hear when samples came that say no time of ours.
 * @throws SealcamError `PIPE_STREAM` where more comes than can happen.
 */
export function hearTimes<T>(run: FeedRun<T>, items: readonly StreamItem[], nowUs: number): HeardTimes {
  let behindUs = 0;
  let apartUs = 0;
  for (const item of items) {
    if (item.type !== 'sample' || item.capturedUs !== undefined) continue;
    if (!run.reader.saysTimes) behindUs += run.clock.fellBehind(item.streamUs, nowUs);
    else apartUs = run.step.heard(item.sample.track, item.streamUs, nowUs) ?? 0;
    const aheadUs = run.clock.heard(item.streamUs, nowUs);
    if (aheadUs > pipeLimits.aheadUsMax) {
      throw new SealcamError(
        'PIPE_STREAM',
        `The pipe gives pictures faster than they happen, ${Math.round(aheadUs / 1_000_000)} s too much by now: let the program read at the rate of its source (ffmpeg: -re)`,
      );
    }
  }
  return { behindUs, apartUs };
}

/** Says once a run that its sound and its pictures drift apart. */
export function reportApart<T>(run: FeedRun<T>, apartUs: number, log: Log): void {
  if (run.saidApart) return;
  run.saidApart = true;
  log.warn(
    'pipe.out-of-step',
    'Sound and pictures of the pipe have clocks that drift apart: let the program resample the sound (ffmpeg: -af aresample=async=1000)',
    { soundBehindMs: Math.round(apartUs / 1000) },
  );
}
