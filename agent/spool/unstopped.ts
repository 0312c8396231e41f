import type { Closing, Moment } from '../../evidence/statements.ts';
import type { StoredRecording } from './recordings/recording.ts';

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
 * The newest of `recordings`, where its closing does not say that it was stopped. That of a stop which came while none was
 * being made, or whose closing cannot be written, only the note of `Continuation` knows.
 */
export function unstoppedOf(recordings: readonly StoredRecording[]): Unstopped | undefined {
  const newest = recordings.reduce<StoredRecording | undefined>(
    (best, one) => (one.number > (best?.number ?? 0) ? one : best),
    undefined,
  );
  if (newest === undefined) return undefined;
  const { number, endedBy, core, tally } = newest;
  if (endedBy !== undefined && !goesOn.has(endedBy)) return undefined;
  return { number, roles: core.roles, end: tally.end ?? core.claimedStart };
}
