import { equalBytes, toHex } from '../../../base/bytes.ts';
import { bootJournalId, type CutJournal, readCut } from '../../boot-journal.ts';
import { chainName, isLater } from '../../chain.ts';
import type { Statement } from '../../statements.ts';
import type { Certified, Revocations, TrustedSession } from '../../trust.ts';
import { type Collection, compareText, type FoundBootJournal, type SessionSigned } from '../found.ts';
import type { BootJournalEntryReport, BootJournalReport } from '../report.ts';

// The journals of boots: one chain of entries for each session. See "Boot journals" in docs/FORMAT.md.

/** The entries by their session, in the order of devices, chains and boots. */
export function bootJournalsOf(all: readonly SessionSigned<'journal'>[]): FoundBootJournal[] {
  const found = new Map<string, { session: TrustedSession; entries: Map<number, Statement<'journal'>[]> }>();
  for (const { session, statement } of all) {
    const name = toHex(session.statement.digest);
    const one = found.get(name) ?? { session, entries: new Map() };
    found.set(name, one);
    const { index } = statement.body;
    const same = one.entries.get(index) ?? [];
    one.entries.set(index, same);
    same.push(statement);
  }
  for (const { entries } of found.values()) for (const same of entries.values()) same.sort(byD);
  return [...found.values()].sort(
    ({ session: { statement: a } }, { session: { statement: b } }) =>
      compareText(chainName(a.body), chainName(b.body)) ||
      a.body.bootCounter - b.body.bootCounter ||
      byD(a, b),
  );
}

/** What journals are judged by, apart from their entries. */
export interface JournalWitnesses {
  /** Of stations that were not revoked, for anything. */
  readonly receipts: readonly Certified<'receipt'>[];
  readonly revocations: Revocations;
}

/**
 * The verdict on each journal.
 * @param cutsElsewhere what journals tell that are judged apart from these.
 */
export function judgeBootJournals(
  collection: Pick<Collection, 'bootJournals' | 'sessions'>,
  witnesses: JournalWitnesses,
  cutsElsewhere: readonly FoundCut[] = [],
): BootJournalReport[] {
  const cuts = [...cutsElsewhere, ...cutsIn(collection, witnesses)];
  return collection.bootJournals.map((found) =>
    judgeOne(vouchedEntries(found, witnesses), cuts, collection.sessions),
  );
}

/** What the journals tell of the ends of others. */
export function cutsIn(
  { bootJournals }: Pick<Collection, 'bootJournals'>,
  witnesses: JournalWitnesses,
): FoundCut[] {
  return bootJournals.flatMap((found) =>
    vouchedEntries(found, witnesses).entries.flatMap(({ statement, vouched }) => {
      const cut = readCut(statement.body);
      return cut === undefined || !vouched ? [] : [{ ...cut, by: found.session }];
    }),
  );
}

/** A journal's entries, one for each index, with what receipts prove of them. */
interface Judged {
  readonly found: FoundBootJournal;
  readonly receipts: readonly Statement<'receipt'>[];
  /** By index. */
  readonly entries: readonly {
    readonly statement: Statement<'journal'>;
    /** The earliest station time by which it is proven, microseconds UTC. */
    readonly provenUs: number | undefined;
    /** Whether the agency vouches for its signer. */
    readonly vouched: boolean;
  }[];
}

/** What a later boot says of where a journal ended. */
export interface FoundCut extends CutJournal {
  readonly by: TrustedSession;
}

function vouchedEntries(found: FoundBootJournal, { receipts: all, revocations }: JournalWitnesses): Judged {
  const { statement, certificate } = found.session;
  const id = bootJournalId(statement.digest);
  const receipts = all
    .map((one) => one.statement)
    .filter(({ body }) => body.deviceId === statement.body.deviceId && equalBytes(body.recordingId, id));
  const times = provenTimes(found, receipts);
  const revokedFrom = revocations.get(certificate.keyId);
  const entries = [...found.entries.values()].flatMap(([one]) => {
    if (one === undefined) return [];
    const provenUs = times.get(toHex(one.digest));
    const vouched = revokedFrom === undefined || (provenUs !== undefined && provenUs < revokedFrom);
    return [{ statement: one, provenUs, vouched }];
  });
  entries.sort((a, b) => a.statement.body.index - b.statement.body.index);
  return { found, receipts, entries };
}

/** Each receipt proves the entry that it names, and those reached from there over `previous`. */
function provenTimes(
  { entries }: FoundBootJournal,
  receipts: readonly Statement<'receipt'>[],
): Map<string, number> {
  const previous = new Map<string, string>();
  for (const same of entries.values()) {
    for (const { digest, body } of same) previous.set(toHex(digest), toHex(body.previous));
  }
  const times = new Map<string, number>();
  for (const { body } of [...receipts].sort((a, b) => a.body.stationUtcUs - b.body.stationUtcUs)) {
    for (
      let name: string | undefined = toHex(body.statement);
      name !== undefined;
      name = previous.get(name)
    ) {
      if (times.has(name)) break;
      times.set(name, body.stationUtcUs);
    }
  }
  return times;
}

function judgeOne(
  { found, receipts, entries }: Judged,
  allCuts: readonly FoundCut[],
  sessions: readonly TrustedSession[],
): BootJournalReport {
  const { digest, body } = found.session.statement;
  const cuts = allCuts.filter((cut) => equalBytes(cut.session, digest) && isLater(cut.by, found.session));
  const stated = [...receipts.map((one) => one.body.count), ...cuts.map(({ count }) => count)];
  const here = entries.map(({ statement }) => statement.body.index + 1);
  const end = [...stated, ...here].reduce((most, one) => Math.max(most, one), 0);
  const conflicts = [
    ...chainConflicts(found),
    ...cuts.flatMap((cut) => cutConflicts(cut, found)),
    ...receipts.flatMap((receipt) => receiptConflicts(receipt, found)),
    ...foreignCuts(found, sessions),
  ];
  const shutDown = entries.some(({ statement, vouched }) => vouched && statement.body.event === 'shutdown');
  const ended = shutDown ? 'shut down' : cuts.length > 0 ? 'cut' : 'open';
  return {
    deviceId: body.deviceId,
    bootCounter: body.bootCounter,
    ...(body.chain && { chain: toHex(body.chain) }),
    id: toHex(bootJournalId(digest)),
    verdict: conflicts.length > 0 ? 'conflict' : ended,
    entries: withHoles(entries, end),
    completeReceipt: receipts.some((one) => one.body.complete),
    conflicts,
    warnings: timeWarnings(entries.map(({ statement }) => statement)),
  };
}

/** What is there of each index below `end`, and beyond. */
function withHoles(entries: Judged['entries'], end: number): BootJournalEntryReport[] {
  const reports: BootJournalEntryReport[] = [];
  let next = 0;
  const missingUntil = (index: number): void => {
    if (next < index) reports.push({ from: next, to: index - 1, verdict: 'missing' });
  };
  for (const { statement, provenUs, vouched } of entries) {
    const { index, event, value, moment } = statement.body;
    missingUntil(index);
    reports.push({
      ...{ from: index, to: index, verdict: vouched ? 'intact' : 'untrusted key', event, value, moment },
      ...(provenUs !== undefined && { notAfterUs: provenUs }),
    });
    next = index + 1;
  }
  missingUntil(end);
  return reports;
}

/** Whether `named` is D of an entry before `index`, of the session at 0; undefined where that is not here. */
function follows(
  named: Uint8Array,
  index: number,
  { session, entries }: FoundBootJournal,
): boolean | undefined {
  if (index === 0) return equalBytes(named, session.statement.digest);
  return entries.get(index - 1)?.some(({ digest }) => equalBytes(digest, named));
}

function chainConflicts(found: FoundBootJournal): string[] {
  const conflicts: string[] = [];
  const shutdowns = [...found.entries.values()]
    .flat()
    .flatMap(({ body }) => (body.event === 'shutdown' ? [body.index] : []));
  const shutdown = shutdowns.reduce((least, index) => Math.min(least, index), Number.POSITIVE_INFINITY);
  for (const [index, same] of [...found.entries].sort(([a], [b]) => a - b)) {
    if (same.length > 1) conflicts.push(`there are two entries with index ${index}`);
    if (same.some(({ body }) => follows(body.previous, index, found) === false)) {
      conflicts.push(`the entry with index ${index} does not follow the entry before it`);
    }
    if (index > shutdown) conflicts.push(`the entry with index ${index} comes after the shutdown`);
  }
  return conflicts;
}

/** A later boot says where the journal ended: nothing else may be here. */
function cutConflicts({ count, last, by }: FoundCut, found: FoundBootJournal): string[] {
  const boot = by.statement.body.bootCounter;
  if (follows(last, count, found) === false) {
    return [`boot ${boot} found another entry ${count - 1} at its end than is here`];
  }
  const beyond = [...found.entries.keys()].some((index) => index >= count);
  if (beyond) return [`boot ${boot} found it cut after ${count} entries, and more are here`];
  const ended = found.entries.get(count - 1)?.some(({ body }) => body.event === 'shutdown');
  return ended ? [`boot ${boot} found it cut, though it ends with a shutdown`] : [];
}

/** A journal tells how earlier boots of its camera ended, and of no others. */
function foreignCuts({ session, entries }: FoundBootJournal, sessions: readonly TrustedSession[]): string[] {
  return [...entries.values()].flat().flatMap((entry) => {
    const cut = readCut(entry.body);
    const named = cut && sessions.find(({ statement }) => equalBytes(statement.digest, cut.session));
    return named === undefined || isLater(session, named)
      ? []
      : [`the entry with index ${entry.body.index} tells of a boot that is not an earlier one of its camera`];
  });
}

function receiptConflicts({ body }: Statement<'receipt'>, found: FoundBootJournal): string[] {
  const name = `receipt ${body.counter} of ${body.stationId}`;
  if (body.keyEnvelopeHash !== undefined || body.losses.length > 0) {
    return [`${name} is for a journal, and names keys or losses`];
  }
  if (follows(body.statement, body.count, found) === false) {
    return [`${name} names another entry than is here`];
  }
  const beyond = body.complete && [...found.entries.keys()].some((index) => index >= body.count);
  return beyond ? [`${name} says that all of it has ${body.count} entries, and more are here`] : [];
}

/** Entries are written in the order of the uptime clock. */
function timeWarnings(entries: readonly Statement<'journal'>[]): string[] {
  return entries.flatMap(({ body: { index, moment } }, at) => {
    const before = entries[at - 1]?.body.moment;
    const back =
      before !== undefined && equalBytes(before.epoch, moment.epoch) && moment.uptimeUs < before.uptimeUs;
    return back ? [`the entry with index ${index} has an earlier uptime than the entry before it`] : [];
  });
}

function byD(a: Statement, b: Statement): number {
  return Buffer.compare(a.digest, b.digest);
}
