import assert from 'node:assert/strict';
import type { TimedReading } from '../../proto/readings.ts';
import type { GapSpan, HandedOver } from './inputs.ts';
import type { RecorderEffect, RecorderFacts, RecorderPhase, RecorderState } from './machine-types.ts';
import type { Surroundings } from './sampling.ts';
import { emptyRing, type Ring, ringSamples } from './stream/ring.ts';
import { capturedSpan, emptied, flush } from './stream/segmenter.ts';
import { emptyLog, encodeTelemetry, type LampSignal, noted, type TelemetryEvent } from './telemetry.ts';
import { isHeardPress, pressesIn } from './unstated-presses.ts';

export type RecordingPhase = Extract<RecorderPhase, { kind: 'recording' }>;
export type WaitingPhase = Extract<RecorderPhase, { kind: 'waiting' }>;
export type IdlePhase = Extract<RecorderPhase, { kind: 'standby' | 'stopping' }>;

/** One turn of the recorder: the state being built, the effects so far, and what every part of the turn needs. */
export class Turn {
  facts: RecorderFacts;
  phase: RecorderPhase;
  readonly effects: RecorderEffect[] = [];

  constructor(state: RecorderState) {
    this.facts = state.facts;
    this.phase = state.phase;
  }

  /** The phase, if a recording is being made; asserts otherwise. */
  recording(): RecordingPhase {
    assert(this.phase.kind === 'recording');
    return this.phase;
  }

  /** Seals the content of the open chunk, if any. */
  sealOpen(phase: RecordingPhase): void {
    const chunk = flush(phase.segmenter);
    if (chunk === undefined) return;
    this.seal(chunk);
    const after = this.recording();
    this.phase = { ...after, segmenter: emptied(after.segmenter) };
  }

  /** Hands over a chunk with the telemetry collected so far; without a chunk, only the telemetry. */
  seal(chunk: ReturnType<typeof flush>): void {
    const phase = this.recording();
    const { parameters } = phase.segmenter;
    const { presses } = this.facts;
    const telemetry = encodeTelemetry(phase.telemetry, {
      ...this.facts,
      stoppedUs: this.facts.runOn?.pressedUs,
      mergedPresses: presses.merged,
    });
    this.facts = { ...this.facts, presses: { ...presses, merged: 0 } };
    const span =
      chunk === undefined
        ? { fromUs: phase.endUs, toUs: phase.endUs }
        : capturedSpan(parameters, chunk.samples);
    this.effects.push({ kind: 'seal', chunk, ...span, telemetry, padMedia: this.facts.policy.padMedia });
    const bytes = (chunk?.bytes ?? 0) + telemetry.length;
    const count = (track: 'video' | 'audio'): number =>
      chunk?.samples.filter((sample) => sample.track === track).length ?? 0;
    const upTo = chunk?.samples.at(-1)?.place;
    this.#handedOver(bytes, {
      ...span,
      cause: 'storage',
      video: count('video'),
      audio: count('audio'),
      upTo,
      presses: pressesIn(phase.telemetry),
    });
    this.phase = { ...phase, telemetry: emptyLog() };
  }

  /** Hands over a gap. */
  gap(gap: GapSpan): void {
    this.effects.push({ kind: 'gap', gap });
    this.#handedOver(0, gap);
  }

  #handedOver(bytes: number, span: Omit<HandedOver, 'recording'>): void {
    const { unsealed, unsealedSpans, opened, statements } = this.facts;
    this.facts = {
      ...this.facts,
      statements: statements + 1,
      unsealed: [...unsealed, bytes],
      unsealedSpans: [...unsealedSpans, { ...span, recording: opened }],
    };
  }

  /** Telemetry is kept only for recordings; a press that the sensor repeats is in it already. */
  note(item: TimedReading | TelemetryEvent | Surroundings): void {
    const { phase } = this;
    if (phase.kind !== 'recording' && phase.kind !== 'waiting') return;
    if ('place' in item && isHeardPress(this, item.place)) return;
    this.phase = { ...phase, telemetry: noted(phase.telemetry, item, this.facts.limits.telemetryItemsMax) };
  }

  /** Recording has ended, and the person who stopped it may be shown that. */
  showIdle(): void {
    const lamp = idleLamp(this.facts);
    if (lamp !== this.facts.lampCommanded) this.#indicate(lamp, 200);
  }

  #indicate(lamp: LampSignal, beepMs: number): void {
    this.facts = { ...this.facts, lampCommanded: lamp };
    this.effects.push({ kind: 'indicator', lamp, beepMs });
  }

  lamp(lamp: LampSignal, beepMs: number, atUs: number): void {
    this.#indicate(lamp, beepMs);
    this.note({ kind: 'lampCommanded', atUs, lamp });
  }

  forgetRing(): void {
    const { phase } = this;
    if (phase.kind === 'recording' || phase.kind === 'waiting') return;
    const samples = ringSamples(phase.ring);
    if (samples.length > 0) this.effects.push({ kind: 'wipe', samples });
    const idle: IdlePhase = { ...phase, ring: emptyRing(ringLimits(this.facts)) };
    this.phase = idle;
  }
}

/** Whether a recording is being made or awaited. */
export function isRecorded(phase: RecorderPhase): phase is RecordingPhase | WaitingPhase {
  return phase.kind === 'recording' || phase.kind === 'waiting';
}

/** What the lamp shows while nothing is recorded: the alarm if nothing can be. */
export function idleLamp({ storageFull, faults, noVideo }: RecorderFacts): LampSignal {
  return storageFull || faults > 0 || noVideo ? 'alarm' : 'standby';
}

/** How far back the ring may reach now: not at all in a dwelling, unless the policy allows it. */
export function ringLimits(facts: RecorderFacts): Ring['limits'] {
  const allowed = !facts.dwelling || facts.policy.ringInDwellings;
  return {
    durationUs: allowed ? Math.round(facts.policy.ringSeconds * 1_000_000) : 0,
    bytesMax: facts.limits.ringBytesMax,
    samplesMax: facts.limits.ringSamplesMax,
  };
}
