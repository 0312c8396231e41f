import { toHex } from '../../base/bytes.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
import { systemCode } from '../../base/errors.ts';
import { append } from '../../base/lists.ts';
import { type Log, silentLog } from '../../base/log.ts';
import { systemRandomness } from '../../base/random.ts';
import { chainIdBytes } from '../../evidence/limits.ts';
import type { Moment } from '../../evidence/statements.ts';
import { newestJournaledBoot } from './boot-journals/kept.ts';
import { type CellSetting, oneCell, waitingFor } from './cell-facts.ts';
import { Attempts } from './disk/attempts.ts';
import type { FileSystem } from './disk/file-system.ts';
import { Folder } from './disk/folder.ts';
import { nodeFileSystem } from './disk/node-file-system.ts';
import { Reserve } from './disk/reserve.ts';
import { atMostOnce, withoutStrange } from './disk/strange.ts';
import { storageError } from './errors.ts';
import {
  type AgreedCounters,
  agreed,
  CounterFile,
  type Counters,
  countersOf,
  sameChain,
} from './journal/counters.ts';
import { Journal } from './journal/journal.ts';
import type { JournalState, KeptRecording, NewestStatement } from './journal/journal-entries.ts';
import { JournalFiles, type JournalReading, unknownMoment } from './journal/journal-files.ts';
import { pays } from './journal/owed.ts';
import { spoolLimits } from './limits.ts';
import { indexName, keysName, lockName, ownNames, parseBaseName, reserveName } from './names.ts';
import { noneRevoked, type ReceiptKeys } from './receipt-keys.ts';
import { listRecordings, type RecordingFiles } from './recordings/listing.ts';
import { isWhole, keptOf, namesOf, type PartlyDeleted } from './recordings/partly-deleted.ts';
import type { RecordingFilesState } from './recordings/recording.ts';
import { type Scan, scanRecording } from './recordings/scan.ts';
import { cutTail, moveTorn } from './recordings/tails.ts';
import { Spool } from './spool.ts';
import type { SpoolStart } from './spool-start.ts';

/** Where a spool is stored and how it behaves. */
export interface SpoolOptions {
  /** Created if it is missing. */
  readonly directory: string;
  readonly log?: Log;
  readonly fileSystem?: FileSystem;
  /** Bytes after which a recording continues in a new file. */
  readonly partBytesMax?: number;
  /** Bytes kept free for closings and receipts. */
  readonly reserveBytes?: number;
  /**
   * True if this camera never had a session: only then may its counters begin in the first chain if none are found.
   * Called at each start, after which the sign of it is gone for good.
   */
  readonly claimNew?: () => Promise<boolean>;
  /** Waits between the attempts to read what the storage does not return. */
  readonly clock?: Pick<Clock, 'uptimeUs' | 'setTimer'>;
  /** By default the camera has one cell, whose station is not named. */
  readonly cells?: CellSetting;
  /** By default those of an agency that has revoked none. */
  readonly receiptKeys?: ReceiptKeys;
  /** The present moment; without it nothing is known of when a journal was kept aside. */
  readonly now?: () => Moment;
}

/**
 * Opens a spool and repairs it after whatever happened: reads the journal and all recordings, cuts off and keeps what a
 * crash tore, and makes the boot counter durable. It deletes no recording: {@link Spool.recount} does, by what counts then.
 * @throws SealcamError `SPOOL_LOCKED`, `SPOOL_IO`, `SPOOL_FULL`, `SPOOL_JOURNAL`.
 */
export async function openSpool({
  directory,
  log = silentLog,
  fileSystem = nodeFileSystem,
  partBytesMax = spoolLimits.partBytesMax,
  reserveBytes = spoolLimits.reserveBytes,
  claimNew = async () => true,
  clock = systemClock(),
  now = () => unknownMoment,
  cells = oneCell,
  receiptKeys = noneRevoked,
}: SpoolOptions): Promise<Spool> {
  try {
    await fileSystem.makeDirectory(directory);
    const folder = new Folder(fileSystem, directory);
    const unlock = await fileSystem.lock(folder.pathOf(lockName));
    try {
      const reading = { folder, log, attempts: new Attempts(clock), now };
      const claim = atMostOnce(claimNew);
      return await withoutStrange(folder, ownNames, log, () =>
        new Recovery(reading, new Reserve(folder, reserveName, reserveBytes)).run(
          { partBytesMax, unlock, cells, receiptKeys },
          claim,
        ),
      );
    } catch (error) {
      await unlock().catch(() => {});
      throw error;
    }
  } catch (error) {
    throw storageError(`The spool "${directory}" cannot be opened`, error);
  }
}

class Recovery {
  readonly #folder: Folder;
  readonly #log: Log;
  readonly #attempts: Attempts;
  readonly #journals: JournalFiles;
  readonly #reserve: Reserve;
  readonly #recordings: RecordingFilesState[] = [];
  readonly #partlyDeleted: PartlyDeleted[] = [];
  readonly #uncut = new Set<string>();
  readonly #keptAside: string[] = [];
  readonly #unreadable: string[] = [];
  #statementsLost = 0;
  #numberTaken = 0;
  #chain: Uint8Array | undefined;

  constructor(reading: JournalReading, reserve: Reserve) {
    this.#folder = reading.folder;
    this.#log = reading.log;
    this.#attempts = reading.attempts;
    this.#journals = new JournalFiles(reading);
    this.#reserve = reserve;
  }

  async run(
    setting: Pick<SpoolStart, 'partBytesMax' | 'unlock' | 'cells' | 'receiptKeys'>,
    claimNew: () => Promise<boolean>,
  ): Promise<Spool> {
    const { state: journaled, skipped } = await this.#journals.read();
    const counterFile = new CounterFile(this.#folder);
    const found = agreed(countersOf(journaled), await counterFile.read(this.#attempts));
    if (found.fault !== undefined)
      this.#log.alarm('counter.damaged', "The camera's counters were damaged", { what: found.fault });
    const chain = found.counters === undefined ? await this.#newChain(found, claimNew) : found.counters.chain;
    const goesOn = found.counters !== undefined;
    if (goesOn) await claimNew();
    const session = goesOn ? journaled.session : undefined;
    const state = { ...journaled, chain, newest: found.counters?.newest, session };
    this.#chain = chain;
    this.#numberTaken = found.counters?.numberTaken ?? 0;
    const files = await listRecordings(this.#folder);
    for (const [base, found] of files) {
      const { parts, indexes, keys, aside } = found;
      // An index may have been written while its recording was being deleted.
      if (parts.length === 0)
        for (const part of indexes.splice(0)) await this.#folder.removeIfThere(indexName(base, part));
      const kept = keptOf(state.kept, base);
      if (parts.length > 0) await this.#scan(base, found, kept);
      else if (kept !== undefined) this.#isPartlyDeleted(base, found);
      else if (keys && !aside) await this.#dropUnusedKeys(base, state);
    }
    for (const recording of this.#recordings) if (this.#uncut.has(recording.id)) await this.#cut(recording);
    const journal = new Journal(this.#folder, this.#reserve, state);
    const boots = this.#recordings.map(({ session }) => session.body.bootCounter);
    const recorded = boots.reduce((most, one) => Math.max(most, one), found.counters?.bootCounter ?? 0);
    // This boot will tell how those ended whose journals are here, so it must be a later one.
    const lastBoot = await newestJournaledBoot(this.#folder, recorded);
    const bootCounter = lastBoot + 1;
    const previous = this.#previousSession(state, lastBoot);
    await this.#journals.setAside();
    await journal.rewrite(this.#journalState(state, bootCounter, previous, setting.cells));
    await this.#journals.clear();
    const counters = { bootCounter, numberTaken: this.#numberTaken, chain, newest: journal.state.newest };
    await this.#countTwice(counterFile, counters, goesOn);
    await this.#keepReserve();
    const spool = new Spool({
      folder: this.#folder,
      log: this.#log,
      ...setting,
      reserve: this.#reserve,
      journal,
      counterFile,
      chain,
      bootCounter,
      previousSession: previous?.digest,
      recordings: this.#recordings,
      partlyDeleted: this.#partlyDeleted,
      uncut: this.#uncut,
      numberTaken: this.#numberTaken,
      findings: {
        journalBytesSkipped: skipped,
        keptAside: this.#keptAside,
        unreadable: this.#unreadable,
        statementsLost: this.#statementsLost,
      },
    });
    await spool.recount();
    return spool;
  }

  /**
   * Writes the second copy of the counters. The journal has them already, so an outdated copy is no reason not to
   * record. In a new chain it is one: an old copy that remains would make every start begin another chain.
   */
  async #countTwice(counterFile: CounterFile, counters: Counters, goesOn: boolean): Promise<void> {
    try {
      await counterFile.write(counters);
    } catch (error) {
      if (!goesOn) throw error;
      this.#log.alarm('counter.not-copied', 'The counters are durable once instead of twice', {
        code: systemCode(error),
      });
    }
  }

  /**
   * No trustworthy counter is left. A camera that never had one begins its first chain; any other begins a new one, in
   * which nothing that it counted before can be contradicted.
   */
  async #newChain(
    { fault }: AgreedCounters,
    claimNew: () => Promise<boolean>,
  ): Promise<Uint8Array | undefined> {
    if ((await claimNew()) && fault === undefined) return undefined;
    const chain = systemRandomness.bytes(chainIdBytes);
    this.#log.alarm('counter.lost', 'The camera has lost its counters and starts a new chain of recordings', {
      chain: toHex(chain),
    });
    return chain;
  }

  /** @param kept what the journal keeps of it if its deletion was decided. */
  async #scan(base: string, found: RecordingFiles, kept: KeptRecording | undefined): Promise<void> {
    const { number, id } = parseBaseName(base);
    const { parts, losses } = found;
    let scan: Scan;
    try {
      scan = await scanRecording(this.#folder, base, id, parts);
      if (kept !== undefined && !isWhole(found, scan, kept)) {
        this.#isPartlyDeleted(base, found);
        return;
      }
    } catch (error) {
      this.#log.alarm('recording.unreadable', 'A recording cannot be read', {
        number,
        code: systemCode(error),
      });
      this.#isUnreadable(base, number);
      return;
    }
    const { head, last, index, next, endedBy, tally } = scan;
    if (head === undefined || last === undefined || head.core.recordingNumber !== number) {
      if (number > this.#numberTaken)
        append(this.#keptAside, await moveTorn(this.#folder, base, parts, this.#log));
      else this.#isUnreadable(base, number);
      return;
    }
    this.#numberTaken = Math.max(this.#numberTaken, number);
    this.#statementsLost += scan.holes;
    if (scan.holes > 0)
      this.#log.alarm('statement.lost', 'Statements inside a recording are lost', {
        number,
        lost: scan.holes,
      });
    if (scan.parts.some(({ size, end }) => size > end)) this.#uncut.add(id);
    const parts_ = scan.parts.map(({ number: part, name, first, end }) => ({
      number: part,
      name,
      first,
      end,
    }));
    const recording = { id, number, base, ...head, parts: parts_, index, next, endedBy, last, tally };
    this.#recordings.push({ ...recording, losses: new Set(losses) });
  }

  #isPartlyDeleted(base: string, files: RecordingFiles): void {
    const { number, id } = parseBaseName(base);
    this.#numberTaken = Math.max(this.#numberTaken, number);
    const names = namesOf(base, files);
    if (names.length > 0) this.#partlyDeleted.push({ id, number, names });
  }

  #isUnreadable(base: string, number: number): void {
    this.#numberTaken = Math.max(this.#numberTaken, number);
    this.#unreadable.push(base);
    this.#log.alarm('opening.unreadable', 'A recording without a readable opening is left as it is', {
      number,
    });
  }

  /** Keys of a recording that was never opened: its opening is made after them. */
  async #dropUnusedKeys(base: string, state: JournalState): Promise<void> {
    if (parseBaseName(base).number > (state.newest?.number ?? 0))
      await this.#folder.removeIfThere(keysName(base));
  }

  async #cut(recording: RecordingFilesState): Promise<void> {
    const cutAll = async (): Promise<void> => {
      for (const part of recording.parts) {
        const tail = await cutTail(this.#folder, recording.base, part);
        if (tail === undefined) continue;
        this.#keptAside.push(tail);
        this.#log.info('tail.kept-aside', 'The torn end of a recording was kept aside', {
          number: recording.number,
        });
      }
    };
    try {
      await this.#reserve.lend(cutAll);
      this.#uncut.delete(recording.id);
    } catch (error) {
      // All complete records can still be sent; only the closing has to wait.
      const code = systemCode(error);
      this.#log.alarm('tail.not-kept-aside', 'The torn end of a recording cannot be kept aside', {
        number: recording.number,
        code,
      });
    }
  }

  /** Of the present chain. */
  #sessions(): { counter: number; digest: Uint8Array }[] {
    return this.#ownRecordings().map(({ session }) => ({
      counter: session.body.bootCounter,
      digest: session.digest,
    }));
  }

  #ownRecordings(): RecordingFilesState[] {
    return this.#recordings.filter(({ session }) => sameChain(session.body.chain, this.#chain));
  }

  #previousSession(
    { session: journaled }: JournalState,
    lastBoot: number,
  ): { counter: number; digest: Uint8Array } | undefined {
    const recorded = this.#sessions();
    // Without a journal a newer session may have left no recording here: only the last boot's is certain to be it.
    const known = journaled
      ? [journaled, ...recorded]
      : recorded.filter(({ counter }) => counter === lastBoot);
    return known.reduce<(typeof known)[number] | undefined>(
      (best, session) => (session.counter > (best?.counter ?? 0) ? session : best),
      undefined,
    );
  }

  /** What the journal of the new boot begins with: the larger counters of the journal and the files. */
  #journalState(
    state: JournalState,
    bootCounter: number,
    session: JournalState['session'],
    { stations: cells }: CellSetting,
  ): JournalState {
    const ids = new Set(this.#recordings.map(({ id }) => id));
    for (const { recordingId } of state.kept.values()) ids.add(toHex(recordingId));
    // The others are told by another receipt if the key of the first is revoked.
    for (const id of state.handovers.keys()) ids.add(id);
    const highest = this.#ownRecordings()
      .sort((a, b) => a.number - b.number)
      .at(-1);
    const newest: NewestStatement | undefined =
      highest !== undefined && highest.number >= (state.newest?.number ?? 0)
        ? { number: highest.number, digest: highest.last, closed: highest.endedBy !== undefined }
        : state.newest;
    return {
      chain: state.chain,
      bootCounter,
      session,
      newest,
      numberTaken: this.#numberTaken,
      receipts: new Map([...state.receipts].filter(([id]) => ids.has(id))),
      handovers: waitingFor(state.handovers, cells),
      cells: state.cells,
      kept: state.kept,
      marked: new Set(this.#recordings.map(({ number }) => number).filter((one) => state.marked.has(one))),
      owed: new Map(
        [...state.owed].filter(([, owed]) => !this.#recordings.some((recording) => pays(recording, owed))),
      ),
      aside: state.aside,
    };
  }

  async #keepReserve(): Promise<void> {
    try {
      // What is no file can be neither measured nor freed: every write that has no room would fail.
      await withoutStrange(this.#folder, [reserveName], this.#log, () => this.#reserve.keep());
    } catch (error) {
      this.#log.alarm('reserve.not-kept', 'There is no room for the reserve: let the camera upload', {
        code: systemCode(error),
      });
    }
  }
}
