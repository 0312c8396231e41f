import type { MediaSample, StreamParameters } from '../../../media/types.ts';
import type { LossCause } from '../port.ts';

// What the readers of a feed's formats have in common.

/** What a stream turns out to contain, in its order. */
export type StreamItem =
  /** The source answers, though nothing is known of what it will give. */
  | { readonly type: 'here' }
  /** What the samples from now on are; comes before the first one, and whenever it changes. */
  | {
      readonly type: 'parameters';
      readonly parameters: StreamParameters;
      /** What of the stream can't be recorded, a sentence each. */
      readonly problems: readonly string[];
    }
  | SampleItem
  | MissingItem;

/** Pictures that are missing before what follows, by the source's own count. */
export interface MissingItem {
  readonly type: 'missing';
  readonly cause: LossCause;
  readonly pictures: number;
  /** Up to when, by the clock of the port. */
  readonly toUs: number;
  readonly reason?: string;
}

/** A sample whose bytes are the receiver's. */
export interface SampleItem {
  readonly type: 'sample';
  readonly sample: MediaSample;
  /** When it is decoded, in microseconds of the stream's own clock. */
  readonly streamUs: number;
  /** When it was captured, by the clock of the port, where the stream says that itself. */
  readonly capturedUs?: number;
  /** Whether that is the time when it came, as a device said none that can be. */
  readonly timeReplaced?: boolean;
}

/**
 * Finds the samples in a stream of bytes, however it is cut into pieces. It keeps a bounded amount: see `pipeLimits`.
 * After it has thrown it can't be used any more.
 */
export interface StreamReader<T = Uint8Array> {
  /** Whether the stream says when its samples are, rather than how many of them there are in a second. */
  readonly saysTimes: boolean;
  /**
   * Takes the next bytes, and hands on what is complete with them. Keeps no view of bytes.
   * @throws SealcamError where they are not what the format allows.
   */
  push(data: T): void;
  /**
   * The stream ended: hands on what is complete. What is cut off is thrown away.
   * @param isWhole whether it ended of itself, so that its last bytes are the end of something complete.
   */
  end(isWhole: boolean): void;
  /** Erases what it keeps of pictures and sound. It is not used any more; may be called after it has thrown. */
  wipe(): void;
}

/** Takes each item. */
export type TakeItem = (item: StreamItem) => void;
