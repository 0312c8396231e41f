import { toHex } from '../../../base/bytes.ts';
import { isSealcamError, systemCode } from '../../../base/errors.ts';
import { greatestOf } from '../../../base/lists.ts';
import type { Log } from '../../../base/log.ts';
import type { Moment } from '../../../evidence/statements.ts';
import { elapsedUs } from '../../sealer/time/moments.ts';
import { type Attempts, once } from '../disk/attempts.ts';
import type { Folder } from '../disk/folder.ts';
import { spoolLimits } from '../limits.ts';
import { asideName, journalName, parseAsideName } from '../names.ts';
import type { JournalAside } from './aside-entry.ts';
import { sameChain } from './counters.ts';
import { emptyJournal, type JournalEntry, type JournalState, withEntry } from './journal-entries.ts';
import { inBoth, isIn, type JournalContent, readJournal, unreadJournal } from './journal-file.ts';
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
  /** The numbers of those of which no journal that could be read says anything. */
  readonly #unknown: number[] = [];
  /** The number that the journal itself gets when it is kept aside. */
  #setAside: number | undefined;

  constructor(given: JournalReading) {
    this.#given = given;
  }

  /**
   * What the journals say together, and how many bytes of the newest belong to no entry. What was found only now is
   * part of it: each recording that is owed in it has ended, as the runs since then knew nothing of it.
   * @throws SealcamError `SPOOL_JOURNAL`, and what the file system throws for any other reason than damage; both for the
   *   journal alone.
   */
  async read(): Promise<{ readonly state: JournalState; readonly skipped: number }> {
    const { folder, attempts, now } = this.#given;
    const names = await folder.list();
    const numbers = names.flatMap((name) => parseAsideName(name) ?? []).sort((a, b) => b - a);
    const newest = await readJournal(folder, journalName, attempts);
    const asides: JournalAside[] = [];
    let state = stateOf(newest?.entries ?? []);
    let known = state.aside;
    if (newest !== undefined && newest.unread.length > 0) {
      this.#setAside = 1 + greatestOf([0, ...numbers, ...known.keys()]);
      asides.push({ number: this.#setAside, at: now(), unread: newest.unread });
    }
    if (newest === undefined && numbers[0] !== undefined) {
      // The start that kept it aside ended before the new journal was durable: it still is the journal.
      const number = numbers.shift() ?? 0;
      const content = (await this.#readAside(number, attempts, spoolLimits.journalBytesMax)) ?? unreadJournal;
      state = stateOf(content.entries);
      known = state.aside;
      asides.push({ number, at: now(), unread: content.unread });
    }
    // The newest first, and one at a time: what is known of a journal is in one that is newer.
    for (const number of numbers) {
      const aside = known.get(number);
      const content = await this.#readAside(number, once, spoolLimits.asideReadBytesMax);
      if (aside === undefined) {
        this.#unknown.push(number);
        if (content !== undefined) state = this.#withReceipts(state, number, content);
      } else {
        asides.push(
          content === undefined ? aside : { ...aside, unread: inBoth(aside.unread, content.unread) },
        );
        if (content !== undefined) state = this.#withLate(state, aside, content);
      }
      if (content !== undefined) known = new Map([...stateOf(content.entries).aside, ...known]);
    }
    this.#asides = asides;
    return {
      state: { ...state, aside: new Map(asides.map((one) => [one.number, one])) },
      skipped: newest?.skipped ?? 0,
    };
  }

  /** The journal that was kept aside as `number`; undefined if it cannot be opened, which is no reason not to record. */
  async #readAside(
    number: number,
    attempts: Pick<Attempts, 'until'>,
    bytesMax: number,
  ): Promise<JournalContent | undefined> {
    const file = asideName(number);
    try {
      return await readJournal(this.#given.folder, file, attempts, bytesMax);
    } catch (error) {
      this.#given.log.warn('journal.not-read', 'A journal that was kept aside cannot be read: it stays', {
        file,
        code: isSealcamError(error) ? error.code : systemCode(error),
      });
      return undefined;
    }
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
    const unknown = this.#unknown.map((number) => ({ number, isRead: false }));
    const asides = this.#asides.map(({ number, unread }) => ({ number, isRead: unread.length === 0 }));
    for (const { number, isRead } of [...asides, ...unknown].sort((a, b) => b.number - a.number)) {
      const name = asideName(number);
      const size = await folder.with(name, 'read', (file) => file.size()).catch(() => 0);
      const isTooMuch = count === spoolLimits.asidesMax || bytes + size > spoolLimits.asideBytesMax;
      if (!isRead && (count === 0 || !isTooMuch)) {
        count += 1;
        bytes += size;
        continue;
      }
      try {
        await folder.removeIfThere(name);
        if (!isRead)
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

  /**
   * `state` with the receipts of a journal of which nothing is known: the entry that says what of it was unread is lost.
   * What it owes may have been paid since, so none of that counts.
   */
  #withReceipts(state: JournalState, number: number, { entries }: JournalContent): JournalState {
    this.#given.log.alarm(
      'journal.unknown',
      'A journal was kept aside, and the journal does not say why: its receipts count, its presses do not',
      { file: asideName(number) },
    );
    return entries
      .filter((entry) => entry.kind === 'receipt' && isNews(entry, state, false))
      .reduce(withEntry, state);
  }

  /** `state` with the entries of `content` that could not be read when it was kept aside. */
  #withLate(state: JournalState, aside: JournalAside, { entries, places }: JournalContent): JournalState {
    const before = entries.filter((_, at) => !isIn(aside.unread, places[at]));
    const late = entries.filter((_, at) => isIn(aside.unread, places[at]));
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
    case 'receipt': {
      const { recordingId, stationId } = entry.receipt.body;
      return !state.receipts.get(toHex(recordingId))?.some(({ body }) => body.stationId === stationId);
    }
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
