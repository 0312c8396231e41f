import { equalBytes } from '../../base/bytes.ts';
import type { Link, Recording } from '../chain.ts';
import type { Statement } from '../statements.ts';
import type { Certified, TrustedSession } from '../trust.ts';

/** A file of records: `.seal`, `.receipts`, or what a station keeps of sessions. */
export interface EvidenceSource {
  /** What errors and warnings call it. */
  readonly name: string;
  /** Its bytes from the start, in pieces of any size. */
  stream(): AsyncIterable<Uint8Array>;
  /** `bytes` bytes from `offset` on; fewer at the end. */
  readAt(offset: number, bytes: number): Promise<Uint8Array>;
}

/** Where a segment's bytes are that have the digest which the statement names. */
export interface SegmentLocation {
  readonly source: EvidenceSource;
  readonly offset: number;
  readonly bytes: number;
}

/** All that was found of one index of a recording's chain. */
export interface Slot {
  /** Statements of the recording's own session, by ascending D; more than one is a conflict. */
  readonly links: Link[];
  /** For the parts of the first link, a chunk: where each segment is, once it was found good. */
  places: readonly (SegmentLocation | undefined)[][];
  /** A statement of this index is here whose signer may not sign it. */
  untrusted: boolean;
  /** Segments of this index are here that no statement names. */
  segments: boolean;
}

/** A statement that any of several sessions of a camera may sign, and the session that signed it. */
export interface SessionSigned<K extends 'closing' | 'loss' | 'head' | 'journal'> {
  readonly statement: Statement<K>;
  readonly session: TrustedSession;
}

/** All that was found of one recording. */
export interface FoundRecording {
  readonly recording: Recording;
  /** Whether the root issued the certificate of the recording's session. */
  readonly trusted: boolean;
  /** Openings of the same device and recording id with another D. */
  readonly otherOpenings: Statement<'opening'>[];
  readonly slots: Map<number, Slot>;
  readonly closings: SessionSigned<'closing'>[];
  readonly losses: SessionSigned<'loss'>[];
  readonly deletions: Certified<'deletion'>[];
}

/** The entries that were found of one boot's journal. */
export interface FoundBootJournal {
  readonly session: TrustedSession;
  /** By index, by ascending D; more than one is a conflict. */
  readonly entries: ReadonlyMap<number, readonly Statement<'journal'>[]>;
}

/** Everything in the files that means anything. */
export interface Collection {
  readonly sessions: readonly TrustedSession[];
  readonly heads: readonly SessionSigned<'head'>[];
  readonly recordings: readonly FoundRecording[];
  readonly bootJournals: readonly FoundBootJournal[];
  /** Receipts of any recording, without duplicates. */
  readonly receipts: readonly Certified<'receipt'>[];
  readonly checkpoints: readonly Certified<'checkpoint'>[];
  /** Deletions of recordings that are not among the files. */
  readonly strayDeletions: readonly Certified<'deletion'>[];
  readonly unreadableBytes: number;
  /** Records with a right checksum that nothing in the files proves or needs. */
  readonly recordsSetAside: number;
  readonly warnings: readonly string[];
}

/** What cameras say about themselves, apart from their recordings. */
export type CameraWitnesses = Pick<Collection, 'sessions' | 'heads'>;

/** The order of names and numbers in reports: by their UTF-16 code units, the same everywhere. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A recording of which only the opening is known. */
export function emptyRecording(recording: Recording, trusted: boolean): FoundRecording {
  return {
    recording,
    trusted,
    otherOpenings: [],
    slots: new Map(),
    closings: [],
    losses: [],
    deletions: [],
  };
}

/** An empty slot. */
export function emptySlot(): Slot {
  return { links: [], places: [[], []], untrusted: false, segments: false };
}

/** True if any statement of `found` has the name `digest`. */
export function holdsStatement(found: FoundRecording, digest: Uint8Array): boolean {
  const { recording, slots, closings } = found;
  const same = (one: Statement): boolean => equalBytes(one.digest, digest);
  if (same(recording.opening) || closings.some(({ statement }) => same(statement))) return true;
  for (const { links } of slots.values()) if (links.some(same)) return true;
  return false;
}
