import { equalBytes, fromHex } from '../../../base/bytes.ts';
import { isSealcamError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { coreCodec, type Moment } from '../../../evidence/statements.ts';
import { agentLimits } from '../../limits.ts';
import type { GapSpan, RememberedRunOn, ResumedBefore } from '../../recorder/inputs.ts';
import { type BootSession, elapsedUs, type Moments, recoveredClosing } from '../../sealer/index.ts';
import { comesBefore, isUpTo, placeName, type SensorEvent, type SensorPlace } from '../../sensor/index.ts';
import { type Missed, type Owed, owedName } from '../../spool/journal/owed.ts';
import type { Unstopped } from '../../spool/recordings/recording.ts';
import { lasted } from '../../spool/recordings/recording.ts';
import type { Spool } from '../../spool/spool.ts';
import type { Continuation, Inherited } from './continuation.ts';

/** What this run of the agent takes over from the previous one. */
export interface TakenOver {
  /** Undefined if the previous run left no note, or one of another boot. */
  readonly inherited: Inherited | undefined;
  /** How recording continues by itself; undefined if it does not. */
  readonly resumption: Resumption | undefined;
  /** Presses of start that are already durable; the sensor may send them again. */
  readonly presses: OwedPresses;
}

/** Finishes what the previous run left unfinished, and says how this one continues. */
export async function takeOver({
  spool,
  session,
  continuation,
  moments,
  usualRoles,
  log,
}: {
  readonly spool: Spool;
  readonly session: BootSession;
  readonly continuation: Continuation;
  readonly moments: Moments;
  /** Who a recording is sealed for outside of dwellings. */
  readonly usualRoles: readonly string[];
  readonly log: Log;
}): Promise<TakenOver> {
  const inherited = continuation.inherited((recording, index) => {
    const found = spool.recordings().find(({ id }) => id === recording);
    return found === undefined || found.durable > index;
  });
  const now = moments.now();
  const { owed, unstopped, newest } = spool;
  const resumption = unusedIn(spool, moments, resumptionOf(inherited, unstopped, owed, now, usualRoles));
  await endOwed(spool, resumption, inherited, now, log);
  const presses = new OwedPresses(spool.owed, now.epoch);
  await recoverAll(spool, session, moments, log);
  if (resumption !== undefined)
    log.warn('recording.resumed', 'Recording continues in a linked recording', { after: newest?.number });
  return { inherited, resumption, presses };
}

/**
 * A linked recording may have to begin at the moment at which another began that was cut short while still empty. It
 * gets the next free moment: under the same name it would count as created, and no statement would contain what was
 * lost of it.
 */
function unusedIn(
  spool: Spool,
  moments: Moments,
  resumption: Resumption | undefined,
): Resumption | undefined {
  if (resumption === undefined) return undefined;
  const unused = (fromUs: number): number => spool.unusedStart(moments.at(fromUs)).uptimeUs;
  const { before, owed, fromUs } = resumption;
  return {
    ...resumption,
    fromUs: owed === undefined ? unused(fromUs) : fromUs,
    before: before && { ...before, fromUs: unused(before.fromUs) },
  };
}

/** Closes what an earlier run left open. What cannot be closed now can still be sent; the next start tries again. */
async function recoverAll(spool: Spool, session: BootSession, moments: Moments, log: Log): Promise<void> {
  for (const { id, number, opening, next, last, tally } of spool.recoverable) {
    const { chunks, gaps, segments } = tally;
    const span = lasted(tally, coreCodec.decode(opening.core).claimedStart);
    const recordingId = fromHex(id) ?? new Uint8Array(0);
    const facts = { recordingId, index: next, previous: last, chunks, gaps, segments, ...span };
    const closing = recoveredClosing(facts, session, moments.now());
    try {
      await spool.recover(id, closing);
      log.warn('recording.recovered', 'A recording that was cut short is closed as recovered', {
        number,
        count: next,
      });
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      log.alarm('recording.not-closed', 'A recording that was cut short cannot be closed yet', {
        number,
        code: error.code,
      });
    }
  }
}

/** How recording continues by itself. */
export interface Resumption {
  readonly dwelling: boolean;
  /** Stop had been pressed, or it had ended already: what continues ends by itself. */
  readonly runOn: RememberedRunOn | undefined;
  /** It was started by a person while the camera was weak. */
  readonly despiteWeak: boolean;
  readonly missed: GapSpan | undefined;
  /** From when on nothing was recorded. */
  readonly fromUs: number;
  /** The entry owed since then, which the continuing recording will pay; undefined if a linked one follows. */
  readonly owed: Owed | undefined;
  /**
   * What continues instead if the sensor repeats what came before the press with which `owed` began. The sensor then
   * repeats the press too, which must begin its recording alone. Undefined if nothing was being recorded before the
   * press.
   */
  readonly before: ResumedBefore | undefined;
}

/**
 * Whether recording continues by itself: the person who pressed the button believes that the camera is recording, even
 * if the agent was killed again before it had opened the next recording, or if that one is receipted and deleted. It
 * does not continue after a long time, nor after a stop; if it is unclear whether the stop is durable, the recordings
 * decide.
 * @param inherited what the previous run left, if that is known.
 * @param unstopped the newest recording, unless someone stopped it.
 * @param owed what the camera owes: the oldest that has not ended is what the previous run was about to create.
 * @param usualRoles who a recording is sealed for outside of dwellings.
 */
export function resumptionOf(
  inherited: Inherited | undefined,
  unstopped: Unstopped | undefined,
  owed: readonly Owed[],
  now: Moment,
  usualRoles: readonly string[],
): Resumption | undefined {
  const here = unstopped !== undefined && equalBytes(unstopped.end.epoch, now.epoch) ? unstopped : undefined;
  const oldest = owed.find(({ start, missed }) => !missed?.ended && equalBytes(start.epoch, now.epoch));
  // Not everything before a linked one is durable: the linked recording that continues begins where the durable part
  // ends, or the time between would be in neither.
  const late = oldest?.startKind === 'linked' && oldest.missed === undefined && here !== undefined;
  const begun = late && here.end.uptimeUs < oldest.start.uptimeUs ? undefined : oldest;
  const begunUs = begun?.start.uptimeUs;
  const lastUs = Math.max(inherited?.atUs ?? 0, here?.end.uptimeUs ?? 0, begunUs ?? 0);
  const told = inherited?.recording ?? 'stopping';
  // A durable press of start came after the note, which waits for it; nothing that ended it was released.
  if (begun === undefined && (told === 'no' || (told === 'stopping' && here === undefined))) return undefined;
  if (now.uptimeUs - lastUs > agentLimits.resumeUsMax) return undefined;
  const dwelling = inherited?.dwelling ?? begun?.dwelling ?? here?.roles.join() !== usualRoles.join();
  const missed = inherited?.missed ?? gapOf(begun);
  const unsigned = inherited?.missed;
  const beforeUs = unsigned?.fromUs ?? (told === 'no' ? undefined : here?.end.uptimeUs);
  const { runOn, endedBefore } = endsIn(inherited, begun);
  const fromUs = begunUs ?? missed?.fromUs ?? here?.end.uptimeUs ?? lastUs;
  // All of it except its closing is durable, and no sensor has more of it.
  const isPressed = (inherited?.presses?.unstated.length ?? 0) > 0;
  const isWhole = begun === undefined && missed === undefined && !isPressed;
  if (runOn !== undefined && runOn.untilUs <= fromUs && isWhole) return undefined;
  return {
    ...{ dwelling, runOn, missed, owed: begun, fromUs, despiteWeak: inherited?.despiteWeak ?? false },
    before: beforeUs === undefined ? undefined : { fromUs: beforeUs, missed: unsigned, runOn: endedBefore },
  };
}

/** When the recording ends that continues, and the one before it. A press may be newer than the note, which waits for it. */
function endsIn(
  { runOn, endedBefore, owedRunOn, waitedUs = Number.POSITIVE_INFINITY }: Partial<Inherited> = {},
  begun: Owed | undefined,
): Pick<Inherited, 'runOn' | 'endedBefore'> {
  const isNewer = begun !== undefined && begun.startKind !== 'linked' && begun.start.uptimeUs > waitedUs;
  return isNewer ? { runOn: owedRunOn, endedBefore: runOn } : { runOn, endedBefore };
}

function gapOf({ start, missed }: Partial<Owed> = {}): GapSpan | undefined {
  if (start === undefined || missed === undefined) return undefined;
  const { durationUs, cause, videoSamples: video, audioSamples: audio } = missed;
  const fromUs = start.uptimeUs;
  return { fromUs, toUs: fromUs + durationUs, cause, video, audio, atLeast: true };
}

/**
 * Ends what an earlier run owed and nothing continues: nothing of its time was recorded, at most until `now`.
 * @param going what recording continues with. Any other press of this boot is left alone then: the sensor repeats it.
 */
async function endOwed(
  spool: Spool,
  going: Resumption | undefined,
  inherited: Inherited | undefined,
  now: Moment,
  log: Log,
): Promise<void> {
  let counted = inherited?.missed;
  for (const owed of spool.owed) {
    const { start, missed } = owed;
    const here = equalBytes(start.epoch, now.epoch);
    if (missed?.ended !== undefined) continue;
    if (here && going !== undefined) {
      // Nothing that came after it was released: the sensor repeats a press, and what would have been linked is created
      // again.
      const again =
        owed.place !== undefined || (going.owed && owedName(start) === owedName(going.owed.start));
      if (again) continue;
      if (missed === undefined) {
        await spool.paid(owedName(start)).catch(() => {});
        continue;
      }
    }
    const own = here ? counted : undefined;
    if (here) counted = undefined;
    const ended: Missed = {
      cause: own?.cause ?? missed?.cause ?? 'fault',
      durationUs: Math.max(missed?.durationUs ?? 0, elapsedUs(start, now)),
      videoSamples: own?.video ?? missed?.videoSamples ?? 0,
      audioSamples: own?.audio ?? missed?.audioSamples ?? 0,
      atLeast: true,
      ended: 'shutdown',
    };
    try {
      await spool.owe({ ...owed, missed: ended });
      log.warn(
        'owed-recording.found',
        'An earlier run owes a recording, which will state that nothing was recorded',
      );
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      log.alarm('owed-recording.not-ended', 'A recording that an earlier run owes cannot be ended yet', {
        code: error.code,
      });
    }
  }
}

/** The presses of start that are owed, by their place in the sensor's stream. */
export class OwedPresses {
  readonly #byPlace: ReadonlyMap<string, { readonly startUs: number } | 'over'>;

  /** @param epoch of the present boot: no sensor repeats a press of another one. */
  constructor(owed: readonly Owed[], epoch: Uint8Array) {
    this.#byPlace = new Map(
      owed.flatMap(({ start, place, missed }) =>
        place === undefined || !equalBytes(start.epoch, epoch)
          ? []
          : [[placeName(place), missed?.ended === undefined ? { startUs: start.uptimeUs } : 'over']],
      ),
    );
  }

  /** When the owed recording for the press at `place` begins, or that it has ended; undefined for any other press. */
  get(place: SensorPlace): { readonly startUs: number } | 'over' | undefined {
    return this.#byPlace.get(placeName(place));
  }
}

/**
 * True if `event` came before the press at `press`, in the same run of the sensor: the sensor releases in order, so it
 * will repeat that press too. Undefined if the event does not tell, like one that may be repeated long after.
 */
export function foretells(event: SensorEvent, press: SensorPlace): boolean | undefined {
  if (!('place' in event) || holdsOn(event)) return undefined;
  return comesBefore(event.place, press);
}

function holdsOn(event: SensorEvent): boolean {
  if (event.type === 'parameters' || event.type === 'switches') return true;
  return event.type === 'button' && (event.button === 'mute' || event.button === 'dwelling');
}

/**
 * True for what the previous run has finished for good but the sensor repeats because it was not told. Lasting facts
 * (stream and switches) are taken again.
 * @param upTo how far the previous run came.
 */
export function usedUp(event: SensorEvent, upTo: SensorPlace | undefined): boolean {
  if (!('place' in event) || upTo === undefined || holdsOn(event)) return false;
  return isUpTo(event.place, upTo);
}
