import { isSealcamError, SealcamError, systemCode } from '../base/errors.ts';
import { openOutsideFile } from '../base/outside-file.ts';

/** Bytes that can be read at any offset: a file, or a recording assembled in memory. */
export interface ByteSource {
  /** Its name in messages. */
  readonly name: string;
  /** Total bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `at` on; throws where they don't exist or can't be read. */
  read(at: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A file's bytes. Throws `FILE_UNREADABLE`. */
export async function fileSource(path: string): Promise<ByteSource> {
  try {
    const handle = await openOutsideFile(path);
    const { size } = await handle.stat();
    return {
      name: path,
      size,
      async read(at, length) {
        const bytes = new Uint8Array(length);
        let got = 0;
        while (got < length) {
          const { bytesRead } = await handle.read(bytes, got, length - got, at + got);
          if (bytesRead === 0) throw endOf(path, size, at, length);
          got += bytesRead;
        }
        return bytes;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    if (isSealcamError(error)) throw new SealcamError('FILE_UNREADABLE', error.message, { cause: error });
    const code = systemCode(error);
    const reason =
      code === 'ENOENT' ? 'no such file' : (code ?? (error instanceof Error ? error.message : String(error)));
    throw new SealcamError('FILE_UNREADABLE', `"${path}" can't be read (${reason}): name a readable file`, {
      cause: error,
    });
  }
}

/** Bytes in memory; reads return views into them. */
export function memorySource(bytes: Uint8Array, name = 'memory'): ByteSource {
  return {
    name,
    size: bytes.length,
    async read(at, length) {
      if (at + length > bytes.length) throw endOf(name, bytes.length, at, length);
      return bytes.subarray(at, at + length);
    },
    close: async () => {},
  };
}

function endOf(name: string, size: number, at: number, length: number): SealcamError {
  return new SealcamError(
    'MP4_TRUNCATED',
    `"${name}" ends after ${size} bytes, but bytes ${at} to ${at + length} are needed: the file is cut off`,
  );
}
