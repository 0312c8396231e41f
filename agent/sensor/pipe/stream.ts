import type { MediaSample, StreamParameters } from '../../../media/types.ts';

// What the readers of a pipe's formats have in common.

/** What a stream turns out to contain, in its order. */
export type StreamItem =
  /** What the samples from now on are; comes before the first one, and whenever it changes. */
  | {
      readonly type: 'parameters';
      readonly parameters: StreamParameters;
      /** What of the stream can't be recorded, a sentence each. */
      readonly problems: readonly string[];
    }
  /** A sample whose bytes are the receiver's, and when it is decoded, in microseconds of the stream's own clock. */
  | { readonly type: 'sample'; readonly sample: MediaSample; readonly streamUs: number };

/**
 * Finds the samples in a stream of bytes, however it is cut into pieces. It keeps a bounded amount: see `pipeLimits`.
 * After it has thrown it can't be used any more.
 */
export interface StreamReader {
  /** Whether the stream says when its samples are, rather than how many of them there are in a second. */
  readonly saysTimes: boolean;
  /**
   * Takes the next bytes, and hands on what is complete with them. Keeps no view of `bytes`.
   * @throws SealcamError where they are not what the format allows.
   */
  push(bytes: Uint8Array): void;
  /**
   * The stream ended: hands on what is complete. What is cut off is thrown away.
   * @param isWhole whether it ended of itself, so that its last bytes are the end of something complete.
   */
  end(isWhole: boolean): void;
}

/** Takes each item. */
export type TakeItem = (item: StreamItem) => void;
