import { crc32c } from '../../base/crc32c.ts';
import { cobsBytesMax, cobsDecode, cobsEncode } from '../../proto/link/cobs.ts';
import { encodeFrame, type Frame } from '../../proto/link/frame.ts';
import { linkLimits } from '../../proto/link/limits.ts';

/** The bytes of a body on the line, whatever the body is. */
function wireOf(body: Uint8Array): Uint8Array {
  const wire = new Uint8Array(cobsBytesMax(body.length) + 2);
  return wire.subarray(0, cobsEncode(body, wire, 1) + 1);
}

/** The body of a frame with a right checksum; `layout` and the length of the payload may be wrong. */
function bodyOf({ kind, session, sequence, payload }: Frame, layout = 1): Uint8Array {
  const checked = linkLimits.headerBytes + payload.length;
  const body = Buffer.alloc(checked + linkLimits.checksumBytes);
  body[0] = layout;
  body[1] = kind;
  body.set(session, 4);
  body.writeBigUInt64BE(BigInt(sequence), 12);
  body.set(payload, linkLimits.headerBytes);
  body.writeUInt32BE(crc32c(body.subarray(0, checked)), checked);
  return body;
}

/** The frame with one wrong bit in its checksum. */
export function wrongChecksum(frame: Frame): Uint8Array {
  const body = bodyOf(frame);
  const last = body.length - 1;
  body[last] = (body[last] ?? 0) ^ 1;
  return wireOf(body);
}

/** The frame with a layout of the header that no version has yet. */
export function otherLayout(frame: Frame): Uint8Array {
  return wireOf(bodyOf(frame, 2));
}

/** The frame with an unknown field, so long that the body has `bodyBytes`. */
export function paddedTo(frame: Frame, bodyBytes: number): Uint8Array {
  const room = bodyBytes - linkLimits.headerBytes - linkLimits.checksumBytes - frame.payload.length;
  // Field 1000, bytes, with a length of four bytes.
  const head = [
    0xc2,
    0x3e,
    (room & 0x7f) | 0x80,
    ((room >> 7) & 0x7f) | 0x80,
    ((room >> 14) & 0x7f) | 0x80,
    0,
  ];
  const filled = Buffer.alloc(room, 0x55);
  const fieldBytes = room - head.length;
  head[2] = (fieldBytes & 0x7f) | 0x80;
  head[3] = ((fieldBytes >> 7) & 0x7f) | 0x80;
  head[4] = ((fieldBytes >> 14) & 0x7f) | 0x80;
  filled.set(head);
  return wireOf(bodyOf({ ...frame, payload: Buffer.concat([frame.payload, filled]) }));
}

/** A frame whose encoding ends with a full block, followed by the empty block that many encoders write. */
export function withEmptyBlock(frame: Frame): Uint8Array {
  for (let length = 200; length < 800; length += 1) {
    const payload = new Uint8Array(length).fill(0x11);
    const encoded = encodeFrame({ ...frame, payload }).subarray(1, -1);
    const longer = Uint8Array.of(...encoded, 1);
    if (cobsDecode(longer)?.length === cobsDecode(encoded)?.length) return Uint8Array.of(0, ...longer, 0);
  }
  throw new Error('no payload gives a full block at the end');
}
