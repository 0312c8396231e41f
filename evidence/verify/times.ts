import { equalBytes } from '../../base/bytes.ts';
import { chainName } from '../chain.ts';
import {
  claimEarlyUsMax,
  claimLateUsMax,
  clockJumpUsMax,
  smallHoleUsMax,
  unexplainedUsMax,
} from '../limits.ts';
import type { Closing, Moment, Statement } from '../statements.ts';
import type { FoundRecording } from './found.ts';
import type { LinkReport } from './report.ts';

// What a recording says about time: whether it accounts for all of it, and whether the camera's claims agree
// with what the stations' receipts prove. A camera's or a station's clock may be wrong, so a disagreement is
// never a fault.

/** The most warnings of one kind about one recording. */
const warningsMax = 100;

interface Span {
  readonly start: Moment;
  readonly durationUs: number;
}

/** A time by the camera's uptime. */
export interface UptimeSpan {
  readonly fromUs: number;
  readonly durationUs: number;
}

/**
 * Whether the closing claims time that no chunk and no gap accounts for. Says nothing if a statement is absent:
 * that is reported already. A recording has one epoch, unless it started in an earlier run of the clock.
 */
export function timeFaults(
  { recording, slots }: FoundRecording,
  closing: Statement<'closing'> | undefined,
): string[] {
  if (closing === undefined) return [];
  const { index: count } = closing.body;
  const spans: Span[] = [];
  for (let index = 0; index < count; index += 1) {
    const link = slots.get(index)?.links[0];
    if (link === undefined) return [];
    if (link.kind === 'chunk' || link.kind === 'gap') spans.push(link.body);
  }
  const { claimedStart } = recording.core;
  const isOneEpoch = spans.every(({ start }) => equalBytes(start.epoch, claimedStart.epoch));
  const times = spans.map(({ start, durationUs }) => ({ fromUs: start.uptimeUs, durationUs }));
  return unaccountedTime(claimedStart, times, isOneEpoch, closing.body);
}

/**
 * The time that a closing claims and the chunks and gaps before it do not account for, one sentence each.
 * @param isOneEpoch whether all of them are of the epoch of `claimedStart`, so that uptimes can be compared.
 */
export function unaccountedTime(
  claimedStart: Moment,
  spans: readonly UptimeSpan[],
  isOneEpoch: boolean,
  { durationUs, end }: Pick<Closing, 'durationUs' | 'end'>,
): string[] {
  if (!isOneEpoch || !equalBytes(end.epoch, claimedStart.epoch)) {
    const accounted = spans.reduce((sum, span) => sum + span.durationUs, 0);
    const allowed = unexplainedUsMax + durationUs / 100;
    return durationUs - accounted <= allowed
      ? []
      : [`the closing says ${seconds(durationUs)}, the chunks and gaps account for ${seconds(accounted)}`];
  }
  const lasted = Math.max(0, end.uptimeUs - claimedStart.uptimeUs);
  const absent = unaccountedUs(spans, claimedStart.uptimeUs, end.uptimeUs);
  return [
    ...(absent > unexplainedUsMax
      ? [`${seconds(absent)} of the recording are in no chunk, and no gap explains them`]
      : []),
    ...(durationUs - lasted > unexplainedUsMax
      ? [`the closing says ${seconds(durationUs)}, and ends the recording after ${seconds(lasted)}`]
      : []),
  ];
}

/**
 * The time between two uptimes that no span covers, without the part of each hole that rounding and clocks
 * explain.
 */
function unaccountedUs(spans: readonly UptimeSpan[], fromUs: number, toUs: number): number {
  let absent = 0;
  let covered = fromUs;
  const hole = (untilUs: number): void => {
    const us = Math.min(untilUs, toUs) - covered;
    absent += Math.max(0, us - smallHoleUsMax);
  };
  for (const span of [...spans].sort((a, b) => a.fromUs - b.fromUs)) {
    hole(span.fromUs);
    covered = Math.max(covered, span.fromUs + span.durationUs);
  }
  hole(toUs);
  return absent;
}

/** Contradictions between a recording's times, one sentence each. */
export function timeWarnings(
  { recording }: FoundRecording,
  closing: Statement<'closing'> | undefined,
  links: readonly LinkReport[],
): string[] {
  const { core, session } = recording;
  return [
    ...validityWarnings(session.certificate, links, core.claimedStart),
    ...runs(links, impossible),
    ...runs(links, contradicted),
    ...jumps(core.claimedStart, links, closing?.body.end),
  ];
}

/** Recordings of one chain that claim to begin before the previous one ended. */
export function orderWarnings(found: readonly FoundRecording[]): string[] {
  const ends = new Map<string, { number: number; end: Moment }>();
  return found.flatMap(({ recording: { core, session }, closings }) => {
    const chain = chainName(session.statement.body);
    const before = ends.get(chain);
    const { recordingNumber: number, claimedStart: start, deviceId } = core;
    const end = closings[0]?.statement.body.end ?? start;
    ends.set(chain, { number, end });
    const overlaps =
      before !== undefined &&
      start.utcUs + start.errorUs + clockJumpUsMax < before.end.utcUs - before.end.errorUs;
    return overlaps
      ? [
          `${deviceId} claims that recording ${number} began at ${timeWords(start.utcUs)}, before recording ${before.number} ended at ${timeWords(before.end.utcUs)}`,
        ]
      : [];
  });
}

/** Signed outside the certificate's validity, by receipts, or dated outside of it, by the camera's claim. */
function validityWarnings(
  { validFrom, validTo }: { readonly validFrom: Date; readonly validTo: Date },
  links: readonly LinkReport[],
  { utcUs }: Moment,
): string[] {
  const [fromUs, toUs] = [validFrom.getTime() * 1000, validTo.getTime() * 1000];
  const outside = links.some(
    ({ sealed: { notBeforeUs, notAfterUs } }) =>
      (notBeforeUs !== undefined && notBeforeUs > toUs) || (notAfterUs !== undefined && notAfterUs < fromUs),
  );
  return [
    ...(outside ? ["by a station's receipts, the camera signed outside its certificate's validity"] : []),
    ...(utcUs < fromUs || utcUs > toUs
      ? [
          `the camera claims that the recording began at ${timeWords(utcUs)}, outside its certificate's validity from ${timeWords(fromUs)} to ${timeWords(toUs)}`,
        ]
      : []),
  ];
}

/**
 * One sentence for each run of neighbours about which `says` says the same, built from the first and the last.
 */
function runs(
  links: readonly LinkReport[],
  says: (first: LinkReport, last: LinkReport) => string | undefined,
): string[] {
  const groups: LinkReport[][] = [];
  let open: LinkReport[] | undefined;
  for (const link of links) {
    if (says(link, link) === undefined) open = undefined;
    else if (open !== undefined) open.push(link);
    else {
      open = [link];
      groups.push(open);
    }
  }
  return groups.slice(0, warningsMax).flatMap((group) => {
    const [first, last] = [group[0], group.at(-1)];
    if (first === undefined || last === undefined) return [];
    const sentence = says(first, last) ?? says(first, first);
    const where = first.from === last.to ? `index ${first.from}` : `the indexes ${first.from} to ${last.to}`;
    return [`${where}: ${sentence}`];
  });
}

/** Two stations' clocks that contradict each other. */
function impossible({ sealed: { notBeforeUs, notAfterUs } }: LinkReport): string | undefined {
  if (notBeforeUs === undefined || notAfterUs === undefined || notBeforeUs <= notAfterUs) return undefined;
  return `by receipts, sealed after ${timeWords(notBeforeUs)} and before ${timeWords(notAfterUs)}, which cannot be: a station's clock was wrong`;
}

/** A claimed capture time that receipts contradict: after the seal, or long before it. */
function contradicted(first: LinkReport, last: LinkReport): string | undefined {
  const { notBeforeUs } = first.sealed;
  const { notAfterUs } = last.sealed;
  if (first.claimed === undefined || last.claimed === undefined) return undefined;
  const fromUs = first.claimed.start.utcUs - first.claimed.start.errorUs;
  const toUs = last.claimed.start.utcUs + last.claimed.durationUs + last.claimed.start.errorUs;
  const late = notAfterUs !== undefined && fromUs > notAfterUs + claimLateUsMax;
  const early = notBeforeUs !== undefined && toUs < notBeforeUs - claimEarlyUsMax;
  if (!late && !early) return undefined;
  const proven = [
    ...(notBeforeUs === undefined ? [] : [`after ${timeWords(notBeforeUs)}`]),
    ...(notAfterUs === undefined ? [] : [`before ${timeWords(notAfterUs)}`]),
  ];
  return `the camera claims capture from ${timeWords(fromUs)} to ${timeWords(toUs)}, by receipts it was sealed ${proven.join(' and ')}: a clock was wrong`;
}

/** Where the camera's clock jumps against its uptime, within one epoch. */
function jumps(start: Moment, links: readonly LinkReport[], end: Moment | undefined): string[] {
  const moments: { readonly name: string; readonly at: Moment }[] = [
    { name: 'the start', at: start },
    ...links.flatMap(({ from, claimed }) => (claimed ? [{ name: `index ${from}`, at: claimed.start }] : [])),
    ...(end === undefined ? [] : [{ name: 'the end', at: end }]),
  ];
  const sentences: string[] = [];
  for (const [n, { name, at }] of moments.entries()) {
    const before = moments[n - 1];
    if (before === undefined || !equalBytes(before.at.epoch, at.epoch)) continue;
    const us = at.utcUs - at.uptimeUs - (before.at.utcUs - before.at.uptimeUs);
    if (Math.abs(us) <= clockJumpUsMax + at.errorUs + before.at.errorUs) continue;
    sentences.push(
      `the camera's clock went ${us > 0 ? 'forward' : 'back'} by ${seconds(Math.abs(us))} between ${before.name} (${timeWords(before.at.utcUs)}) and ${name} (${timeWords(at.utcUs)})`,
    );
  }
  return sentences.slice(0, warningsMax);
}

function seconds(us: number): string {
  return `${(us / 1e6).toFixed(3)} s`;
}

/** A time as people and programs read it: ISO 8601, UTC, whole milliseconds. */
function timeWords(utcUs: number): string {
  const date = new Date(utcUs / 1000);
  return Number.isNaN(date.getTime()) ? `${utcUs} us` : date.toISOString();
}
