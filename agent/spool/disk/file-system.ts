/** How to open a file: for reading, for reading and writing, or for both after creating it (it must not exist yet). */
export type OpenMode = 'read' | 'write' | 'create';

/** An open file. All positions and lengths count bytes. Every asynchronous call rejects with the system's error (`code`). */
export interface OpenFile {
  /** Reads up to `target.length` bytes at `position`; resolves with how many were read, 0 at the file's end. */
  read(target: Uint8Array, position: number): Promise<number>;
  /**
   * {@link read}, but blocking this thread: for the many small reads of a scan, where handing each one to another
   * thread takes far longer than the read itself.
   * @throws the system's error.
   */
  readNow(target: Uint8Array, position: number): number;
  /** Writes `parts` one after another at `position`; resolves with how many bytes were written, which may be fewer. */
  writev(parts: readonly Uint8Array[], position: number): Promise<number>;
  /** fdatasync: on return the file's bytes and its length are durable, but not its name. */
  datasync(): Promise<void>;
  /** Makes the system forget what it holds of the file in memory: reads then come from the storage. Not every file system can. */
  forget?(): void;
  truncate(bytes: number): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

/**
 * Everything that the spool needs from a file system. The spool makes no other file system calls, so a simulated one
 * can replace it and fail, or crash, at every call.
 */
export interface FileSystem {
  open(path: string, mode: OpenMode): Promise<OpenFile>;
  /** The names in a directory, in any order. */
  list(directory: string): Promise<string[]>;
  /** Creates a directory and its missing parents, accessible to the owner only. */
  makeDirectory(directory: string): Promise<void>;
  /** Renames `from` to `to` in one step, replacing `to` if it exists. */
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** fsync of a directory: on return the names made, changed and removed in it are durable. */
  syncDirectory(directory: string): Promise<void>;
  /** Bytes that this process may still use on the file system that holds `directory`. */
  freeBytes(directory: string): Promise<number>;
  /**
   * Takes the lock file `path` for this process, or takes it over from a process that no longer runs.
   * @returns a function that releases the lock.
   * @throws SealcamError `SPOOL_LOCKED` if a running process holds it.
   */
  lock(path: string): Promise<() => Promise<void>>;
}
