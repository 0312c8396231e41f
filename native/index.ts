/**
 * The native addon: the seal core, the pseudo-terminal and the few system calls that Node does not have. Only this file
 * loads it, and it gives types to everything in it. All of it works in worker threads. A wrong type throws a TypeError
 * that names the argument; any other failure throws a {@link SealcamError}.
 */
import { createRequire } from 'node:module';
import { SealcamError } from '../base/errors.ts';

/** A value made by the addon that JavaScript can only hand back. */
type Handle = { readonly __native: unique symbol };

type Addon = {
  setErrorClass(errorClass: typeof SealcamError): void;
  openPty(): Pty;
  dropPageCache(fd: number): void;
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
};

type RawSealed = {
  records: Buffer;
  /** The FLOE header, then the digests; likewise of telemetry. */
  media: Uint8Array;
  telemetry: Uint8Array;
};

const addon = load();

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

/** Bytes of a SHA-256 digest. */
export const digestBytes = 32;
/** Bytes of a share of a recording's key. */
export const shareBytes = 32;
/** Bytes of a FLOE header. */
export const floeHeaderBytes = 74;
/** Plaintext bytes of a full FLOE segment of a recording. */
export const segmentPlaintextBytes = 65_504;
/** Up to this many bytes are processed on the calling thread by default: under 0.1 ms, as long as a thread change. */
export const atOnceBytesMax = 131_072;
/** Most plaintext bytes of a chunk's media part: 4 MiB and the padding to whole segments. */
export const mediaBytesMax = 4_194_304 + 65_536;
/** Most plaintext bytes of a chunk's telemetry part. */
export const telemetryBytesMax = 1_048_576;

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

/** What the addon can do on this machine, and the state of its key memory. */
export const capabilities = (): Capabilities => addon.capabilities();

/** Which parts of {@link hardenProcess} took effect. */
export type Hardening = { readonly notDumpable: boolean; readonly noCoreFile: boolean };

/**
 * Keeps other processes of the same user from reading this one's memory and the kernel from writing it
 * to a core file. Call it before the first key exists.
 */
export const hardenProcess = (): Hardening => addon.hardenProcess();

/** What the kernel says of its wall clock (adjtimex(2)); undefined where it says nothing. */
export const kernelClock = (): ReturnType<Addon['kernelClock']> => addon.kernelClock();

/** A pseudo-terminal. The caller owns both descriptors and closes them. */
export type Pty = {
  readonly masterFd: number;
  /** The holder of the master keeps this open, so that reading does not end when the other side closes. */
  readonly slaveFd: number;
  /** The path that the other side opens, e.g. `/dev/pts/3`. */
  readonly path: string;
};

/** Opens a pseudo-terminal in raw mode: all 256 byte values pass both ways. */
export const openPty = (): Pty => addon.openPty();

/** The bits of the keys that are down or the switches that are on, of the input device that is open as `fd`, if it is one. */
export const inputState = (fd: number, of: 'keys' | 'switches'): Uint8Array | undefined =>
  addon.inputState(fd, of === 'keys' ? 1 : 5)?.bits;

/**
 * Lets the system forget what it holds of the open file `fd` in memory: the next read comes from the disk, if what was written
 * is synced.
 * @throws SealcamError PAGE_CACHE if it is no file.
 */
export const dropPageCache = (fd: number): void => addon.dropPageCache(fd);

/**
 * Sends `message` to the service manager (e.g. `READY=1` or `WATCHDOG=1`), see sd_notify(3).
 * @returns false if no manager is listening, i.e. NOTIFY_SOCKET is not set.
 * @throws SealcamError SD_NOTIFY if it cannot be reached.
 */
export function sdNotify(message: string): boolean {
  const address = process.env.NOTIFY_SOCKET;
  if (address === undefined || address === '') return false;
  addon.sendDatagram(address, message);
  return true;
}

/** CRC-32C (Castagnoli) of `bytes`, continuing `seed`, the CRC of what came before. */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  return addon.crc32c(bytes, seed);
}

/** SHA-256 of the concatenated pieces, on the calling thread. */
export function sha256(...pieces: readonly Uint8Array[]): Uint8Array {
  return addon.sha256(pieces);
}

/**
 * SHA-256 of each segment, several in parallel if the processor can: off the calling thread if they have more than
 * `atOnceMax` bytes together. The segments must not change until it settles.
 */
export async function hashSegments(
  segments: readonly Uint8Array[],
  atOnceMax = atOnceBytesMax,
): Promise<Uint8Array[]> {
  return splitDigests(await addon.hashSegments(segments, atOnceMax));
}

/** Parameters that only tests change; a recording's are fixed by its format. */
export type FloeOptions = {
  /** Bytes of a full encrypted segment, 33 to 16,777,216. */
  readonly segmentLength?: number;
  /** The segment key changes every 2^n segments; 20 in the published format. */
  readonly rotationBits?: number;
};

/**
 * One FLOE message: header, then segments. For conformance tests: the agent seals through
 * {@link RecordingKeys} and never holds a key in JavaScript.
 */
export function floeSeal(
  key: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
  options: FloeOptions = {},
): Uint8Array {
  return addon.floeSeal(key, aad, plaintext, options.segmentLength ?? 65_536, options.rotationBits ?? 20);
}

/**
 * The plaintext of a whole FLOE message. For conformance tests, like {@link floeSeal}.
 * @throws SealcamError FLOE_HEADER (wrong parameters, key or aad) or FLOE_SEGMENT (altered, cut or followed by more).
 */
export function floeOpen(
  key: Uint8Array,
  aad: Uint8Array,
  message: Uint8Array,
  options: FloeOptions = {},
): Uint8Array {
  return addon.floeOpen(key, aad, message, options.segmentLength ?? 65_536, options.rotationBits ?? 20);
}

// The constructors of the classes below require this, so that only this module creates them.
const fromHere: unique symbol = Symbol('native');

// The addon's handle for the shares; no other module can reach it.
const sharesHandles = new WeakMap<KeyShares, Handle>();

/** The shares of one recording's key, in locked memory that JavaScript cannot read. */
export class KeyShares {
  readonly count: number;

  constructor(_: typeof fromHere, handle: Handle, count: number) {
    sharesHandles.set(this, handle);
    this.count = count;
  }

  /** Erases them now; otherwise they are erased with the object. Erasing twice does nothing. */
  erase(): void {
    addon.eraseShares(handleOf(this));
  }
}

function handleOf(shares: KeyShares): Handle {
  const handle = sharesHandles.get(shares);
  if (handle === undefined) throw new TypeError('"shares": expected what SharePipe.readShares gave');
  return handle;
}

/** A pipe by which a short-lived process hands shares to the addon, bypassing JavaScript. */
export class SharePipe {
  /**
   * For the `stdio` of the child process, which writes the shares to it, 32 bytes each, and ends. This
   * class closes it.
   */
  readonly writeFd: number;
  readonly #handle: Handle;
  #state: 'new' | 'reading' | 'closed' = 'new';

  constructor(_: typeof fromHere, handle: Handle, writeFd: number) {
    this.#handle = handle;
    this.writeFd = writeFd;
  }

  /**
   * Closes this process's copy of {@link writeFd} (so call it after the child was spawned), then reads
   * exactly `count` shares and the end of the stream, off the calling thread.
   * @throws SealcamError SHARES_SHORT, SHARES_EXCESS, SHARES_TIMEOUT, SHARES_CANCELLED; what was read is erased.
   */
  async readShares(count: number, timeoutMs = 30_000): Promise<KeyShares> {
    if (this.#state !== 'new') throw cancelled();
    this.#state = 'reading';
    addon.closeWriteEnd(this.#handle);
    const deadline = performance.now() + timeoutMs;
    let shares: KeyShares | undefined;
    try {
      const handle = addon.createShares(count);
      shares = new KeyShares(fromHere, handle, count);
      // In slices, so that a child that hangs blocks neither the thread pool nor the process's exit.
      while (!(await addon.readShares(handle, this.#handle, 50))) {
        if (this.#wasClosed()) throw cancelled();
        if (performance.now() > deadline) throw timedOut(timeoutMs);
      }
      return shares;
    } catch (error) {
      shares?.erase();
      throw error;
    } finally {
      this.#state = 'closed';
      addon.closePipe(this.#handle);
    }
  }

  /** Closes the pipe; a read under way ends with SHARES_CANCELLED. Closing twice does nothing. */
  close(): void {
    if (this.#state === 'new') addon.closePipe(this.#handle);
    this.#state = 'closed';
  }

  #wasClosed(): boolean {
    return this.#state === 'closed';
  }
}

function cancelled(): SealcamError {
  return new SealcamError('SHARES_CANCELLED', 'The pipe for the shares was closed before they were read');
}

function timedOut(timeoutMs: number): SealcamError {
  return new SealcamError(
    'SHARES_TIMEOUT',
    `The process that makes the shares did not finish within ${timeoutMs} ms: start it again`,
  );
}

/** A new pipe, close-on-exec at both ends. */
export function createSharePipe(): SharePipe {
  const { handle, writeFd } = addon.createPipe();
  return new SharePipe(fromHere, handle, writeFd);
}

/** The input of {@link RecordingKeys.seal}. The arrays must not change, or be transferred, until it settles. */
export type ChunkInput = {
  /** The statement's index: each is used once, from 0, without a hole. */
  readonly index: number;
  /** D(opening), 32 bytes. */
  readonly openingDigest: Uint8Array;
  /** The media part, in pieces that are concatenated; at most {@link mediaBytesMax} in total. */
  readonly media: readonly Uint8Array[];
  /** The telemetry part, at most {@link telemetryBytesMax}. */
  readonly telemetry: Uint8Array;
};

/** What a statement says about one sealed part. */
export type SealedPart = {
  /** The FLOE header, 74 bytes. */
  readonly header: Uint8Array;
  /** SHA-256 of each FLOE segment's bytes, 32 bytes each, in order; at least one. */
  readonly digests: readonly Uint8Array[];
};

export type SealedChunk = {
  readonly index: number;
  /** All segment records of the chunk as they are in the file: the media part's, then the telemetry's. */
  readonly records: Buffer;
  readonly media: SealedPart;
  readonly telemetry: SealedPart;
  /**
   * Returns the memory of `records` for later chunks; call it when the last write of it has ended, because the memory
   * must not change during a write. `records` and every view of its memory are empty from then on. Calling it twice
   * does nothing. Without it the memory returns when `records` is garbage collected, which is as safe, but later: until
   * then each chunk pays for fresh pages.
   */
  release(): void;
};

/**
 * A recording's key chain, in locked memory. Its methods throw, or reject with, SealcamError SEAL_ERASED
 * once it is erased or a failure made it unusable.
 */
export class RecordingKeys {
  /** The share commitments of the opening statement, one for each role, 32 bytes each; public. */
  readonly commitments: readonly Uint8Array[];
  readonly #handle: Handle;

  constructor(_: typeof fromHere, handle: Handle, commitments: readonly Uint8Array[]) {
    this.#handle = handle;
    this.commitments = commitments;
  }

  /**
   * Seals the chunk with the next index and advances the ratchet by one step: off the calling thread if the chunk has
   * more than `atOnceMax` bytes.
   * @throws SealcamError SEAL_ORDER (not the next index), SEAL_BUSY (a chunk is being sealed), SEAL_SIZE;
   *   these leave the recording as it was. SEAL_FAILED (no randomness, or OpenSSL refused) erases its keys.
   */
  async seal(chunk: ChunkInput, atOnceMax = atOnceBytesMax): Promise<SealedChunk> {
    const { index, openingDigest, media, telemetry } = chunk;
    const raw = await addon.seal(this.#handle, index, openingDigest, media, [telemetry], atOnceMax);
    return {
      index,
      records: raw.records,
      media: partOf(raw.media),
      telemetry: partOf(raw.telemetry),
      release: () => addon.releaseRecords(raw.records),
    };
  }

  /**
   * Advances the ratchet by one step without data, for a chain statement that seals none (a gap, a command).
   * @throws SealcamError SEAL_ORDER, SEAL_BUSY; SEAL_FAILED erases its keys.
   */
  skip(index: number): void {
    addon.skip(this.#handle, index);
  }

  /** Erases the keys: now, or as soon as the chunk under way is sealed. Erasing twice does nothing. */
  erase(): void {
    addon.eraseRecording(this.#handle);
  }
}

/**
 * Starts the key chain of a recording and erases the shares.
 * @param core the opening's `core` bytes, 65,536 at most.
 * @throws SealcamError SHARES_ERASED if the shares were used or erased before, SEAL_FAILED.
 */
export function openRecordingKeys(shares: KeyShares, core: Uint8Array): RecordingKeys {
  const { handle, commitments } = addon.openRecording(handleOf(shares), core);
  return new RecordingKeys(fromHere, handle, splitDigests(commitments));
}

function partOf(raw: Uint8Array): SealedPart {
  return { header: raw.subarray(0, floeHeaderBytes), digests: splitDigests(raw.subarray(floeHeaderBytes)) };
}

function splitDigests(joined: Uint8Array): Uint8Array[] {
  const digests: Uint8Array[] = [];
  for (let at = 0; at < joined.length; at += digestBytes) digests.push(joined.subarray(at, at + digestBytes));
  return digests;
}
