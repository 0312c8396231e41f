import { getSystemErrorName } from 'node:util';
import { addon } from './addon.ts';

// Compressed pictures from a Video4Linux device. Each device is read by a thread of the addon, so that a driver that waits
// keeps nothing else waiting. As all of the addon, this works in worker threads.

/** What is wanted of a device; what is left out, it decides. */
export interface CaptureWish {
  readonly format?: 'h264' | 'h265' | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** Pictures a second, as a fraction. */
  readonly rate?: { readonly pictures: number; readonly seconds: number } | undefined;
  readonly bitsPerSecond?: number | undefined;
  /** Pictures from one key picture to the next. */
  readonly keyEvery?: number | undefined;
}

/** What was opened, in the driver's words. */
export interface CaptureFound {
  readonly card: string;
  readonly driver: string;
  readonly format: 'h264' | 'h265';
  readonly width: number;
  readonly height: number;
  readonly buffers: number;
}

/** What is wrong with a picture that came: no byte of it is given. */
export type CaptureDamage = 'said' | 'empty' | 'overlong' | 'large' | 'units';

/** Why it is over, or what a device can't do. */
export type CaptureEnd =
  | 'stopped'
  | 'away'
  | 'notVideo'
  | 'raw'
  | 'mjpeg'
  | 'format'
  | 'noBuffers'
  | 'noStream'
  | 'changed'
  | 'ended'
  | 'failing'
  | 'broken';

/** Takes what a device gives. None of it may throw. */
export interface CaptureTaker {
  onOpened(found: CaptureFound): void;
  /**
   * A picture: NAL units, each after its length in 4 bytes, in memory that is the receiver's.
   * @param atUs when it was taken, in microseconds of CLOCK_MONOTONIC, which ascends.
   * @param lost pictures that are missing before it, at least.
   * @param timeMoved whether the driver said no such time, or one that can't be: `atUs` is when it came, or follows the last.
   */
  onPicture(data: Uint8Array, atUs: number, lost: number, timeMoved: boolean): void;
  onDamaged(damage: CaptureDamage, atUs: number, lost: number): void;
  /** The device has no such control, or refused the order; `errno` is the system's name for why. */
  onRefused(order: 'bitrate' | 'keyPicture', errno: string): void;
  /** Comes last, once. The device is closed. `errno`: '' where there is none. */
  onEnd(end: CaptureEnd, errno: string): void;
}

// In the order of the enumerations in native/src/addon/capture.c and native/src/capture/v4l2.h.
const ends: readonly CaptureEnd[] = [
  ...(['stopped', 'stopped', 'away', 'notVideo', 'raw', 'mjpeg', 'format', 'noBuffers', 'noStream'] as const),
  ...(['changed', 'ended', 'failing', 'broken'] as const),
];
const damages: readonly CaptureDamage[] = ['said', 'said', 'empty', 'overlong', 'large', 'units'];
const orders = { bitrate: 1, keyPicture: 2, stop: 4 } as const;
const formats = { h264: 264, h265: 265 } as const;

/**
 * Which compressed pictures the video device at `path` gives; none where it can't be asked. Nothing of it changes, and
 * whoever reads it goes on.
 */
export function captureFormats(path: string): ('h264' | 'h265')[] {
  const found = addon.lookAtCapture(path);
  return (['h264', 'h265'] as const).filter((format) => found[format]);
}

/** A device that is being read. Orders after its end do nothing. */
export interface Capture {
  setBitrate(bitsPerSecond: number): void;
  requestKeyPicture(): void;
  /** Ends it, which `onEnd` tells, within a second unless the driver hangs. */
  stop(): void;
}

/** Opens the device at `path` and reads it; that it can't be opened is told by `onEnd`. */
export function openCapture(path: string, wish: CaptureWish, taker: CaptureTaker): Capture {
  const { format, width = 0, height = 0, rate, bitsPerSecond = 0, keyEvery = 0 } = wish;
  const handle = addon.openCapture(
    path,
    {
      ...{ format: format === undefined ? 0 : formats[format], width, height, keyEvery },
      ...{ pictures: rate?.pictures ?? 0, seconds: rate?.seconds ?? 0, bitrate: bitsPerSecond },
    },
    (kind, content, atUs, lost, code, failed, timeMoved) => {
      const errno = failed === 0 ? '' : getSystemErrorName(-failed);
      if (kind === 0) taker.onOpened(content as CaptureFound);
      else if (kind === 1) taker.onPicture(content as Uint8Array, atUs, lost, timeMoved);
      else if (kind === 2) taker.onDamaged(damages[code] ?? 'said', atUs, lost);
      else if (kind === 3) taker.onRefused(code === orders.bitrate ? 'bitrate' : 'keyPicture', errno);
      else taker.onEnd(ends[code] ?? 'broken', errno);
    },
  );
  const order = (kind: number, value = 0): void => addon.orderCapture(handle, kind, value);
  return {
    setBitrate: (bitsPerSecond) => order(orders.bitrate, bitsPerSecond),
    requestKeyPicture: () => order(orders.keyPicture),
    stop: () => order(orders.stop),
  };
}
