/** Who takes what a feed gives. */
export interface FeedTaker<T = Uint8Array> {
  /** The next bytes, which are erased when this returns; or whatever else it gives, which is the taker's. */
  readonly onData: (data: T) => void;
  /**
   * It gives nothing any more.
   * @param reason why, in words that a log may hold.
   * @param isWhole whether it gave all that it had: what came last is not cut off.
   */
  readonly onEnd: (reason: string, isWhole: boolean) => void;
}

/** Something that gives bytes by itself: a program that runs, a FIFO that is open; or a device that gives pictures. */
export interface Feed {
  /** Whether there is no writer yet: nothing is amiss, however long it gives nothing. */
  readonly awaitsWriter?: boolean;
  /** Orders, to one that takes them. */
  setBitrate?(bitsPerSecond: number): void;
  requestKeyFrame?(): void;
  /**
   * Ends it. What it had left is still given before this resolves, and `onEnd` is not called. Resolves when it is gone,
   * within seconds.
   */
  stop(): Promise<void>;
}

/** Starts a feed. A failure is told by `onEnd`, after the feed was returned. */
export type OpenFeed<T = Uint8Array> = (taker: FeedTaker<T>) => Feed;
