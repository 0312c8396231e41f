import { toHex } from '../../base/bytes.ts';
import type { serial } from '../../base/serial.ts';
import type { Statement } from '../../evidence/statements.ts';
import type { Handover, Handovers } from './journal/handover.ts';
import type { JournalEntry, JournalState } from './journal/journal-entries.ts';
import type { RecordingFilesState } from './recordings/recording.ts';
import type { SpoolStart } from './spool-start.ts';

/**
 * What the spool remembers for a camera with several cells: how many stations must hold a recording before it is
 * deleted, and who is still to be told of what another one holds.
 */
export class CellFacts {
  readonly #start: Pick<SpoolStart, 'journal' | 'cells'>;
  readonly #inTurn: ReturnType<typeof serial>;
  readonly #changed: () => void;

  /** @param inTurn does one thing at a time with the journal. */
  constructor(
    start: Pick<SpoolStart, 'journal' | 'cells'>,
    inTurn: ReturnType<typeof serial>,
    changed: () => void,
  ) {
    this.#start = start;
    this.#inTurn = inTurn;
    this.#changed = changed;
  }

  /** Recordings that a station holds in full and others are to be told of, by id, oldest first. */
  get handovers(): Handovers {
    return this.#start.journal.state.handovers;
  }

  /** How many stations must hold a recording before it is deleted. */
  get stationsNeeded(): number {
    return this.#start.journal.state.stationsNeeded;
  }

  /** Journals that a station knows that a recording is complete elsewhere. @throws SealcamError `SPOOL_FULL`, `SPOOL_IO`. */
  told(id: string, station: string): Promise<void> {
    return this.#inTurn(async () => {
      const { journal, cells } = this.#start;
      const handover = journal.state.handovers.get(id);
      if (handover === undefined || handover.told.has(station)) return;
      const last = cells.every((cell) => cell === station || handover.told.has(cell));
      await journal.commit({ kind: 'told', id, station, last });
      this.#changed();
    });
  }

  /** Journals how many stations must hold a recording before it is deleted. @throws SealcamError `SPOOL_FULL`, `SPOOL_IO`. */
  needStations(stations: number): Promise<void> {
    return this.#inTurn(async () => {
      if (stations === this.#start.journal.state.stationsNeeded) return;
      await this.#start.journal.commit({ kind: 'needed', stations });
      this.#changed();
    });
  }
}

/** Whether enough stations hold all of a recording. */
export function isEnough(
  receipts: readonly Statement<'receipt'>[],
  { stationsNeeded }: Pick<JournalState, 'stationsNeeded'>,
): boolean {
  return receipts.filter(({ body }) => body.complete).length >= stationsNeeded;
}

/** What tells the cells of a recording that is about to be deleted; those that hold all of it know. */
export function handoverOf(
  { number, session, opening }: RecordingFilesState,
  receipts: readonly Statement<'receipt'>[],
  cells: readonly string[],
): JournalEntry[] {
  const complete = receipts.filter(({ body }) => body.complete);
  const told = new Set(complete.map(({ body }) => body.stationId));
  const receipt = complete.at(-1);
  if (receipt === undefined || cells.every((cell) => told.has(cell))) return [];
  const id = toHex(receipt.body.recordingId);
  const envelopes = { session: session.encoded, opening: opening.encoded };
  const handover: Handover = { number, ...envelopes, receipt, told: new Set() };
  return [
    { kind: 'handover', handover },
    ...[...told].map((station): JournalEntry => ({ kind: 'told', id, station, last: false })),
  ];
}
