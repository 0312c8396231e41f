import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { beBytes, concatBytes, joinBytes } from '../../base/bytes.ts';
import { SealcamError } from '../../base/errors.ts';
import type { Randomness } from '../../base/random.ts';
import { floeHeaderBytes, segmentBytes, segmentOverheadBytes } from '../limits.ts';

// FLOE (c2sp.org/FLOE) with AES-256-GCM and HKDF-Expand-SHA384, independent of the native sealer.

const ivBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
/** Replaces the length in every segment except the final one. */
const notFinal = 0xffff_ffff;

/**
 * The parameters that FLOE leaves to its user. The format fixes both; the published vectors use other values
 * too.
 */
export interface FloeParameters {
  /** Bytes of an encrypted segment. */
  readonly segmentBytes: number;
  /** Segments share a key if their numbers differ only in this many low bits. */
  readonly rotationBits: number;
}

/** The parameters of evidence format 1. */
export const formatParameters: FloeParameters = { segmentBytes, rotationBits: 20 };

/** The first bytes of the header of every FLOE message of format 1: its parameters. */
export const formatHeaderStart = encodeParameters(formatParameters);

/** `HKDF-Expand` (RFC 5869) with SHA-384, `length` at most one block of 48 bytes. */
export function hkdfExpand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  if (length > 48) throw new RangeError(`HKDF-Expand to ${length} bytes`);
  return Uint8Array.from(
    createHmac('sha384', prk).update(info).update(Uint8Array.of(1)).digest().subarray(0, length),
  );
}

/** `HKDF-Extract` (RFC 5869) with SHA-384: 48 bytes. */
export function hkdfExtract(salt: Uint8Array, ikm: Uint8Array): Uint8Array {
  return Uint8Array.from(createHmac('sha384', salt).update(ikm).digest());
}

interface KeyedParameters {
  readonly parameters: FloeParameters;
  readonly key: Uint8Array;
}

function encodeParameters({ segmentBytes }: FloeParameters): Uint8Array {
  return concatBytes(Uint8Array.of(0, 0), beBytes(segmentBytes, 4), beBytes(ivBytes, 4));
}

function derive(
  parameters: FloeParameters,
  key: Uint8Array,
  context: Uint8Array,
  purpose: Uint8Array | string,
  length: number,
): Uint8Array {
  const [iv, aad] = [context.subarray(0, ivBytes), context.subarray(ivBytes)];
  return hkdfExpand(key, concatBytes(encodeParameters(parameters), iv, Buffer.from(purpose), aad), length);
}

/** Segment keys of one message, one kept at a time. */
class SegmentKeys {
  readonly #message: KeyedParameters;
  readonly #context: Uint8Array;
  #epoch = -1;
  #key: Uint8Array = new Uint8Array(0);

  constructor(message: KeyedParameters, context: Uint8Array) {
    this.#message = message;
    this.#context = context;
  }

  get(number: number): Uint8Array {
    const { parameters, key } = this.#message;
    const epoch = Math.floor(number / 2 ** parameters.rotationBits);
    if (epoch !== this.#epoch) {
      this.erase();
      const masked = beBytes(epoch * 2 ** parameters.rotationBits, 8);
      this.#key = derive(parameters, key, this.#context, concatBytes(Buffer.from('DEK:'), masked), 32);
      this.#epoch = epoch;
    }
    return this.#key;
  }

  erase(): void {
    this.#key.fill(0);
  }
}

function segmentAad(number: number, final: boolean): Uint8Array {
  return concatBytes(beBytes(number, 8), Uint8Array.of(final ? 1 : 0));
}

/** A FLOE message in pieces: its header of 74 bytes, and its segments. */
export interface FloeMessage {
  readonly header: Uint8Array;
  readonly segments: readonly Uint8Array[];
}

/** Seals `plaintext` under `key` (32 bytes). */
export function floeSeal(
  key: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
  randomness: Randomness,
  parameters: FloeParameters = formatParameters,
): FloeMessage {
  const iv = randomness.bytes(ivBytes);
  const context = concatBytes(iv, aad);
  const tag = derive(parameters, key, context, 'HEADER_TAG:', 32);
  const messageKey = derive(parameters, key, context, 'MESSAGE_KEY:', 48);
  const keys = new SegmentKeys({ parameters, key: messageKey }, context);
  const room = parameters.segmentBytes - segmentOverheadBytes;
  const total = Math.max(1, Math.ceil(plaintext.length / room));
  const segments = Array.from({ length: total }, (_, number) => {
    const final = number === total - 1;
    const piece = plaintext.subarray(number * room, (number + 1) * room);
    const nonce = randomness.bytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', keys.get(number), nonce, { authTagLength: tagBytes });
    cipher.setAAD(segmentAad(number, final));
    const length = beBytes(final ? segmentOverheadBytes + piece.length : notFinal, 4);
    return concatBytes(length, nonce, cipher.update(piece), cipher.final(), cipher.getAuthTag());
  });
  keys.erase();
  messageKey.fill(0);
  return { header: concatBytes(encodeParameters(parameters), iv, tag), segments };
}

/**
 * Opens a whole FLOE message; returns nothing unless all of it is authentic.
 * @throws SealcamError `FLOE_HEADER` (other parameters, key or associated data), `FLOE_SEGMENT` (a segment
 *   altered, misplaced, cut, empty after another one, or too many).
 */
export function floeOpen(
  key: Uint8Array,
  aad: Uint8Array,
  { header, segments }: FloeMessage,
  parameters: FloeParameters = formatParameters,
): Uint8Array {
  const prefix = encodeParameters(parameters);
  if (header.length !== floeHeaderBytes || Buffer.compare(header.subarray(0, prefix.length), prefix) !== 0) {
    throw new SealcamError('FLOE_HEADER', "The sealed part's parameters are not those of the format");
  }
  const context = concatBytes(header.subarray(prefix.length, prefix.length + ivBytes), aad);
  const tag = derive(parameters, key, context, 'HEADER_TAG:', 32);
  if (!timingSafeEqual(tag, header.subarray(prefix.length + ivBytes))) {
    throw new SealcamError('FLOE_HEADER', 'The key does not open this part, or it belongs elsewhere');
  }
  const messageKey = derive(parameters, key, context, 'MESSAGE_KEY:', 48);
  const keys = new SegmentKeys({ parameters, key: messageKey }, context);
  const opened: Uint8Array[] = [];
  try {
    if (segments.length === 0) throw segmentError(0);
    for (const [number, segment] of segments.entries()) {
      const final = number === segments.length - 1;
      opened.push(openSegment(keys.get(number), number, final, segment, parameters));
    }
    return joinBytes(opened);
  } finally {
    keys.erase();
    messageKey.fill(0);
    for (const piece of opened) piece.fill(0);
  }
}

function segmentError(number: number): SealcamError {
  return new SealcamError('FLOE_SEGMENT', `Segment ${number} of the sealed part is not authentic`);
}

function openSegment(
  key: Uint8Array,
  number: number,
  final: boolean,
  segment: Uint8Array,
  parameters: FloeParameters,
): Uint8Array {
  const whole = parameters.segmentBytes;
  // A final segment may be empty only if the whole message is.
  const least = segmentOverheadBytes + (number === 0 ? 0 : 1);
  const formed = final ? segment.length >= least && segment.length <= whole : segment.length === whole;
  const expected = final ? segment.length : notFinal;
  if (!formed || new DataView(segment.buffer, segment.byteOffset).getUint32(0) !== expected) {
    throw segmentError(number);
  }
  const body = segment.subarray(4 + nonceBytes, segment.length - tagBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, segment.subarray(4, 4 + nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(segmentAad(number, final));
  decipher.setAuthTag(segment.subarray(segment.length - tagBytes));
  const plain = decipher.update(body);
  try {
    decipher.final();
  } catch (cause) {
    plain.fill(0);
    throw new SealcamError('FLOE_SEGMENT', `Segment ${number} of the sealed part is not authentic`, {
      cause,
    });
  }
  return plain;
}
