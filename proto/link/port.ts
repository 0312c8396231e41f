/** A bidirectional byte channel, open from the start: a serial port, a pseudo-terminal, or a pair in memory. */
export interface BytePort {
  /**
   * Sends `bytes`, which the caller must not change until the promise resolves.
   * @returns a promise that resolves when the port can take more, and rejects when it is closed.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Sets the receiver of incoming bytes, which are valid until it returns. */
  onData(take: (chunk: Uint8Array) => void): void;
  /** Sets the function that is called once when the port is gone: with the reason, or without one after `close`. */
  onClose(take: (reason?: Error) => void): void;
  /** Closes the port. `onClose` follows. Closing it again does nothing. */
  close(): void;
}
