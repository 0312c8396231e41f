import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import type { SocketConstructorOpts } from 'node:net';
import { ReadStream } from 'node:tty';
import { LinuxBinding, type LinuxPortBinding } from '@serialport/bindings-cpp';
import { SealcamError, systemCode } from '../../../base/errors.ts';
import type { BytePort } from '../../../proto/link/port.ts';

/** Which port, and how fast. */
export interface SerialPortOptions {
  /** Device file, e.g. `/dev/ttyACM0`. */
  readonly path: string;
  /** Baud rate; a USB or pseudo-terminal takes any and paces by none. */
  readonly baudRate: number;
}

/** Opens the sensor's line. Rejects where it cannot be opened now. */
export type OpenLine = (line: SerialPortOptions) => Promise<BytePort>;

/** Bytes that are handed on at once, at most. */
const bufferBytes = 65_536;

/** What a terminal of Linux holds at once, so that more may have followed: its line discipline keeps a page, less one byte. */
const fullReadBytes = 4_095;

/**
 * Opens the serial port of the sensor. What was waiting in it unread is flushed by the opening.
 * @throws SealcamError `SENSOR_PORT` when it isn't there, isn't ours to open, or isn't a terminal.
 */
export async function openSerialPort(options: SerialPortOptions): Promise<BytePort> {
  const { path } = options;
  try {
    return new SerialPort(path, await LinuxBinding.open({ ...options }));
  } catch (error) {
    throw portError(path, error);
  }
}

/**
 * An open port. serialport's binding sets the line, locks it, and waits where it takes no more. Node's own stream for terminals reads
 * it into one buffer, and writing is done here, on this thread: the descriptor never blocks. serialport's poller asks the kernel
 * again before each read, and its reader takes a turn through the thread pool; they cost more than all that is done with the bytes.
 */
class SerialPort implements BytePort {
  readonly #path: string;
  readonly #port: LinuxPortBinding;
  #reader: ReadStream | undefined;
  #tell: (reason?: Error) => void = () => {};
  #closed = false;

  constructor(path: string, port: LinuxPortBinding) {
    this.#path = path;
    this.#port = port;
  }

  onData(take: (chunk: Uint8Array) => void): void {
    if (this.#closed || this.#port.fd === null) return;
    try {
      this.#reader = readTerminal(this.#port.fd, (chunk) => {
        if (!this.#closed) take(chunk);
      });
    } catch (error) {
      this.#close(portError(this.#path, error));
      return;
    }
    this.#reader.on('end', () => this.#close(new Error('the other side of the port is gone')));
    this.#reader.on('error', (error) => this.#close(error));
  }

  onClose(take: (reason?: Error) => void): void {
    this.#tell = take;
  }

  close(): void {
    this.#close();
  }

  async write(bytes: Uint8Array): Promise<void> {
    const { fd } = this.#port;
    if (this.#closed || fd === null) throw portError(this.#path, new Error('the port is closed'));
    const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    try {
      const rest = all.subarray(writeNow(fd, all));
      if (rest.length > 0) await this.#port.write(rest);
    } catch (error) {
      const failure = portError(this.#path, error);
      this.#close(failure);
      throw failure;
    }
  }

  #close(reason?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    const told = (): void => this.#tell(reason);
    const reader = this.#reader;
    const unread = new Promise<void>((resolve) => {
      if (reader === undefined || reader.closed) resolve();
      else reader.once('close', resolve).destroy();
    });
    unread.then(() => this.#port.close()).then(told, told);
  }
}

/**
 * Reads the terminal `fd` by another opening of it, as Node's stream closes what it reads from, and `fd` holds the lock. The bytes
 * are valid until `take` returns.
 */
function readTerminal(fd: number, take: (chunk: Uint8Array) => void): ReadStream {
  const { O_RDONLY, O_NOCTTY, O_NONBLOCK } = constants;
  const own = openSync(`/proc/self/fd/${fd}`, O_RDONLY | O_NOCTTY | O_NONBLOCK);
  const buffer = Buffer.allocUnsafeSlow(bufferBytes);
  const callback = (bytes: number): boolean => {
    take(buffer.subarray(0, bytes + followed(fd, buffer, bytes)));
    return true;
  };
  // The types of Node.js know `onread` of a connection alone.
  const intoOneBuffer = { onread: { buffer, callback } } as SocketConstructorOpts;
  const reader = streamOf(own, intoOneBuffer);
  // libuv opens a terminal by its name once more, where it can, and leaves the one that it was given open.
  const { fd: reading } = (reader as { readonly _handle?: { readonly fd?: number } })._handle ?? {};
  if (reading !== undefined && reading !== own) closeSync(own);
  reader.resume();
  return reader;
}

function streamOf(fd: number, options: SocketConstructorOpts): ReadStream {
  try {
    return new ReadStream(fd, options);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Writes as much as the terminal takes at once. @returns how many bytes that were. */
function writeNow(fd: number, bytes: Buffer): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    if (comesLater(error)) return 0;
    throw error;
  }
}

/** True where a call that may not wait only had to be made later. */
function comesLater(error: unknown): boolean {
  return ['EAGAIN', 'EWOULDBLOCK', 'EINTR'].includes(systemCode(error) ?? '');
}

function portError(path: string, cause: unknown): SealcamError {
  const text = cause instanceof Error ? cause.message : String(cause);
  // The binding gives no code for a lock that another program holds.
  if (/cannot lock port/i.test(text)) {
    return new SealcamError(
      'SENSOR_PORT_BUSY',
      `The sensor's port ${path} is in use by another program: end that program, or configure another port`,
      { cause },
    );
  }
  return new SealcamError(
    'SENSOR_PORT',
    `The sensor's port ${path} does not work (${systemCode(cause) ?? text}): check that the sensor is connected and that this user may open the port`,
    { cause },
  );
}

/** Reads what has followed `filled` bytes meanwhile, so that they are handed on together. @returns how many bytes that are. */
function followed(fd: number, buffer: Buffer, filled: number): number {
  let end = filled;
  try {
    for (let last = filled; last >= fullReadBytes && end < buffer.length; end += last)
      last = readSync(fd, buffer, end, buffer.length - end, null);
  } catch {
    // Nothing has followed yet, or the port is gone, which its stream finds out next.
  }
  return end - filled;
}
