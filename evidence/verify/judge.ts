import { equalBytes, toHex } from '../../base/bytes.ts';
import { isSealcamError } from '../../base/errors.ts';
import type { Recording } from '../chain.ts';
import { openEnvelope } from '../dsse.ts';
import { formatHeaderStart } from '../floe.ts';
import type { Root } from '../root.ts';
import type { Deletion, Part, RecordedCommand, Statement } from '../statements.ts';
import { type Certified, type Revocations, readCommand } from '../trust.ts';
import type { FoundRecording, SessionSigned, Slot } from './found.ts';
import { type ReceiptedBefore, receiptedBefore } from './receipted.ts';
import type { LinkReport, LinkVerdict, RecordingReport, RecordingVerdict, SealedInterval } from './report.ts';

/** Slots beyond the end of the chain that are listed at most. */
const strayMax = 100;

/** What a recording is judged by, beside what was found of itself. */
export interface Witnesses {
  readonly root: Root;
  /** Of stations that nobody revoked, for whichever recording. */
  readonly receipts: readonly Certified<'receipt'>[];
  readonly revocations: Revocations;
}

/** Whether the agency vouches for what the key `keyId` signed and a statement of D `digest` shows. */
type Vouches = (keyId: string, digest: Uint8Array) => boolean;

/** Says of one recording what is proven. */
export function judgeRecording(found: FoundRecording, witnesses: Witnesses): RecordingReport {
  const warnings: string[] = [];
  const faults: string[] = [];
  const { core, opening, session } = found.recording;
  const receipts = receiptsOf(found, witnesses, warnings);
  const before = receiptedBefore(found, receipts);
  const vouches = vouching(found, before, witnesses.revocations);
  const closings = found.closings.filter(({ session: { certificate }, statement }) =>
    vouches(certificate.keyId, statement.digest),
  );
  if (closings.length < found.closings.length) {
    faults.push('a closing is signed by a camera for which the agency does not vouch, and does not count');
  }
  const closing = pickClosing(closings)?.statement;
  const links = judgeLinks({ found, closing, receipts, before, vouches, witnesses });
  const conflicts = findConflicts(found, closings, closing, receipts, links);
  const complete = receipts.some(({ body }) => body.complete);
  if (complete && found.closings.length === 0) {
    faults.push('by its receipt, a station holds a closing that is not in these files');
  }
  const trusted = vouches(session.certificate.keyId, opening.digest);
  if (!trusted) faults.push('the agency does not vouch for the key that opened the recording');
  warnings.push(...validityWarnings(session.certificate, links));
  const erased = isErased(found, closing, witnesses.revocations, warnings);
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
    trusted,
    links,
    completeReceipt: complete,
    conflicts,
    faults,
    warnings,
  };
}

/** The recording's own, where there is one: a recovered one beside it is a conflict, not a replacement. */
function pickClosing(closings: readonly SessionSigned<'closing'>[]): SessionSigned<'closing'> | undefined {
  return closings.find(({ statement }) => statement.body.reason !== 'recovered') ?? closings[0];
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

/** Whether a deletion key that nobody revoked ordered this very recording erased. */
function isErased(
  { deletions, recording }: FoundRecording,
  closing: Statement<'closing'> | undefined,
  revocations: Revocations,
  warnings: string[],
): boolean {
  const good = deletions.filter(
    ({ certificate, statement: { body } }) =>
      closing !== undefined && orders(body, recording, closing.digest) && !revocations.has(certificate.keyId),
  );
  if (good.length < deletions.length) {
    warnings.push('a deletion does not fit the recording, or is signed by a revoked key: it does not count');
  }
  return good.length > 0;
}

/** Whether a deletion names this very recording, with this closing, and its key envelope. */
export function orders(body: Deletion, { core, opening }: Recording, closing: Uint8Array): boolean {
  return (
    body.deviceId === core.deviceId &&
    equalBytes(body.recordingId, core.recordingId) &&
    body.recordingNumber === core.recordingNumber &&
    equalBytes(body.closing, closing) &&
    equalBytes(body.keyEnvelopeHash, opening.body.keyEnvelopeHash)
  );
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
 * What a revoked key signed counts only where a station had receipted that very statement, or one behind it in the
 * chain, before the time of the revocation.
 */
function vouching({ trusted }: FoundRecording, before: ReceiptedBefore, revocations: Revocations): Vouches {
  return (keyId, digest) => {
    const revokedFrom = revocations.get(keyId);
    if (!trusted || revokedFrom === undefined) return trusted;
    const receipted = before(digest);
    return receipted !== undefined && receipted < revokedFrom;
  };
}

/** What the links are judged by. */
interface Judging {
  readonly found: FoundRecording;
  readonly closing: Statement<'closing'> | undefined;
  readonly receipts: readonly Statement<'receipt'>[];
  readonly before: ReceiptedBefore;
  readonly vouches: Vouches;
  readonly witnesses: Witnesses;
}

function judgeLinks(judging: Judging): LinkReport[] {
  const { found, closing, receipts } = judging;
  const signed = [...found.slots].filter(([, slot]) => slot.links.length > 0).map(([index]) => index + 1);
  const stated = closing === undefined ? signed : [closing.body.index];
  // A receipt proves that more existed than may be left here.
  const end = [...stated, ...receipts.map(({ body }) => body.count)].reduce((a, b) => Math.max(a, b), 0);
  const sealed = sealedIntervals(judging);
  const reports: LinkReport[] = [];
  let next = 0;
  const missingUntil = (index: number): void => {
    if (next < index) reports.push({ from: next, to: index - 1, verdict: 'missing', sealed: {} });
  };
  let stray = 0;
  for (const index of [...found.slots.keys()].sort((a, b) => a - b)) {
    const slot = found.slots.get(index);
    if (slot === undefined || stray === strayMax) continue;
    if (index < end) missingUntil(index);
    else stray += 1;
    reports.push(judgeSlot(index, slot, sealed(slot), judging));
    if (index < end) next = index + 1;
  }
  const strays = reports.splice(reports.length - stray);
  missingUntil(end);
  return [...reports, ...strays];
}

function judgeSlot(index: number, slot: Slot, sealed: SealedInterval, judging: Judging): LinkReport {
  const { found, vouches } = judging;
  const [link] = slot.links;
  const place = { from: index, to: index, sealed };
  if (link === undefined || link.kind === 'closing') {
    const verdict = slot.untrusted ? 'untrusted key' : slot.segments ? 'unsigned' : 'missing';
    return { ...place, verdict };
  }
  const vouched = vouches(found.recording.session.certificate.keyId, link.digest);
  const verdict = vouched ? linkVerdict(slot, judging) : 'untrusted key';
  if (link.kind === 'recorded-command') return { ...place, kind: link.kind, verdict };
  const { start, durationUs } = link.body;
  if (link.kind === 'gap') {
    const { cause, videoSamples, audioSamples, atLeast } = link.body;
    const claimed = { start, durationUs, dependent: false };
    return {
      ...place,
      kind: link.kind,
      verdict,
      claimed,
      gap: { cause, videoSamples, audioSamples, ...(atLeast && { atLeast }) },
    };
  }
  return {
    ...place,
    kind: link.kind,
    verdict,
    claimed: { start, durationUs, dependent: link.body.dependent },
  };
}

function linkVerdict(slot: Slot, judging: Judging): LinkVerdict {
  const [link] = slot.links;
  if (link?.kind === 'recorded-command') return commandVerdict(link, judging);
  if (link?.kind !== 'chunk') return 'intact';
  const parts = [link.body.media, link.body.telemetry];
  // Sealed under other parameters than the format's, nobody opens it.
  if (!parts.every(isOfFormat)) return 'damaged';
  const absent = parts.flatMap(({ segmentDigests }, part) =>
    [...segmentDigests.keys()]
      .filter((number) => slot.places[part]?.[number] === undefined)
      .map((number) => ({ part, number })),
  );
  if (absent.length === 0) return 'intact';
  if (isLost(link.digest, absent, judging)) return 'lost after sealing (claimed)';
  const wanted = parts.reduce((sum, { segmentDigests }) => sum + segmentDigests.length, 0);
  return absent.length === wanted ? 'missing' : 'damaged';
}

function isOfFormat({ header }: Part): boolean {
  return equalBytes(header.subarray(0, formatHeaderStart.length), formatHeaderStart);
}

/** Whether the camera states, for each absent segment, that it was lost. */
function isLost(
  chunk: Uint8Array,
  absent: readonly { readonly part: number; readonly number: number }[],
  { found, witnesses: { revocations } }: Judging,
): boolean {
  const lost = new Set<string>();
  for (const { statement, session } of found.losses) {
    // What a thief of the camera's key says was lost, he may have taken.
    if (revocations.has(session.certificate.keyId) || !equalBytes(statement.body.statement, chunk)) continue;
    for (const { part, number } of statement.body.segments) lost.add(`${part} ${number}`);
  }
  return absent.every(({ part, number }) => lost.has(`${part} ${number}`));
}

/** A recorded command counts where the agency vouches for the command's key, and it was given to this session. */
function commandVerdict(
  link: Statement<'recorded-command'>,
  { found: { recording }, vouches, witnesses: { root } }: Judging,
): LinkVerdict {
  const command = certifiedCommand(link.body, root);
  const own = command && equalBytes(command.statement.body.session, recording.session.statement.digest);
  return own && vouches(command.certificate.keyId, link.digest) ? 'intact' : 'untrusted key';
}

function certifiedCommand({ command }: RecordedCommand, root: Root): Certified<'command'> | undefined {
  try {
    return readCommand(openEnvelope(command), root);
  } catch (error) {
    if (!isSealcamError(error)) throw error;
    return undefined;
  }
}

/**
 * When each index was sealed: after the newest receipt that it or one before it names, before the first receipt
 * that names it or one behind it in an unbroken chain.
 */
function sealedIntervals({ found, before, witnesses }: Judging): (slot: Slot) => SealedInterval {
  const times = new Map(
    witnesses.receipts
      .filter(({ statement }) => statement.body.deviceId === found.recording.core.deviceId)
      .map(({ statement }) => [toHex(statement.digest), statement.body.stationUtcUs]),
  );
  let notBeforeUs: number | undefined;
  // Called with rising indexes: the lower bound only rises.
  return ({ links: [link] }) => {
    if (link === undefined) return {};
    const named = link.kind === 'chunk' ? link.body.newestReceipt : undefined;
    const time = named && times.get(toHex(named));
    if (time !== undefined) notBeforeUs = Math.max(time, notBeforeUs ?? 0);
    const notAfterUs = before(link.digest);
    return {
      ...(notBeforeUs !== undefined && { notBeforeUs }),
      ...(notAfterUs !== undefined && { notAfterUs }),
    };
  };
}

function findConflicts(
  found: FoundRecording,
  closings: readonly SessionSigned<'closing'>[],
  closing: Statement<'closing'> | undefined,
  receipts: readonly Statement<'receipt'>[],
  links: readonly LinkReport[],
): string[] {
  const conflicts: string[] = [];
  if (found.otherOpenings.length > 0) conflicts.push('there are two openings of this recording');
  if (closings.length > 1) conflicts.push('there are two closings of this recording');
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
    const segments = [...found.slots.values()].reduce((sum, slot) => sum + segmentsOf(slot), 0);
    const { body } = closing;
    if (chunks !== body.chunks || gaps !== body.gaps || segments !== body.segments) {
      conflicts.push('the closing counts other chunks, gaps or segments than there are');
    }
  }
  for (const receipt of receipts) conflicts.push(...receiptConflict(receipt, found, closing));
  return conflicts;
}

function segmentsOf({ links: [link] }: Slot): number {
  if (link?.kind !== 'chunk') return 0;
  return link.body.media.segmentDigests.length + link.body.telemetry.segmentDigests.length;
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
