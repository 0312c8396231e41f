import { equalBytes, fromHex, toHex } from '../base/bytes.ts';
import { SealcamError } from '../base/errors.ts';
import { sha256 } from './crypto.ts';
import type { UnverifiedEnvelope } from './dsse.ts';
import { recordingIdBytes } from './limits.ts';
import { readStatement, type Statement } from './statements.ts';
import type { TrustedSession } from './trust.ts';

// The journal of a boot: a chain of entries that begins at the session, which signs them.

/** The id under which a session's boot journal is sent and receipted, as if it were a recording's. 16 bytes. */
export function bootJournalId(session: Uint8Array): Uint8Array {
  return sha256(Buffer.from('sealcam/v1/journal'), session).slice(0, recordingIdBytes);
}

/** What is known of an earlier boot's journal that has no shutdown. */
export interface CutJournal {
  /** D of its session. */
  readonly session: Uint8Array;
  /** Its number of entries. */
  readonly count: number;
  /** D of its last entry; of the session where it has none. */
  readonly last: Uint8Array;
}

/** The value of an entry that tells of a cut journal. */
export function cutValue({ session, count, last }: CutJournal): string {
  return `${toHex(session)} ${count} ${toHex(last)}`;
}

/** What an entry says of an earlier boot's journal; undefined if it is of another event. */
export function readCut({ event, value }: Statement<'journal'>['body']): CutJournal | undefined {
  if (event !== 'cut') return undefined;
  const [session = '', count = '', last = ''] = value.split(' ');
  const [name, end] = [fromHex(session), fromHex(last)];
  // Its form was checked when it was parsed.
  if (name === undefined || end === undefined) throw new RangeError('a value of another form');
  return { session: name, count: Number(count), last: end };
}

/** How far a boot journal is known without a hole. */
export interface BootJournal {
  /** The index that comes next. */
  readonly next: number;
  /** D of the last entry, or of the session. */
  readonly last: Uint8Array;
  readonly shutDown: boolean;
}

/** The journal of a boot that has no entry yet. */
export function startBootJournal(session: Statement<'session'>): BootJournal {
  return { next: 0, last: session.digest, shutDown: false };
}

/**
 * The entry in `envelope`, if `session` signed it.
 * @throws SealcamError `STATEMENT_*`, `EVIDENCE_MALFORMED`, and `BOOT_JOURNAL_FOREIGN` if it names another session.
 */
export function readJournalEntry(
  envelope: UnverifiedEnvelope,
  session: TrustedSession,
): Statement<'journal'> {
  const entry = readStatement('journal', envelope, session.verifier);
  expectOwn(entry, session);
  return entry;
}

/** @throws SealcamError `BOOT_JOURNAL_FOREIGN` if `entry`, which `session` signed, names another one. */
export function expectOwn({ body }: Statement<'journal'>, { statement }: TrustedSession): void {
  if (equalBytes(body.session, statement.digest)) return;
  throw new SealcamError(
    'BOOT_JOURNAL_FOREIGN',
    'The journal entry names another session than the one that signed it',
  );
}

/**
 * The journal with `entry` appended.
 * @throws SealcamError `BOOT_JOURNAL_CHAIN` if it is not the next one, or comes after the shutdown.
 */
export function extendBootJournal(journal: BootJournal, entry: Statement<'journal'>): BootJournal {
  const { index, previous, event } = entry.body;
  if (journal.shutDown) {
    throw new SealcamError('BOOT_JOURNAL_CHAIN', `Journal entry ${index} comes after the shutdown`);
  }
  if (index !== journal.next || !equalBytes(previous, journal.last)) {
    throw new SealcamError(
      'BOOT_JOURNAL_CHAIN',
      `Journal entry ${index} does not follow the ${journal.next} entries before it`,
    );
  }
  return { next: index + 1, last: entry.digest, shutDown: event === 'shutdown' };
}
