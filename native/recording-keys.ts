import { addon, type Handle } from './addon.ts';
import { splitDigests } from './hashes.ts';
import { atOnceBytesMax, floeHeaderBytes } from './limits.ts';
import { type KeyShares, sharesHandle } from './shares.ts';

// The constructor of the class below requires this, so that only this module creates one.
const fromHere: unique symbol = Symbol('recording keys');

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
  const { handle, commitments } = addon.openRecording(sharesHandle(shares), core);
  return new RecordingKeys(fromHere, handle, splitDigests(commitments));
}

function partOf(raw: Uint8Array): SealedPart {
  return { header: raw.subarray(0, floeHeaderBytes), digests: splitDigests(raw.subarray(floeHeaderBytes)) };
}
