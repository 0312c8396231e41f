import { closeSync, constants, openSync, readSync, write } from 'node:fs';
import { ReadStream } from 'node:tty';
import { promisify } from 'node:util';
import { openPty } from '../../native/index.ts';
import type { BytePort } from '../../proto/link/port.ts';

const writeAsync = promisify(write);

/** The sensor's end of a pseudo-terminal, and the path at which the agent opens the other end. */
export interface PtyPort extends BytePort {
  /** E.g. `/dev/pts/3`. */
  readonly path: string;
}

/**
 * Creates a tty. It survives any number of openings by the agent without noticing them, like a real serial line;
 * closing it has the effect of pulling the plug.
 */
export function openPtyPort(): PtyPort {
  const { masterFd, slaveFd, path } = openPty();
  // A second descriptor, for `release` below; the agent locks the terminal once it has opened it.
  const drainFd = openSync(path, constants.O_RDONLY | constants.O_NOCTTY | constants.O_NONBLOCK);
  // Reads poll, so no thread waits; writes block while the terminal is full, so they must not happen on this thread.
  const reader = new ReadStream(masterFd);
  let told: (reason?: Error) => void = () => {};
  let open = true;
  let writing: Promise<void> | undefined;

  const writeAll = async (bytes: Uint8Array): Promise<void> => {
    let at = 0;
    while (at < bytes.length) {
      if (!open) throw new Error('the pseudo-terminal is closed');
      const { bytesWritten } = await writeAsync(masterFd, bytes, at, bytes.length - at);
      at += bytesWritten;
    }
  };
  /** Closes the descriptors once no write uses them: their numbers are soon reused for another file. */
  const release = (): void => {
    if (writing === undefined) {
      reader.destroy();
      for (const fd of [slaveFd, drainFd]) closeSync(fd);
      return;
    }
    // A write that waits for room in a terminal without a reader would wait for ever.
    drain(drainFd);
    setTimeout(release, 1);
  };
  const shut = (reason?: Error): void => {
    if (!open) return;
    open = false;
    reader.pause();
    release();
    told(reason);
  };
  reader.on('error', (error: Error) => shut(error));
  reader.on('end', () => shut(new Error('the pseudo-terminal has ended')));
  return {
    path,
    async write(bytes) {
      if (writing !== undefined) throw new Error('the write before this one is not done');
      writing = writeAll(bytes);
      try {
        await writing;
      } finally {
        writing = undefined;
      }
    },
    onData(take) {
      reader.on('data', take);
    },
    onClose(take) {
      told = take;
    },
    close: () => shut(),
  };
}

function drain(fd: number): void {
  const refuse = new Uint8Array(65_536);
  try {
    while (readSync(fd, refuse) > 0);
  } catch {
    // EAGAIN: nothing to read.
  }
}
