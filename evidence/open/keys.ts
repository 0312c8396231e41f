import { timingSafeEqual } from 'node:crypto';
import { beBytes, concatBytes, joinBytes } from '../../base/bytes.ts';
import { sha256 } from '../crypto.ts';
import { shareBytes } from '../limits.ts';
import { partNumber } from '../records.ts';
import { hkdfExpand, hkdfExtract } from './floe.ts';

// The keys of a recording (docs/FORMAT.md, "Keys"), for opening it. The camera has its own implementation,
// which keeps keys in native memory and only goes forward.

const label = {
  commitment: Buffer.from('sealcam/v1/share-commitment'),
  chain: Buffer.from('sealcam/v1/chain'),
  media: Buffer.from('sealcam/v1/media'),
  telemetry: Buffer.from('sealcam/v1/telemetry'),
  next: Buffer.from('sealcam/v1/next'),
};

/** The commitment to role number `role`'s share, 32 bytes. */
export function shareCommitment(core: Uint8Array, role: number, share: Uint8Array): Uint8Array {
  const prk = hkdfExtract(sha256(core), share);
  const commitment = hkdfExpand(prk, concatBytes(label.commitment, Uint8Array.of(role)), 32);
  prk.fill(0);
  return commitment;
}

/** True if `share` is the one that the camera committed to for role number `role`; compares in constant time. */
export function isCommittedShare(
  core: Uint8Array,
  role: number,
  share: Uint8Array,
  commitment: Uint8Array,
): boolean {
  return share.length === shareBytes && timingSafeEqual(shareCommitment(core, role, share), commitment);
}

/** The media and telemetry keys of one index, 32 bytes each. */
export interface ChunkKeys {
  readonly media: Uint8Array;
  readonly telemetry: Uint8Array;
}

/** The key chain of a recording, from index 0 on. */
export class KeyChain {
  #key: Uint8Array;
  #index = 0;

  /** @param shares one of each role, in the opening's order; 32 bytes each. */
  constructor(core: Uint8Array, shares: readonly Uint8Array[]) {
    const ikm = joinBytes(shares);
    const prk = hkdfExtract(sha256(core), ikm);
    this.#key = hkdfExpand(prk, label.chain, 48);
    ikm.fill(0);
    prk.fill(0);
  }

  /** The keys of `index`, which must not be below the last one asked for: the chain only goes forward. */
  keysOf(index: number): ChunkKeys {
    if (index < this.#index) throw new RangeError(`the key chain is at ${this.#index}, past ${index}`);
    while (this.#index < index) this.#step();
    return {
      media: hkdfExpand(this.#key, label.media, 32),
      telemetry: hkdfExpand(this.#key, label.telemetry, 32),
    };
  }

  #step(): void {
    const next = hkdfExpand(this.#key, label.next, 48);
    this.#key.fill(0);
    this.#key = next;
    this.#index += 1;
  }

  /** Overwrites the keys that the chain still holds. */
  erase(): void {
    this.#key.fill(0);
  }
}

/** The associated data of a part: D(opening) || I2BE(index, 8) || part. */
export function partAad(openingDigest: Uint8Array, index: number, part: 'media' | 'telemetry'): Uint8Array {
  return concatBytes(openingDigest, beBytes(index, 8), Uint8Array.of(partNumber[part]));
}
