import { toHex } from '../../base/bytes.ts';
import type { serial } from '../../base/serial.ts';
import type { Statement } from '../../evidence/statements.ts';
import type { Handover, Handovers } from './journal/handover.ts';
import type { Journal } from './journal/journal.ts';
import type { JournalEntry } from './journal/journal-entries.ts';
import type { RecordingFilesState } from './recordings/recording.ts';

/** Whose receipts count. */
export interface CellSetting {
  /** The station ids of the camera's cells; none if it has one cell, whose station is not named. */
  readonly stations: readonly string[];
  /** How many stations must hold a recording before it is deleted. */
  readonly needed: number;
  /** The stations whose receipts count, of the cells if there are any; none: each. */
  readonly allowed?: readonly string[];
}

/** A camera with one cell: what any station of the agency holds counts. */
export const oneCell: CellSetting = { stations: [], needed: 1 };

/**
 * What concerns a camera with several cells: how many stations must hold a recording before it is deleted, and who is
 * still to be told of what another one holds.
 */
export class CellFacts {
  readonly #start: { readonly journal: Journal; readonly cells: CellSetting };
  readonly #inTurn: ReturnType<typeof serial>;
  readonly #changed: () => void;

  /** @param inTurn does one thing at a time with the journal. */
  constructor(
    start: { readonly journal: Journal; readonly cells: CellSetting },
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
    return this.#start.cells.needed;
  }

  /** Whether the receipts of a station count by the policy. */
  allows(station: string): boolean {
    const { allowed = [] } = this.#start.cells;
    return allowed.length === 0 || allowed.includes(station);
  }

  /** Journals that a station knows that a recording is complete elsewhere. @throws SealcamError `SPOOL_FULL`, `SPOOL_IO`. */
  told(id: string, station: string): Promise<void> {
    return this.#inTurn(async () => {
      const { journal, cells } = this.#start;
      const handover = journal.state.handovers.get(id);
      if (handover === undefined || handover.told.has(station)) return;
      const last = cells.stations.every((cell) => cell === station || handover.told.has(cell));
      await journal.commit([{ kind: 'told', id, station, last }]);
      this.#changed();
    });
  }
}

/**
 * Whether enough stations hold all of a recording. One that is no longer a cell may be gone, or may be one of the others
 * under its former name, so it does not count.
 */
export function isEnough(receipts: readonly Statement<'receipt'>[], cells: CellSetting): boolean {
  const holds = ({ body }: Statement<'receipt'>): boolean => body.complete && counts(body.stationId, cells);
  return receipts.filter(holds).length >= cells.needed;
}

/** Whether the receipts of a station count. */
export function counts(
  station: string,
  { stations, allowed = [] }: Pick<CellSetting, 'stations' | 'allowed'>,
): boolean {
  return [stations, allowed].every((ids) => ids.length === 0 || ids.includes(station));
}

/** Journaled of a recording of which no one is to be told any more. */
export function toldAll(id: string, station: string): JournalEntry {
  return { kind: 'told', id, station, last: true };
}

/** Those of which one of `cells` is still to be told: one that is no longer a cell is told nothing. */
export function waitingFor(handovers: Handovers, cells: readonly string[]): Handovers {
  return new Map([...handovers].filter(([, { told }]) => cells.some((cell) => !told.has(cell))));
}

/** What tells the cells of a recording that is about to be deleted; those that hold all of it know. */
export function handoverOf(
  { number, session, opening }: RecordingFilesState,
  receipts: readonly Statement<'receipt'>[],
  cells: readonly string[],
): JournalEntry[] {
  const told = new Set(receipts.filter(({ body }) => body.complete).map(({ body }) => body.stationId));
  if (cells.every((cell) => told.has(cell))) return [];
  const envelopes = { session: session.encoded, opening: opening.encoded, openingDigest: opening.digest };
  return handoverInstead({ number, ...envelopes }, receipts);
}

/** A handover of the same recording by the newest complete one of `receipts`; none if no station holds all of it. */
export function handoverInstead(
  { number, session, opening, openingDigest }: Omit<Handover, 'receipt' | 'told'>,
  receipts: readonly Statement<'receipt'>[],
): JournalEntry[] {
  const complete = receipts.filter(({ body }) => body.complete);
  const receipt = complete.at(-1);
  if (receipt === undefined) return [];
  const id = toHex(receipt.body.recordingId);
  const handover: Handover = { number, session, opening, openingDigest, receipt, told: new Set() };
  return [
    { kind: 'handover', handover },
    ...complete.map(
      ({ body: { stationId: station } }): JournalEntry => ({ kind: 'told', id, station, last: false }),
    ),
  ];
}
