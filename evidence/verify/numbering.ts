import { equalBytes, toHex } from '../../base/bytes.ts';
import { chainName } from '../chain.ts';
import type { Core } from '../statements.ts';
import { type CameraWitnesses, compareText, type FoundRecording, holdsStatement } from './found.ts';
import type { AbsentRecordings, CameraChains } from './report.ts';

// What a camera's numbers, counters and references say across recordings.

/** The chain of boots and recordings that a recording belongs to. */
function chainOf({ recording }: FoundRecording): string {
  return chainName(recording.session.statement.body);
}

/** Numbers that a later recording, session or head of the chain says were taken, and that are not here. */
export function absentRecordings(
  found: readonly FoundRecording[],
  { sessions, heads }: CameraWitnesses,
): AbsentRecordings[] {
  return [...new Set(found.map(chainOf))].flatMap((chain) => {
    const own = found.filter((one) => chainOf(one) === chain);
    const numbers = own.map(({ recording }) => recording.core.recordingNumber);
    const stated = [
      ...sessions.filter(({ statement }) => chainName(statement.body) === chain),
      ...heads.filter(({ session }) => chainName(session.statement.body) === chain),
    ].map(({ statement }) => statement.body.nextRecordingNumber - 1);
    const last = stated.reduce((most, one) => Math.max(most, one), 0);
    const deviceId = own[0]?.recording.core.deviceId ?? chain;
    return holes(numbers, last).map((hole) => ({ deviceId, ...hole }));
  });
}

/** The chains of each camera that has more than one among the files, or only one that is not its first. */
export function chainsOf({ sessions }: CameraWitnesses): CameraChains[] {
  const byDevice = new Map<string, Set<string>>();
  for (const { statement } of sessions) {
    const { deviceId, chain } = statement.body;
    const chains = byDevice.get(deviceId) ?? new Set();
    byDevice.set(deviceId, chains.add(chain === undefined ? 'first' : toHex(chain)));
  }
  return [...byDevice]
    .map(([deviceId, chains]) => ({ deviceId, chains: [...chains].sort(compareText) }))
    .filter(({ chains }) => chains.length > 1 || chains[0] !== 'first')
    .sort((a, b) => compareText(a.deviceId, b.deviceId));
}

function holes(numbers: readonly number[], last: number): Omit<AbsentRecordings, 'deviceId'>[] {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const absent: Omit<AbsentRecordings, 'deviceId'>[] = [];
  for (const [at, number] of sorted.entries()) {
    const next = sorted[at + 1] ?? Math.max(last, number) + 1;
    if (next > number + 1) absent.push({ from: number + 1, to: next - 1 });
  }
  return absent;
}

/** Within a chain, a number belongs to one recording. */
export function numberConflicts(found: readonly FoundRecording[]): string[] {
  const seen = new Set<string>();
  return found.flatMap((one) => {
    const { deviceId, recordingNumber } = one.recording.core;
    const name = `${chainOf(one)} ${recordingNumber}`;
    if (seen.has(name)) return [`${deviceId} has two recordings with the number ${recordingNumber}`];
    seen.add(name);
    return [];
  });
}

/** What an opening says about the recording before it that cannot be, whatever else is there. */
export function previousContradiction({ previous, recordingNumber }: Core): string | undefined {
  if (previous.number >= recordingNumber) return 'names a recording before it that is not earlier';
  const none = previous.state === 'none';
  return none !== (previous.number === 0) || (none && previous.statement !== undefined)
    ? 'says both that there is a recording before it and that there is none'
    : undefined;
}

/** An opening names the recording before it, and what its camera knew of it. */
export function previousConflicts(found: readonly FoundRecording[]): string[] {
  return found.flatMap((one) => {
    const { previous, deviceId, recordingNumber } = one.recording.core;
    const name = `${deviceId} ${recordingNumber}`;
    const contradiction = previousContradiction(one.recording.core);
    if (contradiction !== undefined) return [`${name} ${contradiction}`];
    const none = previous.state === 'none';
    const chain = chainOf(one);
    const between = found.find(
      (other) =>
        chainOf(other) === chain &&
        other.recording.core.recordingNumber > previous.number &&
        other.recording.core.recordingNumber < recordingNumber,
    );
    const skipped =
      between === undefined
        ? []
        : [
            `${name} names ${none ? 'no recording' : `recording ${previous.number}`} before it, though ${between.recording.core.recordingNumber} is here`,
          ];
    return none ? skipped : [...skipped, ...previousStatementConflict(one, found)];
  });
}

function previousStatementConflict(one: FoundRecording, found: readonly FoundRecording[]): string[] {
  const { previous, deviceId, recordingNumber } = one.recording.core;
  const { number, statement, state } = previous;
  const name = `${deviceId} ${recordingNumber}`;
  const before = numbered(found, chainOf(one), number);
  if (before.length === 0) return [];
  if (statement === undefined) return [`${name} names recording ${number}, and no statement of it`];
  const named = (other: FoundRecording): boolean =>
    state === 'closed'
      ? other.closings.some(({ statement: { digest } }) => equalBytes(digest, statement))
      : holdsStatement(other, statement);
  return before.some(named)
    ? []
    : [`${name} names a statement of recording ${number} that is not in these files`];
}

/** A session and a head name the newest statement of the newest recording that their camera has. */
export function newestConflicts(
  { sessions, heads }: CameraWitnesses,
  found: readonly FoundRecording[],
): string[] {
  const stated = [
    ...sessions.map(({ statement: { body } }) => ({ session: body, body })),
    ...heads.map(({ session, statement: { body } }) => ({ session: session.statement.body, body })),
  ];
  return stated.flatMap(({ session, body: { bootCounter, nextRecordingNumber, newestStatement } }) => {
    const { deviceId } = session;
    const number = nextRecordingNumber - 1;
    if (newestStatement === undefined) return [];
    if (number === 0) {
      return [`${deviceId} names, at boot ${bootCounter}, a statement of a recording, and no recording`];
    }
    const newest = numbered(found, chainName(session), number);
    if (newest.length === 0 || newest.some((one) => holdsStatement(one, newestStatement))) return [];
    return [
      `${deviceId} had, at boot ${bootCounter}, a statement of recording ${number} that is not in these files`,
    ];
  });
}

function numbered(found: readonly FoundRecording[], chain: string, number: number): FoundRecording[] {
  return found.filter((one) => one.recording.core.recordingNumber === number && chainOf(one) === chain);
}

/**
 * A camera never goes back to an older roster, nor below what its certificate demands; one version is one
 * roster.
 */
export function rosterConflicts(found: readonly FoundRecording[]): string[] {
  const conflicts: string[] = [];
  const newest = new Map<string, number>();
  const digests = new Map<number, Uint8Array>();
  // In the order of the report: a camera's recordings by their numbers.
  for (const one of found) {
    const { recording } = one;
    const { deviceId, recordingNumber, rosterVersion, roster } = recording.core;
    const name = `${deviceId} ${recordingNumber}`;
    const least = Math.max(
      newest.get(chainOf(one)) ?? 0,
      recording.session.certificate.minimumRosterVersion ?? 0,
    );
    if (rosterVersion < least) {
      conflicts.push(`${name} uses roster ${rosterVersion}, though its camera had to know roster ${least}`);
    }
    newest.set(chainOf(one), Math.max(least, rosterVersion));
    const known = digests.get(rosterVersion);
    if (known !== undefined && !equalBytes(known, roster)) {
      conflicts.push(`${name} uses another roster of version ${rosterVersion} than another recording here`);
    }
    digests.set(rosterVersion, known ?? roster);
  }
  return conflicts;
}
