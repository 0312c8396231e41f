import type { Clock, Timer } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { OrderLeaf } from '../../../proto/topics.ts';
import type { CellReport } from '../../facts.ts';
import { cellLimits } from '../../limits.ts';
import type { OpenBrokerSession } from '../broker/broker-session.ts';
import { startUplink, type Uplink, type UplinkOptions, type UplinkStats } from '../index.ts';
import { CellSpool, type CellSpoolFacts } from './cell-spool.ts';
import { afterLook, type CellStanding, cellsToUse, hopedFor } from './choice.ts';
import { statsOfCells } from './stats.ts';

/** A cell: a broker, and the station that answers there. */
export interface Cell {
  /** The station's id, to whose vault keys are sealed. */
  readonly station: string;
  readonly openBroker: OpenBrokerSession;
}

/** What sending to several cells needs. */
export interface CellsOptions extends Omit<UplinkOptions, 'openBroker' | 'speaksFor' | 'onOrder'> {
  /** In order of preference. */
  readonly cells: readonly Cell[];
  /** As that of one uplink, with the number of the cell that it came from. */
  readonly onOrder?: (leaf: OrderLeaf, payload: Uint8Array, cell: number) => void;
  readonly facts: CellSpoolFacts;
  /** How many stations must hold a recording before it is deleted. */
  readonly needed: () => number;
}

/** A cell and what is known of it. */
interface CellInUse {
  readonly cell: Cell;
  readonly uplink: Uplink;
  standing: CellStanding;
  /** Until when what is on its way to it may arrive; undefined while it is used. */
  endMs: number | undefined;
}

/**
 * Sends to the preferred cell that answers, or to as many as must hold a recording. Each has an uplink of its own, which
 * tries to connect with waits that grow; so a cell that was away is found when it is back, and what one station holds is
 * never counted for another.
 */
export class Cells implements Uplink {
  readonly #options: CellsOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #inUse: (CellInUse | undefined)[];
  readonly #ending = new Set<Promise<void>>();
  /** What the uplinks that have ended counted. */
  #past: UplinkStats | undefined;
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: CellsOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#inUse = options.cells.map(() => undefined);
    this.#look();
  }

  stats(): UplinkStats {
    const used = this.#inUse.filter((one) => one !== undefined);
    const statsOf = (allowed: boolean): UplinkStats[] =>
      used.filter(({ cell }) => this.#allows(cell) === allowed).map(({ uplink }) => uplink.stats());
    const cells = this.#options.cells.map(({ station }, at) => ({ station, is: this.#is(at) }));
    // One that the policy does not allow leaves the camera no better off: of it only the counters count.
    return { ...statsOfCells(statsOf(true), this.#options.needed(), this.#past, ...statsOf(false)), cells };
  }

  #is(at: number): CellReport['is'] {
    const one = this.#inUse[at];
    const cell = this.#options.cells[at];
    if (cell !== undefined && !this.#allows(cell)) return 'not-allowed';
    if (one === undefined) return 'spare';
    if (one.endMs !== undefined) return 'ending';
    const { connected, receiptLateMs = 0, keysAbsent } = one.uplink.stats();
    if (!connected) return 'away';
    // Its receipts are late then too.
    if (keysAbsent) return 'keyless';
    const { present, deafAt } = one.standing;
    if (receiptLateMs >= cellLimits.lateMs || (!present && deafAt !== undefined)) return 'silent';
    return 'answering';
  }

  #allows({ station }: Cell): boolean {
    return this.#options.facts.allows(station);
  }

  /** A command's sender is at the cell that it came from; the stations of the others ignore the answer. */
  answer(payload: Uint8Array): void {
    for (const one of this.#inUse) one?.uplink.answer(payload);
  }

  takeHeldReceipts(): void {
    for (const one of this.#inUse) one?.uplink.takeHeldReceipts();
  }

  reconnect(reason: string): void {
    for (const one of this.#inUse) one?.uplink.reconnect(reason);
  }

  finish(): void {
    this.#closed = true;
    this.#timer?.cancel();
    for (const one of this.#inUse) one?.uplink.finish();
  }

  get isOver(): boolean {
    return this.#inUse.every((one) => one === undefined || one.uplink.isOver);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    for (const [at] of this.#inUse.entries()) this.#end(at);
    await Promise.all(this.#ending);
  }

  #look(): void {
    if (this.#closed) return;
    const nowMs = this.#clock.uptimeUs() / 1_000;
    for (const [at, one] of this.#inUse.entries()) {
      if (one === undefined) continue;
      if (one.endMs !== undefined && (one.uplink.isOver || nowMs >= one.endMs)) this.#end(at);
      else if (one.endMs === undefined) this.#lookAt(one, nowMs);
    }
    const standings = this.#inUse.map((one) => one?.standing);
    const { cells, needed } = this.#options;
    const allowed = cells.map((cell) => this.#allows(cell));
    for (const [at, uses] of cellsToUse(standings, needed(), allowed).entries()) {
      const one = this.#inUse[at];
      if (uses && one === undefined) this.#begin(at);
      if (!uses && one !== undefined && one.endMs === undefined) {
        one.endMs = nowMs + cellLimits.endMsMax;
        one.uplink.finish();
        this.#log.info(
          'cell.left',
          'Enough cells answer that are preferred or alone allowed: this one is used no longer',
          {
            station: one.cell.station,
          },
        );
      }
    }
    this.#timer = this.#clock.setTimer(cellLimits.lookMs, () => this.#look());
  }

  #lookAt(one: CellInUse, nowMs: number): void {
    const before = one.standing.present;
    const stats = one.uplink.stats();
    const view = { ...stats, receipts: stats.receiptsOfStation };
    one.standing = afterLook(one.standing, view, nowMs, cellLimits);
    if (one.standing.present === before || this.#options.cells.length === 1) return;
    const { station } = one.cell;
    const { keysAbsent } = stats;
    const says = 'A cell does not answer, or lacks the keys of a recording: the next one is used too';
    if (before) this.#log.warn('cell.away', says, { station, keysAbsent });
    else this.#log.info('cell.back', 'A cell answers again', { station });
  }

  #begin(at: number): void {
    const { cells, facts, spool, onOrder, ...others } = this.#options;
    const cell = cells[at];
    if (cell === undefined) return;
    const { station, openBroker } = cell;
    const log = this.#log.child(station);
    if (at > 0) log.info('cell.used', 'Another cell is used', { station });
    const uplink = startUplink({
      ...others,
      ...{ spool: new CellSpool(spool, facts, station), openBroker, log },
      onOrder: (leaf, payload) => onOrder?.(leaf, payload, at),
      // What another of the camera's stations signed may be sent back by this one, or by anyone.
      speaksFor: (id) => id === station || cells.every((other) => other.station !== id),
    });
    const bytes = new DataView(Uint8Array.from(this.#options.randomness.bytes(4)).buffer);
    this.#inUse[at] = { cell, uplink, standing: hopedFor(bytes.getUint32(0) / 2 ** 32), endMs: undefined };
  }

  #end(at: number): void {
    const one = this.#inUse[at];
    if (one === undefined) return;
    this.#inUse[at] = undefined;
    this.#past = statsOfCells([], 1, this.#past, one.uplink.stats());
    const ended = one.uplink.close();
    this.#ending.add(ended);
    void ended.then(() => this.#ending.delete(ended));
  }
}
