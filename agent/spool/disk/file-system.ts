/** How a file is opened: to read it, to write into it as well, or both after making it, which it must not be yet. */
export type OpenMode = 'read' | 'write' | 'create';

/** An open file. All positions and lengths count bytes. Every asynchronous call rejects with the system's error (`code`). */
export interface OpenFile {
  /** Reads up to `target.length` bytes at `position`; resolves with how many were read, 0 at the file's end. */
  read(target: Uint8Array, position: number): Promise<number>;
  /**
   * {@link read}, but waiting for the storage on this thread: for the many small reads of a scan, where handing
   * each to another thread takes far longer than the read.
   * @throws the system's error.
   */
  readNow(target: Uint8Array, position: number): number;
  /** Writes `parts` one behind the other at `position`; resolves with how many bytes were written, which may be fewer. */
  writev(parts: readonly Uint8Array[], position: number): Promise<number>;
  /** fdatasync: on return the file's bytes and its length are durable, but not its name. */
  datasync(): Promise<void>;
  truncate(bytes: number): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

/**
 * Everything that the spool asks of a file system. It calls nothing else, so that a simulated one can stand
 * below it and fail, or crash, at every call.
 */
export interface FileSystem {
  open(path: string, mode: OpenMode): Promise<OpenFile>;
  /** The names in a directory, in no order. */
  list(directory: string): Promise<string[]>;
  /** Makes a directory and those above it, where they are missing; open to its owner alone. */
  makeDirectory(directory: string): Promise<void>;
  /** Replaces `to`, where it exists, in one step. */
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** fsync of a directory: on return the names made, changed and removed in it are durable. */
  syncDirectory(directory: string): Promise<void>;
  /** Bytes that this process may still use on the file system of `directory`. */
  freeBytes(directory: string): Promise<number>;
  /**
   * Takes the lock file `path` for this process, or takes it over from one that no longer runs.
   * @returns gives it back.
   * @throws SealcamError `SPOOL_LOCKED` where a running process holds it.
   */
  lock(path: string): Promise<() => Promise<void>>;
}
