import { equalBytes } from '../../../base/bytes.ts';
import { append } from '../../../base/lists.ts';
import { chainName } from '../../chain.ts';
import type { TrustedSession } from '../../trust.ts';
import { type CameraWitnesses, compareText, type FoundRecording } from '../found.ts';

// What the boots of a camera say about one another. They are compared within one chain.

/** The sessions by chain, then by boot counter. */
function inOrder(sessions: readonly TrustedSession[]): TrustedSession[] {
  return [...sessions].sort(
    (a, b) =>
      compareText(chainName(a.statement.body), chainName(b.statement.body)) ||
      a.statement.body.bootCounter - b.statement.body.bootCounter ||
      Buffer.compare(a.statement.digest, b.statement.digest),
  );
}

/** Counters that go back, or occur twice: the camera was rolled back, or there are two of it. */
export function sessionConflicts(
  { sessions, heads }: CameraWitnesses,
  found: readonly FoundRecording[],
): string[] {
  const conflicts: string[] = [];
  const sorted = inOrder(sessions);
  const highest = new Map<string, number>();
  for (const [at, session] of sorted.entries()) {
    const { deviceId, bootCounter, nextRecordingNumber } = session.statement.body;
    const chain = chainName(session.statement.body);
    const after = sorted[at + 1]?.statement.body;
    const next = after !== undefined && chainName(after) === chain ? after : undefined;
    if (next?.bootCounter === bootCounter) {
      conflicts.push(`${deviceId} has two sessions with the boot counter ${bootCounter}`);
    } else if (nextRecordingNumber < (highest.get(chain) ?? 0)) {
      conflicts.push(`${deviceId} counts recordings back at boot ${bootCounter}`);
    }
    append(conflicts, previousSessionConflict(session, sessionBefore(sorted, at), sessions));
    const own = heads.filter((head) => equalBytes(head.session.statement.digest, session.statement.digest));
    for (const { statement } of own) {
      if (statement.body.nextRecordingNumber < nextRecordingNumber) {
        conflicts.push(`${deviceId} counts recordings back within boot ${bootCounter}`);
      }
    }
    const stated = own.map(({ statement }) => statement.body.nextRecordingNumber);
    const most = [nextRecordingNumber, ...stated].reduce((a, b) => Math.max(a, b), highest.get(chain) ?? 0);
    highest.set(chain, most);
    for (const { recording } of found) {
      if (!equalBytes(recording.core.session, session.statement.digest)) continue;
      const number = recording.core.recordingNumber;
      if (number < nextRecordingNumber || (next !== undefined && number >= next.nextRecordingNumber)) {
        conflicts.push(`${deviceId} ${number} has a number that its session could not give`);
      }
    }
  }
  return conflicts;
}

/** The session before the one at `at` in `sorted`, of the same chain and among those that are here. */
function sessionBefore(sorted: readonly TrustedSession[], at: number): TrustedSession | undefined {
  const body = sorted[at]?.statement.body;
  let before = at - 1;
  while (sorted[before]?.statement.body.bootCounter === body?.bootCounter) before -= 1;
  const found = sorted[before];
  return body && found && chainName(found.statement.body) === chainName(body) ? found : undefined;
}

/** A session names the one before it: the newest that is here, or one that is absent and newer than that. */
function previousSessionConflict(
  session: TrustedSession,
  before: TrustedSession | undefined,
  sessions: readonly TrustedSession[],
): string[] {
  const { deviceId, bootCounter, previousSession } = session.statement.body;
  if (previousSession === undefined) return [];
  const name = `${deviceId}, boot ${bootCounter},`;
  if (bootCounter === 1) return [`${name} names a session before the first`];
  if (before !== undefined && equalBytes(before.statement.digest, previousSession)) return [];
  const known = sessions.some(({ statement }) => equalBytes(statement.digest, previousSession));
  return known || before?.statement.body.bootCounter === bootCounter - 1
    ? [`${name} names another session before it than is here`]
    : [];
}

/** Sessions that name no earlier one, though one is here: the camera has forgotten it. */
export function sessionWarnings({ sessions }: CameraWitnesses): string[] {
  const forgetful = new Map<string, number[]>();
  let before: TrustedSession | undefined;
  for (const session of inOrder(sessions)) {
    const { bootCounter, previousSession } = session.statement.body;
    const chain = chainName(session.statement.body);
    const follows = before !== undefined && chainName(before.statement.body) === chain;
    if (follows && previousSession === undefined) {
      forgetful.set(chain, [...(forgetful.get(chain) ?? []), bootCounter]);
    }
    before = session;
  }
  return [...forgetful].map(([chain, boots]) => {
    const more = boots.length > 1 ? `, and at ${boots.length - 1} further boots` : '';
    return `${chain} names at boot ${boots[0]}${more} no session before it, though one is here`;
  });
}
