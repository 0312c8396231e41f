import { join } from 'node:path';
import type { EvidenceSource } from '../../evidence/verify/found.ts';
import {
  type HeldStatements,
  type ReceiptWalk,
  readReceipts,
  walkReceipts,
} from '../../evidence/verify/receipts/walk.ts';
import { checkpointsName } from '../receipts/checkpoints.ts';
import { isOwnName } from '../receipts/own-files.ts';
import { sourceOf } from '../store/evidence-source.ts';
import { parseStoredName, receiptsJournalName } from '../store/recording-name.ts';
import { camerasOf } from './inventory.ts';
import type { InventoryPlace } from './inventory-place.ts';
import type { CameraInventory, InventoryEntry } from './inventory-report.ts';

/**
 * Follows the chain of receipts of a whole store, over all cameras, and compares it with the inventories.
 * @param inventories computed after the signed statements have been read; for other cameras only the file names are
 *   examined.
 * @param checkpoints of this station that someone kept.
 */
export async function walkStore(
  place: InventoryPlace,
  inventories: () => Promise<readonly CameraInventory[]>,
  checkpoints: readonly EvidenceSource[],
): Promise<{ readonly cameras: readonly CameraInventory[]; readonly walk: ReceiptWalk }> {
  const { files, store } = place;
  const held = new Map<string, HeldStatements>();
  const receipts: EvidenceSource[] = [];
  for (const device of await camerasOf(place)) {
    for (const name of await files.list(join(store, device))) {
      const { id, ending } = parseStoredName(name) ?? {};
      if (id === undefined) continue;
      if (ending === 'receipts') receipts.push(await sourceOf(files, join(store, device, name)));
      held.set(`${device} ${id}`, { count: undefined, closed: true });
    }
  }
  const names = await files.list(store);
  const own = (name: string): Promise<EvidenceSource[]> =>
    Promise.all(names.filter((one) => isOwnName(one, name)).map((one) => sourceOf(files, join(store, one))));
  const journals = await own(receiptsJournalName);
  const stated = [...(await own(checkpointsName)), ...checkpoints];
  const read = await readReceipts({ receipts, journals, checkpoints: stated }, place);
  const cameras = await inventories();
  for (const { device, recordings, boots } of cameras) {
    // The end of a journal is an entry like the others: a receipt for all of it asks for no more than its count.
    for (const { journalId, state, entries } of boots) {
      const judged = state !== 'no journal' && state !== 'damaged' && state !== 'absent';
      const count = judged ? entries.filter(({ verdict }) => verdict !== 'missing').length : undefined;
      if (state !== 'no journal') held.set(`${device} ${journalId}`, { count, closed: true });
    }
    for (const entry of recordings) held.set(`${device} ${entry.recordingId}`, heldOf(entry));
  }
  return { cameras, walk: walkReceipts(read, (device, id) => held.get(`${device} ${id}`)) };
}

/** The inventory itself already reports what is erased, absent or wrong. */
function heldOf({ state, statements, of }: InventoryEntry): HeldStatements {
  const judged =
    state === 'complete' || state === 'recovered' || state === 'incomplete' || state === 'elsewhere';
  return { count: judged ? statements : undefined, closed: of !== undefined };
}
