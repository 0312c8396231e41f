import { equalBytes } from '../../base/bytes.ts';
import { type Hasher, sha256 } from '../crypto.ts';
import type { Root } from '../root.ts';
import type { Certified, Revocations } from '../trust.ts';
import { type Collection, collect, type EvidenceSource, type FoundRecording } from './collect.ts';
import { judgeRecording } from './judge.ts';
import type { AbsentRecordings, RecordingReport, Report } from './report.ts';

export type { EvidenceSource, FoundRecording, SegmentPlace, Slot } from './collect.ts';
export * from './report.ts';

/** What {@link verifyEvidence} found, and says of it. */
export interface Verified {
  readonly report: Report;
  /** The recordings themselves, for who goes on to open one. Same order as in the report. */
  readonly found: readonly FoundRecording[];
}

/** How {@link verifyEvidence} may differ from its defaults. */
export interface VerifyOptions {
  readonly revocations?: Revocations;
  /** A faster SHA-256 than node:crypto's. */
  readonly hasher?: Hasher;
}

/**
 * Verifies recordings without any key: signatures down to the agency's root, the chain, every digest, the
 * numbering. Altered or hostile content never throws; it is what the report is about.
 * @param sources `.seal` and `.receipts` files, in any order.
 * @throws SealcamError `SEAL_NOT_A_FILE`, `FORMAT_UNSUPPORTED`; and what reading a source throws.
 */
export async function verifyEvidence(
  sources: readonly EvidenceSource[],
  root: Root,
  { revocations = new Map(), hasher = sha256 }: VerifyOptions = {},
): Promise<Verified> {
  const collection = await collect(sources, root, hasher);
  const receipts = collection.receipts.filter(({ certificate }) => !revocations.has(certificate.keyId));
  const found = [...collection.recordings].sort(
    (a, b) =>
      compareText(a.recording.core.deviceId, b.recording.core.deviceId) ||
      a.recording.core.recordingNumber - b.recording.core.recordingNumber,
  );
  const recordings = found.map((one) => judgeRecording(one, { receipts, revocations }));
  const trusted = found.filter((one) => one.trusted);
  return {
    found,
    report: {
      recordings,
      absent: absentRecordings(trusted, collection),
      conflicts: [
        ...numberConflicts(recordings),
        ...previousConflicts(trusted),
        ...sessionConflicts(collection, trusted),
        ...receiptConflicts(receipts),
      ],
      unreadableBytes: collection.unreadableBytes,
      warnings: collection.warnings,
    },
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Numbers that were taken, by what a later recording, session or head says, and are not there. */
function absentRecordings(
  found: readonly FoundRecording[],
  { sessions, heads }: Collection,
): AbsentRecordings[] {
  const devices = new Set(found.map(({ recording }) => recording.core.deviceId));
  return [...devices].flatMap((deviceId) => {
    const numbers = found
      .filter(({ recording }) => recording.core.deviceId === deviceId)
      .map(({ recording }) => recording.core.recordingNumber);
    const own = sessions.filter(({ statement }) => statement.body.deviceId === deviceId);
    const stated = [
      ...own.map(({ statement }) => statement.body.nextRecordingNumber - 1),
      ...heads
        .filter(({ session }) => session.statement.body.deviceId === deviceId)
        .map(({ head }) => head.body.nextRecordingNumber - 1),
    ];
    const last = stated.reduce((most, one) => Math.max(most, one), 0);
    return holes(deviceId, numbers, last);
  });
}

function holes(deviceId: string, numbers: readonly number[], last: number): AbsentRecordings[] {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const absent: AbsentRecordings[] = [];
  for (const [at, number] of sorted.entries()) {
    const next = sorted[at + 1] ?? Math.max(last, number) + 1;
    if (next > number + 1) absent.push({ deviceId, from: number + 1, to: next - 1 });
  }
  return absent;
}

function numberConflicts(recordings: readonly RecordingReport[]): string[] {
  const seen = new Map<string, string>();
  return recordings
    .filter(({ trusted }) => trusted)
    .flatMap(({ deviceId, number, recordingId }) => {
      const name = `${deviceId} ${number}`;
      const other = seen.get(name);
      seen.set(name, recordingId);
      return other === undefined ? [] : [`${deviceId} has two recordings with the number ${number}`];
    });
}

/** An opening names the recording before it and what its camera knew of it. */
function previousConflicts(found: readonly FoundRecording[]): string[] {
  return found.flatMap(({ recording: { core } }) => {
    const { previous, deviceId, recordingNumber } = core;
    const statement = previous.statement;
    const before = found.filter(
      ({ recording }) =>
        recording.core.deviceId === deviceId && recording.core.recordingNumber === previous.number,
    );
    if (statement === undefined || before.length === 0) return [];
    const names = (one: FoundRecording): boolean => {
      if (previous.state === 'closed')
        return one.closings.some(({ digest }) => equalBytes(digest, statement));
      const links = [...one.slots.values()].flatMap((slot) => slot.links);
      const known = [one.recording.opening, ...links, ...one.closings];
      // What is missing of the recording before may be the very statement that is named.
      return known.some(({ digest }) => equalBytes(digest, statement)) || !isWhole(one);
    };
    const hidden = (one: FoundRecording): boolean => previous.state === 'closed' && one.closings.length === 0;
    if (before.some((one) => names(one) || hidden(one))) return [];
    return [`${deviceId} ${recordingNumber} names another recording ${previous.number} than is here`];
  });
}

function isWhole({ closings, slots }: FoundRecording): boolean {
  const end = closings[0]?.body.index;
  return end !== undefined && [...slots.values()].filter(({ links }) => links.length > 0).length === end;
}

/** Counters that go back, or stand twice: a camera that was rolled back, or is there twice. */
function sessionConflicts({ sessions }: Collection, found: readonly FoundRecording[]): string[] {
  const sorted = [...sessions].sort(
    (a, b) =>
      compareText(a.statement.body.deviceId, b.statement.body.deviceId) ||
      a.statement.body.bootCounter - b.statement.body.bootCounter,
  );
  const conflicts: string[] = [];
  for (const [at, { statement }] of sorted.entries()) {
    const { deviceId, bootCounter, nextRecordingNumber } = statement.body;
    const next = sorted[at + 1]?.statement.body;
    if (next?.deviceId === deviceId && next.bootCounter === bootCounter) {
      conflicts.push(`${deviceId} has two sessions with the boot counter ${bootCounter}`);
    } else if (next?.deviceId === deviceId && next.nextRecordingNumber < nextRecordingNumber) {
      conflicts.push(`${deviceId} counts recordings back from boot ${bootCounter} to ${next.bootCounter}`);
    }
    for (const { recording } of found) {
      if (!equalBytes(recording.core.session, statement.digest)) continue;
      const number = recording.core.recordingNumber;
      const beyond = next?.deviceId === deviceId && number >= next.nextRecordingNumber;
      if (number < nextRecordingNumber || beyond) {
        conflicts.push(`${deviceId} ${number} has a number that its session could not give`);
      }
    }
  }
  return conflicts;
}

/** A station counts its receipts: two of one counter mean that it was rolled back, or that its key is out. */
function receiptConflicts(receipts: readonly Certified<'receipt'>[]): string[] {
  const seen = new Set<string>();
  return receipts.flatMap(({ statement: { body } }) => {
    const name = `${body.stationId} ${body.counter}`;
    const again = seen.has(name);
    seen.add(name);
    return again ? [`${body.stationId} signed two receipts with the counter ${body.counter}`] : [];
  });
}
