import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { SealcamError } from './errors.ts';
import { printable } from './printable.ts';

// Opening files that others may have put there: what a command line names, and what is in a store, a spool or a
// folder of keys. A FIFO blocks its reader, a device may never end, and a sparse file of a terabyte takes one
// block on the disk and an hour to read. So such a file is opened without blocking, must be regular, and has a
// bound.

const mebibyte = 1_048_576;

/** Bounds of files, in bytes, by what they hold. */
export const outsideFileLimits = {
  /** A certificate, a key, a list, a configuration. */
  smallFileBytesMax: 8 * mebibyte,
  /** A recording: more than two days at 10 Mbit/s. */
  evidenceFileBytesMax: 262_144 * mebibyte,
  /** Below this size holes cost too little for a refusal. */
  sparseFileBytesMin: 1_024 * mebibyte,
  /** A file is sparse if less than one part in this many is on the disk. Sealed video cannot be compressed. */
  sparseFileShareMax: 8,
} as const;

/**
 * Added to the flags of every such open: it returns at once, and a terminal does not become the process's
 * controlling terminal.
 */
export const openFlags: number = constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * Checks an open file.
 * @throws SealcamError `FILE_KIND` if it is not a regular file, `FILE_TOO_LARGE` if it has more than `bytesMax`
 *   bytes, `FILE_SPARSE` if it is large and nearly all holes.
 */
export function expectRegularFile(
  path: string,
  stats: Pick<Stats, 'isFile' | 'isDirectory' | 'size' | 'blocks'>,
  bytesMax: number = outsideFileLimits.evidenceFileBytesMax,
): void {
  const name = printable(path);
  if (stats.isDirectory()) throw new SealcamError('FILE_KIND', `${name} is a folder: give a file`);
  if (!stats.isFile()) {
    throw new SealcamError(
      'FILE_KIND',
      `${name} is not a regular file but a pipe, a device or a socket: give a file`,
    );
  }
  const { size, blocks } = stats;
  const { sparseFileBytesMin, sparseFileShareMax } = outsideFileLimits;
  if (size > sparseFileBytesMin && blocks * 512 * sparseFileShareMax < size) {
    throw new SealcamError(
      'FILE_SPARSE',
      `${name} claims ${size} bytes and has nearly none of them on the disk: no camera or station wrote it`,
    );
  }
  if (size > bytesMax) {
    throw new SealcamError(
      'FILE_TOO_LARGE',
      `${name} has ${size} bytes, more than the ${bytesMax} that are read`,
    );
  }
}

/**
 * Opens a file that others may have put there, for reading. Symbolic links are followed; what they lead to is checked.
 * @throws SealcamError as {@link expectRegularFile}; what the system says, such as `ENOENT`.
 */
export async function openOutsideFile(path: string, bytesMax?: number): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | openFlags);
  try {
    expectRegularFile(path, await file.stat(), bytesMax);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * The whole of a small file that others may have put there.
 * @throws as {@link openOutsideFile}; also `FILE_TOO_LARGE` if it grows beyond `bytesMax` while it is read.
 */
export async function readOutsideFile(
  path: string,
  bytesMax: number = outsideFileLimits.smallFileBytesMax,
): Promise<Buffer> {
  const file = await openOutsideFile(path, bytesMax);
  try {
    // Its size may be 0 though it has bytes, as in /proc, and may change, so only reading decides.
    const { size } = await file.stat();
    let bytes = Buffer.alloc(Math.min(size, bytesMax) + 1);
    for (let at = 0; ; ) {
      const { bytesRead } = await file.read(bytes, at, bytes.length - at, at);
      at += bytesRead;
      if (at > bytesMax) {
        throw new SealcamError(
          'FILE_TOO_LARGE',
          `${printable(path)} has more than the ${bytesMax} bytes that are read`,
        );
      }
      if (bytesRead === 0) return bytes.subarray(0, at);
      if (at < bytes.length) continue;
      const larger = Buffer.alloc(Math.min(2 * bytes.length, bytesMax + 1));
      bytes.copy(larger);
      // It may hold a key.
      bytes.fill(0);
      bytes = larger;
    }
  } finally {
    await file.close();
  }
}

/** The message for a path for which {@link isLiteralPath} is false. */
export const literalPathRule =
  'expected a path that is written out, without control characters: ~, $VARIABLES and file:// are not expanded';

/**
 * Whether `path` is free of what a shell or a browser expands and a configuration does not (`~/...`, `$HOME/...`,
 * `file://...`), and of what no one sees in a folder's name.
 */
export function isLiteralPath(path: string): boolean {
  return !/^~|\$|^file:|^\s|\s$|[\p{Cc}\p{Cs}]/u.test(path);
}

/** Whether a program that is started without a shell would get `word` as its writer meant it. */
export function isLiteralWord(word: string): boolean {
  return !/^~\/|\$[A-Za-z_{]|[\0\p{Cs}]/u.test(word);
}
