import { bootJournalId } from '../../../evidence/boot-journal.ts';
import type { JournalEvent } from '../../../evidence/encoding/journal-table.ts';
import { type Body, makeStatement, type Statement } from '../../../evidence/statements.ts';
import {
  type Certificate,
  fileOfStatements,
  startUtcUs,
  type TestSession,
  testMoment,
} from '../recording.ts';

// Journals of boots made in pure TypeScript, for tests that alter them.

export const softwareDigest = 'ab'.repeat(32);

/** An event and its value. */
export type TestEvent = readonly [JournalEvent, string?];

/** The journal of `session`: the boot event, then `events`, one a second. */
export function testJournal(session: TestSession, events: readonly TestEvent[]): Statement<'journal'>[] {
  const entries: Statement<'journal'>[] = [];
  for (const [event, value] of [['boot', `1.0.0 ${softwareDigest}`] as const, ...events]) {
    entries.push(testEntry(session, entries, { event, value: value ?? '' }));
  }
  return entries;
}

/** The entry after `before`, or with what `says` says otherwise. */
export function testEntry(
  session: TestSession,
  before: readonly Statement<'journal'>[],
  says: Partial<Body<'journal'>>,
): Statement<'journal'> {
  const body: Body<'journal'> = {
    session: session.statement.digest,
    index: before.length,
    previous: before.at(-1)?.digest ?? session.statement.digest,
    moment: testMoment(before.length),
    event: 'sensor-lost',
    value: '',
    ...says,
  };
  return makeStatement('journal', body, session.signer);
}

/** A file of a session and entries. */
export function journalFile(session: TestSession, entries: readonly Statement<'journal'>[]): Uint8Array {
  return fileOfStatements(session.statement, ...entries);
}

/** A station's receipt for the first `count` of `entries`. */
export function journalReceipt(
  station: Certificate,
  session: TestSession,
  entries: readonly Statement<'journal'>[],
  says: Partial<Body<'receipt'>> = {},
): Statement<'receipt'> {
  const count = says.count ?? entries.length;
  const body: Body<'receipt'> = {
    certificate: station.der,
    stationId: station.name,
    deviceId: session.statement.body.deviceId,
    recordingId: bootJournalId(session.statement.digest),
    count,
    statement: entries[count - 1]?.digest ?? session.statement.digest,
    keyEnvelopeHash: undefined,
    complete: false,
    stationUtcUs: startUtcUs + 3_600e6,
    counter: 1,
    previousReceipt: undefined,
    losses: [],
    ...says,
  };
  return makeStatement('receipt', body, station.signer);
}
