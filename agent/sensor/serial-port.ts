import { read } from 'node:fs';
import { promisify } from 'node:util';
import { BindingsError, LinuxBinding, type LinuxPortBinding } from '@serialport/bindings-cpp';
import { SerialPort } from 'serialport';
import { SealcamError, systemCode } from '../../base/errors.ts';
import type { BytePort } from '../../proto/link/port.ts';

export interface SerialPortOptions {
  /** Device file, e.g. `/dev/ttyACM0`. */
  readonly path: string;
  /** Baud rate; a USB or pseudo-terminal takes any and paces by none. */
  readonly baudRate: number;
}

const readAsync = promisify(read);

/**
 * In place of serialport's own reader, which calls itself again at once when read() gives 0 bytes, as it does for ever
 * behind an unplugged USB adapter or a terminal whose other side was killed: no event, and a core that spins. Here that
 * is an error, which the stream takes for a disconnection.
 */
async function readOrGone(port: LinuxPortBinding, buffer: Buffer, offset: number, length: number) {
  for (;;) {
    if (port.fd === null) throw new BindingsError('Port is not open', { canceled: true });
    try {
      const { bytesRead } = await readAsync(port.fd, buffer, offset, length, null);
      if (bytesRead > 0) return { buffer, bytesRead };
      throw Object.assign(new Error('the other side of the port is gone'), { code: 'EBADF' });
    } catch (error) {
      if (!['EAGAIN', 'EWOULDBLOCK', 'EINTR'].includes(systemCode(error) ?? '')) throw error;
    }
    // Closed meanwhile: to poll a port whose poller was destroyed crashes the process.
    if (port.fd === null) throw new BindingsError('Port is not open', { canceled: true });
    await new Promise<void>((resolve, reject) => {
      port.poller.once('readable', (error: Error | null) => (error ? reject(error) : resolve()));
    });
  }
}

const binding = {
  list: () => LinuxBinding.list(),
  async open(options: Parameters<typeof LinuxBinding.open>[0]): Promise<LinuxPortBinding> {
    const port = await LinuxBinding.open(options);
    port.read = (buffer, offset, length) => readOrGone(port, buffer, offset, length);
    return port;
  },
};

/**
 * Opens the serial port of the sensor. What was waiting in it unread is flushed by the opening.
 * @throws SealcamError `SENSOR_PORT` when it isn't there, isn't ours to open, or isn't a terminal.
 */
export async function openSerialPort(options: SerialPortOptions): Promise<BytePort> {
  const { path, baudRate } = options;
  const settings = { path, baudRate, autoOpen: false, binding };
  const port = new SerialPort(settings);
  // Whatever goes wrong closes the port, and is told there; without a listener an error would end the process.
  let failure: Error | undefined;
  port.on('error', (error: Error) => {
    failure ??= error;
  });
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error ? reject(portError(path, error)) : resolve()));
  });
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        port.write(bytes, (error) => (error ? reject(portError(path, error)) : resolve()));
      }),
    onData(take) {
      port.on('data', take);
    },
    onClose(take) {
      // The stream says `disconnected` with an error, and close() without one.
      port.once('close', (error: Error | null) => take(error ?? failure));
    },
    close() {
      if (port.isOpen) port.close(() => {});
    },
  };
}

function portError(path: string, cause: Error): SealcamError {
  const code = systemCode(cause) ?? cause.message;
  return new SealcamError(
    'SENSOR_PORT',
    `the sensor's port ${path} does not work (${code}): check that the sensor is connected and that this user may open the port`,
    { cause },
  );
}
