/**
 * FLOE, the key chain and the records written a second time from the format's text over node:crypto,
 * sharing nothing with the addon that they check.
 */
import { createDecipheriv, createHash, createHmac } from 'node:crypto';
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createSharePipe, type KeyShares } from '../../../native/index.ts';

export function hmac384(key: Uint8Array, ...data: Uint8Array[]): Buffer {
  const mac = createHmac('sha384', key);
  for (const part of data) mac.update(part);
  return mac.digest();
}

/** HKDF-Expand with SHA-384, first block. */
export function expand(key: Uint8Array, info: Uint8Array, length: number): Buffer {
  return hmac384(key, info, Uint8Array.of(1)).subarray(0, length);
}

export function be(value: number, length: number): Buffer {
  const out = Buffer.alloc(length);
  out.writeUIntBE(value, Math.max(0, length - 6), Math.min(6, length));
  return out;
}

function parameters(segmentLength: number): Buffer {
  return Buffer.concat([Uint8Array.of(0, 0), be(segmentLength, 4), be(32, 4)]);
}

/** The plaintext of FLOE segments, or an Error that says what is wrong. */
export function referenceOpen(
  key: Uint8Array,
  aad: Uint8Array,
  header: Uint8Array,
  segments: readonly Uint8Array[],
  segmentLength = 65_536,
  rotationBits = 20,
): Buffer {
  const iv = header.subarray(10, 42);
  const kdf = (from: Uint8Array, purpose: Uint8Array, length: number) =>
    expand(from, Buffer.concat([parameters(segmentLength), iv, purpose, aad]), length);
  if (!parameters(segmentLength).equals(header.subarray(0, 10))) throw new Error('parameters');
  if (!kdf(key, Buffer.from('HEADER_TAG:'), 32).equals(header.subarray(42))) throw new Error('header tag');
  const messageKey = kdf(key, Buffer.from('MESSAGE_KEY:'), 48);
  return Buffer.concat(
    segments.map((segment, number) => {
      const final = number === segments.length - 1;
      const prefix = Buffer.from(segment.subarray(0, 4)).readUInt32BE();
      if (prefix !== (final ? segment.length : 0xffffffff)) throw new Error('segment length');
      if (!final && segment.length !== segmentLength) throw new Error('short segment');
      const epoch = number - (number % 2 ** rotationBits);
      const dek = kdf(messageKey, Buffer.concat([Buffer.from('DEK:'), be(epoch, 8)]), 32);
      const cipher = createDecipheriv('aes-256-gcm', dek, segment.subarray(4, 16));
      cipher.setAAD(Buffer.concat([be(number, 8), Uint8Array.of(final ? 1 : 0)]));
      cipher.setAuthTag(segment.subarray(-16));
      return Buffer.concat([cipher.update(segment.subarray(16, -16)), cipher.final()]);
    }),
  );
}

/** The keys below a FLOE message's own: the message key, 48 bytes, and that of its first segments. */
export function referenceFloeKeys(
  key: Uint8Array,
  aad: Uint8Array,
  header: Uint8Array,
): { message: Buffer; segment: Buffer } {
  const context = header.subarray(0, 42);
  const kdf = (from: Uint8Array, purpose: Uint8Array, length: number) =>
    expand(from, Buffer.concat([context, purpose, aad]), length);
  const message = kdf(key, Buffer.from('MESSAGE_KEY:'), 48);
  return { message, segment: kdf(message, Buffer.concat([Buffer.from('DEK:'), be(0, 8)]), 32) };
}

/** The key chain of evidence format 1, as far as a test asks for it. */
export class ReferenceChain {
  readonly commitments: Buffer[];
  #chain: Buffer;

  constructor(shares: readonly Uint8Array[], core: Uint8Array) {
    const salt = createHash('sha256').update(core).digest();
    this.commitments = shares.map((share, role) =>
      expand(
        hmac384(salt, share),
        Buffer.concat([Buffer.from('sealcam/v1/share-commitment'), Uint8Array.of(role)]),
        32,
      ),
    );
    this.#chain = expand(hmac384(salt, ...shares), Buffer.from('sealcam/v1/chain'), 48);
  }

  /** The chain key of the present index. */
  present(): Buffer {
    return this.#chain;
  }

  /** The keys of the present index; takes one step. */
  step(): { media: Buffer; telemetry: Buffer } {
    const keys = {
      media: expand(this.#chain, Buffer.from('sealcam/v1/media'), 32),
      telemetry: expand(this.#chain, Buffer.from('sealcam/v1/telemetry'), 32),
    };
    this.#chain = expand(this.#chain, Buffer.from('sealcam/v1/next'), 48);
    return keys;
  }
}

/** CRC-32C, a bit at a time. */
export function referenceCrc32c(bytes: Uint8Array, seed = 0): number {
  let crc = ~seed >>> 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** One segment record, cut from the front of a chunk's records. */
export type ParsedRecord = { index: number; part: number; number: number; segment: Buffer };

/** All records of a chunk; throws where a byte is not as the format has it. */
export function parseRecords(records: Buffer, checkCrc: (bytes: Uint8Array) => number): ParsedRecord[] {
  const parsed: ParsedRecord[] = [];
  let at = 0;
  while (at < records.length) {
    if (records.toString('latin1', at, at + 4) !== 'SCR1') throw new Error(`no magic at ${at}`);
    const length = records.readUInt32BE(at + 4);
    if (length > 130_000) throw new Error('body too long');
    if (records[at + 8] !== 2) throw new Error('not a segment');
    const body = records.subarray(at + 9, at + 9 + length);
    const crc = records.readUInt32BE(at + 9 + length);
    if (crc !== checkCrc(records.subarray(at + 4, at + 9 + length))) throw new Error('CRC');
    parsed.push({
      index: body.readUInt32BE(0),
      part: body.readUInt8(4),
      number: body.readUInt16BE(5),
      segment: body.subarray(7),
    });
    at += 9 + length + 4;
  }
  if (at !== records.length) throw new Error('bytes left over');
  return parsed;
}

/** Known shares by way of the pipe, which is the only way in. */
export async function sharesOf(...shares: readonly Uint8Array[]): Promise<KeyShares> {
  const pipe = createSharePipe();
  writeSync(pipe.writeFd, Buffer.concat(shares));
  return pipe.readShares(shares.length);
}

/** The addon's second build, with what only tests need. */
export type TestingAddon = {
  failRandomness(after: number): void;
  crc32cLevels(bytes: Uint8Array, seed: number): Record<string, number>;
  hashLevels(segments: readonly Uint8Array[]): Record<string, { digests: Buffer; crcs: Buffer }>;
  hashBy(level: string): boolean;
  kernels(
    bytes: Uint8Array,
    rounds: number,
  ): { encrypt: number; hash: number; shaUnits: number; cyclesPerNanosecond: number };
  outputPool(): { kept: number; taken: number };
  releaseRecords(records: Buffer): void;
  createPipe(): { handle: object; writeFd: number };
  closeWriteEnd(pipe: object): void;
  createShares(count: number): object;
  readShares(shares: object, pipe: object, waitMs: number): Promise<boolean>;
  openRecording(shares: object, core: Uint8Array): { handle: object };
  seal(
    handle: object,
    index: number,
    opening: Uint8Array,
    media: Uint8Array[],
    telemetry: Uint8Array[],
    atOnceMax: number,
  ): Promise<{ records: Buffer }>;
  skip(handle: object, index: number): void;
  eraseRecording(handle: object): void;
  capabilities(): { keyMemory: { slotsTaken: number } };
};

export function testingAddon(): TestingAddon {
  const require = createRequire(import.meta.url);
  return require(join(dirname(require.resolve('#addon')), 'sealcam_testing.node'));
}

/** Bytes that look random and are the same for the same `seed` (xorshift32). */
export function seededBytes(length: number, seed: number): Buffer {
  const out = Buffer.alloc(length);
  let state = seed | 1;
  for (let i = 0; i < length; i += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    out[i] = state;
  }
  return out;
}
