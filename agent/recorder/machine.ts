import assert from 'node:assert/strict';
import { equalParameters, type MediaSample, rescale } from '../../media/types.ts';
import type {
  CloseReason,
  GapCause,
  GapSpan,
  RecorderEffect,
  RecorderFacts,
  RecorderInput,
  RecorderLimits,
  RecorderPhase,
  RecorderState,
  StartKind,
} from './machine-types.ts';
import { type PolicyProfile, rolesAsked } from './policy.ts';
import { emptyRing, keep, type Ring, ringSamples } from './ring.ts';
import { type CapturedSample, capturedSpan, emptied, flush, openSegmenter, segment } from './segmenter.ts';
import {
  emptyLog,
  encodeTelemetry,
  type Lamp,
  noted,
  type Reading,
  type RecordingContext,
  type TelemetryEvent,
  type TelemetryLog,
} from './telemetry.ts';

type Recording = Extract<RecorderPhase, { kind: 'recording' }>;
type Waiting = Extract<RecorderPhase, { kind: 'waiting' }>;
type Idle = Extract<RecorderPhase, { kind: 'standby' | 'stopping' }>;

/** The recorder of a camera that was just switched on: standing by, the sensor not heard of yet. */
export function initialRecorder(
  policy: PolicyProfile,
  limits: RecorderLimits,
  context: RecordingContext,
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
    closing: 0,
  };
  return { facts, phase: { kind: 'standby', ring: emptyRing(ringLimits(facts)) } };
}

/**
 * The recorder: what to do, and what holds then, when `input` is heard in `state`. Pure; effects are performed in
 * order by the caller. An input that can't occur in `state` (a chunk sealed that was never handed over) is a bug
 * and asserts.
 */
export function next(
  state: RecorderState,
  input: RecorderInput,
): { readonly state: RecorderState; readonly effects: readonly RecorderEffect[] } {
  const turn = new Turn(state);
  turn.hear(input);
  return { state: { facts: turn.facts, phase: turn.phase }, effects: turn.effects };
}

/** One call of {@link next}: the state as it comes to be, and the effects so far. */
class Turn {
  facts: RecorderFacts;
  phase: RecorderPhase;
  readonly effects: RecorderEffect[] = [];

  constructor(state: RecorderState) {
    this.facts = state.facts;
    this.phase = state.phase;
  }

  hear(input: RecorderInput): void {
    switch (input.kind) {
      case 'start':
        this.#start(input.by, input.atUs);
        return;
      case 'stop':
        this.#stop(input.by, input.atUs);
        return;
      case 'shutdown':
        this.#stop(input.kind, input.atUs);
        return;
      case 'fault':
        this.#fault(input.atUs);
        return;
      case 'bookmark':
        this.#note({ kind: 'bookmark', atUs: input.atUs });
        return;
      case 'mute':
        this.#mute(input.on, input.atUs);
        return;
      case 'dwelling':
        this.#dwelling(input.on, input.atUs);
        return;
      case 'parameters':
        this.#parameters(input);
        return;
      case 'sample':
        this.#sample(input.sample);
        return;
      case 'reading':
        this.#note(input.reading);
        return;
      case 'lampReported':
        this.facts = { ...this.facts, lampReported: input.lamp };
        this.#note({ kind: 'lampReported', atUs: input.atUs, lamp: input.lamp });
        return;
      case 'context':
        this.facts = { ...this.facts, context: input.context };
        if (this.phase.kind === 'recording' || this.phase.kind === 'waiting') {
          this.phase = { ...this.phase, telemetry: { ...this.phase.telemetry, context: input.context } };
        }
        return;
      case 'lost':
        this.#lost(input.gap);
        return;
      case 'sensor':
        this.#sensor(input.present, input.atUs);
        return;
      case 'storage':
        this.#storage(input.full, input.atUs);
        return;
      case 'sealed':
        assert(this.facts.unsealed.length > 0, 'a chunk was sealed that was never handed over');
        this.facts = {
          ...this.facts,
          unsealed: this.facts.unsealed.slice(1),
          unsealedSpans: this.facts.unsealedSpans.slice(1),
        };
        return;
      case 'closed':
        assert(this.facts.closing > 0, 'a recording was closed that nobody asked to close');
        this.facts = { ...this.facts, closing: this.facts.closing - 1 };
        if (this.phase.kind === 'stopping' && this.facts.closing === 0) {
          this.phase = { kind: 'standby', ring: this.phase.ring };
        }
    }
  }

  // --- start and stop ---------------------------------------------------------------------------------

  #start(by: 'button' | 'command' | 'resume', atUs: number): void {
    const { phase, facts } = this;
    if (phase.kind === 'recording' || phase.kind === 'waiting') {
      this.#note({ kind: 'start', atUs });
      return;
    }
    // A person who pressed the button must learn that nothing is recorded.
    if (facts.storageFull) {
      this.#lamp('alarm', 500, atUs);
      return;
    }
    if (by === 'resume') {
      // What the sensor kept since begins with the key frame that is waited for: none has to be asked for.
      this.#wait('linked', emptyLog(), undefined);
      return;
    }
    const kept = ringSamples(phase.ring);
    this.#wait(by, noted(emptyLog(), { kind: 'start', atUs }, facts.limits.telemetryItemsMax), undefined);
    for (const sample of kept) this.#sample(sample);
    if (this.phase.kind === 'waiting') this.effects.push({ kind: 'requestKeyFrame' });
  }

  #stop(reason: 'button' | 'command' | 'shutdown' | 'fault', atUs: number): void {
    this.#note({ kind: 'stop', atUs });
    const { phase } = this;
    if (phase.kind === 'waiting' && phase.missed !== undefined) this.#openForGap(phase, phase.missed);
    if (this.phase.kind === 'recording') this.#finish(this.phase, reason, atUs);
    else if (this.phase.kind !== 'waiting') {
      // It was stopped already, and its end could not be kept.
      if (reason === 'fault') this.#lamp('alarm', 1000, atUs);
      return;
    }
    const ring = emptyRing(ringLimits(this.facts));
    this.phase = this.facts.closing > 0 ? { kind: 'stopping', ring } : { kind: 'standby', ring };
    // Nobody pressed a button: who wears the camera must not take it for one that goes on recording, nor for a stop.
    if (reason === 'fault') this.#lamp('alarm', 1000, atUs);
    else this.#lamp(this.facts.storageFull ? 'alarm' : 'standby', 200, atUs);
  }

  /**
   * The recording was closed behind what is durable. Where the storage is full, whoever pressed the button believes
   * that the camera records: it goes on in a linked recording as soon as there is room, which begins with the gap.
   */
  #fault(atUs: number): void {
    const { phase, facts } = this;
    if (!facts.storageFull || phase.kind !== 'recording') {
      this.#stop('fault', atUs);
      return;
    }
    const missed = joined([...facts.unsealedSpans, ...(phase.gap === undefined ? [] : [phase.gap])]);
    this.phase = { ...phase, gap: undefined, telemetry: emptyLog() };
    this.#finish(this.#recording(), 'fault', atUs);
    this.#wait('linked', emptyLog(), missed);
  }

  #wait(start: StartKind, telemetry: TelemetryLog, missed: GapSpan | undefined): void {
    this.phase = { kind: 'waiting', start, telemetry, missed };
  }

  /** Opens the recording that `phase` waits for with its first picture, a key frame. */
  #begin(phase: Waiting, first: CapturedSample): void {
    const { parameters } = this.facts;
    assert(parameters !== undefined && first.track === 'video' && first.key);
    const audioScale = parameters.audio?.timescale ?? parameters.video.timescale;
    const base = { video: first.dts, audio: rescale(first.dts, parameters.video.timescale, audioScale) };
    this.#open(phase, base, first.capturedUs);
    if (phase.missed !== undefined) {
      this.effects.push({
        kind: 'gap',
        gap: { ...phase.missed, toUs: Math.max(phase.missed.toUs, first.capturedUs) },
      });
    }
  }

  /** A linked recording that never saw a key frame: it is opened all the same, to say what it missed. */
  #openForGap(phase: Waiting, missed: GapSpan): void {
    if (this.facts.parameters === undefined) return;
    this.#open(phase, { video: 0, audio: 0 }, missed.fromUs);
    this.effects.push({ kind: 'gap', gap: missed });
  }

  #open(phase: Waiting, base: Recording['base'], atUs: number): void {
    const { policy, parameters, limits, dwelling, context } = this.facts;
    assert(parameters !== undefined);
    this.effects.push(
      {
        kind: 'open',
        start: phase.start,
        policy: policy.name,
        roles: rolesAsked(policy, dwelling),
        parameters,
        base,
        atUs,
      },
      { kind: 'sealInit', atUs },
    );
    this.phase = {
      kind: 'recording',
      segmenter: openSegmenter(parameters, limits),
      telemetry: { ...phase.telemetry, context },
      base,
      startedUs: atUs,
      endUs: atUs,
      gap: undefined,
      relinkAtKey: false,
    };
    this.#lamp('recording', phase.start === 'linked' ? 0 : 100, atUs);
  }

  #finish(phase: Recording, reason: CloseReason, atUs: number): void {
    this.#sealOpen(phase);
    const { gap, telemetry } = this.#recording();
    if (gap !== undefined) this.#endGap(gap, Math.max(gap.toUs, atUs));
    if (telemetry.events.length + telemetry.readings.length > 0 && !this.facts.storageFull)
      this.#seal(undefined);
    const { startedUs, endUs } = this.#recording();
    this.effects.push({
      kind: 'close',
      reason,
      atUs: Math.max(endUs, startedUs),
      durationUs: endUs - startedUs,
    });
    this.facts = { ...this.facts, closing: this.facts.closing + 1 };
  }

  // --- the stream -------------------------------------------------------------------------------------

  #parameters(input: Extract<RecorderInput, { kind: 'parameters' }>): void {
    const before = this.facts.parameters;
    if (before !== undefined && equalParameters(before, input.parameters)) return;
    const { phase } = this;
    if (phase.kind === 'recording') {
      this.#finish(phase, 'linked', input.atUs);
      this.#wait('linked', emptyLog(), undefined);
    }
    this.facts = { ...this.facts, parameters: input.parameters };
    this.#forgetRing();
  }

  #sample(sample: CapturedSample): void {
    if (this.facts.parameters === undefined || (this.facts.muted && sample.track === 'audio')) {
      this.effects.push({ kind: 'wipe', samples: [sample] });
      return;
    }
    const { phase } = this;
    if (phase.kind === 'recording') {
      this.#take(phase, sample);
      return;
    }
    if (phase.kind === 'waiting') {
      this.#awaited(phase, sample);
      return;
    }
    const { ring, expired } = keep(phase.ring, sample);
    this.phase = { ...phase, ring };
    if (expired.length > 0) this.effects.push({ kind: 'wipe', samples: expired });
  }

  #awaited(phase: Waiting, sample: CapturedSample): void {
    if (sample.track === 'video' && sample.key && !this.facts.storageFull) {
      this.#begin(phase, sample);
      this.#take(this.#recording(), sample);
      return;
    }
    // Before the first picture of a recording that a person starts there is no recording yet; a linked one goes on
    // where another ended, so what passes by is its gap.
    if (phase.start === 'linked') {
      const cause = this.facts.storageFull ? 'storage' : 'link';
      this.phase = { ...phase, missed: this.#grown(phase.missed, sample, cause) };
    }
    this.effects.push({ kind: 'wipe', samples: [sample] });
  }

  #take(phase: Recording, sample: CapturedSample): void {
    // Sound that began before the first picture belongs to no picture of this recording.
    if (sample.track === 'audio' && sample.dts < phase.base.audio) {
      this.effects.push({ kind: 'wipe', samples: [sample] });
      return;
    }
    if (phase.relinkAtKey && sample.track === 'video' && sample.key) {
      this.#relink(phase, sample);
      return;
    }

    const blocked = this.#blockedBy(phase, sample);
    if (blocked !== undefined) {
      this.#lose(phase, sample, blocked);
      return;
    }
    if (phase.gap !== undefined) this.#endGap(phase.gap, sample.capturedUs);

    const { state, out } = segment(this.#recording().segmenter, sample);
    for (const item of out) {
      if (item.kind === 'disorder') {
        this.#relink(this.#recording(), sample);
        return;
      }
      if (item.kind === 'tooLarge') {
        this.#sealOpen(this.#recording());
        this.#lose(this.#recording(), sample, 'overload');
        return;
      }
      this.#seal(item.chunk);
    }
    const after = this.#recording();
    const { toUs } = capturedSpan(state.parameters, [sample]);
    this.phase = { ...after, segmenter: state, endUs: Math.max(after.endUs, toUs) };
  }

  /** Closes the recording and begins a linked one, with `sample` where it is a key frame. */
  #relink(phase: Recording, sample: CapturedSample): void {
    this.#finish(phase, 'linked', sample.capturedUs);
    this.#wait('linked', emptyLog(), undefined);
    this.#sample(sample);
    if (this.phase.kind === 'waiting') this.effects.push({ kind: 'requestKeyFrame' });
  }

  // --- losses -----------------------------------------------------------------------------------------

  #blockedBy(phase: Recording, sample: MediaSample): GapCause | undefined {
    const { storageFull, unsealed, limits } = this.facts;
    if (storageFull) return 'storage';
    const waiting = unsealed.reduce((sum, bytes) => sum + bytes, 0);
    // Once it blocked, half must be free again, or every other sample would be a gap.
    const bound = phase.gap?.cause === 'overload' ? limits.unsealedBytesMax / 2 : limits.unsealedBytesMax;
    return waiting + phase.segmenter.bytes + sample.data.length > bound ? 'overload' : undefined;
  }

  #lose(phase: Recording, sample: CapturedSample, cause: GapCause): void {
    if (phase.gap !== undefined && phase.gap.cause !== cause) this.#endGap(phase.gap, sample.capturedUs);
    this.#sealOpen(this.#recording());
    const now = this.#recording();
    this.phase = { ...now, gap: this.#grown(now.gap, sample, cause) };
  }

  #grown(gap: GapSpan | undefined, sample: CapturedSample, cause: GapCause): GapSpan {
    assert(this.facts.parameters !== undefined);
    const { fromUs, toUs } = capturedSpan(this.facts.parameters, [sample]);
    const before = gap ?? { fromUs, toUs, cause, video: 0, audio: 0 };
    return {
      ...before,
      fromUs: Math.min(before.fromUs, fromUs),
      toUs: Math.max(before.toUs, toUs),
      video: before.video + (sample.track === 'video' ? 1 : 0),
      audio: before.audio + (sample.track === 'audio' ? 1 : 0),
    };
  }

  #endGap(gap: GapSpan, toUs: number): void {
    this.effects.push({ kind: 'gap', gap: { ...gap, toUs: Math.max(gap.fromUs, toUs) } });
    this.phase = { ...this.#recording(), gap: undefined };
  }

  #lost(gap: GapSpan): void {
    const { phase } = this;
    if (phase.kind === 'recording') {
      this.#sealOpen(phase);
      const { gap: growing } = this.#recording();
      if (growing !== undefined) this.#endGap(growing, growing.toUs);
      this.effects.push({ kind: 'gap', gap });
      const after = this.#recording();
      this.phase = { ...after, segmenter: emptied(after.segmenter), endUs: Math.max(after.endUs, gap.toUs) };
      return;
    }
    if (phase.kind !== 'waiting') {
      this.#forgetRing();
      return;
    }
    if (phase.start !== 'linked') return;
    const before = phase.missed ?? gap;
    const counted = phase.missed === undefined ? { video: 0, audio: 0 } : phase.missed;
    const missed = {
      ...before,
      fromUs: Math.min(before.fromUs, gap.fromUs),
      toUs: Math.max(before.toUs, gap.toUs),
      video: counted.video + gap.video,
      audio: counted.audio + gap.audio,
    };
    this.phase = { ...phase, missed };
  }

  #sensor(present: boolean, atUs: number): void {
    if (present === this.facts.sensorPresent) return;
    this.facts = { ...this.facts, sensorPresent: present };
    this.#note({ kind: present ? 'sensorBack' : 'sensorLost', atUs });
    if (present) {
      if (this.facts.lampCommanded === 'off') this.#lamp('standby', 0, atUs);
      else this.#lamp(this.facts.lampCommanded, 0, atUs);
      return;
    }
    this.#forgetRing();
    const { phase } = this;
    if (phase.kind !== 'recording') return;
    this.#sealOpen(phase);
    const { gap, endUs } = this.#recording();
    // A gap that grows already goes on: nothing can be taken before the sensor is back either way.
    if (gap === undefined) {
      const begun = {
        fromUs: endUs,
        toUs: Math.max(endUs, atUs),
        cause: 'link',
        video: 0,
        audio: 0,
      } as const;
      this.phase = { ...this.#recording(), gap: begun };
    }
  }

  #storage(full: boolean, atUs: number): void {
    if (full === this.facts.storageFull) return;
    this.facts = { ...this.facts, storageFull: full };
    this.#note({ kind: full ? 'storageFull' : 'storageAvailable', atUs });
    const { phase } = this;
    if (full && phase.kind === 'recording') {
      // What is open can't be written any more, and is not kept for later without a bound: it is part of the gap.
      let { gap } = phase;
      for (const lost of phase.segmenter.samples) gap = this.#grown(gap, lost, 'storage');
      this.phase = { ...phase, segmenter: emptied(phase.segmenter), gap };
    }
    const resumed = this.phase.kind === 'recording' ? 'recording' : 'standby';
    this.#lamp(full ? 'alarm' : resumed, full ? 1000 : 0, atUs);
    if (!full && phase.kind === 'waiting') this.effects.push({ kind: 'requestKeyFrame' });
  }

  // --- switches ---------------------------------------------------------------------------------------

  #mute(on: boolean, atUs: number): void {
    if (on === this.facts.muted) return;
    this.facts = { ...this.facts, muted: on };
    this.#note({ kind: on ? 'muteOn' : 'muteOff', atUs });
  }

  #dwelling(on: boolean, atUs: number): void {
    if (on === this.facts.dwelling) return;
    this.facts = { ...this.facts, dwelling: on };
    const { phase } = this;
    const event = { kind: on ? 'dwellingOn' : 'dwellingOff', atUs } as const;
    if (phase.kind !== 'recording') {
      this.#note(event);
      this.#forgetRing();
      return;
    }
    // What was seen inside stays under the stricter keys: the linked recording begins at the next key frame.
    if (!on) {
      this.#note(event);
      this.phase = { ...this.#recording(), relinkAtKey: true };
      this.effects.push({ kind: 'requestKeyFrame' });
      return;
    }
    // The group that is open moves into the linked recording whole, so that nothing is lost and nothing seen since
    // its key frame stays under the weaker keys. Where it was cut inside, its pieces can't move.
    const { samples } = phase.segmenter;
    const movable = samples[0]?.track === 'video' && samples[0].key && phase.gap === undefined;
    const telemetry = noted(
      movable ? phase.telemetry : emptyLog(),
      event,
      this.facts.limits.telemetryItemsMax,
    );
    if (movable) {
      const endUs = samples[0]?.capturedUs ?? phase.endUs;
      this.phase = { ...phase, segmenter: emptied(phase.segmenter), telemetry: emptyLog(), endUs };
    }
    this.#finish(this.#recording(), 'linked', atUs);
    this.#wait('linked', telemetry, undefined);
    for (const sample of movable ? samples : []) this.#sample(sample);
    if (this.phase.kind === 'waiting') this.effects.push({ kind: 'requestKeyFrame' });
  }

  // --- small parts ------------------------------------------------------------------------------------

  #recording(): Recording {
    assert(this.phase.kind === 'recording');
    return this.phase;
  }

  /** Seals what the open chunk holds, if anything. */
  #sealOpen(phase: Recording): void {
    const chunk = flush(phase.segmenter);
    if (chunk === undefined) return;
    this.#seal(chunk);
    const after = this.#recording();
    this.phase = { ...after, segmenter: emptied(after.segmenter) };
  }

  #seal(chunk: ReturnType<typeof flush>): void {
    const phase = this.#recording();
    const { parameters } = phase.segmenter;
    const telemetry = encodeTelemetry(phase.telemetry, this.facts);
    const span =
      chunk === undefined
        ? { fromUs: phase.endUs, toUs: phase.endUs }
        : capturedSpan(parameters, chunk.samples);
    this.effects.push({ kind: 'seal', chunk, ...span, telemetry, padMedia: this.facts.policy.padMedia });
    const bytes = (chunk?.bytes ?? 0) + telemetry.length;
    const count = (track: 'video' | 'audio'): number =>
      chunk?.samples.filter((sample) => sample.track === track).length ?? 0;
    this.facts = {
      ...this.facts,
      unsealed: [...this.facts.unsealed, bytes],
      unsealedSpans: [
        ...this.facts.unsealedSpans,
        { ...span, cause: 'storage', video: count('video'), audio: count('audio') },
      ],
    };
    this.phase = { ...phase, telemetry: emptyLog() };
  }

  /** Telemetry is kept of recordings alone. */
  #note(item: Reading | TelemetryEvent): void {
    const { phase } = this;
    if (phase.kind !== 'recording' && phase.kind !== 'waiting') return;
    this.phase = { ...phase, telemetry: noted(phase.telemetry, item, this.facts.limits.telemetryItemsMax) };
  }

  #lamp(lamp: Lamp, beepMs: number, atUs: number): void {
    this.facts = { ...this.facts, lampCommanded: lamp };
    this.effects.push({ kind: 'indicator', lamp, beepMs });
    this.#note({ kind: 'lampCommanded', atUs, lamp });
  }

  #forgetRing(): void {
    const { phase } = this;
    if (phase.kind === 'recording' || phase.kind === 'waiting') return;
    const samples = ringSamples(phase.ring);
    if (samples.length > 0) this.effects.push({ kind: 'wipe', samples });
    const idle: Idle = { ...phase, ring: emptyRing(ringLimits(this.facts)) };
    this.phase = idle;
  }
}

/** Gaps that follow one another, as one of the cause `storage`; undefined where there is none. */
function joined(gaps: readonly GapSpan[]): GapSpan | undefined {
  if (gaps.length === 0) return undefined;
  return {
    fromUs: Math.min(...gaps.map(({ fromUs }) => fromUs)),
    toUs: Math.max(...gaps.map(({ toUs }) => toUs)),
    cause: 'storage',
    video: gaps.reduce((sum, { video }) => sum + video, 0),
    audio: gaps.reduce((sum, { audio }) => sum + audio, 0),
  };
}

function ringLimits(facts: RecorderFacts): Ring['limits'] {
  const allowed = !facts.dwelling || facts.policy.ringInDwellings;
  return {
    durationUs: allowed ? Math.round(facts.policy.ringSeconds * 1_000_000) : 0,
    bytesMax: facts.limits.ringBytesMax,
  };
}
