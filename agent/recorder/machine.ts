import assert from 'node:assert/strict';
import type { SensorPlace } from '../sensor/index.ts';
import {
  hearDwelling,
  hearMute,
  hearPressedAgain,
  hearResume,
  hearStart,
  hearStop,
  hearStorage,
} from './controls.ts';
import { hearFault, hearMended, hearRetry, hearSealed } from './faults.ts';
import { hearLost } from './gaps.ts';
import type {
  RecorderEffect,
  RecorderFacts,
  RecorderInput,
  RecorderLimits,
  RecorderState,
} from './machine-types.ts';
import type { PolicyProfile } from './policy.ts';
import { countBegun, hearPress, holdsPress, noPresses, takeDue } from './presses.ts';
import { emptyRing } from './ring.ts';
import { hearParameters, hearSample, hearSensor, hearSensorChanged, keepWithinIndices } from './stream.ts';
import type { RecordingContext } from './telemetry.ts';
import { ringLimits, Turn } from './turn.ts';

/** The recorder of a camera that was just switched on: standing by, the sensor not heard of yet. */
export function initialRecorder(
  policy: PolicyProfile,
  limits: RecorderLimits,
  context: RecordingContext,
  settledUpTo?: SensorPlace,
): RecorderState {
  const facts: RecorderFacts = {
    policy,
    limits,
    context,
    parameters: undefined,
    sensorPresent: false,
    storageFull: false,
    muted: false,
    dwelling: false,
    lampCommanded: 'off',
    lampReported: undefined,
    unsealed: [],
    unsealedSpans: [],
    settledUpTo,
    opened: 0,
    failed: 0,
    statements: 0,
    faults: 0,
    closing: 0,
    presses: noPresses,
    nowUs: 0,
    stopped: 'shutdown',
    waitedUs: -1,
  };
  return { facts, phase: { kind: 'standby', ring: emptyRing(ringLimits(facts)) } };
}

/**
 * The recorder: what to do, and what holds then, when `input` is heard in `state`. Pure; effects are performed in
 * order by the caller. An input that can't occur in `state` (a chunk sealed that was never handed over) is a bug
 * and asserts.
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
  for (let n = state.facts.opened; n < turn.facts.opened; n += 1) countBegun(turn);
  return { state: { facts: turn.facts, phase: turn.phase }, effects: turn.effects };
}

/** What the time had come to, by the sensor, when `input` was made. */
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

function hear(turn: Turn, input: RecorderInput): void {
  switch (input.kind) {
    case 'start':
      hearStart(turn, input);
      return;
    case 'resume':
      hearResume(turn, input);
      return;
    case 'pressedAgain':
      hearPressedAgain(turn, input);
      return;
    case 'stop':
      hearStop(turn, input.by, input.atUs);
      return;
    case 'shutdown':
      hearStop(turn, input.kind, input.atUs);
      return;
    case 'fault':
      hearFault(turn, input);
      return;
    case 'mended':
      hearMended(turn);
      return;
    case 'retry':
      hearRetry(turn);
      return;
    case 'bookmark':
      turn.note({ kind: 'bookmark', atUs: input.atUs });
      turn.effects.push({ kind: 'mark' });
      return;
    case 'due':
      if (holdsPress(turn.facts)) {
        turn.effects.push({ kind: 'dueAfter', delayMs: turn.facts.limits.pressMergeUs / 1000 });
      }
      return;
    case 'mute':
      hearMute(turn, input.on, input.atUs);
      return;
    case 'dwelling':
      hearDwelling(turn, input.on, input.atUs);
      return;
    case 'parameters':
      hearParameters(turn, input);
      return;
    case 'sample':
      hearSample(turn, input.sample);
      return;
    case 'reading':
      turn.note(input.reading);
      return;
    case 'lampReported':
      turn.facts = { ...turn.facts, lampReported: input.lamp };
      turn.note({ kind: 'lampReported', atUs: input.atUs, lamp: input.lamp });
      return;
    case 'context':
      turn.facts = { ...turn.facts, context: input.context };
      if (turn.phase.kind === 'recording' || turn.phase.kind === 'waiting') {
        turn.phase = { ...turn.phase, telemetry: { ...turn.phase.telemetry, context: input.context } };
      }
      return;
    case 'lost':
      hearLost(turn, input.gap);
      return;
    case 'sensor':
      hearSensor(turn, input.present, input.atUs);
      return;
    case 'sensorChanged':
      hearSensorChanged(turn, input.atUs);
      return;
    case 'storage':
      hearStorage(turn, input.full, input.atUs);
      return;
    case 'sealed':
      hearSealed(turn);
      return;
    case 'closed':
      assert(turn.facts.closing > 0, 'a recording was closed that nobody asked to close');
      closed(turn);
      if (turn.phase.kind === 'stopping' && turn.facts.closing === 0) {
        turn.phase = { kind: 'standby', ring: turn.phase.ring };
        turn.showIdle();
      }
  }
}

/** One closing less is on its way. After the last the sensor may forget the stop: a later closing is another's. */
function closed(turn: Turn): void {
  const closing = turn.facts.closing - 1;
  const { presses } = turn.facts;
  turn.facts = { ...turn.facts, closing, presses: closing > 0 ? presses : { ...presses, stop: undefined } };
}
