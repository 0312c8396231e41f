import { toHex } from '../../base/bytes.ts';
import { systemCode } from '../../base/errors.ts';
import { append } from '../../base/lists.ts';
import type { Statement } from '../../evidence/statements.ts';
import { type CellSetting, handoverInstead, handoverOf, isEnough, toldAll } from './cell-facts.ts';
import type { Debts } from './debts.ts';
import { sameChain } from './journal/counters.ts';
import type { JournalEntry, JournalState } from './journal/journal-entries.ts';
import { spoolLimits } from './limits.ts';
import type { ReceiptKeys } from './receipt-keys.ts';
import { namesOf, type PartlyDeleted } from './recordings/partly-deleted.ts';
import { agrees, farewell, goodReceipts, replaces } from './recordings/receipts.ts';
import type { RecordingFilesState } from './recordings/recording.ts';
import type { SpoolStart } from './spool-start.ts';
import type { ReceiptOutcome, SpooledRecording } from './types.ts';

/** The part of the spool's recordings that concerns receipts. */
export interface ReceiptedRecordings {
  /** The recording `id`, if a receipt for it may be taken in this run. */
  readonly find: (id: string) => RecordingFilesState | undefined;
  /** The numbers of all recordings whose files are in the spool. */
  readonly numbers: () => ReadonlySet<number>;
  /** Called when the files of a recording have been removed. */
  readonly gone: (recording: RecordingFilesState) => void;
  readonly changed: () => void;
}

/** Takes receipts: journals what is new in each, and deletes a recording once enough stations hold all of it. */
export class ReceiptTaker {
  readonly #start: SpoolStart;
  readonly #debts: Debts;
  readonly #recordings: ReceiptedRecordings;
  /** By id. */
  readonly #partlyDeleted: Map<string, PartlyDeleted>;

  constructor(start: SpoolStart, debts: Debts, recordings: ReceiptedRecordings) {
    this.#start = start;
    this.#debts = debts;
    this.#recordings = recordings;
    this.#partlyDeleted = new Map(start.partlyDeleted.map((one) => [one.id, one]));
  }

  /** See {@link UplinkSpool.acceptReceipt}. Calls may not overlap. */
  async accept(receipt: Statement<'receipt'>, isCertain: boolean): Promise<ReceiptOutcome> {
    const { folder, journal, receiptKeys } = this.#start;
    // A list may have come since the receipt was read.
    if (receiptKeys.isRevoked(receipt)) return 'revoked';
    const id = toHex(receipt.body.recordingId);
    const recording = this.#recordings.find(id);
    const all = goodReceipts(journal.state, id, receiptKeys);
    if (recording === undefined) return all.some(({ body }) => body.complete) ? 'known' : 'unknown';
    if (!(await agrees(folder, recording, receipt))) return 'contradicting';
    // Each station's receipts are compared with its own: what one holds says nothing about another.
    const isOwn = ({ body }: Statement<'receipt'>) => body.stationId === receipt.body.stationId;
    const before = all.find(isOwn);
    const isNews = before === undefined || replaces(receipt, before, recording.last);
    if (!isCertain) return isNews ? 'held' : 'known';
    const known = isNews ? [...all.filter((one) => one !== before), receipt] : all;
    const entries: JournalEntry[] = isNews ? [{ kind: 'receipt', receipt }] : [];
    const { stationId: station } = receipt.body;
    if (isNews && !journal.state.cells.has(station)) entries.push({ kind: 'cell', station });
    if (await this.#count(recording, known, entries)) this.#recordings.changed();
    return isNews ? 'journaled' : 'known';
  }

  /**
   * Journals `entries`, and deletes the recording if `known`, its good receipts, allow it.
   * @returns whether anything was done.
   */
  async #count(
    recording: RecordingFilesState,
    known: readonly Statement<'receipt'>[],
    entries: JournalEntry[],
  ): Promise<boolean> {
    const { folder, journal, cells } = this.#start;
    const { id, number, session } = recording;
    const complete = isEnough(known, cells);
    if (complete) {
      // Its files may be the only proof that an owed recording exists: without them the next start would make it again.
      for (const name of this.#debts.paidBy(recording)) entries.push({ kind: 'paid', name });
      const { kept } = journal.state;
      const own = sameChain(session.body.chain, journal.state.chain);
      // After a deletion that was decided before, and then no longer allowed, the others may not have been told.
      const handed = journal.state.handovers.has(id) ? [] : handoverOf(recording, known, cells.stations);
      if (handed.length > 0) this.#makeRoom();
      append(entries, handed);
      if (!kept.has(number)) append(entries, await farewell(folder, recording, kept, this.#present(), own));
    }
    if (entries.length > 0) await journal.commit(entries);
    if (complete) await this.#delete(recording);
    return complete || entries.length > 0;
  }

  /** The numbers of all recordings of which there are files. */
  #present(): Set<number> {
    const partly = [...this.#partlyDeleted.values()].map(({ number }) => number);
    return new Set([...this.#recordings.numbers(), ...partly]);
  }

  /** Says so if the oldest handover is forgotten, unless it waits for cells that never were used. */
  #makeRoom(): void {
    const { journal, log, cells } = this.#start;
    const [oldest] = journal.state.handovers.values();
    if (oldest === undefined || journal.state.handovers.size < spoolLimits.handoversMax) return;
    const misses = (cell: string): boolean => journal.state.cells.has(cell) && !oldest.told.has(cell);
    if (!cells.stations.some(misses)) return;
    const says = 'Too many recordings wait for other cells to be told of them: the oldest is forgotten';
    log.warn('handover.forgotten', says, { number: oldest.number, waiting: spoolLimits.handoversMax });
  }

  /**
   * Counts the journaled receipts again, after a start or a newer list of revoked keys or policy: what enough good ones
   * cover is deleted, once it is known which keys are revoked.
   */
  async recount(): Promise<void> {
    const { folder, journal, log, receiptKeys, cells } = this.#start;
    await this.#handOnUnderGoodKeys();
    for (const id of receiptKeys.knowsRevoked() ? journal.state.receipts.keys() : []) {
      const recording = this.#recordings.find(id);
      const complete = goodReceipts(journal.state, id, receiptKeys).filter(({ body }) => body.complete);
      if (recording === undefined || !isEnough(complete, cells)) continue;
      try {
        const known: Statement<'receipt'>[] = [];
        // What was complete may have been damaged since.
        for (const receipt of complete) if (await agrees(folder, recording, receipt)) known.push(receipt);
        await this.#count(recording, known, []);
      } catch (error) {
        log.alarm('recording.not-deleted', 'A receipted recording could not be deleted', {
          code: systemCode(error),
        });
      }
    }
    await this.#finishDeletions();
    this.#recordings.changed();
  }

  /** Removes what is left of recordings whose deletion was begun, if it is allowed now; says so if it is not. */
  async #finishDeletions(): Promise<void> {
    const { journal, log, cells, receiptKeys } = this.#start;
    for (const left of [...this.#partlyDeleted.values()]) {
      const good = goodReceipts(journal.state, left.id, receiptKeys);
      if (receiptKeys.knowsRevoked() && isEnough(good, cells)) await this.#remove(left);
    }
    const { size } = this.#partlyDeleted;
    if (size === 0 || !receiptKeys.knowsRevoked() || !Number.isFinite(cells.needed)) return;
    const says =
      'What is left of recordings that were partly deleted stays: too few good receipts allow its deletion';
    const numbers = [...this.#partlyDeleted.values()].map(({ number }) => number).slice(0, 16);
    log.alarm('deletion.unfinished', says, { recordings: size, numbers: numbers.join() });
  }

  /**
   * Stations refuse a receipt by a revoked key, so they are sent a good one of another station instead. Where there is none, it is
   * no longer known that a station holds what was deleted, and a person must look into that.
   */
  async #handOnUnderGoodKeys(): Promise<void> {
    const { journal, log, receiptKeys } = this.#start;
    const entries: JournalEntry[] = [];
    const lost: number[] = [];
    for (const [id, handover] of journal.state.handovers) {
      if (!receiptKeys.isRevoked(handover.receipt)) continue;
      const instead = handoverInstead(handover, goodReceipts(journal.state, id, receiptKeys));
      // What is still here is sent again, and handed on when it is complete.
      if (instead.length === 0 && this.#recordings.find(id) === undefined) lost.push(handover.number);
      append(entries, instead.length > 0 ? instead : [toldAll(id, handover.receipt.body.stationId)]);
    }
    if (lost.length > 0) {
      const says =
        'The key is revoked under which the only station known to hold deleted recordings signed that it does: look for them in its store';
      log.alarm('handover.revoked', says, { recordings: lost.length, numbers: lost.slice(0, 16).join() });
    }
    // What cannot be journaled now is done by a later start.
    if (entries.length > 0) await journal.commit(entries).catch(() => {});
  }

  /** Removes a recording's files after its complete receipt is durable. What fails is tried again by the next recount. */
  async #delete(recording: RecordingFilesState): Promise<void> {
    const { id, number, parts, base, losses } = recording;
    const numbers = parts.map((part) => part.number);
    const names = namesOf(base, { parts: numbers, indexes: numbers, losses: [...losses], keys: true });
    if (await this.#remove({ id, number, names })) this.#recordings.gone(recording);
  }

  /** @returns whether a file is gone: what is left of the recording can be sent no more. */
  async #remove(left: PartlyDeleted): Promise<boolean> {
    const { folder, log } = this.#start;
    let begun = false;
    try {
      for (const name of left.names) {
        await folder.removeIfThere(name);
        begun = true;
      }
      await folder.sync();
      this.#partlyDeleted.delete(left.id);
    } catch (error) {
      if (begun) this.#partlyDeleted.set(left.id, left);
      log.alarm('recording.not-deleted', 'A receipted recording could not be deleted', {
        code: systemCode(error),
      });
    }
    return begun;
  }
}

/** What the uplink learns about a recording. */
export function spooled(
  recording: RecordingFilesState,
  state: Pick<JournalState, 'receipts' | 'marked'>,
  cells: CellSetting,
  keys: ReceiptKeys,
): SpooledRecording {
  const all = goodReceipts(state, recording.id, keys);
  return {
    id: recording.id,
    number: recording.number,
    openingDigest: recording.opening.digest,
    keyEnvelopeHash: recording.opening.body.keyEnvelopeHash,
    durable: recording.next,
    closed: recording.endedBy !== undefined,
    receipted: all.reduce((most, { body }) => Math.max(most, body.count), -1),
    stations: new Map(
      all.map(({ body: { stationId, count, complete } }) => [stationId, { count, complete }]),
    ),
    held: all.some(({ body }) => body.complete),
    complete: isEnough(all, cells),
    marked: state.marked.has(recording.number),
  };
}
