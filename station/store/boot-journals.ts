import { join } from 'node:path';
import { equalBytes } from '../../base/bytes.ts';
import { SealcamError } from '../../base/errors.ts';
import { openEnvelope } from '../../evidence/dsse.ts';
import { type RawRecord, recordType } from '../../evidence/records.ts';
import { claimedKind } from '../../evidence/statements.ts';
import type { TrustedSession } from '../../evidence/trust.ts';
import type { DeviceSessions } from '../cameras/sessions.ts';
import type { Receipted } from '../intake/account.ts';
import { JournalIntake } from '../intake/journal-intake.ts';
import { RecordFile, type RecordFileTools } from './record-file.ts';
import { fileName, parseJournalName, type RecordingName } from './recording-name.ts';

/** What the journals share with the rest of the store. */
interface SharedStore {
  readonly folder: string;
  /** The receipt that covers most. */
  receipted(device: string, name: RecordingName): Promise<{ readonly most: Receipted | undefined }>;
  /** Reports a stored record that is no longer valid. */
  restoring(path: string, restore: () => void): void;
}

/** The journals of boots in the store: `DEVICE/boot-NUMBER-ID.seal`, with `.receipts` next to it. */
export class BootJournalStore {
  readonly #tools: RecordFileTools;
  readonly #store: SharedStore;

  constructor(tools: RecordFileTools, store: SharedStore) {
    this.#tools = tools;
    this.#store = store;
  }

  /** The journals of a camera, by ascending boot counter. */
  async names(device: string): Promise<RecordingName[]> {
    const names = await this.#tools.files.list(join(this.#store.folder, device));
    return names
      .flatMap((name) => {
        const { ending, ...parsed } = parseJournalName(name) ?? { ending: undefined };
        return ending === 'seal' && 'id' in parsed ? [parsed] : [];
      })
      .sort((a, b) => a.number - b.number);
  }

  /**
   * What is stored of the journal of `session`, every record of it checked as if it had just arrived; nothing is written
   * if there is none. A damaged file is set aside, and its valid records are written to a new one: the camera sends the
   * rest again.
   */
  async open(
    device: string,
    name: RecordingName,
    session: TrustedSession,
    sessions: DeviceSessions,
  ): Promise<{ readonly seal: RecordFile; readonly intake: JournalIntake }> {
    const path = join(this.#store.folder, device, `${fileName(name)}.seal`);
    const { most } = await this.#store.receipted(device, name);
    const intake = new JournalIntake(session, (digest) => sessions.session(digest), false, most);
    const seal = await RecordFile.openMended(this.#tools, path, (group) => {
      for (const record of group) this.#store.restoring(path, () => restoreInto(intake, record));
    });
    return { seal, intake };
  }
}

function restoreInto(intake: JournalIntake, { type, body }: RawRecord): void {
  const envelope = type === recordType.statement ? openEnvelope(Uint8Array.from(body)) : undefined;
  if (envelope === undefined || !['session', 'journal'].includes(claimedKind(envelope) ?? '')) {
    throw new SealcamError('STATEMENT_FOREIGN', 'A stored record does not belong into the journal of a boot');
  }
  if (claimedKind(envelope) === 'journal') {
    intake.entry(envelope, true);
    return;
  }
  if (!equalBytes(envelope.digest, intake.session.statement.digest)) {
    throw new SealcamError('STATEMENT_FOREIGN', "A stored session is not that of the boot's journal");
  }
  intake.holdsSession();
}
