import { toHex } from '../../base/bytes.ts';
import { systemCode } from '../../base/errors.ts';
import { append } from '../../base/lists.ts';
import type { Statement } from '../../evidence/statements.ts';
import { type CellSetting, handoverOf, isEnough, toldAll } from './cell-facts.ts';
import type { Debts } from './debts.ts';
import { sameChain } from './journal/counters.ts';
import type { JournalEntry, JournalState } from './journal/journal-entries.ts';
import { spoolLimits } from './limits.ts';
import { indexName, keysName, lossName } from './names.ts';
import type { ReceiptKeys } from './receipt-keys.ts';
import { agrees, farewell, saysMore } from './recordings/receipts.ts';
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

  constructor(start: SpoolStart, debts: Debts, recordings: ReceiptedRecordings) {
    this.#start = start;
    this.#debts = debts;
    this.#recordings = recordings;
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
    const more = before === undefined || saysMore(receipt, before, recording.last);
    if (!isCertain) return more ? 'held' : 'known';
    const known = more ? [...all.filter((one) => one !== before), receipt] : all;
    const complete = isEnough(known, this.#start.cells);
    const entries: JournalEntry[] = more ? [{ kind: 'receipt', receipt }] : [];
    const { stationId: station } = receipt.body;
    if (more && !journal.state.cells.has(station)) entries.push({ kind: 'cell', station });
    if (complete) {
      // Its files may be the only proof that an owed recording exists: without them the next start would make it again.
      for (const name of this.#debts.paidBy(recording)) entries.push({ kind: 'paid', name });
      const { kept } = journal.state;
      const own = sameChain(recording.session.body.chain, journal.state.chain);
      if (!kept.has(recording.number)) {
        const handed = handoverOf(recording, known, this.#start.cells.stations);
        if (handed.length > 0) this.#makeRoom();
        append(entries, handed);
        append(entries, await farewell(folder, recording, kept, this.#recordings.numbers(), own));
      }
    }
    if (entries.length > 0) await journal.commit(entries);
    if (complete) await this.#delete(recording);
    this.#recordings.changed();
    return more ? 'journaled' : 'known';
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
   * Counts the journaled receipts again, after a start or a newer list of revoked keys: what enough good ones cover is
   * deleted, once it is known which keys are revoked.
   */
  async recount(): Promise<void> {
    const { journal, log, receiptKeys } = this.#start;
    await this.#forgetRevoked();
    for (const receipt of [...journal.state.receipts.values()].flat()) {
      if (!receipt.body.complete) continue;
      try {
        await this.accept(receipt, receiptKeys.knowsRevoked());
      } catch (error) {
        log.alarm('recording.not-deleted', 'A receipted recording could not be deleted', {
          code: systemCode(error),
        });
      }
    }
    this.#recordings.changed();
  }

  /** A station takes no receipt of a revoked key, so what such a one says is handed on no more. */
  async #forgetRevoked(): Promise<void> {
    const { journal, log, receiptKeys } = this.#start;
    const revoked = [...journal.state.handovers].filter(([, { receipt }]) => receiptKeys.isRevoked(receipt));
    if (revoked.length === 0) return;
    const says =
      'The key is revoked by which recordings are complete at a cell: the others are not told of them';
    log.warn('handover.revoked', says, { recordings: revoked.length });
    const entries = revoked.map(([id, { receipt }]) => toldAll(id, receipt.body.stationId));
    // What cannot be journaled now is forgotten by a later start.
    await journal.commit(entries).catch(() => {});
  }

  /** Removes a recording's files after its complete receipt is durable. What fails is tried again at the next start. */
  async #delete(recording: RecordingFilesState): Promise<void> {
    const { folder, log } = this.#start;
    const { parts, base, losses } = recording;
    try {
      const names = [
        ...parts.flatMap(({ number, name }) => [name, indexName(base, number)]),
        keysName(base),
        ...[...losses].map((index) => lossName(base, index)),
      ];
      for (const name of names) await folder.removeIfThere(name);
      await folder.sync();
    } catch (error) {
      log.alarm('recording.not-deleted', 'A receipted recording could not be deleted', {
        code: systemCode(error),
      });
      return;
    }
    this.#recordings.gone(recording);
  }
}

/** The newest receipt of each station for a recording, without those whose key is revoked now. */
function goodReceipts(
  { receipts }: Pick<JournalState, 'receipts'>,
  id: string,
  { isRevoked }: ReceiptKeys,
): readonly Statement<'receipt'>[] {
  return (receipts.get(id) ?? []).filter((receipt) => !isRevoked(receipt));
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
    complete: isEnough(all, cells),
    marked: state.marked.has(recording.number),
  };
}
