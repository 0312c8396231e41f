import { readSync, writeSync } from 'node:fs';
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

/** What Linux gives at one read of a terminal at most: its line discipline keeps a page, less one byte. */
const readBytesMax = 4_095;

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
 * An open port. serialport's binding sets the line and waits for it; reading and writing are done here, on this
 * thread: the descriptor never blocks, and a turn through serialport's stream and the thread pool for each few
 * kilobytes costs several times as much as all that is done with them. serialport's own reader would also call itself
 * for ever when read() gives 0 bytes, as with an unplugged USB adapter or a terminal whose other side was killed:
 * here that is the end of the port.
 */
class SerialPort implements BytePort {
  readonly #path: string;
  readonly #port: LinuxPortBinding;
  readonly #buffer = Buffer.allocUnsafeSlow(bufferBytes);
  #take: (chunk: Uint8Array) => void = () => {};
  #tell: (reason?: Error) => void = () => {};
  #closed = false;

  constructor(path: string, port: LinuxPortBinding) {
    this.#path = path;
    this.#port = port;
  }

  onData(take: (chunk: Uint8Array) => void): void {
    this.#take = take;
    this.#awaitBytes();
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

  #awaitBytes(): void {
    // To poll a port whose poller was destroyed crashes the process.
    if (this.#closed) return;
    this.#port.poller.once('readable', (error: Error | null) => {
      if (this.#closed) return;
      if (error === null) this.#read();
      else this.#close(error);
    });
  }

  #read(): void {
    const { fd } = this.#port;
    if (fd === null) return;
    let filled = 0;
    let last = 0;
    let failure: Error | undefined;
    try {
      do {
        last = readSync(fd, this.#buffer, filled, bufferBytes - filled, null);
        filled += last;
      } while (last === readBytesMax && filled < bufferBytes);
      if (last === 0) failure = new Error('the other side of the port is gone');
    } catch (error) {
      if (!comesLater(error)) failure = error instanceof Error ? error : new Error(String(error));
    }
    if (filled > 0) this.#take(this.#buffer.subarray(0, filled));
    if (failure !== undefined) this.#close(failure);
    else this.#awaitBytes();
  }

  #close(reason?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    const told = (): void => this.#tell(reason);
    this.#port.close().then(told, told);
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
