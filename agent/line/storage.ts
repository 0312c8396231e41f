import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { Histogram } from '../../base/monitoring/metrics.ts';
import { Waits } from '../../base/waits.ts';
import { syncSecondsBounds } from '../health.ts';
import { type ClockQuality, momentsOf } from '../sealer/index.ts';
import type { WaitingParts } from '../service-manager.ts';
import type { CellSetting } from '../spool/cell-facts.ts';
import type { FileSystem } from '../spool/disk/file-system.ts';
import { Folder } from '../spool/disk/folder.ts';
import { keptOpen } from '../spool/disk/kept-open.ts';
import { timedFileSystem } from '../spool/disk/timed-file-system.ts';
import { storageError } from '../spool/errors.ts';
import { openSpool } from '../spool/open-spool.ts';
import type { ReceiptKeys } from '../spool/receipt-keys.ts';
import type { Spool } from '../spool/spool.ts';
import { removeDrafts } from './kept/kept-twice.ts';
import type { StorageWatch } from './observation/storage-watch.ts';
import { removeTestFolders } from './test-folders.ts';

/** The spool, and what belongs to it. */
export interface Storage {
  readonly spool: Spool;
  /** Where the spool is; its lock is held until the spool is closed. */
  readonly folder: Folder;
  /** How many seconds each sync of a file took. */
  readonly syncs: Histogram;
  /** What was asked of the storage and is under way. */
  readonly waits: Waits;
  /** Closes the files that were kept open for reading; called after the spool is closed. */
  readonly closeFiles: () => Promise<void>;
}

/** Makes the folder of the spool, where files of the camera's state are too. @returns its path. @throws SealcamError `SPOOL_IO`, `SPOOL_FULL`. */
export async function makeSpoolFolder(directory: string): Promise<string> {
  await makeFolder(directory).catch((error: unknown) => {
    throw storageError(`The spool "${directory}" cannot be made`, error);
  });
  return directory;
}

/**
 * Opens the spool, over a file system that keeps files open and records in `syncs` how long each sync takes.
 */
export async function openStorage(
  directory: string,
  machine: FileSystem,
  clock: Clock,
  quality: ClockQuality,
  log: Log,
  claimNew: () => Promise<boolean>,
  cells: CellSetting,
  { receiptKeys }: { readonly receiptKeys: ReceiptKeys },
): Promise<Storage> {
  await makeSpoolFolder(directory);
  const syncs = new Histogram(syncSecondsBounds);
  const waits = new Waits(clock);
  const timed = timedFileSystem(
    machine,
    () => clock.uptimeUs(),
    (seconds) => syncs.observe(seconds),
    () => waits.begin(),
  );
  const kept = keptOpen(timed);
  const { fileSystem } = kept;
  const { now } = momentsOf(clock, quality);
  const spool = await openSpool({
    directory,
    log: log.child('spool'),
    fileSystem,
    claimNew,
    clock,
    now,
    cells,
    receiptKeys,
  });
  await removeDrafts(directory, log);
  // What stays only takes room, and the next start tries again.
  await removeTestFolders(directory).catch(() => {});
  return { spool, folder: new Folder(fileSystem, directory), syncs, waits, closeFiles: kept.close };
}

/**
 * What the watchdog must not wait for in vain: the storage alone. A sensor's port that does not open is told as a sensor that is away;
 * a restart would end what is recorded and sent all the same, and where the driver never lets go of the process, its lock stays.
 */
export function waitingParts(
  line: { readonly storage: Pick<StorageWatch, 'waitsSinceUs'> },
  { waits }: Pick<Storage, 'waits'>,
): WaitingParts {
  return { storage: () => waits.sinceUs ?? line.storage.waitsSinceUs };
}
