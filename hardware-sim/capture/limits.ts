import { cobsBytesMax } from '../../proto/link/cobs.ts';
import { linkLimits } from '../../proto/link/limits.ts';

/** Every bound of captures of the link. */
export const captureLimits = {
  /** What is kept of the bytes between two delimiters: the longest frame, encoded. */
  segmentBytesMax: cobsBytesMax(linkLimits.bodyBytesMax),
  /** A block of a capture file, its options included. */
  blockBytesMax: 131_072,
  interfacesMax: 8,
  /** Bytes that wait for the disk; what comes beyond is passed on, but not captured. */
  pendingBytesMax: 16 * 1024 * 1024,
  /** How large a capture grows unless told otherwise, and at most. */
  fileBytesDefault: 1024 * 1024 * 1024,
  fileBytesMax: 64 * 1024 * 1024 * 1024,
  /** Bytes that wait for the far end of a relay; more are lost, as in a line that no one reads. */
  relayBytesMax: 8 * 1024 * 1024,
  /** How long until a sensor's port that was lost is opened again. */
  reopenMs: 500,
  /** Numbers of frames that are remembered as sent and not released. */
  unreleasedMax: 65_536,
  /** Messages of a capture that are replayed, and their bytes. */
  replayMessagesMax: 2_000_000,
  replayBytesMax: 1024 * 1024 * 1024,
  /** Text of a note in a capture. */
  noteBytesMax: 1_024,
} as const;
