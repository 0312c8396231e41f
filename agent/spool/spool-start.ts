import type { Log } from '../../base/log.ts';
import type { CellSetting } from './cell-facts.ts';
import type { Folder } from './disk/folder.ts';
import type { Reserve } from './disk/reserve.ts';
import type { CounterFile } from './journal/counters.ts';
import type { Journal } from './journal/journal.ts';
import type { ReceiptKeys } from './receipt-keys.ts';
import type { PartlyDeleted } from './recordings/partly-deleted.ts';
import type { RecordingFilesState } from './recordings/recording.ts';

/** What a start found that a person may want to know about. */
export interface SpoolFindings {
  /** Bytes of the journal that belong to no entry; a few are normal after a crash. */
  readonly journalBytesSkipped: number;
  /** Files that this start cut off or moved aside. */
  readonly keptAside: readonly string[];
  /** Recordings whose files contain no readable opening, by name; their files are left in place. */
  readonly unreadable: readonly string[];
  /** Statements that are lost inside recordings. */
  readonly statementsLost: number;
}

/** What opening a spool found and created, for the spool to continue from. */
export interface SpoolStart {
  readonly folder: Folder;
  readonly log: Log;
  readonly partBytesMax: number;
  readonly reserve: Reserve;
  readonly journal: Journal;
  readonly counterFile: CounterFile;
  readonly unlock: () => Promise<void>;
  readonly chain: Uint8Array | undefined;
  readonly bootCounter: number;
  readonly previousSession: Uint8Array | undefined;
  readonly recordings: readonly RecordingFilesState[];
  readonly partlyDeleted: readonly PartlyDeleted[];
  /** Recordings whose torn end could not be cut off yet. */
  readonly uncut: ReadonlySet<string>;
  /** The largest number in a file name or the journal. */
  readonly numberTaken: number;
  readonly findings: SpoolFindings;
  readonly cells: CellSetting;
  readonly receiptKeys: ReceiptKeys;
}
