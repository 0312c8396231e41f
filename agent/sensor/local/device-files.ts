import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { SealcamError } from '../../../base/errors.ts';
import { expectRegularFile, openFlags, readOutsideFile } from '../../../base/outside-file.ts';
import { serial } from '../../../base/serial.ts';
import { localLimits } from './limits.ts';

/** The files by which the kernel shows a device: below /sys, each a value as text. */
export interface DeviceFiles {
  /** Without the white space around it. Rejects where there is no such file, or it is too large or no regular one. */
  read(path: string): Promise<string>;
  /** Replaces what it says. Never makes a file. */
  write(path: string, text: string): Promise<void>;
}

/** Those of this machine. What takes the place of a file there, a FIFO say, keeps nothing waiting. */
export const systemDeviceFiles: DeviceFiles = {
  async read(path) {
    return (await readOutsideFile(path, localLimits.fileBytesMax)).toString('utf8').trim();
  },
  async write(path, text) {
    const file = await open(path, constants.O_WRONLY | constants.O_TRUNC | openFlags);
    try {
      expectRegularFile(path, await file.stat());
      await file.write(text);
    } finally {
      await file.close();
    }
  },
};

/** These files one at a time: a driver that hangs holds up one thread of the pool, and the storage needs the others. */
export function oneAtATime(files: DeviceFiles): DeviceFiles {
  const inTurn = serial();
  return {
    read: (path) => inTurn(() => files.read(path)),
    write: (path, text) => inTurn(() => files.write(path, text)),
  };
}

/**
 * The whole number that a file says.
 * @throws SealcamError `DEVICE_FILE` where it says something else; what it says is not repeated.
 */
export async function readWholeNumber(files: DeviceFiles, path: string): Promise<number> {
  const text = await files.read(path);
  const value = Number(text);
  if (/^-?\d{1,15}$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new SealcamError(
    'DEVICE_FILE',
    `The device file ${path} does not hold a whole number: name another device in "sensor.controls.local"`,
  );
}
