import type { Closing, Moment } from '../../evidence/statements.ts';
import type { StoredRecording } from './recording.ts';

/** A recording that ended, or was cut short, without anybody having stopped it. */
export interface Unstopped {
  readonly number: number;
  readonly roles: readonly string[];
  /** The end of what is durable of it. */
  readonly end: Moment;
}

/** Closings after which the agent itself meant to go on in a linked recording. */
const goesOn: ReadonlySet<Closing['reason']> = new Set(['linked', 'recovered', 'fault', 'storage']);

/**
 * The newest of `recordings`, where neither its closing nor the journal says that it was stopped.
 * @param stopped the highest number of which the journal says so.
 */
export function unstoppedOf(recordings: readonly StoredRecording[], stopped: number): Unstopped | undefined {
  const newest = recordings.reduce<StoredRecording | undefined>(
    (best, one) => (one.number > (best?.number ?? 0) ? one : best),
    undefined,
  );
  if (newest === undefined || newest.number <= stopped) return undefined;
  const { number, endedBy, core, tally } = newest;
  if (endedBy !== undefined && !goesOn.has(endedBy)) return undefined;
  return { number, roles: core.roles, end: tally.end ?? core.claimedStart };
}
