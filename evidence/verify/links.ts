import { equalBytes, toHex } from '../../base/bytes.ts';
import { isSealcamError } from '../../base/errors.ts';
import type { Recording } from '../chain.ts';
import { openEnvelope } from '../dsse.ts';
import { mediaBytesMax, segmentOverheadBytes, telemetryBytesMax } from '../limits.ts';
import { formatHeaderStart } from '../open/floe.ts';
import type { Root } from '../root.ts';
import type { Chunk, Part, RecordedCommand, Statement } from '../statements.ts';
import { type Certified, readCommand } from '../trust.ts';
import type { FoundRecording, SegmentLocation, Slot } from './found.ts';
import type { JudgedLosses } from './receipts/losses.ts';
import type { ReceiptedBefore } from './receipts/receipted.ts';
import type { LinkReport, LinkVerdict, SealedInterval } from './report.ts';

// The verdict on each index of a recording.

/** The most slots beyond the end of the chain that are listed. */
const strayMax = 100;

/** Whether the agency vouches for what key `keyId` signed in the statement with the D `digest`. */
export type Vouches = (keyId: string, digest: Uint8Array) => boolean;

/** What the links are judged by. */
export interface Judging {
  readonly found: FoundRecording;
  readonly closing: Statement<'closing'> | undefined;
  readonly receipts: readonly Statement<'receipt'>[];
  readonly before: ReceiptedBefore;
  readonly vouches: Vouches;
  readonly losses: JudgedLosses;
  readonly root: Root;
  /** The station time of every receipt of the recording's device, by its D in hex. */
  readonly receiptTimes: ReadonlyMap<string, number>;
}

/** Each index of the recording with its verdict. */
export function judgeLinks(judging: Judging): LinkReport[] {
  const { found, closing, receipts } = judging;
  const signed = [...found.slots].filter(([, slot]) => slot.links.length > 0).map(([index]) => index + 1);
  const stated = closing === undefined ? signed : [closing.body.index];
  // A receipt may prove that more existed than is left here.
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
  if (link.kind === 'recorded-command') {
    const { obeyed, refusal } = link.body;
    const action = commandFor(found.recording, link.body, judging.root)?.statement.body.action;
    const command = { ...(action && { action }), obeyed, ...(refusal !== 'none' && { refusal }) };
    return { ...place, kind: link.kind, verdict, command };
  }
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
  // No one can open it if it was sealed with other parameters than the format's.
  if (!parts.every(isOfFormat)) return 'damaged';
  const absent = parts.flatMap(({ segmentDigests }, part) =>
    [...segmentDigests.keys()]
      .filter((number) => slot.places[part]?.[number] === undefined)
      .map((number) => ({ part, number })),
  );
  if (absent.length === 0) return isWithinBounds(link.body, slot.places) ? 'intact' : 'damaged';
  if (judging.losses.excuse(link, absent)) return 'lost after sealing (claimed)';
  const wanted = parts.reduce((sum, { segmentDigests }) => sum + segmentDigests.length, 0);
  return absent.length === wanted ? 'missing' : 'damaged';
}

/** Whether the parts of a chunk, all of whose segments are here, are within the format's lengths. */
function isWithinBounds({ media, telemetry }: Chunk, places: Slot['places']): boolean {
  const within = ({ segmentDigests }: Part, placed: readonly (SegmentLocation | undefined)[], most: number) =>
    placed
      .slice(0, segmentDigests.length)
      .reduce((sum, place) => sum + (place?.bytes ?? 0) - segmentOverheadBytes, 0) <= most;
  return (
    within(media, places[0] ?? [], mediaBytesMax) && within(telemetry, places[1] ?? [], telemetryBytesMax)
  );
}

/** Whether a part is sealed under the parameters of the format: no one could open it otherwise. */
export function isOfFormat({ header }: Part): boolean {
  return equalBytes(header.subarray(0, formatHeaderStart.length), formatHeaderStart);
}

/**
 * A recorded command counts if the agency vouches for the command's key, and it was given to this session. One that the
 * camera refused, for a reason that it states, need not be good: that is the camera's word on what came to it.
 */
function commandVerdict(
  link: Statement<'recorded-command'>,
  { found: { recording }, vouches, root }: Judging,
): LinkVerdict {
  if (isRefusal(link.body)) return 'intact';
  const command = commandFor(recording, link.body, root);
  return command && vouches(command.certificate.keyId, link.digest) ? 'intact' : 'untrusted key';
}

/** Whether the camera states why it did not obey the command. */
export function isRefusal({ obeyed, refusal }: RecordedCommand): boolean {
  return !obeyed && refusal !== 'none';
}

/** The command that was recorded, where the agency issued it and it was given to the session of the recording. */
export function commandFor(
  { session }: Recording,
  { command }: RecordedCommand,
  root: Root,
): Certified<'command'> | undefined {
  try {
    const read = readCommand(openEnvelope(command), root);
    return equalBytes(read.statement.body.session, session.statement.digest) ? read : undefined;
  } catch (error) {
    if (!isSealcamError(error)) throw error;
    return undefined;
  }
}

/**
 * When each index was sealed: after the newest receipt that it or an earlier one names, before the first
 * receipt that names it or a later one of an unbroken chain.
 */
function sealedIntervals({ before, receiptTimes: times }: Judging): (slot: Slot) => SealedInterval {
  let notBeforeUs: number | undefined;
  // Call it with rising indexes: the lower bound only rises.
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
