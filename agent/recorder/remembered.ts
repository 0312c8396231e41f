import type { SensorPlace } from '../sensor/index.ts';
import type { RememberedPower } from './automatic/power.ts';
import { waitingStop } from './automatic/run-on.ts';
import type { GapSpan, RememberedRunOn } from './inputs.ts';
import type { RecorderFacts, RecorderState, Triggered } from './machine-types.ts';
import { joinedGap } from './stream/gaps.ts';
import { type RememberedPresses, rememberedPresses, statedPlaces } from './unstated-presses.ts';

/** What the agent's next run must know, if this one is killed. */
export interface Remembered {
  /** Whether the wearer believes that the camera is recording; `stopping`: until what was recorded is closed. */
  readonly recording: 'yes' | 'stopping' | 'no';
  readonly dwelling: boolean;
  /**
   * The recording goes on until its time is over, as stop was pressed; or it has ended then, and its closing is not
   * durable. Absent where the sensor repeats the press that ended it.
   */
  readonly runOn?: RememberedRunOn | undefined;
  /** The same of a recording before it. */
  readonly endedBefore?: RememberedRunOn | undefined;
  /** The same of the one after it, whose press the sensor is about to repeat. */
  readonly owedRunOn?: RememberedRunOn | undefined;
  /** When the newest recording begins of which this speaks. */
  readonly waitedUs?: number;
  /** It was started by a person while the camera was weak. */
  readonly despiteWeak?: boolean;
  /** When each kind of trigger came last: what goes on triggering starts no other recording. */
  readonly triggeredUs?: Partial<Triggered>;
  /** What the readings have said of battery and heat, if that is not the best. */
  readonly power?: RememberedPower;
  /** The presses that are not safe with what is durable; absent if all are. */
  readonly presses?: RememberedPresses;
  /** The recording was bookmarked. */
  readonly marked?: boolean;
  /** What is missing, and not yet stated in a durable statement. The sensor may have forgotten it. */
  readonly missed: GapSpan | undefined;
  /** Everything up to here is durable, or in `missed`; undefined before the first. */
  readonly upTo: SensorPlace | undefined;
}

/** What a run of the recorder begins with of the one before it. */
export type EarlierRun = Partial<Pick<Remembered, 'upTo' | 'triggeredUs' | 'power' | 'presses' | 'marked'>>;

/**
 * What must survive if the agent is killed in this state. A chunk that is not durable is not part of it, nor is what
 * came after it: the sensor keeps these and sends them again.
 */
export function rememberedOf(state: RecorderState): Remembered {
  const { facts, phase } = state;
  const { unsealed, unsealedSpans, passedBy, settledUpTo, dwelling } = facts;
  const held = unsealedSpans.findIndex(({ upTo }, n) => unsealed[n] !== 0 && upTo !== undefined);
  const ahead = held < 0 ? unsealedSpans : unsealedSpans.slice(0, held);
  const holding = unsealedSpans[held]?.recording ?? facts.opened;
  // What passed by came before everything else of its recording.
  const gaps: GapSpan[] = [
    ...passedBy.filter(({ recording }) => recording <= holding),
    ...ahead.filter((_, n) => unsealed[n] === 0),
  ].sort((one, other) => one.recording - other.recording);
  if (held < 0 && phase.kind === 'waiting' && phase.missed !== undefined) gaps.push(phase.missed);
  if (held < 0 && phase.kind === 'recording' && phase.gap !== undefined) gaps.push(phase.gap);
  const missed = joinedGap(gaps, causeOf(gaps));
  return {
    recording: phase.kind === 'standby' ? 'no' : phase.kind === 'stopping' ? 'stopping' : 'yes',
    dwelling,
    ...endsOf(facts, phase.kind === 'stopping'),
    ...(facts.presses.despiteWeak && phase.kind !== 'standby' && { despiteWeak: true }),
    ...triggersOf(facts),
    ...levelsOf(facts),
    ...pressesOf(state),
    missed,
    upTo: missed?.upTo ?? settledUpTo,
  };
}

function triggersOf({ presses: { triggeredUs } }: RecorderFacts): Pick<Remembered, 'triggeredUs'> {
  const came = Object.entries(triggeredUs).filter(([, atUs]) => Number.isFinite(atUs));
  return came.length === 0 ? {} : { triggeredUs: Object.fromEntries(came) };
}

function levelsOf({ power: { battery, heat } }: RecorderFacts): Pick<Remembered, 'power'> {
  const power = { battery: battery.level, heat: heat.level };
  return power.battery === 'good' && power.heat === 'cool' ? {} : { power };
}

function pressesOf(state: RecorderState): Pick<Remembered, 'presses' | 'marked'> {
  const presses = rememberedPresses(state);
  const isMarked = state.facts.marked && state.phase.kind !== 'standby';
  return { ...(presses && { presses }), ...(isMarked && { marked: true }) };
}

/** When the present recording ends, or has ended, and the one before it: what no sensor repeats. */
function endsOf(
  facts: RecorderFacts,
  isStopping: boolean,
): Pick<Remembered, 'runOn' | 'endedBefore' | 'owedRunOn' | 'waitedUs'> {
  const { ends, owedRunOn, waitedUs } = facts;
  const runOn = isStopping ? ends.at(-1) : (facts.runOn ?? waitingStop(facts));
  const endedBefore = isStopping && ends.length < 2 ? undefined : ends[0];
  return {
    ...(runOn && { runOn: withoutDeadline(runOn) }),
    ...(endedBefore && { endedBefore }),
    ...(owedRunOn && { owedRunOn }),
    ...(waitedUs >= 0 && { waitedUs }),
  };
}

function withoutDeadline({ by, pressedUs, untilUs }: RememberedRunOn): RememberedRunOn {
  return { by, pressedUs, untilUs };
}

/** `facts` once the oldest statement that was handed over is in storage, or lost. */
export function settled(facts: RecorderFacts): RecorderFacts {
  const [oldest, ...unsealedSpans] = facts.unsealedSpans;
  const settledUpTo = oldest?.upTo ?? facts.settledUpTo;
  const passedBy = facts.passedBy.filter(({ recording }) => recording > (oldest?.recording ?? 0));
  const statedPresses = statedPlaces(facts, oldest, settledUpTo);
  return { ...facts, unsealed: facts.unsealed.slice(1), unsealedSpans, passedBy, settledUpTo, statedPresses };
}

/** Of several causes, the one with the largest loss. */
function causeOf(gaps: readonly GapSpan[]): GapSpan['cause'] {
  const [most] = gaps.toSorted((a, b) => b.video + b.audio - (a.video + a.audio));
  return most?.cause ?? 'link';
}
