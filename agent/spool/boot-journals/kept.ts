import { toHex } from '../../../base/bytes.ts';
import { attempt, SealcamError, systemCode } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import {
  bootJournalId,
  type CutJournal,
  extendBootJournal,
  readCut,
  startBootJournal,
} from '../../../evidence/boot-journal.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import {
  fileMagic,
  mayBeTorn,
  RecordScanner,
  recordType,
  statementRecord,
} from '../../../evidence/records.ts';
import { claimedKind, type Statement, storedStatement } from '../../../evidence/statements.ts';
import { readAt } from '../disk/files.ts';
import type { Folder } from '../disk/folder.ts';
import { spoolLimits } from '../limits.ts';
import { parseBootJournalName } from '../names.ts';

// The journals of earlier boots, as a start finds them.

/** The journal of an earlier boot that is still in the spool. */
export interface KeptBootJournal {
  readonly name: string;
  /** Its id, 32 hexadecimal digits. */
  readonly id: string;
  readonly session: Statement<'session'>;
  /** The entries that follow one another from the first on. */
  readonly entries: readonly Statement<'journal'>[];
  readonly shutDown: boolean;
  /** An entry that was written cannot be read: where the journal ended is not known. */
  readonly damaged: boolean;
  /** What the file takes. */
  readonly bytes: number;
}

/** The journals of earlier boots. */
export interface KeptBootJournals {
  readonly journals: readonly KeptBootJournal[];
  /** All their files, readable or not, oldest first. */
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

/** Reads the journals of earlier boots, oldest first, and removes what was never whole. */
export async function keptBootJournals(folder: Folder, log: Log): Promise<KeptBootJournals> {
  const journals: KeptBootJournal[] = [];
  const files: { name: string; bytes: number }[] = [];
  for (const name of (await folder.list()).sort()) {
    const parsed = parseBootJournalName(name);
    if (parsed?.draft) await removed(folder, name, log);
    if (parsed === undefined || parsed.draft) continue;
    const file = { name, bytes: 0 };
    files.push(file);
    try {
      const read = await readBootJournal(folder, name);
      file.bytes = read.bytes;
      if (read.journal?.id === parsed.id) journals.push(read.journal);
      else unreadable(log, name);
      if (read.journal?.damaged)
        log.alarm(
          'boot-journal.damaged',
          'An entry of the journal of an earlier boot cannot be read: the journal is sent up to it, and kept',
          { name, entries: read.journal.entries.length },
        );
    } catch (error) {
      unreadable(log, name, systemCode(error));
    }
  }
  return { journals, files };
}

/** The highest boot counter of the journals that can be read, if it is above `known`; `known` otherwise. */
export async function newestJournaledBoot(folder: Folder, known: number): Promise<number> {
  const named = (await folder.list()).flatMap((name) => {
    const { bootCounter = 0, draft = true } = parseBootJournalName(name) ?? {};
    return draft || bootCounter <= known ? [] : [{ name, bootCounter }];
  });
  for (const { name, bootCounter } of named.sort((a, b) => b.bootCounter - a.bootCounter)) {
    // One that cannot be read is reported by `keptBootJournals`, and nothing is told of it.
    const read = await readBootJournal(folder, name).catch(() => undefined);
    if (read?.journal?.session.body.bootCounter === bootCounter) return bootCounter;
  }
  return known;
}

/** Which journals are left, and which of the oldest have to go so that there is room for one more. */
export function withRoom({
  journals,
  files,
}: KeptBootJournals): KeptBootJournals & { readonly dropped: readonly string[] } {
  const { bootJournalsMax, bootJournalsBytesMax } = spoolLimits;
  const left = [...files];
  const bytes = (): number => left.reduce((sum, one) => sum + one.bytes, 0);
  const dropped: string[] = [];
  while (left.length >= bootJournalsMax || bytes() >= bootJournalsBytesMax) {
    dropped.push(left.shift()?.name ?? '');
  }
  const names = new Set(left.map(({ name }) => name));
  const kept = journals.filter(({ name }) => names.has(name));
  return { journals: kept, files: left, dropped };
}

/** Removes journals, once a durable entry says that they are dropped. */
export async function dropBootJournals(folder: Folder, names: readonly string[], log: Log): Promise<void> {
  for (const name of names) await removed(folder, name, log);
  await folder.sync();
}

/** Removes a file if it is there. What fails is tried again by a later start. */
async function removed(folder: Folder, name: string, log: Log): Promise<void> {
  try {
    await folder.removeIfThere(name);
  } catch (error) {
    const code = systemCode(error);
    log.warn('boot-journal.not-removed', 'The journal of an earlier boot cannot be removed', { name, code });
  }
}

function unreadable(log: Log, name: string, code?: string): void {
  log.alarm('boot-journal.unreadable', 'The journal of an earlier boot cannot be read', { name, code });
}

/** Renames the file of a damaged journal, so that a person can look at it: no start reads it any more. */
export async function setBootJournalAside(folder: Folder, name: string): Promise<void> {
  const there = new Set(await folder.list());
  let number = 1;
  while (there.has(`${name}.damaged-${number}`)) number += 1;
  await folder.rename(name, `${name}.damaged-${number}`);
}

/** Reads one journal: its entries up to the first that does not follow. */
export async function readBootJournal(
  folder: Folder,
  name: string,
): Promise<{ bytes: number; journal: KeptBootJournal | undefined }> {
  const content = await folder.with(name, 'read', async (file) =>
    readAt(file, 0, Math.min(await file.size(), spoolLimits.bootJournalBytesMax)),
  );
  const bytes = content.length;
  const scanner = new RecordScanner(0);
  let session: Statement<'session'> | undefined;
  let chain: ReturnType<typeof startBootJournal> | undefined;
  const entries: Statement<'journal'>[] = [];
  let broken = false;
  let damaged = false;
  let tail: Uint8Array = new Uint8Array(0);
  for (const one of [...scanner.push(content), ...scanner.end()]) {
    // The end of a boot may leave half a record, after which there is nothing.
    if (one.kind !== 'record') {
      broken = session !== undefined;
      tail = content.subarray(one.offset);
    } else damaged ||= broken;
    if (broken || one.kind !== 'record' || one.record.type !== recordType.statement) continue;
    const envelope = attempt(() => openEnvelope(Uint8Array.from(one.record.body)));
    if (envelope instanceof SealcamError) continue;
    if (session === undefined) {
      if (claimedKind(envelope) !== 'session') break;
      session = storedStatement('session', envelope);
      chain = startBootJournal(session);
    } else if (chain !== undefined) {
      const entry = attempt(() => storedStatement('journal', envelope));
      const before = chain;
      const longer = entry instanceof SealcamError ? entry : attempt(() => extendBootJournal(before, entry));
      damaged = entry instanceof SealcamError || longer instanceof SealcamError;
      if (entry instanceof SealcamError || longer instanceof SealcamError) break;
      chain = longer;
      entries.push(entry);
    }
  }
  // A whole record with a wrong checksum has rotted since it was written.
  damaged ||= broken && !mayBeTorn(tail);
  if (session === undefined || chain === undefined) return { bytes, journal: undefined };
  const id = toHex(bootJournalId(session.digest));
  return { bytes, journal: { name, id, session, entries, shutDown: chain.shutDown, damaged, bytes } };
}

/**
 * What this boot has to tell of earlier ones: the journals without a shutdown of which no journal here tells yet, oldest
 * first. What is told is durable; one that cannot be made so is left to a later start.
 * @param bootCounter of this boot: only a later one may tell of a boot. A camera that lost its counters while the storage returned no
 *   journal counts on below those that are there.
 */
export async function cutJournals(
  folder: Folder,
  { journals }: KeptBootJournals,
  log: Log,
  bootCounter = Number.POSITIVE_INFINITY,
): Promise<CutJournal[]> {
  const told = new Set(
    journals.flatMap(({ entries }) =>
      entries.flatMap(({ body }) => {
        const cut = readCut(body);
        return cut === undefined ? [] : [toHex(cut.session)];
      }),
    ),
  );
  const cuts: CutJournal[] = [];
  for (const { name, session, entries, shutDown, damaged } of journals) {
    if (shutDown || told.has(toHex(session.digest)) || cuts.length >= spoolLimits.bootJournalsToldMax)
      continue;
    // It would be stated that it ended where it can no longer be read.
    if (damaged || session.body.bootCounter >= bootCounter) continue;
    // A process that was killed may have left entries in memory alone.
    try {
      await folder.with(name, 'write', (file) => file.datasync());
    } catch (error) {
      unreadable(log, name, systemCode(error));
      continue;
    }
    const last = entries.at(-1)?.digest ?? session.digest;
    cuts.push({ session: session.digest, count: entries.length, last });
  }
  return cuts;
}

/** The records of a journal's file, after its magic: the session, then the entries. */
export function journalRecords(
  session: Statement<'session'>,
  entries: readonly Statement<'journal'>[],
): Uint8Array[] {
  return [session, ...entries].map(({ encoded }) => statementRecord(encoded));
}

/** The parts of a whole file of a journal. */
export function journalFileParts(records: readonly Uint8Array[]): Uint8Array[] {
  return [fileMagic, ...records];
}
