import type { RecorderFacts, RecorderInput } from '../machine-types.ts';
import { isRecorded, type Turn } from '../turn.ts';

// After stop was pressed, the recording goes on for as long as the policy says. A second stop ends it at once, a start
// lets the recording continue as if nothing had been pressed. The lamp goes on showing `recording`, because that is what
// the camera does.

/** A recording that goes on although stop was pressed. Times are microseconds of the uptime clock. */
export interface RunOn {
  readonly by: 'button' | 'command';
  readonly pressedUs: number;
  /** The recording ends with the last picture before this. */
  readonly untilUs: number;
  /** When it ends by the agent's own clock, if no picture says earlier that the time has passed. */
  readonly deadlineUs: number;
}

/** What the next run of the agent must know of it. */
export type RememberedRunOn = Pick<RunOn, 'by' | 'pressedUs' | 'untilUs'>;

/** Whether a stop does not end the recording yet. */
export function mayRunOn({ facts, phase }: Turn): boolean {
  return facts.policy.runOnSeconds > 0 && facts.runOn === undefined && isRecorded(phase);
}

/** Stop was pressed: recording goes on, and a long beep says that the press was heard. */
export function runOnFrom(turn: Turn, by: RunOn['by'], pressedUs: number): void {
  const lastsUs = Math.round(turn.facts.policy.runOnSeconds * 1_000_000);
  setRunOn(turn, { by, pressedUs, untilUs: pressedUs + lastsUs }, turn.facts.nowUs + lastsUs);
  turn.lamp(turn.facts.lampCommanded, turn.facts.limits.runOnBeepMs, pressedUs);
}

/** An earlier run of the agent was killed while the recording went on after a stop: so does this one, until the same time. */
export function runOnAgain(turn: Turn, before: RememberedRunOn): void {
  const { pressedUs, untilUs } = before;
  // The sensor may repeat that press: it is no second one.
  const { presses } = turn.facts;
  const takenUs = { ...presses.takenUs, record: Math.max(presses.takenUs.record, pressedUs) };
  turn.facts = { ...turn.facts, presses: { ...presses, takenUs } };
  setRunOn(turn, before, Math.max(untilUs, turn.facts.nowUs));
}

/** When the recording is to end that goes on after a stop, and by whom, if `input` shows that this time has come. */
export function runOnEndedBy(facts: RecorderFacts, input: RecorderInput): RunOn | undefined {
  const { runOn } = facts;
  if (runOn === undefined) return undefined;
  const isPicture = input.kind === 'sample' && input.sample.track === 'video';
  const passed = facts.nowUs >= runOn.deadlineUs || (isPicture && input.sample.capturedUs >= runOn.untilUs);
  return passed ? runOn : undefined;
}

function setRunOn(turn: Turn, remembered: RememberedRunOn, endUs: number): void {
  const { runOnGraceUs, dueMs } = turn.facts.limits;
  // Pictures captured in time may still be on their way, or kept by a sensor that is away.
  turn.facts = { ...turn.facts, runOn: { ...remembered, deadlineUs: endUs + runOnGraceUs } };
  turn.effects.push({ kind: 'dueAfter', delayMs: dueMs });
}
