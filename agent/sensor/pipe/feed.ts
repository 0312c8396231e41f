/** Who takes what a feed gives. */
export interface FeedTaker {
  /** The next bytes; they are the taker's. */
  readonly onData: (bytes: Uint8Array) => void;
  /**
   * It gives nothing any more.
   * @param reason why, in words that a log may hold.
   * @param isWhole whether it gave all that it had: what came last is not cut off.
   */
  readonly onEnd: (reason: string, isWhole: boolean) => void;
}

/** Something that gives bytes by itself: a program that runs, or a FIFO that is open. */
export interface Feed {
  /** Whether there is no writer yet: nothing is amiss, however long it gives nothing. */
  readonly awaitsWriter?: boolean;
  /**
   * Ends it. What it had left is still given before this resolves, and `onEnd` is not called. Resolves when it is gone,
   * within seconds.
   */
  stop(): Promise<void>;
}

/** Starts a feed. A failure is told by `onEnd`, after the feed was returned. */
export type OpenFeed = (taker: FeedTaker) => Feed;
