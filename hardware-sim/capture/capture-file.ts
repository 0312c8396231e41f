import { randomBytes } from 'node:crypto';
import { appendFileSync, closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { SealcamError } from '../../base/errors.ts';
import { openOutsideFile } from '../../base/outside-file.ts';
import type { CaptureSink } from './capture-writer.ts';
import { captureLimits } from './limits.ts';
import { CaptureReader, type CaptureRecord } from './pcapng.ts';

const readBytes = 65_536;

/** A new file of a capture. */
export interface CaptureFile extends CaptureSink {
  close(): Promise<void>;
  /** Closes and removes it: what was to be written never came, and its name shall be free for the next try. */
  discard(): Promise<void>;
}

/** Creates the file at `path`, which must be free; only its owner may read it, as a capture may hold pictures. */
export async function createCaptureFile(path: string): Promise<CaptureFile> {
  const file = await open(path, 'wx', 0o600);
  return {
    async append(bytes) {
      await file.appendFile(bytes);
    },
    close: () => file.close(),
    async discard() {
      try {
        await file.close();
      } finally {
        await rm(path, { force: true });
      }
    },
  };
}

/** A file of a capture that has its name once it is whole: a part of a capture passes for a whole one. */
export interface WholeFile extends CaptureSink {
  /** Syncs it, and gives it its name. */
  finish(): void;
  /** Removes it and frees its name, at once: for an error, and for a process that ends. Does nothing after `finish`. */
  abandon(): void;
}

/**
 * Creates the file at `path`, which must be free, as {@link createCaptureFile}. Until it is whole an empty file keeps the name, so that
 * the renaming never replaces a file of another, and what is written is in a file next to it that ends with `.partial`. It is made and
 * written without a turn of the event loop, so that a process that a signal ends always knows what there is to remove.
 */
export function createWholeFile(path: string): WholeFile {
  closeSync(openSync(path, 'wx', 0o600));
  const partial = `${path}.${randomBytes(6).toString('hex')}.partial`;
  let left = [path];
  const remove = (): void => {
    for (const name of left.splice(0)) rmSync(name, { force: true });
  };
  const file = partialFile(partial, remove);
  left.push(partial);
  return {
    async append(bytes) {
      appendFileSync(file, bytes);
    },
    finish() {
      fsyncSync(file);
      renameSync(partial, path);
      left = [];
      closeSync(file);
    },
    abandon() {
      if (left.length === 0) return;
      remove();
      closeSync(file);
    },
  };
}

/** @param otherwise is called where it can't be made. */
function partialFile(path: string, otherwise: () => void): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    otherwise();
    throw error;
  }
}

/** How a capture was read. */
export interface ReadEnd {
  /** Bytes at the end that make no whole block: the recorder was killed, or still writes. */
  readonly heldBytes: number;
}

/**
 * The records of the capture at `path`, in order, without holding more than a block of it.
 * @param more is asked at the end of the file whether to wait and read on; never unless given.
 * @throws SealcamError `CAPTURE_INVALID`, `FILE_KIND`, `FILE_TOO_LARGE`; what the system says, such as `ENOENT`.
 */
export async function* readCapture(
  path: string,
  more: () => Promise<boolean> = async () => false,
): AsyncGenerator<CaptureRecord, ReadEnd> {
  const file = await openOutsideFile(path, captureLimits.fileBytesMax);
  try {
    return yield* recordsOf(file, more);
  } finally {
    await file.close();
  }
}

async function* recordsOf(
  file: FileHandle,
  more: () => Promise<boolean>,
): AsyncGenerator<CaptureRecord, ReadEnd> {
  const reader = new CaptureReader();
  const chunk = Buffer.alloc(readBytes);
  let at = 0;
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, readBytes, at);
    at += bytesRead;
    if (bytesRead > 0) yield* reader.push(chunk.subarray(0, bytesRead));
    else if (!(await more())) break;
  }
  if (at === 0)
    throw new SealcamError('CAPTURE_INVALID', 'The capture is empty: nothing was recorded into it');
  return { heldBytes: reader.heldBytes };
}
