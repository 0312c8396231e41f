import { close, constants, fstat, open, readSync, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { LinuxPortBinding } from '@serialport/bindings-cpp';
import { SealcamError, systemCode } from '../../../base/errors.ts';
import { openFlags } from '../../../base/outside-file.ts';
import { inputState } from '../../../native/index.ts';
import { localLimits } from './limits.ts';

const [openFile, closeFile, statFile] = [promisify(open), promisify(close), promisify(fstat)];

/** An input device that is open. */
export interface InputPort {
  /** It begins to give: `take` has each piece, whose bytes are valid until it returns. */
  onData(take: (bytes: Uint8Array) => void): void;
  /** It gives nothing any more, and is closed. Not called after `close`. */
  onClose(take: (reason: string) => void): void;
  /** Which keys are down or switches on now: bit c of byte c / 8 for code c. Undefined where the device can't say. */
  state(of: 'keys' | 'switches'): Uint8Array | undefined;
  /** Whether it is still what is at its path. */
  isStill(): Promise<boolean>;
  close(): Promise<void>;
}

export type OpenInput = (path: string) => Promise<InputPort>;

/**
 * Opens `/dev/input/event*`, or a FIFO to which another program writes the same records.
 * @throws SealcamError `INPUT_DEVICE`.
 */
export async function openInput(path: string): Promise<InputPort> {
  try {
    const isFifo = (await stat(path)).isFIFO();
    // A FIFO is held open for writing too, so that it doesn't end with each of its writers.
    const descriptor = await openFile(path, (isFifo ? constants.O_RDWR : constants.O_RDONLY) | openFlags);
    try {
      const opened = await statFile(descriptor);
      if (isFifo ? opened.isFIFO() : opened.isCharacterDevice())
        return new OpenedInput(path, descriptor, opened);
    } catch (error) {
      await closeFile(descriptor);
      throw error;
    }
    await closeFile(descriptor);
  } catch (error) {
    throw new SealcamError(
      'INPUT_DEVICE',
      `The input device ${path} can't be opened (${systemCode(error) ?? 'unknown'}): check that it is there and that this user may read it`,
      { cause: error },
    );
  }
  throw new SealcamError(
    'INPUT_DEVICE',
    `${path} is neither an input device nor a FIFO: name another one in "sensor.controls.local.buttons"`,
  );
}

/**
 * Read when the kernel says that there is something, by serialport's poller, which polls any descriptor: Node's streams
 * would keep a thread of the pool in read() for ever.
 */
class OpenedInput implements InputPort {
  readonly #path: string;
  readonly #opened: Stats;
  readonly #port: LinuxPortBinding;
  readonly #buffer = Buffer.allocUnsafeSlow(localLimits.inputBytesMax);
  #tell: (reason: string) => void = () => {};
  #isClosed = false;
  #closing: Promise<void> | undefined;

  constructor(path: string, descriptor: number, opened: Stats) {
    this.#path = path;
    this.#opened = opened;
    // Of its options only those of a serial line are ever looked at, and only by its `open`.
    this.#port = new LinuxPortBinding(descriptor, { path, ...lineOptions });
  }

  onData(take: (bytes: Uint8Array) => void): void {
    // To poll a descriptor whose poller was destroyed crashes the process.
    if (this.#isClosed) return;
    this.#port.poller.once('readable', (error: Error | null) => {
      if (this.#isClosed) return;
      if (error !== null) this.#end('the input device is gone');
      else this.#read(take);
    });
  }

  onClose(take: (reason: string) => void): void {
    this.#tell = take;
  }

  state(of: 'keys' | 'switches'): Uint8Array | undefined {
    const { fd } = this.#port;
    return fd === null ? undefined : inputState(fd, of);
  }

  async isStill(): Promise<boolean> {
    try {
      const { dev, ino, rdev } = await stat(this.#path);
      return dev === this.#opened.dev && ino === this.#opened.ino && rdev === this.#opened.rdev;
    } catch {
      return false;
    }
  }

  close(): Promise<void> {
    this.#tell = () => {};
    // First: to close it ends the poll, which is told while it is closed.
    this.#isClosed = true;
    this.#closing ??= this.#port.close();
    return this.#closing;
  }

  #read(take: (bytes: Uint8Array) => void): void {
    const { fd } = this.#port;
    if (fd === null) return;
    try {
      const count = readSync(fd, this.#buffer, 0, this.#buffer.length, null);
      if (count > 0) take(this.#buffer.subarray(0, count));
      else this.#end('the input device has ended');
    } catch (error) {
      const code = systemCode(error) ?? 'unknown';
      if (!['EAGAIN', 'EINTR'].includes(code)) this.#end(`the input device can't be read (${code})`);
    }
    this.onData(take);
  }

  #end(reason: string): void {
    const tell = this.#tell;
    void this.close().catch(() => {});
    tell(reason);
  }
}

const lineOptions = {
  baudRate: 9_600,
  dataBits: 8,
  lock: false,
  stopBits: 1,
  parity: 'none',
  rtscts: false,
  xon: false,
  xoff: false,
  xany: false,
  hupcl: false,
  vmin: 1,
  vtime: 0,
} as const;
