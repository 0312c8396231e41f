import type { BootJournalEntryReport, BootJournalVerdict } from '../../evidence/verify/report.ts';

/** The state of a recording that should exist. */
export type InventoryState =
  /** All of it, up to its closing. */
  | 'complete'
  /** Everything up to a closing that a later session of the camera signed: more may have been cut off. */
  | 'recovered'
  /** Incomplete, or without a closing: the rest may still arrive. */
  | 'incomplete'
  /** Not all of it is here; another station has signed that all of it is there. */
  | 'elsewhere'
  /** Only what the station once receipted. */
  | 'absent'
  /** A signed order had it erased. */
  | 'erased'
  /** It contradicts itself, or another one has its number. */
  | 'conflict'
  /** Its file is in the store, but not readable as the recording that its name says. */
  | 'damaged';

/** What the vault has for a recording; `wrong`: not what its opening names. */
export type KeysFound = 'present' | 'absent' | 'wrong' | 'not looked for';

/** A recording with at least one file in the store. */
export interface InventoryEntry {
  readonly number: number;
  /** The chain in which the number counts; absent for the camera's first. */
  readonly chain?: string;
  /** 32 hexadecimal digits. */
  readonly recordingId: string;
  readonly state: InventoryState;
  /** The station that holds all of one that is `elsewhere`. */
  readonly completeAt?: string;
  /**
   * The number of statements of its chain, from index 0 on, that are present with everything they name, or a signed
   * reason for its absence.
   */
  readonly statements: number;
  /** How many there must be, according to its closing; undefined without one. */
  readonly of: number | undefined;
  /** Signed gaps, and chunks of which the camera has signed that a part was lost. */
  readonly gaps: number;
  readonly lost: number;
  readonly keys: KeysFound;
  /** How many receipts were signed for it, and the one that covers most. */
  readonly receipts: number;
  readonly receipted: { readonly count: number; readonly complete: boolean } | undefined;
  /** What is wrong, one sentence each. */
  readonly faults: readonly string[];
  /** Anything else that a person should know, one sentence each. */
  readonly notes: readonly string[];
}

/** Numbers that a camera has assigned in one chain and for which the store has no file; both inclusive. */
export interface AbsentNumbers {
  /** Absent for the camera's first chain. */
  readonly chain?: string;
  readonly from: number;
  readonly to: number;
  /** What proves that they existed. */
  readonly provenBy: string;
}

/** One chain of a camera's recordings: how far it has come. */
export interface ChainInventory {
  /** Absent for the camera's first chain; else 32 hexadecimal digits. */
  readonly chain?: string;
  /** Its recordings have the numbers from 1 to this. */
  readonly highest: number;
  /** The statements that prove it. */
  readonly statedBy: string;
}

/** What there is of the journal of one boot; `chain`, `entries` and so on as a verifier reports them. */
export interface BootInventory {
  readonly bootCounter: number;
  /** Absent for the camera's first chain, and where the boot's session is not here. */
  readonly chain?: string;
  /** 32 hexadecimal digits. */
  readonly journalId: string;
  /**
   * How it ends, as a verifier says; or its file is not readable as what its name says (`damaged`), only receipts are
   * here (`absent`), or nothing, of a boot whose session is known (`no journal`).
   */
  readonly state: BootJournalVerdict | 'damaged' | 'absent' | 'no journal';
  readonly entries: readonly BootJournalEntryReport[];
  /** How many receipts were signed for it, and the one that covers most. */
  readonly receipts: number;
  readonly receipted: InventoryEntry['receipted'];
  /** What is wrong, one sentence each. */
  readonly faults: readonly string[];
  readonly notes: readonly string[];
}

/** What there should be from a camera, and what there is. */
export interface CameraInventory {
  readonly device: string;
  /** The chains in which it has counted. If there are more than the first, it lost its counters and began again. */
  readonly chains: readonly ChainInventory[];
  /** Those with a file in the store, by chain, then by ascending number. */
  readonly recordings: readonly InventoryEntry[];
  readonly absent: readonly AbsentNumbers[];
  /** By chain, the first one first, then by ascending boot counter. */
  readonly boots: readonly BootInventory[];
  /** Contradictions between recordings, sessions and receipts, one sentence each. */
  readonly conflicts: readonly string[];
}

/**
 * The exit code of `sealcam inventory`: the same as a verifier's, over everything that should exist.
 * @param missing what is gone according to the chain of the station's receipts.
 */
export function inventoryExitCode(
  cameras: readonly CameraInventory[],
  missing: readonly string[] = [],
): 0 | 3 | 4 | 5 {
  if (missing.length > 0) return 5;
  const entries = cameras.flatMap(({ recordings }) => recordings);
  const wrong = cameras.some(({ absent, conflicts }) => absent.length > 0 || conflicts.length > 0);
  if (wrong || entries.some(isFaulty)) return 5;
  if (cameras.some(({ boots }) => boots.some(({ faults }) => faults.length > 0))) return 5;
  // It cannot be known what a camera that lost its counters had recorded and not sent.
  if (cameras.some(({ chains }) => chains.some(({ chain }) => chain !== undefined))) return 3;
  if (entries.some(({ state }) => state === 'recovered' || state === 'incomplete')) return 3;
  return entries.some(({ state, gaps, lost }) => state === 'erased' || gaps > 0 || lost > 0) ? 4 : 0;
}

function isFaulty({ state, faults, keys }: InventoryEntry): boolean {
  if (state === 'absent' || state === 'conflict' || state === 'damaged' || faults.length > 0) return true;
  // What was erased must not be openable, and everything else must be; if a recording is still arriving, its keys may be
  // as well.
  if (state === 'erased') return keys === 'present' || keys === 'wrong';
  return keys === 'wrong' || (keys === 'absent' && state !== 'incomplete' && state !== 'elsewhere');
}
