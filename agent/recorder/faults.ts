import assert from 'node:assert/strict';
import type { GapCause, HandedOver, RecorderInput } from './inputs.ts';
import type { RecorderFacts } from './machine-types.ts';
import { closeRecording, wait, waitLinked } from './recordings.ts';
import { settled } from './remembered.ts';
import { grown, joinedGap } from './stream/gaps.ts';
import { emptied } from './stream/segmenter.ts';
import { emptyLog, type PressEvent } from './telemetry.ts';
import type { RecordingPhase, Turn } from './turn.ts';
import { logOf, pressesIn } from './unstated-presses.ts';

// What could not be stored, and how recording continues after that.

type Fault = Extract<RecorderInput, { kind: 'fault' }>;

/** The oldest statement that was handed over is finished. */
export function hearSealed(turn: Turn): void {
  const [done] = turn.facts.unsealedSpans;
  assert(done !== undefined, 'a statement was sealed that was never handed over');
  turn.facts = settled(turn.facts);
  const { faults, failed, storageFull } = turn.facts;
  if (faults === 0 || done.recording <= failed) return;
  turn.facts = { ...turn.facts, faults: 0 };
  if (turn.phase.kind === 'recording') turn.lamp(storageFull ? 'alarm' : 'recording', 100, done.toUs);
}

/**
 * A recording was closed after its durable part. The person who pressed the button believes that the camera is
 * recording: it continues in a linked recording, which begins with the gap, as soon as there is space or, if the
 * storage is not full, after a wait that doubles with each fault. Until something is durable again the camera shows the
 * alarm.
 */
export function hearFault(turn: Turn, input: Fault): void {
  const { facts, phase } = turn;
  const { recording, opened, owed, atUs } = input;
  const cause = facts.storageFull ? 'storage' : 'fault';
  const newest = recording === facts.opened;
  turn.facts = { ...facts, failed: Math.max(facts.failed, recording) };
  if (phase.kind === 'recording' && newest) {
    goOnLinked(turn, phase, cause, input);
  } else {
    const gone = goneWith(turn, recording);
    for (const press of gone.presses) turn.note(press);
    // An empty recording that was never opened is still owed, for the press with which it began.
    const lost = joinedGap(gone.spans, cause) ?? (opened ? undefined : { ...nothing, cause });
    // That recording has ended, and the present one is another: the loss gets a recording of its own.
    if (lost !== undefined) {
      const over = phase.kind === 'standby' || phase.kind === 'stopping';
      const reason = over ? facts.stopped : 'fault';
      const { dwelling } = facts;
      turn.effects.push({ kind: 'lost', recording, opened, gap: lost, reason, dwelling, instead: owed });
    }
    if (phase.kind === 'recording') return;
    if (phase.kind === 'waiting' && phase.start === 'linked') {
      turn.phase = { ...phase, held: phase.held || (newest && !facts.storageFull) };
    }
  }
  turn.facts = { ...turn.facts, faults: turn.facts.faults + 1 };
  turn.lamp('alarm', 1000, atUs);
  if (!facts.storageFull) turn.effects.push({ kind: 'retryAfter', delayMs: retryDelayMs(turn.facts) });
}

/** The wait after a fault is over: what was postponed may begin, and what is unfinished gets its end. */
export function hearRetry(turn: Turn): void {
  const { phase } = turn;
  if (phase.kind === 'recording') return;
  if (phase.kind !== 'waiting' || !phase.held) {
    turn.effects.push({ kind: 'tryAgain' });
    return;
  }
  turn.phase = { ...phase, held: false };
  turn.effects.push({ kind: 'requestKeyFrame' });
}

/** Nothing is left to end: a person who stopped a recording may now be shown that. */
export function hearMended(turn: Turn): void {
  const { facts, phase } = turn;
  if (facts.faults === 0 || phase.kind === 'recording' || phase.kind === 'waiting') return;
  turn.facts = { ...facts, faults: 0 };
  if (phase.kind === 'standby') turn.showIdle();
}

const nothing = { fromUs: 0, toUs: 0, video: 0, audio: 0 } as const;

function goOnLinked(turn: Turn, phase: RecordingPhase, cause: GapCause, { opened, owed, atUs }: Fault): void {
  let { gap } = phase;
  for (const sample of phase.segmenter.samples) gap = grown(turn, gap, sample, cause);
  const { opened: newest, storageFull } = turn.facts;
  const gone = goneWith(turn, newest);
  const missed = joinedGap(gap === undefined ? gone.spans : [...gone.spans, gap], cause);
  // What was pressed is stated by the recording that continues.
  const { telemetryItemsMax } = turn.facts.limits;
  const telemetry = logOf([...gone.presses, ...pressesIn(phase.telemetry)], telemetryItemsMax);
  turn.phase = { ...phase, gap: undefined, segmenter: emptied(phase.segmenter), telemetry: emptyLog() };
  closeRecording(turn, turn.recording(), 'fault', atUs);
  const held = !storageFull;
  // One that could not be opened is owed as before.
  if (opened) waitLinked(turn, phase, { telemetry, missed, held, instead: missed && owed });
  else wait(turn, { start: phase.start, startUs: phase.startUs, telemetry, missed, held, owed: true });
}

/**
 * What is lost with a recording: what passed by before its first picture, and all of it that is not on storage. The presses
 * among it are not lost: the caller has another recording state them.
 */
function goneWith(
  turn: Turn,
  lost: number,
): { readonly spans: readonly HandedOver[]; readonly presses: readonly PressEvent[] } {
  const { passedBy, unsealedSpans } = turn.facts;
  const spans = [...passedBy, ...unsealedSpans].filter(({ recording }) => recording === lost);
  turn.facts = {
    ...turn.facts,
    passedBy: passedBy.filter(({ recording }) => recording !== lost),
    unsealedSpans: unsealedSpans.map((span) => (span.recording === lost ? { ...span, presses: [] } : span)),
  };
  return { spans, presses: spans.flatMap(({ presses = [] }) => presses) };
}

function retryDelayMs({ faults, limits }: RecorderFacts): number {
  return Math.min(limits.retryDelayMsMin * 2 ** (faults - 1), limits.retryDelayMsMax);
}
