import { isSealcamError, systemCode } from '../../../base/errors.ts';
import { stationsOfBundle } from '../../sealer/index.ts';
import { counts } from '../cell-facts.ts';
import type { SpoolStart } from '../spool-start.ts';
import { goodReceipts } from './receipts.ts';
import type { RecordingFilesState } from './recording.ts';
import { readSealedKeys } from './sealed-keys.ts';

/** Knows to the vaults of which stations the keys of recordings are sealed. */
export class SealedTo {
  readonly #start: Pick<SpoolStart, 'folder' | 'journal' | 'receiptKeys' | 'cells'>;
  /** Of those that were read: that never changes. */
  readonly #stations = new WeakMap<RecordingFilesState, readonly string[]>();
  #tooFew = 0;

  constructor(start: Pick<SpoolStart, 'folder' | 'journal' | 'receiptKeys' | 'cells'>) {
    this.#start = start;
  }

  /** How many recordings can never be complete at as many stations as needed, as far as they were counted last. */
  get tooFew(): number {
    return this.#tooFew;
  }

  /** Counts those of which too few stations have the keys or hold all of it. */
  async count(recordings: readonly RecordingFilesState[]): Promise<void> {
    const { journal, receiptKeys, cells } = this.#start;
    const { stations, allowed = [], needed } = cells;
    let tooFew = 0;
    // Where any station counts, each may get the keys; before a policy is known it is not known how many are needed.
    const isLimited = stations.length > 0 || allowed.length > 0;
    for (const recording of isLimited && Number.isFinite(needed) ? recordings : []) {
      const sealedTo = await this.#stationsOf(recording);
      // What cannot be read now has an alarm of its own.
      if (sealedTo === undefined) continue;
      const held = goodReceipts(journal.state, recording.id, receiptKeys).filter(({ body }) => body.complete);
      const able = new Set([...sealedTo, ...held.map(({ body }) => body.stationId)]);
      if ([...able].filter((station) => counts(station, cells)).length < needed) tooFew += 1;
    }
    this.#tooFew = tooFew;
  }

  async #stationsOf(recording: RecordingFilesState): Promise<readonly string[] | undefined> {
    const known = this.#stations.get(recording);
    if (known !== undefined) return known;
    try {
      const stations = stationsOfBundle(await readSealedKeys(this.#start.folder, recording));
      this.#stations.set(recording, stations);
      return stations;
    } catch (error) {
      if (isSealcamError(error) || systemCode(error) !== undefined) return undefined;
      throw error;
    }
  }
}
