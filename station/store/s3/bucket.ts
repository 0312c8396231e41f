/** An object as a listing has it. */
export interface ListedObject {
  /** Its key, or the rest of it after the prefix that was listed. */
  readonly key: string;
  readonly bytes: number;
  /** Differs after each write of other bytes. */
  readonly tag: string;
  readonly modifiedMs: number;
}

/** Objects in the order of their keys. */
export interface Listing {
  readonly objects: readonly ListedObject[];
  /** There are more after them. */
  readonly more: boolean;
}

/**
 * A bucket as the store needs it. Nothing that it says is believed: whoever puts an object looks for it, and reads it.
 * Every operation may be repeated. Those that fail reject with SealcamError `S3_REQUEST`, and may be carried out all the same,
 * even later.
 */
export interface Bucket {
  /** For people: `s3://BUCKET`. */
  readonly name: string;
  /**
   * Stores an object.
   * @param hash SHA-256 of its content, which the server is told.
   * @param isKept it is evidence: it is locked if the configuration says so.
   */
  put(key: string, parts: readonly Uint8Array[], hash: Uint8Array, isKept: boolean): Promise<void>;
  /** The whole of an object; undefined if there is none, or one of more than `bytesMax` bytes. */
  get(key: string, bytesMax: number): Promise<Uint8Array | undefined>;
  /** Up to `most` objects below `prefix`, of which the keys are left without it, that come after `after`. */
  list(prefix: string, after: string, most: number): Promise<Listing>;
  /** The names between `prefix` and the next slash. */
  names(prefix: string): Promise<string[]>;
  /** Removes an object; a versioned bucket keeps it. */
  remove(key: string): Promise<void>;
  /**
   * Removes every version of every object below `prefix`, and looks for them afterwards.
   * @throws SealcamError `S3_KEPT` if the bucket still has one.
   */
  purge(prefix: string): Promise<void>;
}
