/** A way for bytes in both directions, open from the start: a serial port, a pseudo-terminal, or a pair in memory. */
export interface BytePort {
  /**
   * Sends `bytes`, which the caller leaves alone until then.
   * @returns a promise that is kept when the port can take more, and broken when it is closed.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Names the one who takes what comes in; the bytes are his until he returns. */
  onData(take: (chunk: Uint8Array) => void): void;
  /** Names the one who is told, once, that the port is gone: with the reason, or without one after `close`. */
  onClose(take: (reason?: Error) => void): void;
  /** Gives the port up. `onClose` follows. Closing twice does nothing more. */
  close(): void;
}
