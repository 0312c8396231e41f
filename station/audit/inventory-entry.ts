import { toHex } from '../../base/bytes.ts';
import type { Certified } from '../../evidence/trust.ts';
import type { FoundRecording } from '../../evidence/verify/found.ts';
import { judgeRecording, type Witnesses } from '../../evidence/verify/judge.ts';
import type { RecordingReport } from '../../evidence/verify/report.ts';
import type { RecordingName } from '../store/recording-name.ts';
import { elsewhereConflicts } from './elsewhere.ts';
import type { InventoryEntry } from './inventory-report.ts';

/** An entry about which nothing is known yet. */
export function emptyEntry({ number, id, chain }: RecordingName): Omit<InventoryEntry, 'state'> {
  const nothing = { statements: 0, gaps: 0, lost: 0, receipts: 0, receipted: undefined } as const;
  return {
    number,
    ...(chain !== undefined && { chain }),
    recordingId: id,
    ...nothing,
    of: undefined,
    keys: 'not looked for',
    faults: [],
    notes: [],
  };
}

/** What a verifier's report says about a recording. */
function entryOf(report: RecordingReport, name: RecordingName): Omit<InventoryEntry, 'keys'> {
  const { verdict, links, closing, conflicts, faults } = report;
  const bad = links.find(({ verdict: one }) => one !== 'intact' && one !== 'lost after sealing (claimed)');
  const last = links.at(-1)?.to;
  const statements = bad?.from ?? (last === undefined ? 0 : last + 1);
  const whole = bad === undefined && faults.length === 0;
  const state =
    verdict === 'conflict' || verdict === 'erased'
      ? verdict
      : verdict === 'open-ended' || !whole
        ? 'incomplete'
        : verdict;
  return {
    ...emptyEntry(name),
    state,
    statements,
    of: closing?.index,
    gaps: links.filter(({ kind }) => kind === 'gap').length,
    lost: links.filter((link) => link.verdict === 'lost after sealing (claimed)').length,
    // An open end alone is not a fault: the rest may still arrive.
    faults: [...conflicts, ...faults, ...(bad === undefined || verdict === 'erased' ? [] : [faultOf(bad)])],
  };
}

/** What there is of a recording, and the receipt of another station if that accounts for what is not here. */
export interface JudgedEntry {
  readonly entry: Omit<InventoryEntry, 'keys'>;
  readonly elsewhere: Certified<'receipt'> | undefined;
}

/**
 * Judges a recording by all receipts for it. That another station has signed for all of it excuses what never came here,
 * and never what contradicts itself.
 * @param elsewhere of the witnesses' receipts, the complete ones of other stations.
 */
export function judgeEntry(
  found: FoundRecording,
  witnesses: Witnesses,
  elsewhere: readonly Certified<'receipt'>[],
  name: RecordingName,
): JudgedEntry {
  const { receipts } = witnesses;
  const whole = entryOf(judgeRecording(found, witnesses), name);
  const [one] = elsewhere;
  if (one === undefined) return { entry: whole, elsewhere: undefined };
  const own = receipts.filter(({ statement: { body } }) => toHex(body.recordingId) === name.id);
  const conflicts = elsewhereConflicts(elsewhere, found, own);
  if (whole.state === 'conflict' || conflicts.length > 0) {
    const entry = { ...whole, state: 'conflict', faults: [...conflicts, ...whole.faults] } as const;
    return { entry, elsewhere: undefined };
  }
  const here = judgeRecording(found, {
    ...witnesses,
    receipts: receipts.filter((receipt) => !elsewhere.includes(receipt)),
  });
  const entry = entryOf(here, name);
  if (entry.state !== 'incomplete') return { entry, elsewhere: undefined };
  // What never came here is no fault.
  const state = { state: 'elsewhere', completeAt: one.statement.body.stationId } as const;
  return { entry: { ...entry, ...state, faults: here.faults }, elsewhere: one };
}

function faultOf({ from, to, verdict }: RecordingReport['links'][number]): string {
  return from === to ? `index ${from} is ${verdict}` : `the indices ${from} to ${to} are ${verdict}`;
}

/** How many of the receipts are for a recording, and the one that covers most. */
export function receiptedOf(
  receipts: readonly Certified<'receipt'>[],
  { id }: RecordingName,
): Pick<InventoryEntry, 'receipts' | 'receipted'> {
  const own = receipts
    .map(({ statement: { body } }) => body)
    .filter(({ recordingId }) => toHex(recordingId) === id)
    .map(({ count, complete }) => ({ count, complete }));
  const rank = (one: { count: number; complete: boolean }): number => 2 * one.count + (one.complete ? 1 : 0);
  const receipted = own.toSorted((a, b) => rank(b) - rank(a))[0];
  return { receipts: own.length, receipted };
}
