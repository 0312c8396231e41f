import { type FileHandle, open, readFile } from 'node:fs/promises';
import { isSealcamError, SealcamError, systemCode } from '../base/errors.ts';
import { openEnvelope } from '../evidence/dsse.ts';
import { type Root, readRoot } from '../evidence/root.ts';
import { type Revocations, readRevocations } from '../evidence/trust.ts';
import type { EvidenceSource } from '../evidence/verify/index.ts';

/** Bytes that are read from a file at a time. */
const pieceBytes = 1_048_576;
/** A root's certificate, a key or a list is smaller. */
const smallFileBytesMax = 8_388_608;

/** A file as a verifier's source; `close` it when done. */
export interface FileSource extends EvidenceSource {
  close(): Promise<void>;
}

/** Opens a file of records. @throws what the system says, with the file's path. */
export async function openSource(path: string): Promise<FileSource> {
  const file = await openFile(path);
  return {
    name: path,
    async *stream() {
      const piece = Buffer.alloc(pieceBytes);
      for (let offset = 0; ; ) {
        const { bytesRead } = await file.read(piece, 0, pieceBytes, offset);
        if (bytesRead === 0) return;
        yield piece.subarray(0, bytesRead);
        offset += bytesRead;
      }
    },
    readAt: (offset, bytes) => readAt(file, offset, bytes),
    close: () => file.close(),
  };
}

/** Opens a file for reading; a folder can be opened, but what reading it throws does not name it. */
async function openFile(path: string): Promise<FileHandle> {
  const file = await open(path, 'r');
  if (!(await file.stat()).isDirectory()) return file;
  await file.close();
  throw new SealcamError('FILE_KIND', `${path} is a folder: give a file`);
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

/** The whole of a file that must be small. */
export async function readSmallFile(path: string): Promise<Uint8Array> {
  const file = await openFile(path);
  try {
    const { size } = await file.stat();
    if (size > smallFileBytesMax) {
      throw new SealcamError('FILE_TOO_LARGE', `${path} has ${size} bytes, which is not what was asked for`);
    }
    return new Uint8Array(await readFile(file));
  } finally {
    await file.close();
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

/** The agency's revocation list from a file; none where no file is named. */
export async function readRevocationFile(path: string | undefined, root: Root): Promise<Revocations> {
  return path === undefined ? new Map() : readRevocations(openEnvelope(await readSmallFile(path)), root);
}

/** What stands beside `NAME.seal` under another ending. */
export function besides(path: string, ending: string): string {
  return `${path.replace(/\.seal$/, '')}.${ending}`;
}
