import { toHex } from '../../base/bytes.ts';
import { SealcamError } from '../../base/errors.ts';
import { bootJournalId } from '../../evidence/boot-journal.ts';
import type { UnverifiedEnvelope } from '../../evidence/dsse.ts';
import type { TrustedSession } from '../../evidence/trust.ts';
import type { ToldCut } from '../intake/journal-intake.ts';
import type { Outcome } from '../intake/recording-intake.ts';
import { stationLimits } from '../limits.ts';
import { journalNameOf, type RecordingName } from '../store/recording-name.ts';
import type { StoredJournal } from '../store/stored-journal.ts';
import type { CameraMemory, Changed, OpenedCamera } from './camera-memory.ts';
import type { Ledger } from './ledger.ts';
import type { Message } from './message.ts';
import type { Quota } from './quotas.ts';
import type { RevokedKeys } from './trust/revoked-keys.ts';

/** What the journals of a camera's boots work with. */
export interface BootJournalsParts {
  readonly memory: CameraMemory;
  readonly ledger: Ledger;
  readonly revoked: RevokedKeys;
  readonly quota: Quota;
}

/** A journal, and what became of a message for it. */
export interface JournalOutcome {
  readonly journal: StoredJournal | undefined;
  readonly outcome: Outcome;
}

/**
 * The journals of a camera's boots. They are stored and receipted as recordings are; the end of one that was cut is known
 * from the journal of a later boot.
 */
export class BootJournals {
  readonly #parts: BootJournalsParts;

  constructor(parts: BootJournalsParts) {
    this.#parts = parts;
  }

  /** Takes the session that begins a journal, with which its camera also asks how far the station is. */
  async begins(session: TrustedSession, opened: OpenedCamera, changed: Changed): Promise<JournalOutcome> {
    const { memory, ledger, revoked, quota } = this.#parts;
    revoked.refuse(session.certificate.keyId);
    const { id } = journalNameOf(session);
    if (opened.names.has(id)) throw taken();
    const known = await memory.journal(id);
    if (known !== undefined) {
      await this.#lookForEnd(known, opened, changed);
      return { journal: known, outcome: { kind: 'known' } };
    }
    quota.expectRoomForJournal();
    const journal = await memory.createJournal(session, opened);
    ledger.begunJournal();
    // The boot that tells of its end may have sent its own journal first.
    await this.#lookForEnd(journal, opened, changed);
    return { journal, outcome: { kind: 'taken' } };
  }

  /** Takes an entry. @throws SealcamError as `readJournalEntry` does; `QUOTA_JOURNALS`, `QUOTA_BYTES`, `KEY_REVOKED`. */
  async entry(
    envelope: UnverifiedEnvelope,
    { topic }: Message,
    opened: OpenedCamera,
    changed: Changed,
  ): Promise<JournalOutcome> {
    const { memory, revoked, quota } = this.#parts;
    const journal = await memory.journal(topic.recording);
    const intake = journal?.intake;
    if (journal === undefined || intake === undefined)
      return { journal: undefined, outcome: { kind: 'early' } };
    revoked.refuse(intake.session.certificate.keyId);
    quota.expectRoomForJournal();
    const told = intake.told.length;
    const outcome = intake.entry(envelope);
    // What tells of an end is stored first.
    changed.set(journal, changed.get(journal) === true);
    for (const cut of intake.told.slice(told)) await this.#endedBy(cut, opened, changed);
    return { journal, outcome };
  }

  /** A later boot tells how a journal ended, which may be here. */
  async #endedBy(cut: ToldCut, opened: OpenedCamera, changed: Changed): Promise<void> {
    const id = toHex(bootJournalId(cut.session));
    opened.ends.set(id, cut);
    const journal = opened.journals.has(id) ? await this.#parts.memory.journal(id) : undefined;
    if (journal === undefined) return;
    this.#end(journal, cut);
    const asks = changed.get(journal) === true;
    changed.delete(journal);
    changed.set(journal, asks);
  }

  /** Reads the journals of the next boots until one tells how this one ended; once, as entries that come later tell it too. */
  async #lookForEnd(journal: StoredJournal, opened: OpenedCamera, changed: Changed): Promise<void> {
    const { intake, name } = journal;
    if (intake === undefined || intake.conflict || intake.standing.closing !== undefined) return;
    // What is looked at while others are read stays in memory.
    changed.set(journal, changed.get(journal) === true);
    if (!opened.ends.has(name.id)) opened.ends.set(name.id, await this.#toldLater(name, opened));
    const cut = opened.ends.get(name.id);
    if (cut !== undefined) this.#end(journal, cut);
  }

  async #toldLater(name: RecordingName, opened: OpenedCamera): Promise<ToldCut | undefined> {
    const later = [...opened.journals.values()]
      .filter(({ number }) => number > name.number)
      .sort((a, b) => a.number - b.number);
    for (const { id } of later.slice(0, stationLimits.laterJournalsReadMax)) {
      const cut = (await this.#parts.memory.journal(id))?.intake?.told.find(
        ({ session }) => toHex(bootJournalId(session)) === name.id,
      );
      if (cut !== undefined) return cut;
    }
    return undefined;
  }

  #end(journal: StoredJournal, cut: ToldCut): void {
    const contradiction = journal.intake?.endAt(cut);
    if (contradiction !== undefined) this.#parts.ledger.contradiction(contradiction);
  }
}

function taken(): SealcamError {
  return new SealcamError(
    'CHAIN_FOREIGN',
    "The id of the boot's journal is that of a recording of the camera",
  );
}
