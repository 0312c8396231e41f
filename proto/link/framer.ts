import { crc32c } from '../../base/crc32c.ts';
import { cobsBytesMax, cobsDecode } from './cobs.ts';
import { linkLimits } from './limits.ts';

/** Why the framer discarded bytes. */
export type DiscardReason = 'tooLong' | 'tooShort' | 'cobs' | 'checksum';

/** What the framer has seen so far. */
export interface FramerCounts {
  frames: number;
  /** Bytes received, including delimiters and discarded bytes. */
  bytes: number;
  readonly discarded: Record<DiscardReason, number>;
  discardedBytes: number;
}

const encodedBytesMax = cobsBytesMax(linkLimits.bodyBytesMax);
const bodyBytesMin = linkLimits.headerBytes + linkLimits.checksumBytes;

/**
 * Finds frames in a stream of bytes: 00, COBS(body, CRC-32C big-endian), 00. It delivers bodies whose checksum is
 * correct, without the checksum, and counts what it discards; after discarded bytes it continues at the next delimiter.
 * It never holds more than one frame of the longest allowed length, encoded and decoded, whatever arrives. It knows
 * nothing about headers and messages.
 */
export class Framer {
  readonly counts: FramerCounts = {
    frames: 0,
    bytes: 0,
    discarded: { tooLong: 0, tooShort: 0, cobs: 0, checksum: 0 },
    discardedBytes: 0,
  };
  readonly #deliver: (body: Uint8Array) => void;
  readonly #checksum: (bytes: Uint8Array) => number;
  /** The part of a begun frame that earlier chunks contained. Grows by doubling, so that short frames need little. */
  #held = new Uint8Array(1024);
  #heldBytes = 0;
  /** Where bodies are decoded, one after another: as large as the longest so far needed. */
  #body = new Uint8Array(1024);
  /** In a frame that is already too long: bytes are counted and dropped up to the next delimiter. */
  #skipping = false;

  /**
   * @param deliver called with each body, which is overwritten once it returns. It must not throw.
   * @param checksum a CRC-32C that is faster than this repository's in TypeScript.
   */
  constructor(deliver: (body: Uint8Array) => void, checksum: (bytes: Uint8Array) => number = crc32c) {
    this.#deliver = deliver;
    this.#checksum = checksum;
  }

  /** Takes the next bytes, however they are split. They are not kept. */
  push(chunk: Uint8Array): void {
    this.counts.bytes += chunk.length;
    let from = 0;
    while (from < chunk.length) {
      const end = chunk.indexOf(0, from);
      if (end < 0) {
        this.#hold(chunk.subarray(from));
        return;
      }
      if (this.#skipping) {
        this.counts.discardedBytes += end - from;
        this.#skipping = false;
      } else if (this.#heldBytes > 0) {
        this.#hold(chunk.subarray(from, end));
        // `hold` may have found the frame too long, and discarded it.
        if (!this.#skipping) this.#frame(this.#held.subarray(0, this.#heldBytes));
        this.#skipping = false;
      } else if (end > from) {
        this.#frame(chunk.subarray(from, end));
      }
      this.#heldBytes = 0;
      from = end + 1;
    }
  }

  /** Forgets a begun frame, as when the port was reopened. Its bytes count as too short. */
  reset(): void {
    if (this.#heldBytes > 0) this.#discard('tooShort', this.#heldBytes);
    this.#heldBytes = 0;
    this.#skipping = false;
  }

  #hold(part: Uint8Array): void {
    if (this.#skipping) {
      this.counts.discardedBytes += part.length;
      return;
    }
    const length = this.#heldBytes + part.length;
    if (length > encodedBytesMax) {
      this.#discard('tooLong', length);
      this.#heldBytes = 0;
      this.#skipping = true;
      return;
    }
    if (length > this.#held.length) {
      const larger = new Uint8Array(Math.min(encodedBytesMax, Math.max(length, this.#held.length * 2)));
      larger.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = larger;
    }
    this.#held.set(part, this.#heldBytes);
    this.#heldBytes = length;
  }

  #frame(encoded: Uint8Array): void {
    const refused = this.#decode(encoded);
    if (refused !== undefined) this.#discard(refused, encoded.length);
  }

  #decode(encoded: Uint8Array): DiscardReason | undefined {
    if (encoded.length > encodedBytesMax) return 'tooLong';
    if (encoded.length <= bodyBytesMin) return 'tooShort';
    if (encoded.length > this.#body.length) this.#body = new Uint8Array(encodedBytesMax);
    const body = cobsDecode(encoded, this.#body);
    if (body === undefined) return 'cobs';
    const end = body.length - linkLimits.checksumBytes;
    if (end < linkLimits.headerBytes) return 'tooShort';
    if (body.length > linkLimits.bodyBytesMax) return 'tooLong';
    const claimed = new DataView(body.buffer, body.byteOffset).getUint32(end);
    if (this.#checksum(body.subarray(0, end)) !== claimed) return 'checksum';
    this.counts.frames += 1;
    this.#deliver(body.subarray(0, end));
    return undefined;
  }

  #discard(reason: DiscardReason, bytes: number): void {
    this.counts.discarded[reason] += 1;
    this.counts.discardedBytes += bytes;
  }
}
