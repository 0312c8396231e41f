import { SealcamError } from '../../../base/errors.ts';
import type { OpenFile } from './file-system.ts';

/** Writes all of `parts` at `position`, however short each write is. */
export async function writeAll(
  file: OpenFile,
  parts: readonly Uint8Array[],
  position: number,
): Promise<number> {
  let rest = parts.filter((part) => part.length > 0);
  let at = position;
  while (rest.length > 0) {
    const written = await file.writev(rest, at);
    if (written <= 0) throw new SealcamError('SPOOL_IO', 'The storage takes no more bytes: check it');
    at += written;
    rest = behind(rest, written);
  }
  return at - position;
}

function behind(parts: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes;
  const rest: Uint8Array[] = [];
  for (const part of parts) {
    if (skip < part.length) rest.push(part.subarray(skip));
    skip = Math.max(0, skip - part.length);
  }
  return rest;
}

/** Up to `length` bytes at `position`: fewer only where the file ends. */
export async function readAt(file: OpenFile, position: number, length: number): Promise<Uint8Array> {
  return readInto(file, position, Buffer.allocUnsafe(length));
}

/** {@link readAt} into `target`, filling it if possible; returns the part of it that was read. */
export async function readInto(file: OpenFile, position: number, target: Uint8Array): Promise<Uint8Array> {
  let have = 0;
  while (have < target.length) {
    const read = await file.read(target.subarray(have), position + have);
    if (read === 0) break;
    have += read;
  }
  return target.subarray(0, have);
}

/** {@link readInto}, blocking this thread. */
export function readIntoNow(file: OpenFile, position: number, target: Uint8Array): Uint8Array {
  let have = 0;
  while (have < target.length) {
    const read = file.readNow(target.subarray(have), position + have);
    if (read === 0) break;
    have += read;
  }
  return target.subarray(0, have);
}
