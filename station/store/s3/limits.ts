const mebibyte = 1_048_576;

/** The bounds of a store in a bucket. */
export const bucketLimits = {
  /** Objects that are listed at a time: S3's own bound. */
  listedMax: 1_000,
  /** An object above this size is put in parts, of this size each; S3 allows none below 5 MiB. A copy makes none above it. */
  partBytes: 16 * mebibyte,
  /** Names or versions that are listed in a folder; more are no store's. */
  namesMax: 1_000_000,
  /** Files of which it is remembered what they consist of. */
  filesKnownMax: 4_096,
  /** Objects of a file that are remembered since they were written, so that reading them back needs no listing. */
  recentMax: 16,
  /** Files of which a part of the listing is kept for reading, and those of which an object that was read in part. */
  windowsMax: 16,
  partlyReadMax: 4,
  /** Objects that are read, copied or removed at a time. */
  parallelMax: 8,
  /** The highest number of a turn, as its name has room for. */
  turnNumberMax: 99_999_999,
  /** How often another writer at the same file is given way before that is a fault. */
  turnsTriedMax: 8,
  /** Connections to one server. */
  socketsMax: 64,
  /** Of one request: until a connection is there, and between two bytes of an answer; and how often it is tried. */
  connectMsMax: 5_000,
  idleMsMax: 20_000,
  triesMax: 4,
  /** Of one request with all its tries, until the last byte of the answer. */
  requestMsMax: 300_000,
  /** How long what a file of credentials says is called valid. The client asks again when that is less than 5 minutes. */
  credentialsMs: 360_000,
} as const;
