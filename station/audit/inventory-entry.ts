import { toHex } from '../../base/bytes.ts';
import type { Certified } from '../../evidence/trust.ts';
import type { RecordingReport } from '../../evidence/verify/report.ts';
import type { RecordingName } from '../store/recording-name.ts';
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
export function entryOf(report: RecordingReport, name: RecordingName): Omit<InventoryEntry, 'keys'> {
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

/** An entry of which another station has signed that all of it is there; what is whole here stays so. */
export function atAnother(
  entry: Omit<InventoryEntry, 'keys'>,
  { conflicts, faults }: RecordingReport,
  elsewhere: Certified<'receipt'> | undefined,
): Omit<InventoryEntry, 'keys'> {
  if (elsewhere === undefined || entry.state !== 'incomplete') return entry;
  // What never came here is no fault.
  const state = { state: 'elsewhere', completeAt: elsewhere.statement.body.stationId } as const;
  return { ...entry, ...state, faults: [...conflicts, ...faults] };
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
