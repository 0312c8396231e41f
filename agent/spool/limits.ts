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

/** The most bytes of one record, so a read of this length always contains a whole record. */
export const recordBytesMax = recordHeadBytes + recordBodyBytesMax + recordTailBytes;

const segmentFrameBytes = recordHeadBytes + 7 + recordTailBytes + segmentOverheadBytes;
const segmentsMax = segmentsPerPartMax + Math.ceil(telemetryBytesMax / segmentPlaintextBytes);

const segmentRecordsBytesMax = mediaBytesMax + telemetryBytesMax + segmentsMax * segmentFrameBytes;

/** The bounds of the spool. */
export const spoolLimits = {
  /** Bytes after which a recording continues in a new file, so that no file reaches the file system's own limit. */
  partBytesMax: 1024 * 1024 * 1024,
  /** Bytes kept free for closings, receipts and the tails that recovery keeps. */
  reserveBytes: 8 * 1024 * 1024,
  /** Bytes of all segment records of a chunk. */
  segmentRecordsBytesMax,
  /** Bytes of a chunk with everything that is written for it: its statement twice, a receipt and a session. */
  chunkBytesMax: segmentRecordsBytesMax + 4 * recordBytesMax,
  /** Bytes that a scan reads at a time: a statement and, mostly, the small records around it. */
  scanBytes: 4 * 1024,
  /** Bytes read at a time when searching, copying or comparing. */
  blockBytes: 256 * 1024,
  /**
   * How long a start tries to read its journal and counters while the storage fails, all attempts together; the waits
   * between them double. What still cannot be read then is kept aside.
   */
  readPatienceMs: 10_000,
  readDelayMsMin: 50,
  readDelayMsMax: 2_000,
  /** Attempts for each of the two files, once that time is over. */
  readsMin: 4,
  /** Journals of boots that are kept, and their bytes, all of which a start reads into memory: beyond that the oldest are removed. */
  bootJournalsMax: 1_024,
  bootJournalsBytesMax: 8 * 1024 * 1024,
  /** This program never writes a longer journal of a boot: 1,024 entries of less than 1 KiB, after a session. */
  bootJournalBytesMax: 2 * 1024 * 1024,
  bootJournalEntriesMax: 1_024,
  /** Entries that are left for what ends a boot. */
  bootJournalEntriesKept: 32,
  /** Journals without a shutdown that a boot tells of. */
  bootJournalsToldMax: 256,
  /** Journals kept aside, and their bytes: beyond that the oldest are removed. */
  asidesMax: 4,
  asideBytesMax: 64 * 1024 * 1024,
  /** A larger one is kept, but not read again: what it takes to read it is memory that recording needs. */
  asideReadBytesMax: 16 * 1024 * 1024,
  /** Ranges of a journal kept aside that are known to be unread; more are stated as fewer that contain them. */
  unreadRangesMax: 64,
  /** Recordings, complete at one station, of which others are to be told: beyond that the oldest are forgotten. */
  handoversMax: 256,
  /** A larger index of a part is not read; the part is scanned instead. */
  indexBytesMax: 1024 * 1024,
  /** The journal is rewritten when it is larger than this and than four times its content. */
  journalBytesMin: 256 * 1024,
  /** This program never writes a larger journal, so a larger one is refused. */
  journalBytesMax: 256 * 1024 * 1024,
} as const;

assert(spoolLimits.reserveBytes > spoolLimits.chunkBytesMax);
assert(spoolLimits.blockBytes > recordBytesMax);
assert(spoolLimits.partBytesMax > spoolLimits.chunkBytesMax);
