import { bootJournalName } from '../../../agent/spool/names.ts';
import { toHex } from '../../../base/bytes.ts';
import { bootJournalId } from '../../../evidence/boot-journal.ts';
import { type Signer, sha256 } from '../../../evidence/crypto.ts';
import type { Statement } from '../../../evidence/statements.ts';
import { fileName } from '../../../station/store/recording-name.ts';
import { deviceId } from '../identities.ts';
import type { World } from '../world.ts';
import { type Held, heldIn, Violation } from './truth.ts';

/** What really happened to the journal of one boot. */
interface TrueJournal {
  readonly id: string;
  readonly boot: number;
  /** D of its session, hexadecimal. */
  readonly session: string;
  /** D of each entry, by index, hexadecimal. */
  readonly entries: string[];
  /** How many of them the camera said are durable. */
  durable: number;
  /** The count of its complete receipt. */
  complete: number | undefined;
  /** A station that had all of it was put back to an older backup, or another program struck its file. */
  forgiven: boolean;
}

const entryMark = Buffer.from(' application/vnd.sealcam.journal.v1 ');

/** Knows every entry of every boot's journal, and judges what camera and station make of them. */
export class TrueJournals {
  readonly counts = { journalEntries: 0, journalReceipts: 0, journalsComplete: 0, shutdowns: 0 };
  readonly #world: World;
  readonly #journals = new Map<string, TrueJournal>();
  /** What the latest check saw. */
  #seen: readonly unknown[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** A boot begins. @returns its signer, whose entries are noted in the order in which they are signed. */
  begins({ digest, body }: Statement<'session'>, signer: Signer): Signer {
    const id = toHex(bootJournalId(digest));
    const entries: string[] = [];
    const session = toHex(digest);
    const boot = body.bootCounter;
    this.#journals.set(id, { id, boot, session, entries, durable: 0, complete: undefined, forgiven: false });
    return {
      ...signer,
      sign: (message) => {
        if (Buffer.from(message).subarray(0, 64).includes(entryMark)) {
          this.counts.journalEntries += 1;
          entries.push(toHex(sha256(message)));
        }
        return signer.sign(message);
      },
    };
  }

  /** Its boot counter, for people. */
  bootOf(id: string): number {
    return this.#find(id).boot;
  }

  has(id: string): boolean {
    return this.#journals.has(id);
  }

  /** What a receipt says of a journal must be durable at the station in this moment, and agree with all earlier ones. */
  receipted({ body }: Statement<'receipt'>): void {
    const journal = this.#find(toHex(body.recordingId));
    const { count, statement, complete, keyEnvelopeHash } = body;
    const name = `the journal of boot ${journal.boot}`;
    const last = count === 0 ? journal.session : journal.entries[count - 1];
    if (last !== toHex(statement))
      throw new Violation(`a receipt counts ${count} of ${name} and names another`);
    if (keyEnvelopeHash !== undefined) throw new Violation(`a receipt of ${name} names keys`);
    if (!holds(journal, count, this.#atStation(journal, 'visible')))
      throw new Violation(`not all ${count} entries of ${name} are at the station that receipts them`);
    if (journal.complete !== undefined && count > journal.complete)
      throw new Violation(`${count} entries of ${name} are receipted, of which all were ${journal.complete}`);
    this.counts.journalReceipts += 1;
    if (!complete) return;
    if (count < journal.durable)
      throw new Violation(`${name} is complete with ${count} entries, and has ${journal.durable}`);
    if (journal.complete === undefined) this.counts.journalsComplete += 1;
    journal.complete = count;
  }

  /** No durable entry is lost: it is on the camera, or the station has all of its journal. @throws Violation */
  check(): void {
    const { camera, station } = this.#world;
    const journals = camera.camera?.journals;
    if (journals === undefined) return;
    const list = journals.list();
    const own = list.find(({ closed }) => !closed);
    const seen = [journals, list.length, own?.durable, station.disk.version];
    if (seen.every((one, at) => one === this.#seen[at])) return;
    this.#seen = seen;
    if (own !== undefined) this.#find(own.id).durable = own.durable;
    for (const journal of this.#journals.values()) {
      const { boot, id, durable } = journal;
      const file = camera.disk.content(bootJournalName(boot, id));
      if (file !== undefined && holds(journal, durable, heldIn(file))) continue;
      if (durable === 0 || journal.forgiven) continue;
      if (journal.complete === undefined)
        throw new Violation(
          `entries of the journal of boot ${boot} are gone from the camera, and not receipted`,
        );
      if (!this.#isSafe(journal))
        throw new Violation(`entries of the journal of boot ${boot} are gone, and the station has not all`);
    }
  }

  /** As {@link Invariants.forgive}. */
  forgive(): void {
    for (const journal of this.#journals.values()) {
      journal.forgiven ||= journal.complete !== undefined && !this.#isSafe(journal);
    }
  }

  isForgiven(id: string): boolean {
    return this.#journals.get(id)?.forgiven === true;
  }

  /** True where all was delivered: only the journal of this boot is left, and the station has what is durable of it. */
  drained(): boolean {
    const list = this.#world.camera.camera?.journals?.list() ?? [];
    return (
      list.length === 1 && list.every(({ closed, receipted, durable }) => !closed && receipted === durable)
    );
  }

  /** @throws Violation where not every durable entry came to the station. */
  checkEnd(): void {
    for (const journal of this.#journals.values()) {
      if (journal.forgiven || journal.durable === 0 || this.#isSafe(journal)) continue;
      throw new Violation(`entries of the journal of boot ${journal.boot} never came to the station`);
    }
  }

  /** For people: what has not been delivered. */
  get left(): unknown {
    return this.#world.camera.camera?.journals
      ?.list()
      .map(({ number, durable, closed, receipted }) => ({ boot: number, durable, closed, receipted }));
  }

  #isSafe(journal: TrueJournal): boolean {
    return holds(journal, journal.complete ?? journal.durable, this.#atStation(journal, 'durable'));
  }

  #atStation({ boot, id }: TrueJournal, what: 'durable' | 'visible'): Held {
    const name = fileName({ number: boot, id, journal: true });
    return heldIn(this.#world.station.disk[what](`/store/${deviceId}/${name}.seal`));
  }

  #find(id: string): TrueJournal {
    const journal = this.#journals.get(id);
    if (journal === undefined) throw new Violation(`no boot has a journal ${id}`);
    return journal;
  }
}

function holds({ session, entries }: TrueJournal, count: number, { statements }: Held): boolean {
  return statements.has(session) && entries.slice(0, count).every((entry) => statements.has(entry));
}
