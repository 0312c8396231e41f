import { equalBytes } from '../../../base/bytes.ts';
import type { SeenVersion } from '../../../evidence/roster.ts';
import type { Closing, Core, Moment, Opening, Statement } from '../../../evidence/statements.ts';
import { parseBaseName, sealName } from '../names.ts';
import { ChainIndex } from './chain-index.ts';

/** The statements that follow the opening in a spool file's chain. */
export type StoredLink = Statement<'chunk' | 'gap' | 'recorded-command' | 'closing'>;

/** One file of a recording. */
export interface FilePart {
  /** 0 for the first. */
  readonly number: number;
  readonly name: string;
  /** The index of its first statement, and D of the statement before that; undefined if it has no statement. */
  first: { readonly index: number; readonly previous: Uint8Array } | undefined;
  /** Everything before this byte is durable. */
  end: number;
}

/** What a recovered closing says about the statements before it; durations in microseconds. */
export interface Tally {
  readonly chunks: number;
  readonly gaps: number;
  readonly commands: number;
  /** Both parts of all chunks together. */
  readonly segments: number;
  readonly chunksUs: number;
  readonly gapsUs: number;
  /** The latest end of a chunk or gap: its start plus its duration; undefined if there is none. */
  readonly end: Moment | undefined;
}

/** The tally of a recording that contains only its opening. */
export const emptyTally: Tally = {
  chunks: 0,
  gaps: 0,
  commands: 0,
  segments: 0,
  chunksUs: 0,
  gapsUs: 0,
  end: undefined,
};

/** `tally` with `link` included. */
export function counted(tally: Tally, link: StoredLink): Tally {
  switch (link.kind) {
    case 'chunk': {
      const { media, telemetry, start, durationUs } = link.body;
      return {
        ...tally,
        chunks: tally.chunks + 1,
        segments: tally.segments + media.segmentDigests.length + telemetry.segmentDigests.length,
        chunksUs: tally.chunksUs + durationUs,
        end: latest(tally.end, later(start, durationUs)),
      };
    }
    case 'gap': {
      const { start, durationUs } = link.body;
      return {
        ...tally,
        gaps: tally.gaps + 1,
        gapsUs: tally.gapsUs + durationUs,
        end: latest(tally.end, later(start, durationUs)),
      };
    }
    case 'recorded-command':
      return { ...tally, commands: tally.commands + 1 };
    case 'closing':
      return tally;
  }
}

/**
 * How long a recording with this `tally` lasted, and when it ended. Chunks overlap slightly, because the last sound
 * lasts longer than the picture: the sum of their durations would exceed the time that passed.
 */
export function lasted(
  { chunksUs, gapsUs, end }: Tally,
  claimedStart: Moment,
): { readonly durationUs: number; readonly end: Moment } {
  if (end === undefined) return { durationUs: 0, end: claimedStart };
  const stated = chunksUs + gapsUs;
  if (!equalBytes(end.epoch, claimedStart.epoch)) return { durationUs: stated, end };
  return { durationUs: Math.min(stated, Math.max(0, end.uptimeUs - claimedStart.uptimeUs)), end };
}

function latest(before: Moment | undefined, moment: Moment): Moment {
  const isLater =
    before !== undefined && equalBytes(before.epoch, moment.epoch) && before.uptimeUs > moment.uptimeUs;
  return isLater ? before : moment;
}

function later(start: Moment, us: number): Moment {
  return { ...start, uptimeUs: start.uptimeUs + us, utcUs: start.utcUs + us };
}

/** The durable part of a recording in the spool. */
export interface RecordingFilesState {
  /** Recording id, 32 hexadecimal digits. */
  readonly id: string;
  readonly number: number;
  /** The common prefix of its files' names. */
  readonly base: string;
  readonly session: Statement<'session'>;
  readonly opening: Statement<'opening'>;
  readonly core: Core;
  /** By ascending number; at least one. */
  readonly parts: FilePart[];
  /** Offsets of the statements below `next`, and of the closing after them if there is one. */
  readonly index: ChainIndex;
  /** The next index to be written. */
  next: number;
  /** The reason given in its closing; undefined if it has no closing. */
  endedBy: Closing['reason'] | undefined;
  /** Indices for which the spool holds a Loss, according to its file names. */
  readonly losses: Set<number>;
  /** D of the last statement. */
  last: Uint8Array;
  tally: Tally;
}

/** A recording whose first part contains only its opening, in `bytes` bytes. */
export function justOpened(
  base: string,
  session: Statement<'session'>,
  opening: Statement<'opening'>,
  core: Core,
  bytes: number,
): RecordingFilesState {
  return {
    ...parseBaseName(base),
    ...{ base, session, opening, core },
    parts: [{ number: 0, name: sealName(base, 0), first: undefined, end: bytes }],
    index: new ChainIndex(),
    next: 0,
    endedBy: undefined,
    losses: new Set(),
    last: opening.digest,
    tally: emptyTally,
  };
}

/** The file that holds the statement `index`. */
export function partOf(recording: RecordingFilesState, index: number): FilePart | undefined {
  return recording.parts.findLast(({ first }) => first !== undefined && first.index <= index);
}

/** A recording that ended, or was cut short, although no one stopped it. */
export interface Unstopped {
  readonly number: number;
  readonly roles: readonly string[];
  /** The end of its durable part. */
  readonly end: Moment;
}

/** Closings after which the agent itself intended to continue in a linked recording. */
const goesOn: ReadonlySet<Closing['reason']> = new Set(['linked', 'recovered', 'fault', 'storage']);

/**
 * The newest of `recordings`, unless its closing says that it was stopped. Only the note of `Continuation` records a
 * stop that came while nothing was being recorded, or whose closing could not be written.
 */
export function unstoppedOf(recordings: readonly RecordingFilesState[]): Unstopped | undefined {
  const newest = recordings.reduce<RecordingFilesState | undefined>(
    (best, one) => (one.number > (best?.number ?? 0) ? one : best),
    undefined,
  );
  if (newest === undefined) return undefined;
  const { number, endedBy, core, tally } = newest;
  if (endedBy !== undefined && !goesOn.has(endedBy)) return undefined;
  return { number, roles: core.roles, end: tally.end ?? core.claimedStart };
}

/** A recording that no writer will close; a crash left it open. Its recovered closing is made from this. */
export interface Recoverable {
  /** Recording id, 32 hexadecimal digits. */
  readonly id: string;
  readonly number: number;
  readonly opening: Opening;
  /** The closing's index, and the digest that it names as previous. */
  readonly next: number;
  readonly last: Uint8Array;
  readonly tally: Tally;
}

export function recoverableOf({ id, number, opening, next, last, tally }: RecordingFilesState): Recoverable {
  return { id, number, opening: opening.body, next, last, tally };
}

/** The newest signed policy that one of the openings names; undefined if none does. */
export function newestPolicyOf(
  recordings: readonly Pick<RecordingFilesState, 'core'>[],
): SeenVersion | undefined {
  let newest: SeenVersion | undefined;
  for (const { core } of recordings) {
    const { policyVersion: version, policyDigest: digest } = core;
    if (digest !== undefined && version > (newest?.version ?? 0)) newest = { version, digest };
  }
  return newest;
}
