import assert from 'node:assert/strict';
import {
  mediaBytesMax,
  recordBodyBytesMax,
  segmentOverheadBytes,
  segmentPlaintextBytes,
  segmentsPerPartMax,
  telemetryBytesMax,
} from '../../evidence/limits.ts';
import { recordHeadBytes, recordTailBytes } from '../../evidence/records.ts';

/** Bytes of one record at most, and so of a look at the file that surely holds a whole one. */
export const recordBytesMax = recordHeadBytes + recordBodyBytesMax + recordTailBytes;

const segmentFrameBytes = recordHeadBytes + 7 + recordTailBytes + segmentOverheadBytes;
const segmentsMax = segmentsPerPartMax + Math.ceil(telemetryBytesMax / segmentPlaintextBytes);

const segmentRecordsBytesMax = mediaBytesMax + telemetryBytesMax + segmentsMax * segmentFrameBytes;

/** The bounds of the spool. */
export const spoolLimits = {
  /** Bytes after which a recording goes on in a new file, so that no file meets a file system's own bound. */
  partBytesMax: 1024 * 1024 * 1024,
  /** Bytes kept free for closings, receipts and the tails that recovery keeps aside. */
  reserveBytes: 8 * 1024 * 1024,
  /** Bytes of all segment records of a chunk. */
  segmentRecordsBytesMax,
  /** Bytes of a chunk with all that is written for it: its statement twice, a receipt and a session. */
  chunkBytesMax: segmentRecordsBytesMax + 4 * recordBytesMax,
  /** Bytes that a scan reads at a time: a statement and, mostly, the small records around it. */
  scanBytes: 4 * 1024,
  /** Bytes read at a time where something is searched for, copied or compared. */
  blockBytes: 256 * 1024,
  /** A larger index of a part is not read: its part is scanned. */
  indexBytesMax: 1024 * 1024,
  /** The journal is written anew when it is larger than this and than four times what it has to say. */
  journalBytesMin: 256 * 1024,
  /** A larger journal is none that this program wrote. */
  journalBytesMax: 256 * 1024 * 1024,
} as const;

assert(spoolLimits.reserveBytes > spoolLimits.chunkBytesMax);
assert(spoolLimits.blockBytes > recordBytesMax);
assert(spoolLimits.partBytesMax > spoolLimits.chunkBytesMax);
