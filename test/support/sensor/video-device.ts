import { readdirSync, readFileSync } from 'node:fs';
import { testingAddon } from '../../native/support/testing-addon.ts';

/** How a device answers one request for a picture; what is left out is as usual. */
export interface VideoAnswer {
  /** The errno with which it fails. */
  readonly failed?: number;
  readonly flags?: number;
  readonly foreignTime?: 1;
  /** When the picture was taken, in microseconds of CLOCK_MONOTONIC. */
  readonly atUs?: number;
  readonly sequence?: number;
  /** Bytes that it says, and the buffer. */
  readonly used?: number;
  readonly index?: number;
}

interface DeviceCalls {
  makeVideoDevice(
    path: string,
    formats: string,
    buffers: number,
    bufferBytes: number,
    hasControls: number,
  ): boolean;
  plugVideoDevice(path: string, present: number): void;
  changeVideoDevice(path: string): void;
  giveVideo(path: string, bytes: Uint8Array, answer: VideoAnswer): boolean;
  runVideo(path: string, perSecond: number, key: Uint8Array, picture: Uint8Array): void;
  videoOrders(path: string): string;
  videoWaiting(path: string): boolean;
  videoHeld(): number;
  hangVideoDevice(path: string, hangs: number): void;
  videoHanging(): number;
  failVideoMemory(lendings: number, hasMemory: number): void;
}

const calls = testingAddon as unknown as DeviceCalls;

/** A video device of the addon for tests (test/native-c/v4l2_device.h); from the first one on there are no others. */
export class VideoDevice {
  readonly path: string;

  constructor(
    path: string,
    { formats = 'H264', buffers = 0, bufferBytes = 0, hasControls = true }: Partial<VideoTraits> = {},
  ) {
    this.path = path;
    if (!calls.makeVideoDevice(path, formats, buffers, bufferBytes, hasControls ? 1 : 0))
      throw new Error('too many video devices');
  }

  /** False where it is not there. */
  give(picture: Uint8Array, answer: VideoAnswer = {}): boolean {
    return calls.giveVideo(this.path, picture, answer);
  }

  run(perSecond: number, key: Uint8Array, picture: Uint8Array): void {
    calls.runVideo(this.path, perSecond, key, picture);
  }

  plug(present: boolean): void {
    calls.plugVideoDevice(this.path, present ? 1 : 0);
  }

  change(): void {
    calls.changeVideoDevice(this.path);
  }

  /** Whether it has something that was not taken yet, or a buffer was not given back. */
  get hasWaiting(): boolean {
    return calls.videoWaiting(this.path);
  }

  /** What it was asked since the last call. */
  orders(): string[] {
    return calls
      .videoOrders(this.path)
      .split('\n')
      .filter((line) => line !== '');
  }

  /** From now on whoever asks the driver, or opens it, waits. */
  hang(hangs: boolean): void {
    calls.hangVideoDevice(this.path, hangs ? 1 : 0);
  }

  /** How many wait for a driver that hangs. */
  static hanging(): number {
    return calls.videoHanging();
  }

  /** So many pictures can't be lent to JavaScript; and whether threads of captures have memory. */
  static failMemory(lendings: number, hasMemory = true): void {
    calls.failVideoMemory(lendings, hasMemory ? 1 : 0);
  }

  /** Threads of this process that read a device. */
  static threads(): number {
    const names = readdirSync('/proc/self/task').map((id) => {
      try {
        return readFileSync(`/proc/self/task/${id}/comm`, 'utf8');
      } catch {
        return '';
      }
    });
    return names.filter((name) => name === 'sealcam-video\n').length;
  }

  /** Descriptors that are open and buffers that are mapped, of all devices. */
  static held(): number {
    return calls.videoHeld();
  }
}

export interface VideoTraits {
  readonly formats: string;
  readonly buffers: number;
  readonly bufferBytes: number;
  readonly hasControls: boolean;
}
