import assert from 'node:assert/strict';
import { grown, hearLost, joinedGap } from './gaps.ts';
import type { GapCause, RecorderFacts } from './machine-types.ts';
import { closeRecording, wait } from './recordings.ts';
import { settled } from './remembered.ts';
import { emptied } from './segmenter.ts';
import { emptyLog } from './telemetry.ts';
import type { Recording, Turn } from './turn.ts';

// What could not be kept, and how recording goes on after it.

/** The oldest statement that was handed over is done with. */
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
 * A recording was closed behind what is durable of it. Whoever pressed the button believes that the camera records: it
 * goes on in a linked recording, which begins with the gap, as soon as there is room or, where the storage is not full,
 * after a while that doubles with each fault. Until something is durable again the camera shows the alarm.
 */
export function hearFault(turn: Turn, recording: number, atUs: number): void {
  const { facts, phase } = turn;
  const cause = facts.storageFull ? 'storage' : 'fault';
  const newest = recording === facts.opened;
  const gone = facts.unsealedSpans.filter((one) => one.recording === recording);
  const lost = joinedGap(gone, cause);
  turn.facts = { ...facts, failed: Math.max(facts.failed, recording) };
  if (phase.kind === 'recording') {
    if (newest) goOnLinked(turn, phase, cause, atUs);
    // A later recording is being made already: it says what the earlier one lacks.
    else if (lost !== undefined) hearLost(turn, lost);
    if (!newest) return;
  } else if (phase.kind === 'waiting' && phase.start === 'linked') {
    const { missed } = phase;
    const all = [...(missed ? [missed] : []), ...(lost ? [lost] : [])];
    const held = phase.held || (newest && !facts.storageFull);
    turn.phase = {
      ...phase,
      missed: joinedGap(all, lost === undefined ? (missed?.cause ?? cause) : cause),
      held,
    };
  }
  turn.facts = { ...turn.facts, faults: turn.facts.faults + 1 };
  turn.lamp('alarm', 1000, atUs);
  if (!facts.storageFull) turn.effects.push({ kind: 'retryAfter', delayMs: retryDelayMs(turn.facts) });
}

/** A while after a fault: what waits may begin, and what has no end yet gets it. */
export function hearRetry(turn: Turn): void {
  const { phase } = turn;
  if (phase.kind === 'recording') return;
  if (phase.kind !== 'waiting') {
    turn.effects.push({ kind: 'tryAgain' });
    return;
  }
  if (!phase.held) return;
  turn.phase = { ...phase, held: false };
  turn.effects.push({ kind: 'requestKeyFrame' });
}

/** Nothing is left to be ended: who stopped a recording may be told so. */
export function hearMended(turn: Turn): void {
  const { facts, phase } = turn;
  if (facts.faults === 0 || phase.kind === 'recording' || phase.kind === 'waiting') return;
  turn.facts = { ...facts, faults: 0 };
  if (phase.kind === 'standby') turn.showIdle();
}

function goOnLinked(turn: Turn, phase: Recording, cause: GapCause, atUs: number): void {
  let { gap } = phase;
  for (const sample of phase.segmenter.samples) gap = grown(turn, gap, sample, cause);
  const { unsealedSpans, opened, storageFull } = turn.facts;
  const gone = unsealedSpans.filter(({ recording }) => recording === opened);
  const missed = joinedGap(gap === undefined ? gone : [...gone, gap], cause);
  turn.phase = { ...phase, gap: undefined, segmenter: emptied(phase.segmenter), telemetry: emptyLog() };
  closeRecording(turn, turn.recording(), 'fault', atUs);
  wait(turn, 'linked', emptyLog(), missed, !storageFull);
}

function retryDelayMs({ faults, limits }: RecorderFacts): number {
  return Math.min(limits.retryDelayMsMin * 2 ** (faults - 1), limits.retryDelayMsMax);
}
