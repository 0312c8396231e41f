/** A way for bytes in both directions, open from the start: a serial port, a pseudo-terminal, or a pair in memory. */
export interface BytePort {
  /**
   * Sends `bytes`, which the caller does not change until then.
   * @returns a promise that resolves when the port can take more, and rejects when it is closed.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Sets the receiver of what comes in; the bytes are valid until it returns. */
  onData(take: (chunk: Uint8Array) => void): void;
  /** Sets who is told, once, that the port is gone: with the reason, or without one after `close`. */
  onClose(take: (reason?: Error) => void): void;
  /** Gives the port up. `onClose` follows. Closing twice does nothing more. */
  close(): void;
}
