import { createCipheriv, createHash } from 'node:crypto';
import { greatestOf } from '../../base/lists.ts';

// What a disk is tested with: blocks that do not compress, each sector of which says which block it is of. So a block that is
// read back somewhere else is recognised, and what was never stored as well.

/** Bytes of a block: what is written and synced at once, as a chunk is. */
export const testBlockBytes = 1_048_576;
const sectorBytes = 4_096;
const magic = Buffer.from('sealcam disk 1\n\0', 'latin1');
/** Bytes of the number that tells one test from another. */
export const testRunBytes = 16;
const headBytes = magic.length + testRunBytes + 8;

/** What is read where a block should be. */
export type BlockFound =
  | { readonly kind: 'good' }
  /** Nothing but zeros, or nothing at all. */
  | { readonly kind: 'empty' }
  /** A sector of another block of this test, whose number is the highest found. */
  | { readonly kind: 'other'; readonly block: number }
  | { readonly kind: 'damaged' };

/** The blocks of one test. */
export class TestPattern {
  readonly #run: Uint8Array;
  readonly #key: Uint8Array;

  /** @param run 16 random bytes. */
  constructor(run: Uint8Array) {
    this.#run = run;
    this.#key = createHash('sha256').update(run).digest();
  }

  /** The content of block `number`, counted from 0. */
  block(number: number): Buffer {
    const counter = Buffer.alloc(16);
    counter.writeBigUInt64BE(BigInt(number), 0);
    const bytes = createCipheriv('aes-256-ctr', this.#key, counter).update(Buffer.alloc(testBlockBytes));
    for (let at = 0; at < bytes.length; at += sectorBytes) {
      magic.copy(bytes, at);
      bytes.set(this.#run, at + magic.length);
      bytes.writeBigUInt64BE(BigInt(number), at + magic.length + testRunBytes);
    }
    return bytes;
  }

  /** What `bytes` are, which were read where block `number` should be. */
  judge(bytes: Uint8Array, number: number): BlockFound {
    const found = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (found.equals(this.block(number))) return { kind: 'good' };
    if (found.every((byte) => byte === 0)) return { kind: 'empty' };
    const others: number[] = [];
    for (let at = 0; at + headBytes <= found.length; at += sectorBytes) {
      const block = this.#blockOf(found.subarray(at, at + headBytes));
      if (block !== undefined && block !== number) others.push(block);
    }
    return others.length === 0 ? { kind: 'damaged' } : { kind: 'other', block: greatestOf(others) };
  }

  /** The block that a sector says that it is of, if it is one of this test. */
  #blockOf(head: Buffer): number | undefined {
    const isOurs =
      head.subarray(0, magic.length).equals(magic) &&
      head.subarray(magic.length, magic.length + testRunBytes).equals(this.#run);
    return isOurs ? Number(head.readBigUInt64BE(magic.length + testRunBytes)) : undefined;
  }
}
