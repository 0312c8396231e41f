import { equalBytes } from '../../../base/bytes.ts';
import type { Closing, Core, Moment, Opening, Statement } from '../../../evidence/statements.ts';
import { parseBaseName, sealName } from '../names.ts';
import { ChainIndex } from './chain-index.ts';

/** What a spool file's chain is made of behind the opening. */
export type StoredLink = Statement<'chunk' | 'gap' | 'recorded-command' | 'closing'>;

/** One file of a recording. */
export interface FilePart {
  /** 0 for the first. */
  readonly number: number;
  readonly name: string;
  /** The index of the first statement in it, and D of the one before that; undefined where it has none. */
  first: { readonly index: number; readonly previous: Uint8Array } | undefined;
  /** Everything before this byte is durable. */
  end: number;
}

/** What a recovered closing says of the statements before it; durations in microseconds. */
export interface Tally {
  readonly chunks: number;
  readonly gaps: number;
  readonly commands: number;
  /** Of both parts of all chunks. */
  readonly segments: number;
  readonly chunksUs: number;
  readonly gapsUs: number;
  /** The latest end of a chunk or gap: its start plus its duration; undefined if there is none. */
  readonly end: Moment | undefined;
}

/** Of a recording that has its opening alone. */
export const emptyTally: Tally = {
  chunks: 0,
  gaps: 0,
  commands: 0,
  segments: 0,
  chunksUs: 0,
  gapsUs: 0,
  end: undefined,
};

/** `tally` with `link` counted in. */
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
 * How long a recording with this `tally` lasted, and when it ended. Chunks overlap a little, as sound goes on over the end
 * of a picture: their sum alone would grow beyond the time that passed.
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

/** A recording in the spool, as far as it is durable. */
export interface RecordingFilesState {
  /** Recording id, 32 hexadecimal digits. */
  readonly id: string;
  readonly number: number;
  /** What the names of its files begin with. */
  readonly base: string;
  readonly session: Statement<'session'>;
  readonly opening: Statement<'opening'>;
  readonly core: Core;
  /** By ascending number; one at least. */
  readonly parts: FilePart[];
  /** Offsets of the statements below `next`, and of the closing behind them where there is one. */
  readonly index: ChainIndex;
  /** The index that comes next. */
  next: number;
  /** The reason of its closing; undefined where it has none. */
  endedBy: Closing['reason'] | undefined;
  /** Indices of which the spool holds a Loss, as its files' names say. */
  readonly losses: Set<number>;
  /** D of the last statement. */
  last: Uint8Array;
  tally: Tally;
}

/** A recording whose first part holds its opening alone, in `bytes` bytes. */
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

/** A recording that ended, or was cut short, although nobody stopped it. */
export interface Unstopped {
  readonly number: number;
  readonly roles: readonly string[];
  /** The end of what is durable of it. */
  readonly end: Moment;
}

/** Closings after which the agent itself meant to go on in a linked recording. */
const goesOn: ReadonlySet<Closing['reason']> = new Set(['linked', 'recovered', 'fault', 'storage']);

/**
 * The newest of `recordings`, unless its closing says that it was stopped. Only the note of `Continuation` knows of a stop
 * that came while no recording was being made, or whose closing could not be written.
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
  /** The closing's index, and the D that it names as previous. */
  readonly next: number;
  readonly last: Uint8Array;
  readonly tally: Tally;
}

export function recoverableOf({ id, number, opening, next, last, tally }: RecordingFilesState): Recoverable {
  return { id, number, opening: opening.body, next, last, tally };
}
