import { equalBytes, fromHex } from '../../base/bytes.ts';
import { isSealcamError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { coreCodec, type Moment } from '../../evidence/statements.ts';
import { agentLimits } from '../limits.ts';
import type { GapSpan } from '../recorder/machine-types.ts';
import { type BootSession, type Moments, recoveredClosing } from '../sealer/index.ts';
import type { Place, SensorEvent } from '../sensor/index.ts';
import type { Inherited } from './continuation.ts';
import type { Spool } from './spool.ts';
import type { Unstopped } from './unstopped.ts';

/** Closes what an earlier run left open. What cannot be closed now can still be sent, and is tried at the next start. */
export async function recoverAll(
  spool: Spool,
  session: BootSession,
  moments: Moments,
  log: Log,
): Promise<void> {
  for (const { id, number, opening, next, last, tally } of spool.recoverable) {
    const { chunks, gaps, segments, chunksUs, gapsUs } = tally;
    const end = tally.end ?? coreCodec.decode(opening.core).claimedStart;
    const recordingId = fromHex(id) ?? new Uint8Array(0);
    const facts = { recordingId, index: next, previous: last, chunks, gaps, segments, end };
    const closing = recoveredClosing({ ...facts, durationUs: chunksUs + gapsUs }, session, moments.now());
    try {
      await spool.recover(id, closing);
      log.warn('a recording that was cut short is closed as recovered', { number, count: next });
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      log.alarm('a recording that was cut short cannot be closed yet', { number, code: error.code });
    }
  }
}

/** How recording goes on by itself. */
export interface Resumption {
  readonly dwelling: boolean;
  readonly missed: GapSpan | undefined;
}

/**
 * Whether recording goes on by itself: whoever pressed the button believes that the camera records, also where the
 * agent was killed again before it had opened the next recording, or where that is receipted and gone. Not after a long
 * time, nor after a stop; where it is open whether the stop is durable, the recordings tell.
 * @param inherited what the run before left, where that is known.
 * @param unstopped the newest recording, where nobody has stopped it.
 * @param usualRoles whom a recording is for outside of dwellings.
 */
export function resumptionOf(
  inherited: Inherited | undefined,
  unstopped: Unstopped | undefined,
  now: Moment,
  usualRoles: readonly string[],
): Resumption | undefined {
  const here = unstopped !== undefined && equalBytes(unstopped.end.epoch, now.epoch) ? unstopped : undefined;
  const lastUs = Math.max(inherited?.atUs ?? 0, here?.end.uptimeUs ?? 0);
  const told = inherited?.recording ?? 'stopping';
  if (told === 'no' || (told === 'stopping' && here === undefined)) return undefined;
  if (now.uptimeUs - lastUs > agentLimits.resumeUsMax) return undefined;
  const dwelling = inherited?.dwelling ?? here?.roles.join() !== usualRoles.join();
  return { dwelling, missed: inherited?.missed };
}

/**
 * True for what the run before this one has used up for good, and the sensor sends again as it had not heard of that.
 * What holds on, stream and switches, is heard again.
 * @param upTo where the run before came to.
 */
export function usedUp(event: SensorEvent, upTo: Place | undefined): boolean {
  if (!('place' in event) || upTo === undefined) return false;
  if (event.type === 'parameters' || event.type === 'switches') return false;
  if (event.type === 'button' && (event.button === 'mute' || event.button === 'dwelling')) return false;
  return event.place.run === upTo.run && event.place.sequence <= upTo.sequence;
}
