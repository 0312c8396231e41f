import { equalBytes, toHex } from '../../base/bytes.ts';
import type { Recording } from '../chain.ts';
import type { Root } from '../root.ts';
import type { Deletion, Statement } from '../statements.ts';
import type { Certified, Revocations } from '../trust.ts';
import { findConflicts } from './conflicts.ts';
import { compareText, type FoundRecording, type SessionSigned } from './found.ts';
import { judgeLinks, type Vouches } from './links.ts';
import { judgeLosses } from './receipts/losses.ts';
import { type ReceiptedBefore, receiptedBefore } from './receipts/receipted.ts';
import type { RecordingReport } from './report.ts';
import { timeFaults, timeWarnings } from './times.ts';

/** What a recording is judged by, apart from its own records. */
export interface Witnesses {
  readonly root: Root;
  /** Of stations that were not revoked, for any recording. */
  readonly receipts: readonly Certified<'receipt'>[];
  readonly revocations: Revocations;
}

/** Judges one recording: what is proven. */
export function judgeRecording(found: FoundRecording, witnesses: Witnesses): RecordingReport {
  const warnings: string[] = [];
  const faults: string[] = [];
  const { core, opening, session } = found.recording;
  const { root, revocations } = witnesses;
  const said = receiptsOf(found, witnesses);
  const receipts = said.own;
  for (const one of said.warnings) warnings.push(one);
  const before = receiptedBefore(found, receipts);
  const vouches = vouching(found, before, revocations);
  const closings = found.closings.filter(({ session: { certificate }, statement }) =>
    vouches(certificate.keyId, statement.digest),
  );
  if (closings.length < found.closings.length) {
    faults.push('a closing is signed by a camera for which the agency does not vouch, and does not count');
  }
  const closing = pickClosing(closings)?.statement;
  const losses = judgeLosses(found, receipts, revocations);
  const receiptTimes = timesOf(core.deviceId, witnesses);
  const links = judgeLinks({ found, closing, receipts, before, vouches, losses, root, receiptTimes });
  const deletions = judgeDeletions(found, closing, revocations);
  for (const one of deletions.warnings) warnings.push(one);
  const conflicts = [
    ...findConflicts(found, closings, closing, receipts),
    ...losses.conflicts,
    ...said.conflicts,
    ...deletions.conflicts,
  ];
  for (const one of [...losses.faults, ...deletions.faults, ...timeFaults(found, closing)]) faults.push(one);
  const holders = receipts.filter(({ body }) => body.complete).map(({ body }) => body.stationId);
  const complete = holders.length > 0;
  if (complete && found.closings.length === 0) {
    const all = [...new Set(holders)].sort(compareText).join(', ');
    faults.push(`${all} signed that the closing is there, and it is not in these files: look for it there`);
  }
  const trusted = vouches(session.certificate.keyId, opening.digest);
  if (!trusted) faults.push('the agency does not vouch for the key that opened the recording');
  for (const one of timeWarnings(found, closing, links)) warnings.push(one);
  const ended = endOf(closing);
  const erased = deletions.erased;
  return {
    deviceId: core.deviceId,
    recordingId: toHex(core.recordingId),
    number: core.recordingNumber,
    verdict: conflicts.length > 0 ? 'conflict' : erased ? 'erased' : ended,
    ...(erased && { ended }),
    roles: core.roles,
    policy: core.policy,
    ...(core.policyDigest && {
      signedPolicy: { version: core.policyVersion, digest: toHex(core.policyDigest) },
    }),
    ...(closing && {
      closing: {
        reason: closing.body.reason,
        index: closing.body.index,
        durationUs: closing.body.durationUs,
      },
    }),
    ...(closing && closing.body.absentUsMax > 0 && { absentUsMax: closing.body.absentUsMax }),
    trusted,
    links,
    completeReceipt: complete,
    conflicts,
    faults,
    warnings,
  };
}

/** The recording's own closing, if there is one: a recovered one next to it is a conflict, not a replacement. */
function pickClosing(closings: readonly SessionSigned<'closing'>[]): SessionSigned<'closing'> | undefined {
  return closings.find(({ statement }) => statement.body.reason !== 'recovered') ?? closings[0];
}

/** The recording's state by its closing alone. */
function endOf(closing: Statement<'closing'> | undefined): 'complete' | 'recovered' | 'open-ended' {
  if (closing === undefined) return 'open-ended';
  return closing.body.reason === 'recovered' ? 'recovered' : 'complete';
}

interface JudgedDeletions {
  readonly erased: boolean;
  readonly conflicts: readonly string[];
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Whether a deletion key that was not revoked ordered this recording erased, and what such keys ordered
 * wrongly.
 */
function judgeDeletions(
  { deletions, recording }: FoundRecording,
  closing: Statement<'closing'> | undefined,
  revocations: Revocations,
): JudgedDeletions {
  const good = deletions.filter(({ certificate }) => !revocations.has(certificate.keyId));
  const warnings =
    good.length < deletions.length ? ['a deletion is signed by a revoked key, and does not count'] : [];
  const wrong = good.filter(
    ({ statement: { body } }) => !orders(body, recording, closing?.digest ?? body.closing),
  );
  const conflicts = wrong.map(
    () => "a deletion names another number, closing or key envelope than the recording's",
  );
  const faults =
    closing === undefined && good.length > 0 ? ['a deletion names a closing that is not in these files'] : [];
  return { erased: closing !== undefined && good.length > wrong.length, conflicts, faults, warnings };
}

/** Whether a deletion names this recording, with this closing, and its key envelope. */
export function orders(body: Deletion, { core, opening }: Recording, closing: Uint8Array): boolean {
  return (
    body.deviceId === core.deviceId &&
    equalBytes(body.recordingId, core.recordingId) &&
    body.recordingNumber === core.recordingNumber &&
    equalBytes(body.closing, closing) &&
    equalBytes(body.keyEnvelopeHash, opening.body.keyEnvelopeHash)
  );
}

/** The receipts for this recording and key envelope, and others that have its recording id. */
function receiptsOf(
  { recording: { core, opening } }: FoundRecording,
  { receipts }: Witnesses,
): { own: Statement<'receipt'>[]; conflicts: string[]; warnings: string[] } {
  const own: Statement<'receipt'>[] = [];
  const conflicts: string[] = [];
  const warnings: string[] = [];
  for (const { statement } of receipts) {
    const { recordingId, deviceId, keyEnvelopeHash, counter, stationId } = statement.body;
    const name = `receipt ${counter} of ${stationId}`;
    if (!equalBytes(recordingId, core.recordingId)) continue;
    if (deviceId !== core.deviceId) warnings.push(`${name} does not fit the recording`);
    else if (keyEnvelopeHash && !equalBytes(keyEnvelopeHash, opening.body.keyEnvelopeHash)) {
      conflicts.push(`${name} is for another key envelope than the opening's`);
    } else own.push(statement);
  }
  return { own, conflicts, warnings };
}

/** The station time of every receipt of a device, by its D in hex. */
function timesOf(device: string, { receipts }: Witnesses): Map<string, number> {
  return new Map(
    receipts
      .filter(({ statement }) => statement.body.deviceId === device)
      .map(({ statement }) => [toHex(statement.digest), statement.body.stationUtcUs]),
  );
}

/**
 * What a revoked key signed counts only if a station had receipted that statement, or a later one of the chain,
 * before the time of the revocation.
 */
function vouching({ trusted }: FoundRecording, before: ReceiptedBefore, revocations: Revocations): Vouches {
  return (keyId, digest) => {
    const revokedFrom = revocations.get(keyId);
    if (!trusted || revokedFrom === undefined) return trusted;
    const receipted = before(digest);
    return receipted !== undefined && receipted < revokedFrom;
  };
}
