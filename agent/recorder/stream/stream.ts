import { equalParameters } from '../../../media/types.ts';
import { streamBroke, watchRing } from '../automatic/attention.ts';
import { isWeak } from '../automatic/power.ts';
import type { GapCause, RecorderInput } from '../inputs.ts';
import { mayBegin } from '../presses.ts';
import { begin, closeRecording, waitLinked } from '../recordings.ts';
import { idleLamp, type RecordingPhase, type Turn, type WaitingPhase } from '../turn.ts';
import { blockedBy, endGap, grown, loseSample, stateSilence } from './gaps.ts';
import { keep } from './ring.ts';
import { type CapturedSample, capturedSpan, reorderedUs, segment } from './segmenter.ts';

// What happens to the sensor's stream.

/** Different parameters end the recording; a linked one continues with the next key frame. */
export function hearParameters(turn: Turn, input: Extract<RecorderInput, { kind: 'parameters' }>): void {
  const before = turn.facts.parameters;
  if (before !== undefined && equalParameters(before, input.parameters)) return;
  const { phase } = turn;
  if (phase.kind === 'recording') {
    closeRecording(turn, phase, 'linked', input.atUs);
    waitLinked(turn, turn.recording());
  }
  turn.facts = { ...turn.facts, parameters: input.parameters, sent: input.sent };
  streamBroke(turn, true);
  turn.forgetRing();
}

/** A sample goes into the recording or into the ring, or is wiped. */
export function hearSample(turn: Turn, sample: CapturedSample): void {
  const { parameters, muted } = turn.facts;
  const unheard = sample.track === 'audio' && (muted || parameters?.audio === undefined);
  if (parameters === undefined || unheard) {
    turn.effects.push({ kind: 'wipe', samples: [sample] });
    return;
  }
  const { phase } = turn;
  if (phase.kind === 'recording') {
    record(turn, phase, sample);
    return;
  }
  if (phase.kind === 'waiting') {
    awaitKey(turn, phase, sample);
    return;
  }
  if (sample.track === 'audio' && !turn.facts.policy.preEventSound) {
    turn.effects.push({ kind: 'wipe', samples: [sample] });
    return;
  }
  watchRing(turn, sample);
  const { ring, expired } = keep(phase.ring, sample);
  turn.phase = { ...phase, ring };
  if (expired.length > 0) turn.effects.push({ kind: 'wipe', samples: expired });
}

function awaitKey(turn: Turn, phase: WaitingPhase, sample: CapturedSample): void {
  if (
    sample.track === 'video' &&
    sample.key &&
    !turn.facts.storageFull &&
    !phase.held &&
    mayBegin(turn.facts)
  ) {
    begin(turn, phase, sample);
    record(turn, turn.recording(), sample);
    return;
  }
  // These samples can't be decoded without the key picture before them: none was lost on the way from the sensor.
  const cause: GapCause = turn.facts.storageFull ? 'storage' : mayBegin(turn.facts) ? 'fault' : 'overload';
  const isPicture = sample.track === 'video';
  // Waiting for the first key picture is the least important cause.
  const missed = phase.missed?.cause === 'fault' ? { ...phase.missed, cause } : phase.missed;
  turn.phase = {
    ...phase,
    missed: grown(turn, missed, sample, cause),
    missedUs: phase.missedUs + (isPicture ? capturedUsOf(turn, sample) : 0),
    // Recording could have begun with it.
    lost: phase.lost || (isPicture && sample.key),
  };
  turn.effects.push({ kind: 'wipe', samples: [sample] });
}

function capturedUsOf({ facts: { parameters } }: Turn, sample: CapturedSample): number {
  if (parameters === undefined) return 0;
  const { fromUs, toUs } = capturedSpan(parameters, [sample]);
  return toUs - fromUs;
}

function record(turn: Turn, phase: RecordingPhase, sample: CapturedSample): void {
  // Sound that began before the first picture belongs to no picture of this recording.
  if (sample.track === 'audio' && sample.dts < phase.base.audio) {
    turn.effects.push({ kind: 'wipe', samples: [sample] });
    return;
  }
  if (phase.relinkAtKey && sample.track === 'video' && sample.key) {
    relink(turn, phase, sample);
    return;
  }

  const blocked = blockedBy(turn, phase, sample);
  if (blocked !== undefined) {
    loseSample(turn, phase, sample, blocked);
    return;
  }
  if (phase.gap !== undefined) endGap(turn, phase.gap, sample.capturedUs);
  else stateSilence(turn, phase, phase.endUs + silentUs(phase, sample));

  const { state, out } = segment(turn.recording().segmenter, sample);
  for (const item of out) {
    if (item.kind === 'disorder') {
      relink(turn, turn.recording(), sample);
      return;
    }
    if (item.kind === 'tooLarge') {
      turn.sealOpen(turn.recording());
      loseSample(turn, turn.recording(), sample, 'overload');
      return;
    }
    turn.seal(item.chunk);
  }
  const after = turn.recording();
  const { toUs } = capturedSpan(state.parameters, [sample]);
  const untilUs = toUs - reorderedUs(state.parameters, sample);
  const decodedUs = untilUs > (after.decodedUs ?? 0) ? untilUs : after.decodedUs;
  turn.phase = { ...after, segmenter: state, endUs: Math.max(after.endUs, toUs), decodedUs };
}

/** How long nothing came before `sample`, by both capture and decoding times. */
function silentUs({ endUs, decodedUs, segmenter }: RecordingPhase, sample: CapturedSample): number {
  const captured = sample.capturedUs - endUs;
  if (decodedUs === undefined) return Math.max(0, captured);
  const decoded = sample.capturedUs - reorderedUs(segmenter.parameters, sample) - decodedUs;
  if (decoded < captured) return Math.max(0, decoded);
  return Math.max(0, captured);
}

/** Closes the recording and begins a linked one, with `sample` if it is a key frame. */
function relink(turn: Turn, phase: RecordingPhase, sample: CapturedSample): void {
  closeRecording(turn, phase, 'linked', sample.capturedUs);
  waitLinked(turn, turn.recording());
  hearSample(turn, sample);
  if (turn.phase.kind === 'waiting') turn.effects.push({ kind: 'requestKeyFrame' });
}

/** A recording ends before its indices do, and continues in a linked one. */
export function keepWithinIndices(turn: Turn): void {
  const { phase } = turn;
  if (phase.kind !== 'recording') return;
  const { recordingStatementsMax, recordingStatementsSpare, recordingStatementsKept } = turn.facts.limits;
  const left = recordingStatementsMax - turn.facts.statements;
  if (left <= recordingStatementsKept) {
    closeRecording(turn, phase, 'linked', phase.endUs);
    waitLinked(turn, turn.recording());
  } else if (left <= recordingStatementsSpare && !phase.relinkAtKey) {
    turn.phase = { ...phase, relinkAtKey: true };
  } else return;
  turn.effects.push({ kind: 'requestKeyFrame' });
}

/** A long recording goes on in a linked one, at the next key picture: so none is too large to be sent, kept or opened. */
export function rollOver(turn: Turn): void {
  const { phase } = turn;
  if (phase.kind !== 'recording' || phase.relinkAtKey || !mayBegin(turn.facts)) return;
  const { limits, power } = turn.facts;
  // What is recorded although the camera may fail soon is closed often: little of it is then only recovered.
  const mostUs = isWeak(power) ? Math.min(limits.weakRollOverUs, limits.rollOverUs) : limits.rollOverUs;
  if (phase.endUs - phase.startUs < mostUs) return;
  turn.phase = { ...phase, relinkAtKey: true };
  turn.effects.push({ kind: 'requestKeyFrame' });
}

/** The sensor came or went: in a recording, what it does not send meanwhile is a gap. */
export function hearSensor(turn: Turn, input: Extract<RecorderInput, { kind: 'sensor' }>): void {
  const { present, noVideo = turn.facts.noVideo, atUs } = input;
  const changed = noVideo !== turn.facts.noVideo;
  const moved = present !== turn.facts.sensorPresent;
  if (!moved && !changed) return;
  turn.facts = { ...turn.facts, sensorPresent: present, noVideo };
  streamBroke(turn, false);
  if (moved) turn.note({ kind: present ? 'sensorBack' : 'sensorLost', atUs });
  if (present) {
    const { lampCommanded } = turn.facts;
    const isKnown = lampCommanded !== 'off' && !changed && !noVideo;
    const idle = idleLamp(turn.facts);
    const now = idle === 'standby' && turn.phase.kind === 'recording' ? 'recording' : idle;
    turn.lamp(isKnown ? lampCommanded : now, 0, atUs);
    return;
  }
  turn.forgetRing();
  const { phase } = turn;
  if (phase.kind !== 'recording') return;
  turn.sealOpen(phase);
  const { gap, endUs } = turn.recording();
  // A gap that is already growing continues: nothing can be accepted before the sensor is back either way.
  if (gap === undefined) {
    const begun = {
      fromUs: endUs,
      toUs: Math.max(endUs, atUs),
      cause: 'link',
      video: 0,
      audio: 0,
      // What it captures meanwhile becomes known only when it comes back, if at all.
      atLeast: true,
    } as const;
    turn.phase = { ...turn.recording(), gap: begun };
  }
}

/** Another sensor replaced the one before: no recording contains data of two. */
export function hearSensorChanged(turn: Turn, atUs: number): void {
  // What the other one's lamp shows is not known yet.
  turn.facts = { ...turn.facts, lampReported: undefined };
  turn.forgetRing();
  const { phase } = turn;
  if (phase.kind !== 'recording') return;
  closeRecording(turn, phase, 'sensor', atUs);
  waitLinked(turn, turn.recording());
  turn.effects.push({ kind: 'requestKeyFrame' });
}
