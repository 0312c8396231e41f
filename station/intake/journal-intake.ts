import { equalBytes, toHex } from '../../base/bytes.ts';
import { isSealcamError } from '../../base/errors.ts';
import {
  type BootJournal,
  type CutJournal,
  extendBootJournal,
  readCut,
  readJournalEntry,
  startBootJournal,
} from '../../evidence/boot-journal.ts';
import { isLater } from '../../evidence/chain.ts';
import type { UnverifiedEnvelope } from '../../evidence/dsse.ts';
import type { Statement } from '../../evidence/statements.ts';
import type { TrustedSession } from '../../evidence/trust.ts';
import type { Receipted } from './account.ts';
import { type Append, appendOf } from './append.ts';
import type { Outcome, StoredExtent } from './recording-intake.ts';

/** What an entry tells of an earlier boot, and the boot that tells it. */
export interface ToldCut extends CutJournal {
  readonly by: TrustedSession;
}

/**
 * What a station knows about the journal of one boot, and its decision on each entry that arrives: pure, without I/O. As
 * with a recording, the same code reads a stored file back (`stored`).
 */
export class JournalIntake {
  readonly session: TrustedSession;
  readonly #sessionOf: (digest: Uint8Array) => TrustedSession | undefined;
  readonly #receipted: Receipted | undefined;
  #chain: BootJournal;
  /** D of each entry, by index. */
  readonly #digests: Uint8Array[] = [];
  /** Hex D of the entries in the file that contradict others. */
  readonly #beside = new Set<string>();
  readonly #told: ToldCut[] = [];
  /** How many entries a later boot found, and D of the last of them. */
  #cut: ToldCut | undefined;
  #conflict = false;
  #headStored: boolean;
  #appends: Append[] = [];

  /**
   * @param stored its file holds the session already.
   * @param sessionOf the camera's session with that D.
   * @param receipted the most that the station has receipted: this counts even if the store now has less.
   */
  constructor(
    session: TrustedSession,
    sessionOf: (digest: Uint8Array) => TrustedSession | undefined,
    stored: boolean,
    receipted: Receipted | undefined,
  ) {
    this.session = session;
    this.#sessionOf = sessionOf;
    this.#receipted = receipted;
    this.#chain = startBootJournal(session.statement);
    this.#headStored = stored;
  }

  /** What must be written now, in this order. Counts as durable from the next call on. */
  takeAppends(): Append[] {
    if (!this.#headStored) this.#appends.unshift(appendOf(this.session.statement));
    this.#headStored = true;
    return this.#appends.splice(0);
  }

  /** Valid only while everything that was returned is durable. */
  get standing(): StoredExtent {
    const ended = this.#chain.shutDown || this.#cut?.count === this.#digests.length;
    return {
      count: this.#digests.length,
      statement: this.#chain.last,
      statementAt: (count) => this.#digests[count - 1] ?? this.session.statement.digest,
      // The end of a journal is an entry like the others, or what a later boot found.
      closing: ended ? this.#chain.last : undefined,
      conflict: this.#conflict,
      losses: [],
    };
  }

  /** It contradicts itself, or what a later boot found of it. */
  get conflict(): boolean {
    return this.#conflict;
  }

  /** What it tells of earlier boots. */
  get told(): readonly ToldCut[] {
    return this.#told;
  }

  /** Notes that the journal's file holds the session. */
  holdsSession(): void {
    this.#headStored = true;
  }

  /** Takes an entry. @throws SealcamError as `readJournalEntry` does. */
  entry(envelope: UnverifiedEnvelope, stored = false): Outcome {
    if (equalBytes(this.#chain.last, envelope.digest)) return { kind: 'known' };
    const entry = readJournalEntry(envelope, this.session);
    const { index } = entry.body;
    const there = this.#digests[index];
    if (there !== undefined && equalBytes(there, entry.digest)) return { kind: 'known' };
    if (index > this.#chain.next && !this.#chain.shutDown) return { kind: 'early' };
    const wrong = this.#receiptContradiction(entry) ?? this.#foreignCut(entry) ?? this.#beyondCut(index);
    if (wrong !== undefined) return this.#contradiction(entry, wrong, stored);
    try {
      this.#chain = extendBootJournal(this.#chain, entry);
    } catch (error) {
      if (!isSealcamError(error, 'BOOT_JOURNAL_CHAIN')) throw error;
      return this.#contradiction(entry, `a journal entry with index ${index} that others exclude`, stored);
    }
    this.#digests.push(entry.digest);
    const cut = readCut(entry.body);
    if (cut !== undefined) this.#told.push({ ...cut, by: this.session });
    if (!stored) this.#appends.push(appendOf(entry));
    return { kind: 'taken' };
  }

  /**
   * Takes what another boot's journal tells of the end of this one.
   * @returns how that contradicts what is here; undefined if it does not.
   */
  endAt(cut: ToldCut): string | undefined {
    if (!isLater(cut.by, this.session)) return undefined;
    this.#cut ??= cut;
    const { count, last } = cut;
    const found = count <= this.#digests.length ? this.standing.statementAt(count) : undefined;
    const other = found !== undefined && !equalBytes(found, last);
    const differs = count !== this.#cut.count || !equalBytes(last, this.#cut.last);
    if (!other && !differs && count >= this.#digests.length && !this.#chain.shutDown) return undefined;
    this.#conflict = true;
    const boot = cut.by.statement.body.bootCounter;
    return `the journal of boot ${this.session.statement.body.bootCounter}, of which boot ${boot} tells another end than is here`;
  }

  #receiptContradiction({ digest, body: { index } }: Statement<'journal'>): string | undefined {
    if (this.#receipted === undefined) return undefined;
    const { count, statement, complete } = this.#receipted;
    if (complete && index >= count) return `a journal entry with index ${index} beyond the receipted end`;
    const other = index === count - 1 && !equalBytes(digest, statement);
    return other ? `another journal entry with index ${index} than was receipted` : undefined;
  }

  /** A journal tells how earlier boots of its camera ended, and of no others. */
  #foreignCut({ body }: Statement<'journal'>): string | undefined {
    const cut = readCut(body);
    const named = cut && this.#sessionOf(cut.session);
    return named === undefined || isLater(this.session, named)
      ? undefined
      : `a journal entry with index ${body.index} that tells of a boot which is not an earlier one`;
  }

  #beyondCut(index: number): string | undefined {
    const beyond = this.#cut !== undefined && index >= this.#cut.count;
    return beyond ? `a journal entry with index ${index} beyond what a later boot found` : undefined;
  }

  #contradiction(entry: Statement<'journal'>, what: string, stored: boolean): Outcome {
    this.#conflict = true;
    const name = toHex(entry.digest);
    if (this.#beside.has(name)) return { kind: 'known' };
    this.#beside.add(name);
    if (!stored) this.#appends.push(appendOf(entry));
    return { kind: 'conflict', what };
  }
}
