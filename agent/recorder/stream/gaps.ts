import assert from 'node:assert/strict';
import type { MediaSample } from '../../../media/types.ts';
import { streamBroke } from '../automatic/attention.ts';
import type { GapCause, GapSpan } from '../inputs.ts';
import type { RecordingPhase, Turn } from '../turn.ts';
import { type CapturedSample, capturedSpan, emptied } from './segmenter.ts';

// Losses: gaps that begin, grow, and are stated.

/** Samples are missing in the stream: a gap of the recording, or of the one that is about to begin. */
export function hearLost(turn: Turn, gap: GapSpan): void {
  streamBroke(turn, false);
  const { phase } = turn;
  if (phase.kind === 'recording') {
    turn.sealOpen(phase);
    const { gap: growing } = turn.recording();
    if (tooManyUnsealed(turn)) {
      // The storage does not keep up with the losses: everything until it does is one gap.
      const all = growing === undefined ? [gap] : [growing, gap];
      turn.phase = { ...turn.recording(), gap: joinedGap(all, 'overload') };
      return;
    }
    if (gap.cause === 'refused') {
      // A sensor may send nothing but refused messages: that is one gap until it sends a sample, not one per message.
      if (growing !== undefined && growing.cause !== gap.cause) endGap(turn, growing, growing.toUs);
      const { gap: before } = turn.recording();
      turn.phase = { ...turn.recording(), gap: joinedGap(before ? [before, gap] : [gap], gap.cause) };
      return;
    }
    if (growing !== undefined) endGap(turn, growing, growing.toUs);
    turn.gap(gap);
    const after = turn.recording();
    turn.phase = { ...after, segmenter: emptied(after.segmenter), endUs: Math.max(after.endUs, gap.toUs) };
    return;
  }
  if (phase.kind !== 'waiting') {
    turn.forgetRing();
    return;
  }
  const { missed } = phase;
  // Waiting for the first key picture is the least important cause.
  const cause = missed === undefined || missed.cause === 'fault' ? gap.cause : missed.cause;
  turn.phase = { ...phase, missed: joinedGap(missed ? [missed, gap] : [gap], cause), lost: true };
}

/**
 * Nothing came until `toUs`, and no loss was reported: if that is longer than may go unstated in a recording, it is a
 * gap.
 */
export function stateSilence(turn: Turn, phase: RecordingPhase, toUs: number): void {
  const silentUs = Math.max(0, toUs - phase.endUs);
  const unstatedUs = phase.unstatedUs + silentUs;
  if (unstatedUs <= turn.facts.limits.unstatedUsMax) {
    turn.phase = { ...phase, unstatedUs };
    return;
  }
  hearLost(turn, { fromUs: phase.endUs, toUs, cause: 'link', video: 0, audio: 0, atLeast: true });
}

function tooManyUnsealed({ facts, phase }: Turn): boolean {
  const { unsealed, limits } = facts;
  const blocked = phase.kind === 'recording' && phase.gap?.cause === 'overload';
  // Once it blocked, half must be free again, or every other sample would be a gap.
  return unsealed.length >= (blocked ? limits.unsealedCountMax / 2 : limits.unsealedCountMax);
}

/** Why `sample` cannot be accepted; undefined if it can. */
export function blockedBy(turn: Turn, phase: RecordingPhase, sample: MediaSample): GapCause | undefined {
  const { storageFull, unsealed, limits } = turn.facts;
  if (storageFull) return 'storage';
  if (tooManyUnsealed(turn)) return 'overload';
  const waiting = unsealed.reduce((sum, bytes) => sum + bytes, 0);
  // Once it blocked, half must be free again, or every other sample would be a gap.
  const bound = phase.gap?.cause === 'overload' ? limits.unsealedBytesMax / 2 : limits.unsealedBytesMax;
  return waiting + phase.segmenter.bytes + sample.data.length > bound ? 'overload' : undefined;
}

/** Adds `sample` to the growing gap. */
export function loseSample(turn: Turn, phase: RecordingPhase, sample: CapturedSample, cause: GapCause): void {
  if (phase.gap !== undefined && phase.gap.cause !== cause) endGap(turn, phase.gap, sample.capturedUs);
  turn.sealOpen(turn.recording());
  const now = turn.recording();
  turn.phase = { ...now, gap: grown(turn, now.gap, sample, cause) };
}

/** `gap`, or a new one of `cause`, with `sample` counted in it. */
export function grown(
  turn: Turn,
  gap: GapSpan | undefined,
  sample: CapturedSample,
  cause: GapCause,
): GapSpan {
  assert(turn.facts.parameters !== undefined);
  const { fromUs, toUs } = capturedSpan(turn.facts.parameters, [sample]);
  const before = gap ?? { fromUs, toUs, cause, video: 0, audio: 0 };
  return {
    ...before,
    fromUs: Math.min(before.fromUs, fromUs),
    toUs: Math.max(before.toUs, toUs),
    video: before.video + (sample.track === 'video' ? 1 : 0),
    audio: before.audio + (sample.track === 'audio' ? 1 : 0),
    upTo: sample.place ?? before.upTo,
  };
}

/** States the gap, which ends: the recording accepts samples again. */
export function endGap(turn: Turn, gap: GapSpan, toUs: number): void {
  const endUs = Math.max(gap.fromUs, toUs);
  turn.gap({ ...gap, toUs: endUs });
  const after = turn.recording();
  turn.phase = { ...after, gap: undefined, endUs: Math.max(after.endUs, endUs) };
}

/**
 * `gap`; if a fault of this program left it without valid times, what is known of it is counted at `nowUs`, as a
 * minimum.
 */
export function withTimes(gap: GapSpan, nowUs: number): GapSpan {
  if (Number.isSafeInteger(gap.fromUs) && Number.isSafeInteger(gap.toUs)) return gap;
  return { ...gap, fromUs: nowUs, toUs: nowUs, atLeast: true };
}

/** Merges consecutive gaps into one, with one cause; undefined if there is none. */
export function joinedGap(gaps: readonly GapSpan[], cause: GapCause): GapSpan | undefined {
  if (gaps.length === 0) return undefined;
  return {
    fromUs: gaps.reduce((least, { fromUs }) => Math.min(least, fromUs), Number.POSITIVE_INFINITY),
    toUs: gaps.reduce((most, { toUs }) => Math.max(most, toUs), Number.NEGATIVE_INFINITY),
    cause,
    video: gaps.reduce((sum, { video }) => sum + video, 0),
    audio: gaps.reduce((sum, { audio }) => sum + audio, 0),
    ...(gaps.some(({ atLeast }) => atLeast) && { atLeast: true }),
    upTo: gaps.findLast(({ upTo }) => upTo !== undefined)?.upTo,
  };
}
