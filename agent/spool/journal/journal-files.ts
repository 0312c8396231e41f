import { toHex } from '../../../base/bytes.ts';
import { systemCode } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Moment } from '../../../evidence/statements.ts';
import { elapsedUs } from '../../sealer/moments.ts';
import { type Attempts, once } from '../disk/attempts.ts';
import type { Folder } from '../disk/folder.ts';
import { spoolLimits } from '../limits.ts';
import { asideName, journalName, parseAsideName } from '../names.ts';
import type { JournalAside } from './aside-entry.ts';
import { sameChain } from './counters.ts';
import {
  emptyJournal,
  encodeEntry,
  type JournalEntry,
  type JournalState,
  withEntry,
} from './journal-entries.ts';
import { entriesWithout, inBoth, type JournalContent, readJournal } from './journal-file.ts';
import { type Owed, owedName } from './owed.ts';

/** A moment of which nothing is known. */
export const unknownMoment: Moment = {
  epoch: new Uint8Array(16),
  uptimeUs: 0,
  utcUs: 0,
  clockState: 'unknown',
  errorUs: 0,
};

/** What a start needs to read its journals. */
export interface JournalReading {
  readonly folder: Folder;
  readonly log: Log;
  readonly attempts: Attempts;
  readonly now: () => Moment;
}

/**
 * The journal and those that earlier starts kept aside, as one start reads them. A journal of which something cannot be
 * read is never overwritten: it is renamed, and each later start reads it again. The new journal says which bytes of it
 * are unread, so that what is found in them later is told from what was known, and perhaps settled, meanwhile.
 */
export class JournalFiles {
  readonly #given: JournalReading;
  /** Each journal that is aside, or will be, the newest first, with what the new journal must say of it. */
  #asides: readonly JournalAside[] = [];
  /** The number that the journal itself gets when it is kept aside. */
  #setAside: number | undefined;

  constructor(given: JournalReading) {
    this.#given = given;
  }

  /**
   * What the journals say together, and how many bytes of the newest belong to no entry. What was found only now is
   * part of it: each recording that is owed in it has ended, as the runs since then knew nothing of it.
   * @throws SealcamError `SPOOL_JOURNAL`, and what the file system throws for any other reason than damage.
   */
  async read(): Promise<{ readonly state: JournalState; readonly skipped: number }> {
    const { folder, attempts, now } = this.#given;
    const names = await folder.list();
    const numbers = names.flatMap((name) => parseAsideName(name) ?? []).sort((a, b) => b - a);
    const newest = await readJournal(folder, journalName, attempts);
    const asides: JournalAside[] = [];
    let before: readonly JournalEntry[] = newest?.entries ?? [];
    let { aside: known } = stateOf(before);
    if (newest !== undefined && newest.unread.length > 0) {
      this.#setAside = 1 + Math.max(0, ...numbers, ...known.keys());
      asides.push({ number: this.#setAside, at: now(), unread: newest.unread });
    }
    const again: { readonly aside: JournalAside; readonly content: JournalContent }[] = [];
    // The newest first: what is known of a journal is in one that is newer.
    for (const number of numbers) {
      const aside = known.get(number);
      const content = await readJournal(folder, asideName(number), aside === undefined ? attempts : once);
      if (content === undefined) continue;
      if (aside !== undefined) {
        again.unshift({ aside, content });
        asides.push({ ...aside, unread: inBoth(aside.unread, content.unread) });
        continue;
      }
      // The start that kept it aside ended before the new journal was durable: it still is the journal.
      before = [...content.entries, ...before];
      known = new Map([...stateOf(content.entries).aside, ...known]);
      asides.push({ number, at: now(), unread: content.unread });
    }
    this.#asides = asides;
    let state = stateOf(before);
    for (const { aside, content } of again) state = this.#withLate(state, aside, content);
    return {
      state: { ...state, aside: new Map(asides.map((one) => [one.number, one])) },
      skipped: newest?.skipped ?? 0,
    };
  }

  /**
   * Renames the journal if something in it could not be read; on return that is durable. The new journal may be written
   * only after this.
   * @throws what the file system throws.
   */
  async setAside(): Promise<void> {
    const { folder, log } = this.#given;
    if (this.#setAside === undefined) return;
    const file = asideName(this.#setAside);
    await folder.rename(journalName, file);
    await folder.sync();
    log.alarm(
      'journal.kept-aside',
      'A part of the journal cannot be read: it is kept aside, and each start tries again',
      { file },
    );
  }

  /** Removes what has been read, or is too much, once the new journal is durable. */
  async clear(): Promise<void> {
    const { folder, log } = this.#given;
    let count = 0;
    let bytes = 0;
    for (const { number, unread } of this.#asides) {
      const name = asideName(number);
      const size = await folder.with(name, 'read', (file) => file.size()).catch(() => 0);
      const isTooMuch = count === spoolLimits.asidesMax || bytes + size > spoolLimits.asideBytesMax;
      if (unread.length > 0 && (count === 0 || !isTooMuch)) {
        count += 1;
        bytes += size;
        continue;
      }
      try {
        await folder.removeIfThere(name);
        if (unread.length > 0)
          log.alarm(
            'journal.given-up',
            'A journal that could not be read is removed: too much is kept aside',
            {
              file: name,
            },
          );
      } catch (error) {
        log.warn('journal.not-removed', 'A journal that was kept aside cannot be removed yet', {
          file: name,
          code: systemCode(error),
        });
      }
    }
  }

  /** `state` with the entries of `content` that could not be read when it was kept aside. */
  #withLate(state: JournalState, aside: JournalAside, { bytes, entries }: JournalContent): JournalState {
    const before = entriesWithout(bytes, aside.unread);
    const known = new Set(before.map((entry) => toHex(encodeEntry(entry))));
    const late = entries.filter((entry) => !known.has(toHex(encodeEntry(entry))));
    if (late.length === 0) return state;
    const whole = stateOf(entries);
    const isSame = sameChain(whole.chain, state.chain);
    const owed = new Map(state.owed);
    const knownOwed = new Set(
      before.flatMap((entry) => (entry.kind === 'owed' ? [owedName(entry.owed.start)] : [])),
    );
    // It had been paid, and no start could read that.
    for (const name of knownOwed) if (!whole.owed.has(name)) owed.delete(name);
    let found = 0;
    for (const [name, one] of whole.owed) {
      if (knownOwed.has(name) || owed.has(name)) continue;
      owed.set(name, endedBefore(one, aside.at));
      found += 1;
    }
    this.#given.log.warn('journal.read-late', 'A journal that was kept aside can be read now', {
      file: asideName(aside.number),
      owed: found,
    });
    const facts = late.filter((entry) => isNews(entry, state, isSame));
    return { ...facts.reduce(withEntry, state), owed };
  }
}

function stateOf(entries: readonly JournalEntry[]): JournalState {
  return entries.reduce(withEntry, emptyJournal);
}

/** Whether an entry that was read late says more than `state`; its numbers compare in the same chain alone. */
function isNews(entry: JournalEntry, state: JournalState, isSame: boolean): boolean {
  switch (entry.kind) {
    case 'receipt':
      return !state.receipts.has(toHex(entry.receipt.body.recordingId));
    case 'newest':
      return isSame && entry.newest.number > (state.newest?.number ?? 0);
    case 'boot':
    case 'session':
    case 'taken':
    case 'kept':
    case 'marked':
      return isSame;
    default:
      return false;
  }
}

/** Nothing is known of its time, at most until `at`: the recording was made in the run before that, if at all. */
function endedBefore(owed: Owed, at: Moment): Owed {
  const { missed } = owed;
  if (missed?.ended !== undefined) return owed;
  return {
    ...owed,
    missed: {
      cause: missed?.cause ?? 'fault',
      durationUs: Math.max(missed?.durationUs ?? 0, elapsedUs(owed.start, at)),
      videoSamples: missed?.videoSamples ?? 0,
      audioSamples: missed?.audioSamples ?? 0,
      atLeast: true,
      ended: 'shutdown',
    },
  };
}
