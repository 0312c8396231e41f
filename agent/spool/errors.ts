import { SealcamError, systemCode } from '../../base/errors.ts';

/** A segment by its place in a chunk: part 0 media, 1 telemetry. */
export interface ChunkSegment {
  readonly part: number;
  readonly number: number;
}

/**
 * `SPOOL_ROT`: bytes that were durable can no longer be read as written. The error changes and removes nothing.
 * `statement` is D of the chunk statement, `segments` are the lost segments and `intact` the records of the others; if
 * the statement itself is lost, the first is undefined and the other two are empty.
 */
export class RotError extends SealcamError {
  readonly recording: string;
  readonly index: number;
  readonly statement: Uint8Array | undefined;
  readonly segments: readonly ChunkSegment[];
  readonly intact: readonly Uint8Array[];

  constructor(
    recording: string,
    index: number,
    statement?: Uint8Array,
    segments: readonly ChunkSegment[] = [],
    intact: readonly Uint8Array[] = [],
  ) {
    const what = segments.length === 0 ? 'the statement' : `${segments.length} segments`;
    super(
      'SPOOL_ROT',
      `${what} of index ${index} of recording ${recording} cannot be read back as written: check the storage`,
    );
    this.recording = recording;
    this.index = index;
    this.statement = statement;
    this.segments = segments;
    this.intact = intact;
  }
}

/** True if the error means that the storage is full. */
export function isStorageFull(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/**
 * True if the storage cannot return what was written: a bad block, or a file system that found itself damaged. The data
 * that such an error hides counts as rotten; it is no reason to stop.
 */
export function isDamage(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'EIO' || code === 'EUCLEAN' || code === 'EBADMSG';
}

/** Errors that are not the storage's fault. */
const refusals: Readonly<Record<string, string>> = {
  EROFS: 'its file system is read-only, so mount it for writing or give "spool" another folder',
  EACCES: 'this user may not write there, so change its owner or give "spool" another folder',
  EPERM: 'this user may not write there, so change its owner or give "spool" another folder',
  EEXIST: 'a file is where the folder should be, so move it or give "spool" another folder',
  ENOTDIR: 'a file is where a folder should be, so move it or give "spool" another folder',
  ENOENT: 'a part of its path is not there, so mount the storage or give "spool" another folder',
  ELOOP: 'a symbolic link in its path leads to itself, so correct the link or give "spool" another folder',
  ENAMETOOLONG: 'its path is too long, so give "spool" another folder',
  EMFILE: 'the agent may open no more files, so raise the limit (LimitNOFILE= of its service)',
  ENFILE: 'the machine has as many files open as it can, so end what holds them',
  ENOMEM: 'the system gives no more memory, so raise the limit (MemoryMax= of its service)',
};

/** The error that the spool throws for a file system error: `SPOOL_FULL` or `SPOOL_IO`. */
export function storageError(what: string, cause: unknown): SealcamError {
  if (cause instanceof SealcamError) return cause;
  if (isStorageFull(cause)) {
    return new SealcamError('SPOOL_FULL', `${what}: the storage is full, so let the camera upload`, {
      cause,
    });
  }
  const code = systemCode(cause);
  const why =
    (code === undefined ? undefined : refusals[code]) ??
    `the storage failed (${code ?? 'of itself'}), so check or replace it`;
  return new SealcamError('SPOOL_IO', `${what}: ${why}`, { cause });
}
