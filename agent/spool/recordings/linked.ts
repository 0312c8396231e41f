import type { JournalEntry } from '../journal/journal-entries.ts';
import type { RecordingFilesState } from './recording.ts';

type Numbered = Pick<RecordingFilesState, 'number' | 'core'>;

/**
 * The journal entries by which recording `number` is uploaded before others, and all that it continues: to the wearer they
 * are one. None for those that are marked already.
 */
export function marksFor(
  recordings: readonly Numbered[],
  number: number,
  marked: ReadonlySet<number>,
): JournalEntry[] {
  const byNumber = new Map(recordings.map((recording) => [recording.number, recording]));
  const entries: JournalEntry[] = [];
  for (let one = byNumber.get(number); one !== undefined; one = continuedBy(byNumber, one))
    if (!marked.has(one.number)) entries.push({ kind: 'marked', number: one.number });
  return entries;
}

/** The entry that marks a recording which is being opened, if it continues one that is marked. */
export function inheritedMark({ core, number }: Numbered, marked: ReadonlySet<number>): JournalEntry[] {
  const inherits = core.startKind === 'linked' && marked.has(number - 1);
  return inherits ? [{ kind: 'marked', number }] : [];
}

function continuedBy(
  byNumber: ReadonlyMap<number, Numbered>,
  { core, number }: Numbered,
): Numbered | undefined {
  return core.startKind === 'linked' ? byNumber.get(number - 1) : undefined;
}
