import { SealcamError } from '../../../base/errors.ts';
import type { Feed } from './feed.ts';
import { pipeLimits } from './limits.ts';
import type { StreamItem, StreamReader } from './stream.ts';
import type { StreamClock } from './stream-clock.ts';

/** One run of the program, or one opening of the FIFO or device. Nothing outlives it: the next is another run of the source. */
export interface FeedRun<T> {
  readonly name: string;
  readonly reader: StreamReader<T>;
  readonly clock: StreamClock;
  readonly beganUs: number;
  feed: Feed | undefined;
  stopped: Promise<void> | undefined;
  sequence: number;
  /** What came with the bytes that are being read. */
  items: StreamItem[];
  parameters: Extract<StreamItem, { type: 'parameters' }> | undefined;
  isHere: boolean;
  saidBehind?: boolean;
}

/** Settles when the run's program is gone, or its FIFO or device closed; it is asked to end once. */
export function stopped<T>(run: FeedRun<T>): Promise<void> {
  run.stopped ??= Promise.resolve(run.feed?.stop());
  return run.stopped;
}

/**
 * Lets the run's clock hear when samples came that say no time of ours.
 * @returns how much later than before the samples are now taken to be, as pictures are missing, in microseconds.
 * @throws SealcamError `PIPE_STREAM` where more comes than can happen.
 */
export function hearTimes<T>(run: FeedRun<T>, items: readonly StreamItem[], nowUs: number): number {
  let behindUs = 0;
  for (const item of items) {
    if (item.type !== 'sample' || item.capturedUs !== undefined) continue;
    if (!run.reader.saysTimes) behindUs += run.clock.fellBehind(item.streamUs, nowUs);
    const aheadUs = run.clock.heard(item.streamUs, nowUs);
    if (aheadUs > pipeLimits.aheadUsMax) {
      throw new SealcamError(
        'PIPE_STREAM',
        `The pipe gives pictures faster than they happen, ${Math.round(aheadUs / 1_000_000)} s too much by now: let the program read at the rate of its source (ffmpeg: -re)`,
      );
    }
  }
  return behindUs;
}
