import { equalBytes, toHex } from '../../../base/bytes.ts';
import { SealcamError } from '../../../base/errors.ts';
import { statementRecord } from '../../../evidence/records.ts';
import type { Statement } from '../../../evidence/statements.ts';
import { sealedKeysFor } from '../../sealer/index.ts';
import type { CellFacts } from '../../spool/cell-facts.ts';
import type { ChunkSegment } from '../../spool/errors.ts';
import type { Handover } from '../../spool/journal/handover.ts';
import { spoolLimits } from '../../spool/limits.ts';
import type { ReceiptOutcome, SpooledRecording, UplinkSpool } from '../../spool/types.ts';

/** What a cell's spool is told of the cells. */
export type CellSpoolFacts = Pick<CellFacts, 'handovers' | 'told' | 'allows'>;

/**
 * The spool as it is sent to one cell of several: progress is what this cell's station has signed, the keys are those
 * that are sealed to its vault, and it is told of the recordings that another station holds in full. One that the policy
 * does not allow is told of these alone: nothing that is recorded goes to it. Such a handover looks to the uplink like the journal of a boot without entries: it has a head, and an answer.
 */
export class CellSpool implements UplinkSpool {
  readonly #spool: UplinkSpool;
  readonly #facts: CellSpoolFacts;
  readonly #station: string;
  /** Ids of those that the station was told of in this run, newest last: its own word on one may come after that. */
  readonly #over = new Set<string>();

  /** @param station its id. */
  constructor(spool: UplinkSpool, facts: CellSpoolFacts, station: string) {
    this.#spool = spool;
    this.#facts = facts;
    this.#station = station;
  }

  recordings(): readonly SpooledRecording[] {
    const all = this.#spool.recordings();
    // A deletion that failed leaves its recording here: it counts, unless it is complete.
    const here = new Set(all.filter(({ complete }) => !complete).map(({ id }) => id));
    const handed = [...this.#facts.handovers].filter(
      ([id, { told }]) => !told.has(this.#station) && !here.has(id),
    );
    const told = new Set(handed.map(([id]) => id));
    const own = this.#facts.allows(this.#station) ? all.filter(({ id }) => !told.has(id)) : [];
    return [
      ...own.map((recording): SpooledRecording => {
        // A journal's entries are few: the station is asked, or they are sent again.
        if (recording.journal !== undefined) return { ...recording, receipted: -1 };
        const here = recording.stations?.get(this.#station);
        return { ...recording, receipted: here?.count ?? -1, held: here?.complete ?? false };
      }),
      ...handed.map(([id, { number, openingDigest }]): SpooledRecording => {
        return {
          ...{ id, number, openingDigest, keyEnvelopeHash: undefined, durable: 0, closed: true },
          ...{ receipted: -1, complete: false, marked: false, journal: true },
        };
      }),
    ];
  }

  async readHead(id: string): Promise<Uint8Array[]> {
    const handover = this.#handover(id);
    if (handover === undefined) return this.#spool.readHead(id);
    const { session, opening, receipt } = handover;
    return [session, opening, receipt.encoded].map(statementRecord);
  }

  async readSealedKeys(id: string): Promise<Uint8Array> {
    return sealedKeysFor(await this.#spool.readSealedKeys(id), this.#station);
  }

  async readStatements(id: string, index: number): Promise<Uint8Array[]> {
    if (this.#handover(id) === undefined) return this.#spool.readStatements(id, index);
    throw new SealcamError('SPOOL_UNKNOWN', `Recording ${id} is no longer in the spool`);
  }

  async readSegments(id: string, index: number, take?: (bytes: number) => Uint8Array): Promise<Uint8Array[]> {
    return this.#handover(id) === undefined ? this.#spool.readSegments(id, index, take) : [];
  }

  readLoss(id: string, index: number, segments: readonly ChunkSegment[]): Promise<Uint8Array[] | undefined> {
    return this.#spool.readLoss(id, index, segments);
  }

  keepLoss(loss: Statement<'loss'>): Promise<void> {
    return this.#spool.keepLoss(loss);
  }

  /** A station that has stored a receipt of another one sends it back; one that holds all of it says so itself. */
  async acceptReceipt(receipt: Statement<'receipt'>, isCertain: boolean): Promise<ReceiptOutcome> {
    const { recordingId, stationId, complete } = receipt.body;
    const id = toHex(recordingId);
    const handover = this.#handover(id);
    if (handover === undefined)
      return this.#over.has(id) ? 'known' : this.#spool.acceptReceipt(receipt, isCertain);
    if (contradicts(receipt, handover.receipt)) return 'contradicting';
    const holdsAll = complete && stationId === this.#station;
    if (!holdsAll && !equalBytes(receipt.digest, handover.receipt.digest)) return 'known';
    if (!isCertain) return 'held';
    await this.#facts.told(id, this.#station);
    this.#over.add(id);
    for (const oldest of this.#over) {
      if (this.#over.size <= spoolLimits.handoversMax) break;
      this.#over.delete(oldest);
    }
    return 'known';
  }

  onChange(listener: () => void): () => void {
    return this.#spool.onChange(listener);
  }

  /** What it is still to be told of. */
  #handover(id: string): Handover | undefined {
    const handover = this.#facts.handovers.get(id);
    if (handover === undefined || handover.told.has(this.#station)) return undefined;
    const isHere = this.#spool.recordings().some((one) => one.id === id && !one.complete);
    return isHere ? undefined : handover;
  }
}

/** Whether a receipt says otherwise of a recording than `all`, a complete one: there is one closing, and nothing after it. */
function contradicts({ body }: Statement<'receipt'>, { body: all }: Statement<'receipt'>): boolean {
  if (body.count > all.count || body.deviceId !== all.deviceId) return true;
  return body.complete && (body.count !== all.count || !equalBytes(body.statement, all.statement));
}
