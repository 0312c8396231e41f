import { equalBytes, toHex } from '../../base/bytes.ts';
import type { Certified } from '../trust.ts';
import { type Collection, type FoundRecording, holdsStatement } from './found.ts';
import type { AbsentRecordings, RecordingReport } from './report.ts';

// What a camera's numbers, counters and references say across recordings.

/** What cameras say of themselves, beside their recordings. */
export type CameraWitnesses = Pick<Collection, 'sessions' | 'heads'>;

/** The order in which recordings are reported: by device, then by number. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Numbers that were taken, by what a later recording, session or head says, and are not there. */
export function absentRecordings(
  found: readonly FoundRecording[],
  { sessions, heads }: CameraWitnesses,
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
        .map(({ statement }) => statement.body.nextRecordingNumber - 1),
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

export function numberConflicts(recordings: readonly RecordingReport[]): string[] {
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

/** An opening names the recording before it, and what its camera knew of it. */
export function previousConflicts(found: readonly FoundRecording[]): string[] {
  return found.flatMap(({ recording: { core } }) => {
    const { previous, deviceId, recordingNumber } = core;
    const name = `${deviceId} ${recordingNumber}`;
    if (previous.number >= recordingNumber)
      return [`${name} names a recording before it that is not before it`];
    const { statement } = previous;
    if (statement === undefined) return [];
    const named = (one: FoundRecording): boolean =>
      previous.state === 'closed'
        ? one.closings.some(({ statement: { digest } }) => equalBytes(digest, statement))
        : holdsStatement(one, statement);
    const before = numbered(found, deviceId, previous.number);
    if (before.length === 0 || before.some(named)) return [];
    return [`${name} names a statement of recording ${previous.number} that is not in these files`];
  });
}

/** A session and a head name the newest statement of the newest recording that their camera has. */
export function newestConflicts(
  { sessions, heads }: CameraWitnesses,
  found: readonly FoundRecording[],
): string[] {
  const stated = [
    ...sessions.map(({ statement: { body } }) => ({ deviceId: body.deviceId, body })),
    ...heads.map(({ session, statement: { body } }) => ({ deviceId: session.statement.body.deviceId, body })),
  ];
  return stated.flatMap(({ deviceId, body: { bootCounter, nextRecordingNumber, newestStatement } }) => {
    const number = nextRecordingNumber - 1;
    const newest = numbered(found, deviceId, number);
    if (newestStatement === undefined || newest.length === 0) return [];
    if (newest.some((one) => holdsStatement(one, newestStatement))) return [];
    return [
      `${deviceId} had, at boot ${bootCounter}, a statement of recording ${number} that is not in these files`,
    ];
  });
}

function numbered(found: readonly FoundRecording[], deviceId: string, number: number): FoundRecording[] {
  return found.filter(
    ({ recording: { core } }) => core.deviceId === deviceId && core.recordingNumber === number,
  );
}

/** A camera never goes back to an older roster, nor below what its certificate asks for; one version is one roster. */
export function rosterConflicts(found: readonly FoundRecording[]): string[] {
  const conflicts: string[] = [];
  const newest = new Map<string, number>();
  const digests = new Map<number, Uint8Array>();
  // In the order of the report: a camera's recordings by their numbers.
  for (const { recording } of found) {
    const { deviceId, recordingNumber, rosterVersion, roster } = recording.core;
    const name = `${deviceId} ${recordingNumber}`;
    const least = Math.max(
      newest.get(deviceId) ?? 0,
      recording.session.certificate.minimumRosterVersion ?? 0,
    );
    if (rosterVersion < least) {
      conflicts.push(`${name} uses roster ${rosterVersion}, though its camera had to know roster ${least}`);
    }
    newest.set(deviceId, Math.max(least, rosterVersion));
    const known = digests.get(rosterVersion);
    if (known !== undefined && !equalBytes(known, roster)) {
      conflicts.push(`${name} uses another roster of version ${rosterVersion} than another recording here`);
    }
    digests.set(rosterVersion, known ?? roster);
  }
  return conflicts;
}

/** Counters that go back, or stand twice: a camera that was rolled back, or is there twice. */
export function sessionConflicts(
  { sessions, heads }: CameraWitnesses,
  found: readonly FoundRecording[],
): string[] {
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
  for (const { session, statement } of heads) {
    const { deviceId, bootCounter, nextRecordingNumber } = session.statement.body;
    if (statement.body.nextRecordingNumber < nextRecordingNumber) {
      conflicts.push(`${deviceId} counts recordings back within boot ${bootCounter}`);
    }
  }
  return conflicts;
}

/**
 * A station counts its receipts upwards, and each names the one that it knows before it: if not, it was rolled back, or
 * its key is out. A counter that leaves some out is none: each run of a station begins at a higher one.
 */
export function receiptConflicts(receipts: readonly Certified<'receipt'>[]): string[] {
  const byCounter = new Map<string, Certified<'receipt'>>();
  const conflicts: string[] = [];
  for (const receipt of receipts) {
    const { stationId, counter } = receipt.statement.body;
    const name = `${stationId} ${counter}`;
    const other = byCounter.get(name);
    // A receipt lies beside its recording, and in the next one where a chunk of that names it: it is the same one.
    if (other !== undefined && !equalBytes(other.statement.digest, receipt.statement.digest)) {
      conflicts.push(`${stationId} signed two receipts with the counter ${counter}`);
    }
    byCounter.set(name, receipt);
  }
  const byDigest = new Map(receipts.map(({ statement }) => [toHex(statement.digest), statement.body]));
  for (const { statement } of byCounter.values()) {
    const { stationId, counter, previousReceipt } = statement.body;
    if (previousReceipt === undefined) continue;
    const before = byCounter.get(`${stationId} ${counter - 1}`);
    if (before !== undefined && !equalBytes(previousReceipt, before.statement.digest)) {
      conflicts.push(`receipt ${counter} of ${stationId} names another one before it than is here`);
    }
    const named = byDigest.get(toHex(previousReceipt));
    if (named !== undefined && (named.stationId !== stationId || named.counter >= counter)) {
      conflicts.push(
        `receipt ${counter} of ${stationId} names receipt ${named.counter} of ${named.stationId} before it`,
      );
    }
  }
  return conflicts;
}
