import { equalBytes } from '../../../base/bytes.ts';
import type { Closing, Core, Moment, Statement } from '../../../evidence/statements.ts';
import type { ChainIndex } from './chain-index.ts';

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
export interface StoredRecording {
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

/** The file that holds the statement `index`. */
export function partOf(recording: StoredRecording, index: number): FilePart | undefined {
  return recording.parts.findLast(({ first }) => first !== undefined && first.index <= index);
}
