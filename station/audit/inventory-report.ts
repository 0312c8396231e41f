/** The state of a recording that should exist. */
export type InventoryState =
  /** All of it, to its closing. */
  | 'complete'
  /** All up to a closing that a later session of the camera signed: more may have been cut off. */
  | 'recovered'
  /** Not all, or without a closing: the rest may be on its way. */
  | 'incomplete'
  /** Nothing but what the station once receipted. */
  | 'absent'
  /** A signed order had it erased. */
  | 'erased'
  /** It contradicts itself, or another one has its number. */
  | 'conflict'
  /** Its file is here, but not readable as the recording that its name says. */
  | 'damaged';

/** What the vault has of a recording; `wrong`: not what its opening names. */
export type KeysFound = 'present' | 'absent' | 'wrong' | 'not looked for';

/** One recording of which a file is in the store. */
export interface InventoryEntry {
  readonly number: number;
  /** The chain that the number counts in; absent for the camera's first. */
  readonly chain?: string;
  /** 32 hexadecimal digits. */
  readonly recordingId: string;
  readonly state: InventoryState;
  /** Statements of its chain from index 0 on that are here, with all that they speak of or a signed reason. */
  readonly statements: number;
  /** How many there must be, by its closing; undefined without one. */
  readonly of: number | undefined;
  /** Signed gaps, and chunks of which the camera, signed, says that a part was lost. */
  readonly gaps: number;
  readonly lost: number;
  readonly keys: KeysFound;
  /** How many receipts were signed for it, and the one that says most. */
  readonly receipts: number;
  readonly receipted: { readonly count: number; readonly complete: boolean } | undefined;
  /** What is wrong, a sentence each. */
  readonly faults: readonly string[];
  /** Anything else a person should know, a sentence each. */
  readonly notes: readonly string[];
}

/** Numbers that a camera has given in one chain and of which no file is in the store; both inclusive. */
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
  /** The statements that say so. */
  readonly statedBy: string;
}

/** What there should be of a camera, and what there is. */
export interface CameraInventory {
  readonly device: string;
  /** The chains in which it has counted. More than the first: it lost its counters, and began again. */
  readonly chains: readonly ChainInventory[];
  /** Those of which a file is here, by chain, then by ascending number. */
  readonly recordings: readonly InventoryEntry[];
  readonly absent: readonly AbsentNumbers[];
  /** Contradictions between recordings, sessions and receipts, a sentence each. */
  readonly conflicts: readonly string[];
}

/**
 * The exit code of `sealcam inventory`: as a verifier's, over all that should exist.
 * @param missing what the chain of the station's receipts shows to be gone.
 */
export function inventoryExitCode(
  cameras: readonly CameraInventory[],
  missing: readonly string[] = [],
): 0 | 3 | 4 | 5 {
  if (missing.length > 0) return 5;
  const entries = cameras.flatMap(({ recordings }) => recordings);
  const wrong = cameras.some(({ absent, conflicts }) => absent.length > 0 || conflicts.length > 0);
  if (wrong || entries.some(isFaulty)) return 5;
  // No one can know what a camera that lost its counters had recorded and not sent.
  if (cameras.some(({ chains }) => chains.some(({ chain }) => chain !== undefined))) return 3;
  if (entries.some(({ state }) => state === 'recovered' || state === 'incomplete')) return 3;
  return entries.some(({ state, gaps, lost }) => state === 'erased' || gaps > 0 || lost > 0) ? 4 : 0;
}

function isFaulty({ state, faults, keys }: InventoryEntry): boolean {
  if (state === 'absent' || state === 'conflict' || state === 'damaged' || faults.length > 0) return true;
  // What was erased must not be openable, and what was not must be; of what is on its way the keys may be as well.
  if (state === 'erased') return keys === 'present' || keys === 'wrong';
  return keys === 'wrong' || (keys === 'absent' && state !== 'incomplete');
}
