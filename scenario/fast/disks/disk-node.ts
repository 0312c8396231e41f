import { written } from './growing.ts';

/** A file on the station's simulated disk. */
export type FileNode = {
  /** Differs between files, also where one takes another's name. */
  readonly id: number;
  /** What a power cut leaves for sure; undefined where the file's name may go. */
  durable: Uint8Array | undefined;
  /** What a reader sees; undefined where the file was removed, and that may not be durable. */
  now: Uint8Array | undefined;
  /** A sync failed: what it was to make durable is in the cache alone, and no later sync tells. */
  doubtful: boolean;
};

/** How often, on average, one call in so many goes wrong; 0: never. */
export interface DiskTrouble {
  /** It fails, having done any part of what it was to do. */
  readonly failOneIn: number;
  /** It ends the process. */
  readonly crashOneIn: number;
  /** It writes other bytes than it was given, and says nothing. */
  readonly corruptOneIn: number;
  /** Nothing that grows a file fits. */
  readonly full: boolean;
}

export const calmDisk: DiskTrouble = { failOneIn: 0, crashOneIn: 0, corruptOneIn: 0, full: false };

/** A file that is not there. */
export const nothing = { durable: undefined, now: undefined, doubtful: false } as const;

/** A file of which all is durable. */
export function whole(id: number, bytes: Uint8Array): FileNode {
  return { id, durable: bytes, now: bytes, doubtful: false };
}

/** `before` with `parts` at `offset`, and zeros where nothing was written. */
export function grown(
  before: Uint8Array | undefined,
  offset: number,
  parts: readonly Uint8Array[],
): Uint8Array {
  return written(before ?? new Uint8Array(0), offset, Buffer.concat(parts));
}
