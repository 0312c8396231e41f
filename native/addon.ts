// The only file that loads the native addon, and what its functions take and give.

import { createRequire } from 'node:module';
import { SealcamError } from '../base/errors.ts';

/** A value made by the addon that JavaScript can only hand back. */
export type Handle = { readonly __native: unique symbol };

export type Addon = {
  setErrorClass(errorClass: typeof SealcamError): void;
  openPty(): Pty;
  dropPageCache(fd: number): void;
  tryLock(fd: number): boolean;
  inputState(fd: number, type: number): { bits: Uint8Array } | undefined;
  sendDatagram(address: string, message: string): void;
  hardenProcess(): Hardening;
  kernelClock(): { readonly synchronised: boolean; readonly maxErrorUs: number } | undefined;
  capabilities(): Capabilities;
  crc32c(bytes: Uint8Array, seed: number): number;
  sha256(parts: readonly Uint8Array[]): Uint8Array;
  hashSegments(segments: readonly Uint8Array[], atOnceMax: number): Promise<Uint8Array>;
  floeSeal(key: Uint8Array, aad: Uint8Array, text: Uint8Array, length: number, bits: number): Uint8Array;
  floeOpen(key: Uint8Array, aad: Uint8Array, message: Uint8Array, length: number, bits: number): Uint8Array;
  createShares(count: number): Handle;
  eraseShares(shares: Handle): void;
  createPipe(): { handle: Handle; writeFd: number };
  closeWriteEnd(pipe: Handle): void;
  closePipe(pipe: Handle): void;
  readShares(shares: Handle, pipe: Handle, waitMs: number): Promise<boolean>;
  openRecording(shares: Handle, core: Uint8Array): { handle: Handle; commitments: Uint8Array };
  seal(
    recording: Handle,
    index: number,
    openingDigest: Uint8Array,
    media: readonly Uint8Array[],
    telemetry: readonly Uint8Array[],
    atOnceMax: number,
  ): Promise<RawSealed>;
  skip(recording: Handle, index: number): void;
  eraseRecording(recording: Handle): void;
  releaseRecords(records: Buffer): void;
  openCapture(
    path: string,
    wish: Readonly<Record<string, number>>,
    taker: (
      kind: number,
      content: unknown,
      atUs: number,
      lost: number,
      code: number,
      errno: number,
      moved: boolean,
    ) => void,
  ): Handle;
  orderCapture(capture: Handle, order: number, value: number): void;
  lookAtCapture(path: string): { readonly code: number; readonly h264: boolean; readonly h265: boolean };
};

type RawSealed = {
  records: Buffer;
  /** The FLOE header, then the digests; likewise of telemetry. */
  media: Uint8Array;
  telemetry: Uint8Array;
};

/** What the addon found on this machine. */
export type Capabilities = {
  /** Which code computes CRC-32C: `sse4.2`, `armv8-crc` or `portable`. */
  readonly crc32c: string;
  /**
   * Which code hashes the sealed segments: `sha-ni x4`, `sha-ni x2`, `armv8-sha2 x4`, `armv8-sha2 x2` (the number of
   * segments hashed in parallel) or `openssl` (one after another). The one that proved fastest when the addon was
   * loaded.
   */
  readonly segmentHash: string;
  /** The version of OpenSSL in use, in its own words. */
  readonly openssl: string;
  /** The memory that holds keys. `locked` false means that keys may reach swap: raise RLIMIT_MEMLOCK. */
  readonly keyMemory: {
    readonly bytes: number;
    readonly locked: boolean;
    readonly notDumped: boolean;
    readonly notForked: boolean;
    /** How many recordings and sets of shares the process can hold at once, and how many it holds. */
    readonly slots: number;
    readonly slotsTaken: number;
  };
};

/** Which parts of `hardenProcess` took effect. */
export type Hardening = { readonly notDumpable: boolean; readonly noCoreFile: boolean };

/** A pseudo-terminal. The caller owns both descriptors and closes them. */
export type Pty = {
  readonly masterFd: number;
  /** The holder of the master keeps this open, so that reading does not end when the other side closes. */
  readonly slaveFd: number;
  /** The path that the other side opens, e.g. `/dev/pts/3`. */
  readonly path: string;
};

export const addon = load();

function load(): Addon {
  try {
    const loaded: Addon = createRequire(import.meta.url)('#addon');
    loaded.setErrorClass(SealcamError);
    return loaded;
  } catch (cause) {
    throw new SealcamError(
      'ADDON_MISSING',
      'The native addon cannot be loaded: build it with "npm run build" on this machine',
      { cause },
    );
  }
}
