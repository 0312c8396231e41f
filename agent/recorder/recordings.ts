import assert from 'node:assert/strict';
import { describeBy } from '../../media/fit-stream.ts';
import { rescale, type StreamParameters } from '../../media/types.ts';
import { encodeMessage, type LinkTrack } from '../../proto/link/messages.ts';
import type { SensorPlace } from '../sensor/index.ts';
import { begunNow, streamBroke } from './automatic/attention.ts';
import { noteEnd } from './automatic/run-on.ts';
import type { CloseReason, GapSpan, StartKind, StopReason } from './inputs.ts';
import type { RecorderEffect } from './machine-types.ts';
import { rolesAsked } from './policy.ts';
import { endGap, stateSilence } from './stream/gaps.ts';
import { emptyRing } from './stream/ring.ts';
import { type CapturedSample, openSegmenter } from './stream/segmenter.ts';
import { emptyLog, encodeStreamTelemetry, type TelemetryLog } from './telemetry.ts';
import { isRecorded, type RecordingPhase, ringLimits, type Turn, type WaitingPhase } from './turn.ts';

// How recordings begin and end.

/** The awaited recording. */
export interface Awaited {
  readonly start: StartKind;
  /** When it begins. */
  readonly startUs: number;
  readonly telemetry?: TelemetryLog;
  /** What it has already missed. */
  readonly missed?: GapSpan | undefined;
  /** Nothing begins before the `retry`. */
  readonly held?: boolean;
  /** The position of the press of start that began it. */
  readonly place?: SensorPlace | undefined;
  /** The entry that it is owed is durable, or being made so. */
  readonly owed?: boolean;
  /** The name of the entry whose gap is part of `missed`: this one takes its place. */
  readonly instead?: string | undefined;
}

/** A recording is to begin with the next key frame. From now on it is owed, whatever happens to this process. */
export function wait(turn: Turn, awaited: Awaited): void {
  const { start, telemetry = emptyLog(), missed, held = false, place, owed = false, instead } = awaited;
  const { dwelling, muted, waitedUs } = turn.facts;
  const startUs = owed ? awaited.startUs : Math.max(awaited.startUs, waitedUs + 1);
  turn.facts = { ...turn.facts, waitedUs: Math.max(startUs, waitedUs) };
  if (!owed || missed !== undefined)
    turn.effects.push({ kind: 'owe', start, startUs, dwelling, muted, place, missed, instead });
  const lost = start === 'linked' || missed !== undefined;
  turn.phase = { kind: 'waiting', start, startUs, telemetry, missed, missedUs: 0, lost, held };
}

/** A linked recording is to continue where `before`, which is closed, ended. */
export function waitLinked(turn: Turn, before: RecordingPhase, more: Partial<Awaited> = {}): void {
  wait(turn, { start: 'linked', startUs: more.missed?.fromUs ?? before.endUs, ...more });
}

/** Opens the awaited recording of `phase` with its first picture, a key frame. */
export function begin(turn: Turn, phase: WaitingPhase, first: CapturedSample): void {
  const { parameters } = turn.facts;
  assert(parameters !== undefined && first.track === 'video' && first.key);
  const audioScale = parameters.audio?.timescale ?? parameters.video.timescale;
  const base = { video: first.dts, audio: rescale(first.dts, parameters.video.timescale, audioScale) };
  beginRecording(turn, phase, base, first.capturedUs, missedBefore(turn, phase, first.capturedUs), first);
}

/** A recording that never got a key frame: it is opened all the same, to state what it missed until `toUs`. */
export function openForGap(turn: Turn, phase: WaitingPhase, toUs: number): void {
  const missed = missedUntil(phase, toUs);
  if (turn.facts.parameters !== undefined) {
    beginRecording(turn, phase, { video: 0, audio: 0 }, phase.startUs, missed);
    return;
  }
  // No sensor has described its media yet: it contains only the gap.
  pushOpen(turn, phase, undefined, missed);
  turn.facts = { ...turn.facts, statements: 0 };
  turn.gap(missed);
  pushClose(turn, turn.facts.stopped);
}

/** What must be stated before the first picture; a short wait for it doesn't count if nothing was lost. */
function missedBefore(turn: Turn, phase: WaitingPhase, firstUs: number): GapSpan | undefined {
  const { missed, missedUs, lost, startUs } = phase;
  const waitedUs = Math.max(firstUs - startUs, missedUs);
  if (!(lost && missed !== undefined) && waitedUs <= turn.facts.limits.unstatedUsMax) return undefined;
  return missedUntil(phase, firstUs);
}

/** All of the time since the recording began. */
function missedUntil({ missed, startUs }: WaitingPhase, toUs: number): GapSpan {
  const counted = missed ?? { cause: 'fault', video: 0, audio: 0, atLeast: true, toUs };
  return { ...counted, fromUs: startUs, toUs: Math.max(startUs, toUs, counted.toUs) };
}

function pushOpen(
  turn: Turn,
  phase: WaitingPhase,
  media: Extract<RecorderEffect, { kind: 'open' }>['media'],
  missed: GapSpan | undefined,
): void {
  const { policy, dwelling } = turn.facts;
  const { start, startUs } = phase;
  const roles = rolesAsked(policy, dwelling);
  turn.effects.push({ kind: 'open', start, policy, roles, media, startUs, missed });
  if (turn.facts.marked) turn.effects.push({ kind: 'mark' });
  turn.facts = { ...turn.facts, opened: turn.facts.opened + 1 };
}

function beginRecording(
  turn: Turn,
  phase: WaitingPhase,
  base: RecordingPhase['base'],
  firstUs: number,
  missed: GapSpan | undefined,
  first?: CapturedSample,
): void {
  const { parameters: said, sent, limits, context } = turn.facts;
  assert(said !== undefined);
  const { video, described, problem } = describeBy(said.video, first?.data ?? new Uint8Array(0));
  const parameters = { ...said, video };
  const message = sent ?? (problem === undefined ? undefined : streamMessage(said));
  const telemetry = message === undefined ? new Uint8Array(0) : encodeStreamTelemetry(message);
  const { start, startUs } = phase;
  pushOpen(turn, phase, { parameters, base }, missed);
  turn.effects.push({ kind: 'sealInit', atUs: firstUs, described, telemetry, problem });
  if (start !== 'linked') begunNow(turn);
  streamBroke(turn, false);
  // Its header is the first of them.
  turn.facts = { ...turn.facts, statements: 1 };
  if (missed === undefined) keepPassedBy(turn, phase);
  turn.phase = {
    kind: 'recording',
    segmenter: openSegmenter(parameters, limits),
    telemetry: { ...phase.telemetry, context },
    base,
    start,
    startUs,
    endUs: missed?.toUs ?? Math.max(startUs, firstUs),
    decodedUs: undefined,
    // Not the wait for the first picture: after a long one, the least step of the sensor's clock would be a loss.
    unstatedUs: 0,
    gap: undefined,
    relinkAtKey: false,
  };
  // After a fault the alarm stays until something is in storage: `hearSealed`.
  if (turn.facts.faults === 0) turn.lamp('recording', start === 'linked' ? 0 : 100, firstUs);
  if (missed !== undefined) turn.gap(missed);
}

/** The sensor may forget what was skipped before the first picture; if the recording is lost, its gap must count it. */
function keepPassedBy(turn: Turn, { missed }: WaitingPhase): void {
  if (missed === undefined) return;
  const { passedBy, opened: recording } = turn.facts;
  turn.facts = { ...turn.facts, passedBy: [...passedBy, { ...missed, recording }] };
}

/** Ends the recording with everything that is open in it. */
export function closeRecording(turn: Turn, phase: RecordingPhase, reason: CloseReason, atUs: number): void {
  turn.sealOpen(phase);
  const { gap, telemetry, endUs } = turn.recording();
  if (gap !== undefined) endGap(turn, gap, Math.max(gap.toUs, atUs));
  // A linked recording begins where this one ends: it states the time that passes before its first picture.
  else if (reason !== 'linked' && reason !== 'sensor' && reason !== 'fault')
    stateSilence(turn, turn.recording(), Math.max(endUs, atUs));
  const { merged } = turn.facts.presses;
  if (telemetry.events.length + telemetry.readings.length + merged > 0 && !turn.facts.storageFull)
    turn.seal(undefined);
  pushClose(turn, reason);
}

/**
 * Recording ends: seals and closes what is open, and states what was missed.
 * @param isRepeated the sensor keeps the press that ended it, and sends it to the agent's next run.
 */
export function endRecording(turn: Turn, reason: StopReason, atUs: number, isRepeated = false): void {
  const { phase } = turn;
  const untilUs = phase.kind === 'recording' ? Math.max(atUs, phase.endUs) : atUs;
  if (isRecorded(phase)) turn.facts = { ...turn.facts, stopped: reason };
  if (phase.kind === 'waiting') openForGap(turn, phase, atUs);
  if (turn.phase.kind === 'recording') closeRecording(turn, turn.phase, reason, atUs);
  else if (turn.phase.kind !== 'waiting') return;
  noteEnd(turn, reason, atUs, untilUs, isRepeated);
  const kind = turn.facts.closing > 0 ? 'stopping' : 'standby';
  turn.phase = { kind, ring: emptyRing(ringLimits(turn.facts)) };
  // When the agent itself ends, no `closed` will follow to show it later.
  if (kind === 'standby' || reason === 'shutdown') turn.showIdle();
  // A retry that came during this wait was for a beginning: what an earlier fault left unfinished still needs one.
  if (kind === 'standby' && turn.facts.faults > 0) turn.effects.push({ kind: 'tryAgain' });
}

function pushClose(turn: Turn, reason: CloseReason): void {
  turn.effects.push({ kind: 'close', reason });
  turn.facts = { ...turn.facts, closing: turn.facts.closing + 1 };
}

/** A stream's parameters as a sensor's message, if they came in one that fitted as far as could be seen. */
function streamMessage({ video, audio }: StreamParameters): Uint8Array {
  const none = { width: 0, height: 0, sampleRate: 0, channels: 0, codecString: '' };
  const tracks: LinkTrack[] = [{ ...none, track: 1, ...video }];
  if (audio !== undefined) tracks.push({ ...none, track: 2, ...audio });
  return encodeMessage('parameters', { tracks });
}
