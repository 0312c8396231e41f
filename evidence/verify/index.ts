import { type Hasher, nodeHasher } from '../hasher.ts';
import type { Root } from '../root.ts';
import type { Revocations, TrustedSession } from '../trust.ts';
import { judgeBootJournals } from './boots/boot-journals.ts';
import { sessionConflicts, sessionWarnings } from './boots/boots.ts';
import { collect } from './collect.ts';
import { compareBytes } from './filing.ts';
import {
  type Collection,
  compareText,
  type EvidenceSource,
  type FoundBootJournal,
  type FoundRecording,
} from './found.ts';
import { judgeRecording } from './judge.ts';
import {
  absentRecordings,
  chainsOf,
  newestConflicts,
  numberConflicts,
  previousConflicts,
  rosterConflicts,
} from './numbering.ts';
import { policyConflicts } from './policies.ts';
import {
  newestReceiptConflicts,
  receiptConflicts,
  receiptLossConflicts,
  receiptWarnings,
} from './receipts/chain.ts';
import type { CameraChains, Report } from './report.ts';
import { orderWarnings } from './times.ts';

export type { JournalEvent } from '../encoding/journal-table.ts';
export type { EvidenceSource, FoundBootJournal, FoundRecording, SegmentLocation, Slot } from './found.ts';
export * from './report.ts';

/** The result of {@link verifyEvidence}. */
export interface Verified {
  readonly report: Report;
  /** The recordings themselves, for a caller that goes on to open one. Same order as in the report. */
  readonly found: readonly FoundRecording[];
  readonly bootJournals: readonly FoundBootJournal[];
  /** The trusted sessions. */
  readonly sessions: readonly TrustedSession[];
}

/** Options of {@link verifyEvidence}. */
export interface VerifyOptions {
  readonly revocations?: Revocations;
  /** Faster than node:crypto, and proven equal to it. */
  readonly hasher?: Hasher;
}

/**
 * Verifies recordings without any key: signatures up to the agency's root, the chain, every digest, the
 * numbering. Altered or hostile content never throws; the report describes it.
 * @param sources `.seal` and `.receipts` files, in any order.
 * @throws SealcamError `SEAL_NOT_A_FILE`, `FORMAT_UNSUPPORTED` (signed by a trusted key, or there is nothing
 *   else), `HASHER_WRONG`; and what reading a source throws.
 */
export async function verifyEvidence(
  sources: readonly EvidenceSource[],
  root: Root,
  { revocations = new Map(), hasher = nodeHasher }: VerifyOptions = {},
): Promise<Verified> {
  const collection = await collect(sources, root, hasher);
  const receipts = collection.receipts.filter(({ certificate }) => !revocations.has(certificate.keyId));
  const found = [...collection.recordings].sort(
    (a, b) =>
      compareText(a.recording.core.deviceId, b.recording.core.deviceId) ||
      a.recording.core.recordingNumber - b.recording.core.recordingNumber ||
      compareBytes(a.recording.core.recordingId, b.recording.core.recordingId),
  );
  const recordings = found.map((one) => judgeRecording(one, { root, receipts, revocations }));
  const trusted = found.filter((one) => one.trusted);
  const chains = chainsOf(collection);
  const bootJournals = judgeBootJournals(collection, { receipts, revocations });
  return {
    found,
    bootJournals: collection.bootJournals,
    sessions: collection.sessions,
    report: {
      recordings,
      ...(bootJournals.length > 0 && { bootJournals }),
      absent: absentRecordings(trusted, collection),
      ...(chains.length > 0 && { chains }),
      conflicts: [
        ...numberConflicts(trusted),
        ...previousConflicts(trusted),
        ...newestConflicts(collection, trusted),
        ...sessionConflicts(collection, trusted),
        ...rosterConflicts(trusted),
        ...policyConflicts(trusted),
        ...receiptConflicts(receipts),
        ...receiptLossConflicts(receipts, trusted),
        ...newestReceiptConflicts(receipts, trusted),
      ],
      unreadableBytes: collection.unreadableBytes,
      recordsSetAside: collection.recordsSetAside,
      warnings: [
        ...collection.warnings,
        ...strayWarnings(collection),
        ...chains.map(chainWarning),
        ...sessionWarnings(collection),
        ...receiptWarnings(receipts),
        ...orderWarnings(trusted),
      ],
    },
  };
}

/**
 * A well-signed statement of a recording that is not among the files counts for nothing here, but is not junk.
 */
function strayWarnings({ strayDeletions }: Collection): string[] {
  return strayDeletions.map(({ statement: { body } }) => {
    const { deviceId, recordingNumber } = body;
    return `a deletion is for recording ${recordingNumber} of ${deviceId}, which is not in these files`;
  });
}

function chainWarning({ deviceId, chains }: CameraChains): string {
  return chains.length > 1
    ? `${deviceId} has ${chains.length} chains of recordings here: it lost its counters, and what the former chain still held cannot be known`
    : `${deviceId} is here with only a later chain of recordings: it lost its counters once, and nothing here tells what it had recorded before`;
}
