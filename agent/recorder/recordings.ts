import assert from 'node:assert/strict';
import { describeBy } from '../../media/fit-stream.ts';
import { rescale, type StreamParameters } from '../../media/types.ts';
import { encodeMessage, type LinkTrack } from '../../proto/link/messages.ts';
import { endGap } from './gaps.ts';
import type { CloseReason, GapSpan, StartKind } from './machine-types.ts';
import { rolesAsked } from './policy.ts';
import { type CapturedSample, openSegmenter } from './segmenter.ts';
import { encodeStreamTelemetry, type TelemetryLog } from './telemetry.ts';
import type { Recording, Turn, Waiting } from './turn.ts';

// How recordings begin and end.

/** A recording is to begin with the next key frame. */
export function wait(
  turn: Turn,
  start: StartKind,
  telemetry: TelemetryLog,
  missed: GapSpan | undefined,
  held = false,
): void {
  turn.phase = { kind: 'waiting', start, telemetry, missed, held };
}

/** Opens the recording that `phase` waits for with its first picture, a key frame. */
export function begin(turn: Turn, phase: Waiting, first: CapturedSample): void {
  const { parameters } = turn.facts;
  assert(parameters !== undefined && first.track === 'video' && first.key);
  const audioScale = parameters.audio?.timescale ?? parameters.video.timescale;
  const base = { video: first.dts, audio: rescale(first.dts, parameters.video.timescale, audioScale) };
  openRecording(turn, phase, base, first.capturedUs, first);
  if (phase.missed !== undefined) {
    turn.gap({ ...phase.missed, toUs: Math.max(phase.missed.toUs, first.capturedUs) });
  }
}

/** A linked recording that never saw a key frame: it is opened all the same, to say what it missed. */
export function openForGap(turn: Turn, phase: Waiting, missed: GapSpan): void {
  if (turn.facts.parameters === undefined) return;
  openRecording(turn, phase, { video: 0, audio: 0 }, missed.fromUs);
  turn.gap(missed);
}

function openRecording(
  turn: Turn,
  phase: Waiting,
  base: Recording['base'],
  atUs: number,
  first?: CapturedSample,
): void {
  const { policy, parameters: said, sent, limits, dwelling, context } = turn.facts;
  assert(said !== undefined);
  const { video, described, problem } = describeBy(said.video, first?.data ?? new Uint8Array(0));
  const parameters = { ...said, video };
  const message = sent ?? (problem === undefined ? undefined : streamMessage(said));
  const telemetry = message === undefined ? new Uint8Array(0) : encodeStreamTelemetry(message);
  turn.effects.push(
    {
      kind: 'open',
      start: phase.start,
      policy: policy.name,
      roles: rolesAsked(policy, dwelling),
      parameters,
      base,
      atUs,
    },
    { kind: 'sealInit', atUs, described, telemetry, problem },
  );
  // Its header is the first.
  turn.facts = { ...turn.facts, opened: turn.facts.opened + 1, statements: 1 };
  turn.phase = {
    kind: 'recording',
    segmenter: openSegmenter(parameters, limits),
    telemetry: { ...phase.telemetry, context },
    base,
    startedUs: atUs,
    endUs: atUs,
    gap: undefined,
    relinkAtKey: false,
  };
  // After a fault the alarm stays until something is on storage: `hearSealed`.
  if (turn.facts.faults === 0) turn.lamp('recording', phase.start === 'linked' ? 0 : 100, atUs);
}

/** Ends the recording with all that is open in it. */
export function closeRecording(turn: Turn, phase: Recording, reason: CloseReason, atUs: number): void {
  turn.sealOpen(phase);
  const { gap, telemetry } = turn.recording();
  if (gap !== undefined) endGap(turn, gap, Math.max(gap.toUs, atUs));
  const { merged } = turn.facts.presses;
  if (telemetry.events.length + telemetry.readings.length + merged > 0 && !turn.facts.storageFull)
    turn.seal(undefined);
  const { startedUs, endUs } = turn.recording();
  turn.effects.push({
    kind: 'close',
    reason,
    atUs: Math.max(endUs, startedUs),
    durationUs: endUs - startedUs,
  });
  turn.facts = { ...turn.facts, closing: turn.facts.closing + 1 };
}

/** A stream's parameters as a sensor's message, where they came in one that fitted as far as could be seen. */
function streamMessage({ video, audio }: StreamParameters): Uint8Array {
  const none = { width: 0, height: 0, sampleRate: 0, channels: 0, codecString: '' };
  const tracks: LinkTrack[] = [{ ...none, track: 1, ...video }];
  if (audio !== undefined) tracks.push({ ...none, track: 2, ...audio });
  return encodeMessage('parameters', { tracks });
}
