import { bodyBytes } from '../../proto/link/frame.ts';
import {
  decodeMessage,
  encodeMessage,
  isSwitch,
  type LinkMessage,
  type LinkMessages,
  type MessageName,
  messageName,
} from '../../proto/link/messages.ts';
import type { RetransmissionBuffer } from './buffer.ts';

/** A numbered frame as another sensor sent it. */
export interface ForeignFrame {
  readonly kind: number;
  readonly payload: Uint8Array;
  /** Of a report of loss: how many numbers before its own it stands for. */
  readonly numbersBefore: number;
  /** The longest frame that the agent takes. */
  readonly bodyBytesMax: number;
}

/**
 * Keeps a frame that another sensor sent, under the next number. It is not judged; what it says of tracks, switches and
 * dropped numbers is followed, and a sample is cut to the agent's longest frame.
 * @returns false if there is no room for it yet.
 */
export function keepRecorded(
  buffer: RetransmissionBuffer,
  { kind, payload, numbersBefore, bodyBytesMax }: ForeignFrame,
): boolean {
  const name = messageName(kind);
  const message = name === undefined ? undefined : readable(name, payload);
  if (!buffer.fits(bodyBytes(payload.length)) && buffer.bytes > 0) return false;
  if (message?.name === 'dropped' && numbersBefore > 0) {
    const fromSequence = buffer.skip(numbersBefore);
    const report = { ...message, fromSequence, toSequence: fromSequence + numbersBefore - 1 };
    buffer.append(kind, [encodeMessage('dropped', report)], { fromSequence });
    return true;
  }
  if (message?.name === 'parameters') buffer.setTracks(message.tracks);
  const most = bodyBytesMax - bodyBytes(0);
  const isLong = message?.name === 'sample' && payload.length > most;
  buffer.append(kind, isLong ? partsOf(message, most - sampleFieldsRoom) : [payload]);
  if (message?.name === 'button' && isSwitch(message.button)) buffer.turned(message.button, message.pressed);
  return true;
}

/** Room for the fields of a part of a sample besides its data. */
const sampleFieldsRoom = 96;

/** Cuts a part of a sample into smaller ones. */
function partsOf(sample: LinkMessages['sample'], partBytes: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < sample.data.length; at += partBytes) {
    const data = sample.data.subarray(at, at + partBytes);
    parts.push(encodeMessage('sample', { ...sample, offset: sample.offset + at, data }));
  }
  return parts;
}

/** The message of a payload, or undefined if it can't be read. */
function readable(name: MessageName, payload: Uint8Array): LinkMessage | undefined {
  try {
    return { name, ...decodeMessage(name, payload) } as LinkMessage;
  } catch {
    return undefined;
  }
}
