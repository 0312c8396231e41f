import assert from 'node:assert/strict';
import { nothingNoticed, payAttention } from './automatic/attention.ts';
import { powerOf } from './automatic/power.ts';
import { runOnEndedBy } from './automatic/run-on.ts';
import {
  hearDwelling,
  hearMute,
  hearPressedAgain,
  hearReading,
  hearResume,
  hearShutdown,
  hearStart,
  hearStop,
  hearStorage,
  hearSurroundings,
} from './controls.ts';
import { hearFault, hearMended, hearRetry, hearSealed } from './faults.ts';
import type { RecorderInput } from './inputs.ts';
import type { RecorderEffect, RecorderFacts, RecorderState } from './machine-types.ts';
import type { PolicyProfile } from './policy.ts';
import { countBegun, hearPress, holdsPress, pressesAfter, takeDue } from './presses.ts';
import type { RecorderLimits } from './recorder-limits.ts';
import { endRecording } from './recordings.ts';
import type { EarlierRun } from './remembered.ts';
import { nothingSampled } from './sampling.ts';
import { hearLost } from './stream/gaps.ts';
import { emptyRing } from './stream/ring.ts';
import {
  hearParameters,
  hearSample,
  hearSensor,
  hearSensorChanged,
  keepWithinIndices,
  rollOver,
} from './stream/stream.ts';
import type { RecordingContext } from './telemetry.ts';
import { isRecorded, ringLimits, Turn } from './turn.ts';

/** The recorder of a camera that was just switched on: on standby, with nothing heard from the sensor. */
export function initialRecorder(
  policy: PolicyProfile,
  limits: RecorderLimits,
  context: RecordingContext,
  before: EarlierRun = {},
): RecorderState {
  const { upTo, power, marked = false, presses } = before;
  const facts: RecorderFacts = {
    policy,
    policyNext: undefined,
    limits,
    context,
    parameters: undefined,
    sensorPresent: false,
    noVideo: false,
    storageFull: false,
    storageLow: false,
    muted: false,
    dwelling: false,
    lampCommanded: 'off',
    lampReported: undefined,
    unsealed: [],
    unsealedSpans: [],
    passedBy: [],
    settledUpTo: upTo,
    marked,
    carriedPresses: presses?.unstated ?? [],
    statedPresses: presses?.stated ?? [],
    opened: 0,
    failed: 0,
    statements: 0,
    faults: 0,
    closing: 0,
    presses: pressesAfter(before),
    runOn: undefined,
    owedRunOn: undefined,
    ends: [],
    power: powerOf(power),
    sampling: nothingSampled,
    attention: nothingNoticed,
    nowUs: 0,
    stopped: 'shutdown',
    waitedUs: -1,
  };
  return { facts, phase: { kind: 'standby', ring: emptyRing(ringLimits(facts)) } };
}

/**
 * The recorder: the new state and what to do when `input` arrives in `state`. Pure; the caller performs the effects in
 * order. An input that can't occur in `state` (a chunk sealed that was never handed over) is a bug and asserts.
 * @param nowUs the agent's uptime; by default the latest time that an input named.
 */
export function nextRecorder(
  state: RecorderState,
  input: RecorderInput,
  nowUs?: number,
): { readonly state: RecorderState; readonly effects: readonly RecorderEffect[] } {
  const turn = new Turn(state);
  const atUs = timeOf(input);
  turn.facts = { ...state.facts, nowUs: Math.max(state.facts.nowUs, nowUs ?? atUs ?? 0) };
  takeDue(turn, atUs, input.kind === 'shutdown', (held) => hear(turn, held));
  const over = runOnEndedBy(turn.facts, input);
  if (over !== undefined) endRecording(turn, over.by, over.untilUs);
  switch (input.kind) {
    case 'start':
    case 'stop':
    case 'bookmark':
    case 'mute':
    case 'dwelling':
      hearPress(turn, input, (taken) => hear(turn, taken));
      break;
    default:
      hear(turn, input);
  }
  keepWithinIndices(turn);
  rollOver(turn);
  obeyNext(turn);
  payAttention(turn);
  for (let n = state.facts.opened; n < turn.facts.opened; n += 1) countBegun(turn);
  return { state: { facts: turn.facts, phase: turn.phase }, effects: turn.effects };
}

/** Obeys a newer policy once nothing is recorded; what the ring kept under the one before is forgotten. */
function obeyNext(turn: Turn): void {
  const { policyNext } = turn.facts;
  if (policyNext === undefined || isRecorded(turn.phase)) return;
  turn.facts = { ...turn.facts, policy: policyNext, policyNext: undefined };
  turn.forgetRing();
}

/** How far the sensor's time had come when `input` was made. */
function timeOf(input: RecorderInput): number | undefined {
  switch (input.kind) {
    case 'sample':
      return input.sample.capturedUs;
    case 'reading':
      return input.reading.atUs;
    default:
      return 'atUs' in input ? input.atUs : undefined;
  }
}

type Hear<K> = (turn: Turn, input: Extract<RecorderInput, { kind: K }>) => void;

const hearing: { readonly [K in RecorderInput['kind']]: Hear<K> } = {
  start: hearStart,
  resume: hearResume,
  pressedAgain: hearPressedAgain,
  stop: hearStop,
  shutdown: (turn, { kind, atUs }) => hearShutdown(turn, kind, atUs),
  fault: hearFault,
  mended: hearMended,
  retry: hearRetry,
  bookmark(turn, { atUs, category, place }) {
    turn.note({ kind: 'bookmark', atUs, category, place });
    turn.effects.push({ kind: 'mark' });
    turn.facts = { ...turn.facts, marked: isRecorded(turn.phase) };
  },
  due(turn) {
    if (!holdsPress(turn.facts) && turn.facts.runOn === undefined) return;
    turn.effects.push({ kind: 'dueAfter', delayMs: turn.facts.limits.dueMs });
  },
  mute: (turn, { on, atUs }) => hearMute(turn, on, atUs),
  dwelling: (turn, { on, atUs }) => hearDwelling(turn, on, atUs),
  parameters: hearParameters,
  sample: (turn, { sample }) => hearSample(turn, sample),
  reading: (turn, { reading }) => hearReading(turn, reading),
  surroundings: (turn, { surroundings }) => hearSurroundings(turn, surroundings),
  lampReported(turn, { lamp, atUs }) {
    turn.facts = { ...turn.facts, lampReported: lamp };
    turn.note({ kind: 'lampReported', atUs, lamp });
  },
  context(turn, { context }) {
    turn.facts = { ...turn.facts, context };
    const { phase } = turn;
    if (phase.kind !== 'recording' && phase.kind !== 'waiting') return;
    turn.phase = { ...phase, telemetry: { ...phase.telemetry, context } };
  },
  lost: (turn, { gap }) => hearLost(turn, gap),
  sensor: hearSensor,
  sensorChanged: (turn, { atUs }) => hearSensorChanged(turn, atUs),
  storage: hearStorage,
  policy(turn, { policy }) {
    turn.facts = { ...turn.facts, policyNext: policy };
  },
  sealed: hearSealed,
  closed(turn) {
    assert(turn.facts.closing > 0, 'a recording was closed that was never asked to close');
    closed(turn);
    if (turn.phase.kind !== 'stopping' || turn.facts.closing > 0) return;
    turn.phase = { kind: 'standby', ring: turn.phase.ring };
    turn.showIdle();
  },
};

function hear(turn: Turn, input: RecorderInput): void {
  // TypeScript does not see that the handler and the input are of the same kind.
  (hearing[input.kind] as Hear<RecorderInput['kind']>)(turn, input);
}

/**
 * One closing fewer is being stored. After the last the sensor may forget the stop: a later closing belongs to another.
 */
function closed(turn: Turn): void {
  const closing = turn.facts.closing - 1;
  const { presses } = turn.facts;
  turn.facts = { ...turn.facts, closing };
  if (closing === 0) turn.facts = { ...turn.facts, ends: [], presses: { ...presses, stop: undefined } };
}
