import { initialRecorder, next } from './machine.ts';
import type {
  GapSpan,
  RecorderEffect,
  RecorderInput,
  RecorderLimits,
  RecorderState,
} from './machine-types.ts';
import type { PolicyProfile } from './policy.ts';
import type { RecordingContext } from './telemetry.ts';

/** What the recorder's effects act upon. */
export interface RecorderPorts {
  /** Takes what is to be sealed and stored, in order; it tells {@link RecorderRunner.hear} what became of it. */
  readonly archive: {
    open(effect: Extract<RecorderEffect, { kind: 'open' }>): void;
    sealInit(effect: Extract<RecorderEffect, { kind: 'sealInit' }>): void;
    seal(effect: Extract<RecorderEffect, { kind: 'seal' }>): void;
    gap(gap: GapSpan): void;
    close(effect: Extract<RecorderEffect, { kind: 'close' }>): void;
  };
  readonly indicate: (effect: Extract<RecorderEffect, { kind: 'indicator' }>) => void;
  readonly requestKeyFrame: () => void;
}

/** Keeps the recorder's state and performs its effects, each input's in order. */
export class RecorderRunner {
  readonly #ports: RecorderPorts;
  #state: RecorderState;
  /** The first sample of each chunk that was handed over and is not durable yet, by its ordinal; oldest first. */
  readonly #unsealed: (number | undefined)[] = [];

  constructor(
    ports: RecorderPorts,
    policy: PolicyProfile,
    limits: RecorderLimits,
    context: RecordingContext,
  ) {
    this.#ports = ports;
    this.#state = initialRecorder(policy, limits, context);
  }

  /** What the recorder is doing: `standby`, `waiting`, `recording` or `stopping`. */
  get phase(): RecorderState['phase']['kind'] {
    return this.#state.phase.kind;
  }

  /** The ordinal of the oldest sample that is to be kept and is not durable; undefined where there is none. */
  get oldestHeld(): number | undefined {
    const { phase } = this.#state;
    const filling = phase.kind === 'recording' ? phase.segmenter.samples[0]?.ordinal : undefined;
    return this.#unsealed.find((ordinal) => ordinal !== undefined) ?? filling;
  }

  hear(input: RecorderInput): void {
    if (input.kind === 'sealed') this.#unsealed.shift();
    const { state, effects } = next(this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: RecorderEffect): void {
    const { archive, indicate, requestKeyFrame } = this.#ports;
    switch (effect.kind) {
      case 'open':
        archive.open(effect);
        return;
      case 'sealInit':
        archive.sealInit(effect);
        return;
      case 'seal':
        this.#unsealed.push(effect.chunk?.samples[0]?.ordinal);
        archive.seal(effect);
        return;
      case 'gap':
        archive.gap(effect.gap);
        return;
      case 'close':
        archive.close(effect);
        return;
      case 'indicator':
        indicate(effect);
        return;
      case 'requestKeyFrame':
        requestKeyFrame();
        return;
      case 'wipe':
        for (const { data } of effect.samples) data.fill(0);
    }
  }
}
