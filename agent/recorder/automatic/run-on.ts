import type { RecorderInput, RememberedRunOn, RunOn, StopReason } from '../inputs.ts';
import type { RecorderFacts } from '../machine-types.ts';
import { isRecorded, type Turn } from '../turn.ts';

// After stop was pressed, the recording goes on for as long as the policy says. A second stop ends it at once, a start
// lets the recording continue as if nothing had been pressed. The lamp goes on showing `recording`, because that is what
// the camera does.

/** Whether a stop does not end the recording yet. */
export function mayRunOn({ facts, phase }: Turn): boolean {
  return facts.policy.runOnSeconds > 0 && facts.runOn === undefined && isRecorded(phase);
}

/** Stop was pressed: recording goes on, and a long beep says that the press was heard. */
export function runOnFrom(turn: Turn, by: 'button' | 'command', pressedUs: number): void {
  const lastsUs = Math.round(turn.facts.policy.runOnSeconds * 1_000_000);
  setRunOn(turn, { by, pressedUs, untilUs: pressedUs + lastsUs }, turn.facts.nowUs + lastsUs);
  turn.lamp(turn.facts.lampCommanded, turn.facts.limits.runOnBeepMs, pressedUs);
}

/** An earlier run of the agent was killed before the recording's end was durable: this one goes on until that time. */
export function runOnAgain(turn: Turn, before: RememberedRunOn): void {
  const { pressedUs, untilUs } = before;
  // The sensor may repeat that press: it is no second one.
  const { presses } = turn.facts;
  const record = Math.max(presses.takenUs.record, pressedUs ?? Number.NEGATIVE_INFINITY);
  const takenUs = { ...presses.takenUs, record };
  turn.facts = { ...turn.facts, presses: { ...presses, takenUs } };
  setRunOn(turn, before, Math.max(untilUs, turn.facts.nowUs));
}

/** When the recording is to end that goes on after a stop, and by whom, if `input` shows that this time has come. */
export function runOnEndedBy(facts: RecorderFacts, input: RecorderInput): RunOn | undefined {
  const { runOn } = facts;
  if (runOn === undefined) return undefined;
  const { untilUs, deadlineUs } = runOn;
  const isPicture = input.kind === 'sample' && input.sample.track === 'video';
  const passed =
    facts.nowUs >= deadlineUs ||
    (isPicture && input.sample.capturedUs >= untilUs) ||
    (input.kind === 'start' && !isRepeated(facts, input) && input.atUs >= untilUs);
  return passed ? runOn : undefined;
}

/**
 * Whether a start is one that the sensor repeats though this run has begun, or awaits, what it started: it means nothing
 * new. Its place in the sensor's stream tells that: its time is measured again, and may be another one than before.
 */
export function isRepeated(
  { waitedUs }: RecorderFacts,
  { owedUs }: { readonly owedUs?: number | undefined },
): boolean {
  return owedUs !== undefined && owedUs <= waitedUs;
}

/** Whether a start takes back the stop after which the recording goes on: an earlier one, which was repeated, does not. */
export function takesBack(facts: RecorderFacts, start: Extract<RecorderInput, { kind: 'start' }>): boolean {
  const { runOn } = facts;
  if (runOn === undefined || isRepeated(facts, start)) return false;
  return start.atUs >= (runOn.pressedUs ?? runOn.untilUs);
}

/**
 * A recording ended that lasted until `untilUs`. As long as its closing is not durable, the next run must end it too.
 * @param isRepeated the sensor keeps the press that ended it, and sends it to the next run.
 */
export function noteEnd(
  turn: Turn,
  by: StopReason,
  atUs: number,
  untilUs: number,
  isRepeated: boolean,
): void {
  const { runOn, ends } = turn.facts;
  const pressedUs = runOn?.pressedUs ?? (by === 'button' || by === 'command' ? atUs : undefined);
  const end = isRepeated ? undefined : { by, pressedUs, untilUs };
  turn.facts = { ...turn.facts, runOn: undefined, ends: [...ends.slice(0, 1), end] };
}

/**
 * When a stop that still waits will end the recording. A sensor may repeat it in vain: what is recorded while it waits can be durable
 * first, and the next run takes nothing again that came before that.
 */
export function waitingStop({ presses, policy }: RecorderFacts): RememberedRunOn | undefined {
  const input = presses.held.record?.input;
  if (input?.kind !== 'stop') return undefined;
  const { by, atUs } = input;
  return { by, pressedUs: atUs, untilUs: atUs + Math.round(policy.runOnSeconds * 1_000_000) };
}

function setRunOn(turn: Turn, remembered: RememberedRunOn, endUs: number): void {
  const { runOnGraceUs, dueMs } = turn.facts.limits;
  // Pictures captured in time may still be on their way, or kept by a sensor that is away.
  turn.facts = { ...turn.facts, runOn: { ...remembered, deadlineUs: endUs + runOnGraceUs } };
  turn.effects.push({ kind: 'dueAfter', delayMs: dueMs });
}
