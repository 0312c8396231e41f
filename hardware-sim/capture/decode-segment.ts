import { crc32c } from '../../base/crc32c.ts';
import { SealcamError } from '../../base/errors.ts';
import { cobsDecode } from '../../proto/link/cobs.ts';
import { type Frame, parseFrame } from '../../proto/link/frame.ts';
import { linkLimits } from '../../proto/link/limits.ts';
import { decodeMessage, type LinkMessage, type MessageName, messageName } from '../../proto/link/messages.ts';

/** Why bytes between two delimiters are no frame. */
export type SegmentFault = 'tooLong' | 'tooShort' | 'cobs' | 'checksum' | 'header';

/** What the bytes between two delimiters are. */
export type Segment =
  | { readonly kind: 'frame'; readonly frame: Frame; readonly bodyBytes: number }
  | { readonly kind: 'fault'; readonly fault: SegmentFault };

/**
 * Reads the bytes between two delimiters.
 * @param length how many there were, where `bytes` are only the first of them.
 */
export function decodeSegment(bytes: Uint8Array, length: number = bytes.length): Segment {
  if (length > bytes.length) return { kind: 'fault', fault: 'tooLong' };
  const body = cobsDecode(bytes);
  if (body === undefined) return { kind: 'fault', fault: 'cobs' };
  if (body.length > linkLimits.bodyBytesMax) return { kind: 'fault', fault: 'tooLong' };
  const checked = body.length - linkLimits.checksumBytes;
  if (checked < linkLimits.headerBytes) return { kind: 'fault', fault: 'tooShort' };
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  if (crc32c(body.subarray(0, checked)) !== view.getUint32(checked))
    return { kind: 'fault', fault: 'checksum' };
  const frame = parseFrame(body.subarray(0, checked));
  if (frame === undefined) return { kind: 'fault', fault: 'header' };
  return { kind: 'frame', frame, bodyBytes: body.length };
}

/** The message of a frame, or why it can't be read. */
export type FrameContent =
  | { readonly kind: 'message'; readonly message: LinkMessage }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'malformed'; readonly name: MessageName; readonly reason: string };

/** Reads the payload of a frame. */
export function contentOf(frame: Frame): FrameContent {
  const name = messageName(frame.kind);
  if (name === undefined) return { kind: 'unknown' };
  try {
    const message = { name, ...decodeMessage(name, frame.payload) } as LinkMessage;
    return { kind: 'message', message };
  } catch (error) {
    if (!(error instanceof SealcamError)) throw error;
    return { kind: 'malformed', name, reason: error.message };
  }
}
