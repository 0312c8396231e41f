import type { Moment } from '../../evidence/statements.ts';
import type { Journal } from './journal/journal.ts';
import type { JournalEntry } from './journal/journal-entries.ts';
import { type Owed, owedName, pays } from './journal/owed.ts';
import type { RecordingFilesState } from './recordings/recording.ts';

/**
 * What the camera owes, according to the journal and the recordings together: a recording may already pay for an entry
 * that the journal still lists. Calls that write may not overlap.
 */
export class Debts {
  readonly #journal: Journal;
  readonly #recordings: () => readonly RecordingFilesState[];
  readonly #hidden: ReadonlySet<string>;

  /**
   * @param hidden ids of recordings that count as payment for nothing, as nothing more can be written to them in this
   *   run.
   */
  constructor(
    journal: Journal,
    recordings: () => readonly RecordingFilesState[],
    hidden: ReadonlySet<string>,
  ) {
    this.#journal = journal;
    this.#recordings = recordings;
    this.#hidden = hidden;
  }

  /** Recordings that are owed, oldest first. */
  get owed(): readonly Owed[] {
    return [...this.#journal.state.owed.values()].filter((owed) => !this.#isPaid(owed));
  }

  #isPaid(owed: Owed): boolean {
    return this.#recordings().some((recording) => !this.#hidden.has(recording.id) && pays(recording, owed));
  }

  /**
   * Journals that a recording is owed, unless it is already in the spool. Throws as {@link Journal.commit}.
   * @param instead the name of an entry whose place this one takes, in the same commit.
   */
  async owe(owed: Owed, instead?: string): Promise<void> {
    const replaced: JournalEntry[] =
      instead !== undefined && this.#journal.state.owed.has(instead) ? [{ kind: 'paid', name: instead }] : [];
    const entries: JournalEntry[] = this.#isPaid(owed) ? replaced : [{ kind: 'owed', owed }, ...replaced];
    if (entries.length > 0) await this.#journal.commit(entries);
  }

  /** Journals that the owed recording of this name is durable, including its gap. Throws as {@link owe}. */
  async paid(name: string): Promise<void> {
    if (this.#journal.state.owed.has(name)) await this.#journal.commit([{ kind: 'paid', name }]);
  }

  /** The names of the owed entries in the journal that `recording` pays for. */
  paidBy(recording: RecordingFilesState): readonly string[] {
    const owed = [...this.#journal.state.owed.values()].filter((one) => pays(recording, one));
    return owed.map(({ start }) => owedName(start));
  }

  /**
   * `start`, or the first moment after it at which no stored or owed recording begins.
   * @throws RangeError if its uptime is not an integer: such a moment has no successor.
   */
  unusedStart(start: Moment): Moment {
    if (!Number.isSafeInteger(start.uptimeUs))
      throw new RangeError(`a recording cannot begin at ${start.uptimeUs} us of uptime`);
    const used = new Set(this.#journal.state.owed.keys());
    for (const { core } of this.#recordings()) used.add(owedName(core.claimedStart));
    let unused = start;
    while (used.has(owedName(unused))) {
      unused = { ...unused, uptimeUs: unused.uptimeUs + 1, utcUs: unused.utcUs + 1 };
    }
    return unused;
  }
}
