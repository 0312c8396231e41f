import type { Clock, Timer } from '../../base/clock.ts';
import { isSealcamError } from '../../base/errors.ts';
import { agentLimits } from '../limits.ts';
import type { Place } from '../sensor/index.ts';
import { initialRecorder, next } from './machine.ts';
import type {
  GapSpan,
  RecorderEffect,
  RecorderInput,
  RecorderLimits,
  RecorderState,
  Remembered,
} from './machine-types.ts';
import type { PolicyProfile } from './policy.ts';
import { oldestPress } from './presses.ts';
import { rememberedOf, settled } from './remembered.ts';
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
    again(): void;
    /** Both resolve once it is durable, and reject with a SealcamError where it cannot be now. */
    owe(effect: Extract<RecorderEffect, { kind: 'owe' }>): Promise<void>;
    lost(effect: Extract<RecorderEffect, { kind: 'lost' }>): Promise<void>;
  };
  readonly indicate: (effect: Extract<RecorderEffect, { kind: 'indicator' }>) => void;
  readonly requestKeyFrame: () => void;
  /** The present recording was bookmarked. */
  readonly mark: () => void;
  /** Something was heard, or became durable: {@link RecorderRunner.remembered} and what may be released may differ. */
  readonly heard: () => void;
  readonly clock: Clock;
}

/** Keeps the recorder's state and performs its effects, each input's in order. */
export class RecorderRunner {
  readonly #ports: RecorderPorts;
  #state: RecorderState;
  /** The first sample, by its ordinal, of each chunk or gap (none) handed over and not durable yet; oldest first. */
  readonly #unsealed: (number | undefined)[] = [];
  #due: Timer | undefined;
  #retry: Timer | undefined;
  /** What is being made durable on which the sensor's memory, and the note, rest. */
  #promises = 0;
  readonly #promising = new Set<Timer>();

  constructor(
    ports: RecorderPorts,
    policy: PolicyProfile,
    limits: RecorderLimits,
    context: RecordingContext,
    settledUpTo?: Place,
  ) {
    this.#ports = ports;
    this.#state = initialRecorder(policy, limits, context, settledUpTo);
  }

  /** What the recorder is doing: `standby`, `waiting`, `recording` or `stopping`. */
  get phase(): RecorderState['phase']['kind'] {
    return this.#state.phase.kind;
  }

  /** After a fault, until something is on storage again. */
  get faulty(): boolean {
    return this.#state.facts.faults > 0;
  }

  /** The ordinal of the oldest that the sensor must not forget yet, a sample or a stop; undefined where there is none. */
  get oldestHeld(): number | undefined {
    const { phase } = this.#state;
    const filling = phase.kind === 'recording' ? phase.segmenter.samples[0]?.ordinal : undefined;
    const sample = this.#unsealed.find((ordinal) => ordinal !== undefined) ?? filling;
    const stop = oldestPress(this.#state.facts);
    return sample === undefined || stop === undefined ? (sample ?? stop) : Math.min(sample, stop);
  }

  /**
   * That a recording is owed, or what it lost, is not durable yet: nothing may be released to the sensor, which will
   * send it again to the next run; so that run has to know what held before.
   */
  get promising(): boolean {
    return this.#promises > 0;
  }

  /** What the next run has to know, should this one be killed. */
  get remembered(): Remembered {
    return rememberedOf(this.#state);
  }

  /** The same, once the oldest of what was handed over is durable; undefined where nothing is on its way. */
  get rememberedNext(): Remembered | undefined {
    const { facts, phase } = this.#state;
    return facts.unsealed.length === 0 ? undefined : rememberedOf({ phase, facts: settled(facts) });
  }

  /**
   * Whether what is to be kept and is not durable comes to `bytesMax` at most, and no stop is among it: of that one
   * the sensor must know, so that a restart does not undo it.
   */
  heldAtMost(bytesMax: number): boolean {
    const { phase, facts } = this.#state;
    const filling = phase.kind === 'recording' ? phase.segmenter.bytes : 0;
    const held = facts.unsealed.reduce((sum, bytes) => sum + bytes, filling);
    return oldestPress(facts) === undefined && held <= bytesMax;
  }

  hear(input: RecorderInput): void {
    if (input.kind === 'sealed') this.#unsealed.shift();
    const { state, effects } = next(this.#state, input, this.#ports.clock.uptimeUs());
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    this.#ports.heard();
  }

  /** Tries nothing again any more. */
  end(): void {
    this.#retry?.cancel();
    this.#due?.cancel();
    for (const timer of this.#promising) timer.cancel();
  }

  /** Does `promise` until it holds. */
  #untilDurable(promise: () => Promise<void>, delayMs: number = agentLimits.retryDelayMsMin): void {
    this.#promises += 1;
    const { clock, heard } = this.#ports;
    promise().then(
      () => {
        this.#promises -= 1;
        heard();
      },
      (error: unknown) => {
        if (!isSealcamError(error)) throw error;
        const timer = clock.setTimer(delayMs, () => {
          this.#promising.delete(timer);
          this.#promises -= 1;
          this.#untilDurable(promise, Math.min(2 * delayMs, agentLimits.retryDelayMsMax));
        });
        this.#promising.add(timer);
      },
    );
  }

  #perform(effect: RecorderEffect): void {
    const { archive, indicate, requestKeyFrame, mark, clock } = this.#ports;
    switch (effect.kind) {
      case 'owe':
        this.#untilDurable(() => archive.owe(effect));
        return;
      case 'lost':
        this.#untilDurable(() => archive.lost(effect));
        return;
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
        this.#unsealed.push(undefined);
        archive.gap(effect.gap);
        return;
      case 'close':
        archive.close(effect);
        return;
      case 'retryAfter':
        this.#retry?.cancel();
        this.#retry = clock.setTimer(effect.delayMs, () =>
          this.hear({ kind: 'retry', atUs: clock.uptimeUs() }),
        );
        return;
      case 'dueAfter':
        this.#due?.cancel();
        this.#due = clock.setTimer(effect.delayMs, () => this.hear({ kind: 'due', atUs: clock.uptimeUs() }));
        return;
      case 'mark':
        mark();
        return;
      case 'tryAgain':
        archive.again();
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
