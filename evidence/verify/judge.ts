import { equalBytes, toHex } from '../../base/bytes.ts';
import type { Statement } from '../statements.ts';
import type { Certified, Revocations } from '../trust.ts';
import type { FoundRecording, Slot } from './collect.ts';
import type { LinkReport, LinkVerdict, RecordingReport, RecordingVerdict, SealedInterval } from './report.ts';

/** Slots beyond the end of the chain that are listed at most. */
const strayMax = 100;

/** What a recording is judged by, beside what was found of itself. */
export interface Witnesses {
  /** Of stations that nobody revoked, for whichever recording. */
  readonly receipts: readonly Certified<'receipt'>[];
  readonly revocations: Revocations;
}

/** Says of one recording what is proven. */
export function judgeRecording(found: FoundRecording, witnesses: Witnesses): RecordingReport {
  const warnings: string[] = [];
  const { core, opening, session } = found.recording;
  const receipts = receiptsOf(found, witnesses, warnings);
  const closing = found.closings.find(({ body }) => body.reason !== 'recovered') ?? found.closings[0];
  const vouched = vouching(found, receipts, witnesses.revocations);
  const links = judgeLinks(found, closing, receipts, witnesses, vouched);
  const conflicts = findConflicts(found, closing, receipts, links);
  const complete = receipts.some(({ body }) => body.complete);
  if (complete && closing === undefined) {
    warnings.push('by its receipt, a station holds a closing that is not in these files');
  }
  if (!vouched(-1)) warnings.push('the agency does not vouch for the key that opened the recording');
  warnings.push(...validityWarnings(session.certificate, links));
  const erased = found.deletions.some(({ statement: { body } }) => {
    const names = closing !== undefined && equalBytes(body.closing, closing.digest);
    return names && equalBytes(body.keyEnvelopeHash, opening.body.keyEnvelopeHash);
  });
  return {
    deviceId: core.deviceId,
    recordingId: toHex(core.recordingId),
    number: core.recordingNumber,
    verdict: recordingVerdict(conflicts, closing, erased),
    roles: core.roles,
    policy: core.policy,
    ...(closing && {
      closing: {
        reason: closing.body.reason,
        index: closing.body.index,
        durationUs: closing.body.durationUs,
      },
    }),
    ...(closing && closing.body.absentUsMax > 0 && { absentUsMax: closing.body.absentUsMax }),
    trusted: vouched(-1),
    links,
    completeReceipt: complete,
    conflicts,
    warnings,
  };
}

function recordingVerdict(
  conflicts: readonly string[],
  closing: Statement<'closing'> | undefined,
  erased: boolean,
): RecordingVerdict {
  if (conflicts.length > 0) return 'conflict';
  if (erased) return 'erased';
  if (closing === undefined) return 'open-ended';
  return closing.body.reason === 'recovered' ? 'recovered' : 'complete';
}

/** The receipts for this very recording and key envelope. */
function receiptsOf(
  { recording: { core, opening } }: FoundRecording,
  { receipts }: Witnesses,
  warnings: string[],
): Statement<'receipt'>[] {
  return receipts
    .map(({ statement }) => statement)
    .filter(({ body }) => {
      if (!equalBytes(body.recordingId, core.recordingId)) return false;
      const own =
        body.deviceId === core.deviceId &&
        (body.keyEnvelopeHash === undefined ||
          equalBytes(body.keyEnvelopeHash, opening.body.keyEnvelopeHash));
      if (!own) warnings.push(`receipt ${body.counter} of ${body.stationId} does not fit the recording`);
      return own;
    });
}

/**
 * Whether the agency vouches for what the camera signed at an index (-1: the opening). A revoked camera's
 * statements count only where a station had receipted them before the time of the revocation.
 */
function vouching(
  { trusted, recording }: FoundRecording,
  receipts: readonly Statement<'receipt'>[],
  revocations: Revocations,
): (index: number) => boolean {
  const revokedFrom = revocations.get(recording.session.certificate.keyId);
  if (!trusted || revokedFrom === undefined) return () => trusted;
  const before = receipts.filter(({ body }) => body.stationUtcUs < revokedFrom);
  const receipted = Math.max(-1, ...before.map(({ body }) => body.count));
  return (index) => index < receipted;
}

function judgeLinks(
  found: FoundRecording,
  closing: Statement<'closing'> | undefined,
  receipts: readonly Statement<'receipt'>[],
  witnesses: Witnesses,
  vouched: (index: number) => boolean,
): LinkReport[] {
  const signed = [...found.slots].filter(([, slot]) => slot.links.length > 0).map(([index]) => index + 1);
  const stated = closing === undefined ? signed : [closing.body.index];
  // A receipt proves that more existed than may be left here.
  const end = [...stated, ...receipts.map(({ body }) => body.count)].reduce((a, b) => Math.max(a, b), 0);
  const sealed = sealedIntervals(receipts, witnesses.receipts, found);
  const reports: LinkReport[] = [];
  let next = 0;
  const missingUntil = (index: number): void => {
    if (next < index) reports.push({ from: next, to: index - 1, verdict: 'missing', sealed: {} });
  };
  let stray = 0;
  for (const index of [...found.slots.keys()].sort((a, b) => a - b)) {
    const slot = found.slots.get(index);
    if (slot === undefined || (index >= end && stray === strayMax)) continue;
    if (index < end) missingUntil(index);
    else stray += 1;
    const interval = sealed(index, slot);
    reports.push(judgeSlot(index, slot, found, interval, vouched(index)));
    if (index < end) next = index + 1;
  }
  const strays = reports.splice(reports.length - stray);
  missingUntil(end);
  return [...reports, ...strays];
}

function judgeSlot(
  index: number,
  slot: Slot,
  found: FoundRecording,
  sealed: SealedInterval,
  vouched: boolean,
): LinkReport {
  const [link] = slot.links;
  const place = { from: index, to: index, sealed };
  if (link === undefined || link.kind === 'closing') {
    const verdict = slot.untrusted ? 'untrusted key' : slot.segments ? 'unsigned' : 'missing';
    return { ...place, verdict };
  }
  const verdict = vouched ? linkVerdict(slot, found) : 'untrusted key';
  if (link.kind === 'recorded-command') return { ...place, kind: link.kind, verdict };
  const { start, durationUs } = link.body;
  if (link.kind === 'gap') {
    const { cause, videoSamples, audioSamples } = link.body;
    const claimed = { start, durationUs, dependent: false };
    return { ...place, kind: link.kind, verdict, claimed, gap: { cause, videoSamples, audioSamples } };
  }
  return {
    ...place,
    kind: link.kind,
    verdict,
    claimed: { start, durationUs, dependent: link.body.dependent },
  };
}

function linkVerdict(slot: Slot, found: FoundRecording): LinkVerdict {
  const [link] = slot.links;
  if (link?.kind !== 'chunk') return 'intact';
  const wanted = link.body.media.segmentDigests.length + link.body.telemetry.segmentDigests.length;
  const present = slot.places.flat().filter((place) => place !== undefined).length;
  if (present === wanted) return 'intact';
  if (found.losses.some(({ body }) => equalBytes(body.statement, link.digest))) {
    return 'lost after sealing (claimed)';
  }
  return present === 0 ? 'missing' : 'damaged';
}

/** When each index was sealed: after the newest receipt that it or one before it names, before the first that covers it. */
function sealedIntervals(
  own: readonly Statement<'receipt'>[],
  all: readonly Certified<'receipt'>[],
  found: FoundRecording,
): (index: number, slot: Slot) => SealedInterval {
  const times = new Map(
    all
      .filter(({ statement }) => statement.body.deviceId === found.recording.core.deviceId)
      .map(({ statement }) => [toHex(statement.digest), statement.body.stationUtcUs]),
  );
  const byCount = [...own].sort((a, b) => b.body.count - a.body.count);
  let notAfterUs: number | undefined;
  const covering = byCount.map(({ body }) => {
    notAfterUs = Math.min(body.stationUtcUs, notAfterUs ?? Number.POSITIVE_INFINITY);
    return { count: body.count, notAfterUs };
  });
  let notBeforeUs: number | undefined;
  // Called with rising indexes: the lower bound only rises, and fewer and fewer receipts cover.
  return (index, slot) => {
    const [link] = slot.links;
    const named = link?.kind === 'chunk' ? link.body.newestReceipt : undefined;
    const time = named && times.get(toHex(named));
    if (time !== undefined) notBeforeUs = Math.max(time, notBeforeUs ?? 0);
    while (covering.length > 0 && (covering.at(-1)?.count ?? 0) <= index) covering.pop();
    const before = covering.at(-1)?.notAfterUs;
    return {
      ...(notBeforeUs !== undefined && { notBeforeUs }),
      ...(before !== undefined && { notAfterUs: before }),
    };
  };
}

function findConflicts(
  found: FoundRecording,
  closing: Statement<'closing'> | undefined,
  receipts: readonly Statement<'receipt'>[],
  links: readonly LinkReport[],
): string[] {
  const conflicts: string[] = [];
  if (found.otherOpenings.length > 0) conflicts.push('there are two openings of this recording');
  if (found.closings.length > 1) conflicts.push('there are two closings of this recording');
  for (const [index, { links: all }] of found.slots) {
    if (all.length > 1) conflicts.push(`there are two statements with index ${index}`);
    const [link] = all;
    if (link === undefined) continue;
    if (closing !== undefined && index >= closing.body.index) {
      conflicts.push(`the statement with index ${index} stands beyond the closing`);
    }
    if (follows(link.body.previous, index, found) === false) {
      conflicts.push(`the statement with index ${index} follows another than the one before it`);
    }
  }
  if (closing !== undefined && follows(closing.body.previous, closing.body.index, found) === false) {
    conflicts.push('the closing follows another statement than the last one');
  }
  if (
    closing !== undefined &&
    links.every(({ from, kind }) => from < closing.body.index && kind !== undefined)
  ) {
    const chunks = links.filter(({ kind }) => kind === 'chunk').length;
    const gaps = links.filter(({ kind }) => kind === 'gap').length;
    if (chunks !== closing.body.chunks || gaps !== closing.body.gaps) {
      conflicts.push('the closing counts other chunks or gaps than there are');
    }
  }
  for (const receipt of receipts) conflicts.push(...receiptConflict(receipt, found, closing));
  return conflicts;
}

/** Whether `previous` names the statement before `index`; undefined where that one is not there. */
function follows(previous: Uint8Array, index: number, found: FoundRecording): boolean | undefined {
  if (index === 0) return equalBytes(previous, found.recording.opening.digest);
  const before = found.slots.get(index - 1)?.links ?? [];
  return before.length === 0 ? undefined : before.some(({ digest }) => equalBytes(previous, digest));
}

function receiptConflict(
  { body }: Statement<'receipt'>,
  found: FoundRecording,
  closing: Statement<'closing'> | undefined,
): string[] {
  const name = `receipt ${body.counter} of ${body.stationId}`;
  if (body.complete) {
    if (closing === undefined) return [];
    const same = body.count === closing.body.index && equalBytes(body.statement, closing.digest);
    return same ? [] : [`${name} is for another closing`];
  }
  if (closing !== undefined && body.count > closing.body.index)
    return [`${name} is for more than was closed`];
  return follows(body.statement, body.count, found) === false
    ? [`${name} is for another statement with index ${body.count - 1}`]
    : [];
}

/** Signing outside the certificate's validity is told from receipts alone: the camera's clock proves nothing. */
function validityWarnings(
  { validFrom, validTo }: { readonly validFrom: Date; readonly validTo: Date },
  links: readonly LinkReport[],
): string[] {
  const outside = links.some(
    ({ sealed: { notBeforeUs, notAfterUs } }) =>
      (notBeforeUs !== undefined && notBeforeUs > validTo.getTime() * 1000) ||
      (notAfterUs !== undefined && notAfterUs < validFrom.getTime() * 1000),
  );
  return outside ? ["by a station's receipts, the camera signed outside its certificate's validity"] : [];
}
