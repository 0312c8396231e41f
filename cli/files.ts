import { type FileHandle, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { isSealcamError, SealcamError, systemCode } from '../base/errors.ts';
import { openOutsideFile, readOutsideFile } from '../base/outside-file.ts';
import { openEnvelope } from '../evidence/dsse.ts';
import { type Root, readRoot } from '../evidence/root.ts';
import { type Revocations, readRevocations } from '../evidence/trust.ts';
import type { EvidenceSource } from '../evidence/verify/index.ts';

/** Bytes to read from a file at a time. */
const pieceBytes = 1_048_576;

/** How many files a command keeps open at a time; a folder may hold any number of files. */
const openFilesMax = 64;

/** A file as a verifier's source; `close` it when done. */
export interface FileSource extends EvidenceSource {
  close(): Promise<void>;
}

/** Files that are open for reading at random places, the most recently used last. */
const opened = new Map<string, Promise<FileHandle>>();

/** The open file `path`; closes the least recently used one if there are too many. */
async function openedFile(path: string): Promise<FileHandle> {
  const file = opened.get(path) ?? openOutsideFile(path);
  opened.delete(path);
  opened.set(path, file);
  const [oldest] = opened.keys();
  if (opened.size > openFilesMax && oldest !== undefined) await closeFile(oldest);
  return file;
}

/** Closes the files that sources left open. */
export async function closeFiles(): Promise<void> {
  for (const path of [...opened.keys()]) await closeFile(path);
}

async function closeFile(path: string): Promise<void> {
  const file = opened.get(path);
  opened.delete(path);
  // Reads in progress end first. A file that could not be opened needs no closing.
  await file?.then((handle) => handle.close()).catch(() => {});
}

/**
 * Opens a file of records.
 * @throws SealcamError as `openOutsideFile`; what the system says, with the file's path.
 */
export async function openSource(path: string): Promise<FileSource> {
  // Refuse a bad file now, not after reading all files before it.
  await openedFile(path).catch(async (error) => {
    await closeFile(path);
    throw error;
  });
  return {
    name: path,
    async *stream() {
      const file = await openOutsideFile(path);
      try {
        const piece = Buffer.alloc(pieceBytes);
        for (let offset = 0; ; ) {
          const { bytesRead } = await file.read(piece, 0, pieceBytes, offset);
          if (bytesRead === 0) return;
          yield piece.subarray(0, bytesRead);
          offset += bytesRead;
        }
      } finally {
        await file.close();
      }
    },
    readAt: async (offset, bytes) => readAt(await openedFile(path), offset, bytes),
    close: () => closeFile(path),
  };
}

async function readAt(file: FileHandle, offset: number, bytes: number): Promise<Uint8Array> {
  const piece = Buffer.alloc(bytes);
  let at = 0;
  while (at < bytes) {
    const { bytesRead } = await file.read(piece, at, bytes - at, offset + at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return piece.subarray(0, at);
}

/** Opens those of `paths` that exist. */
export async function openPresent(paths: readonly string[]): Promise<FileSource[]> {
  const sources: FileSource[] = [];
  for (const path of paths) {
    try {
      sources.push(await openSource(path));
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }
  return sources;
}

/** The whole of a file that must be small. @throws as `readOutsideFile`. */
export async function readSmallFile(path: string): Promise<Uint8Array> {
  return new Uint8Array(await readOutsideFile(path));
}

/** Those of `paths` that exist. */
export async function presentOf(paths: readonly string[]): Promise<string[]> {
  const present: string[] = [];
  for (const path of paths) if (await exists(path)) present.push(path);
  return present;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** The agency's root from a file. */
export async function readRootFile(path: string): Promise<Root> {
  try {
    return readRoot(await readSmallFile(path));
  } catch (error) {
    if (!isSealcamError(error) || error.message.includes(path)) throw error;
    throw new SealcamError(error.code, `${path} cannot be trusted: ${error.message}`, { cause: error });
  }
}

/** The agency's revocation list from a file; undefined if no file is given. */
export async function readRevocationFile(path: string | undefined, root: Root): Promise<Revocations> {
  return path === undefined ? new Map() : readRevocations(openEnvelope(await readSmallFile(path)), root);
}

/** Whether a file in a store or vault belongs to a recording; a store also has the sessions and the journals of boots. */
export function isOfRecording(path: string): boolean {
  return /^[0-9]{10,16}-/.test(basename(path));
}

/** The companion of `NAME.seal` with another ending. */
export function besides(path: string, ending: string): string {
  return `${path.replace(/\.seal$/, '')}.${ending}`;
}
