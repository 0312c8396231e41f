import { crc32c } from '../../base/crc32c.ts';
import { SealcamError } from '../../base/errors.ts';
import { cobsBytesMax, cobsEncode } from './cobs.ts';
import { linkLimits } from './limits.ts';

/** Version of the header's layout; a receiver drops frames with another one. */
const layout = 1;

/** Bytes of the session tag in every frame. */
const sessionTagBytes = 8;

/** A frame, with only its header decoded. */
export interface Frame {
  /** Which message the payload contains: see `messages.ts`. The session skips unknown ones. */
  readonly kind: number;
  /** The session it belongs to: both nonces' first 8 bytes, xored; zeros in hellos and refusals. */
  readonly session: Uint8Array;
  /** Its number in this direction, from 1; 0 if the frame has none. */
  readonly sequence: number;
  /** Like `session`, a view into the bytes from the framer: valid until its delivery returns. */
  readonly payload: Uint8Array;
}

/** The tag of the session between the runs that chose these two nonces of 16 bytes. */
export function sessionTag(sensorNonce: Uint8Array, agentNonce: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: sessionTagBytes }, (_, i) => (sensorNonce[i] ?? 0) ^ (agentNonce[i] ?? 0));
}

/** The tag of frames that belong to no session yet. */
export const noSession: Uint8Array = new Uint8Array(sessionTagBytes);

/** Length of the frame's body: this is what credit and buffers count. */
export function bodyBytes(payloadBytes: number): number {
  return linkLimits.headerBytes + payloadBytes + linkLimits.checksumBytes;
}

/**
 * The frame as sent on the wire: 00, COBS(header, payload, CRC-32C), 00.
 * @throws SealcamError `LINK_FRAME_SIZE` when the payload is too long for one frame.
 */
export function encodeFrame(frame: Frame): Uint8Array {
  const length = bodyBytes(frame.payload.length);
  if (length > linkLimits.bodyBytesMax) {
    throw new SealcamError(
      'LINK_FRAME_SIZE',
      `A frame of kind ${frame.kind} would have ${length} bytes where ${linkLimits.bodyBytesMax} are allowed; send less at once`,
    );
  }
  const body = new Uint8Array(length);
  const view = new DataView(body.buffer);
  body[0] = layout;
  body[1] = frame.kind;
  body.set(frame.session, 4);
  view.setBigUint64(12, BigInt(frame.sequence));
  body.set(frame.payload, linkLimits.headerBytes);
  view.setUint32(length - 4, crc32c(body.subarray(0, length - 4)));
  const wire = new Uint8Array(cobsBytesMax(length) + 2);
  const end = cobsEncode(body, wire, 1);
  return wire.subarray(0, end + 1);
}

/**
 * Reads the header of a body whose checksum was correct and has been removed.
 * @returns undefined if the layout is another one, or the number is above the highest that a sender may use.
 */
export function parseFrame(body: Uint8Array): Frame | undefined {
  if (body.length < linkLimits.headerBytes || body[0] !== layout || body[2] !== 0 || body[3] !== 0) {
    return undefined;
  }
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const sequence = view.getUint32(12) * 2 ** 32 + view.getUint32(16);
  if (sequence > linkLimits.sequenceMax) return undefined;
  return {
    kind: body[1] as number,
    session: body.subarray(4, 12),
    sequence,
    payload: body.subarray(linkLimits.headerBytes),
  };
}
