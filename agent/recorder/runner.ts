import type { Clock, Timer } from '../../base/clock.ts';
import { isSealcamError } from '../../base/errors.ts';
import { agentLimits } from '../limits.ts';
import type { GapSpan, RecorderInput, RefusedStart } from './inputs.ts';
import { initialRecorder, nextRecorder } from './machine.ts';
import type { AttentionEffect, RecorderEffect, RecorderState } from './machine-types.ts';
import type { PolicyProfile } from './policy.ts';
import { oldestPress, takesStopNow } from './presses.ts';
import type { RecorderLimits } from './recorder-limits.ts';
import { type EarlierRun, type Remembered, rememberedOf, settled } from './remembered.ts';
import type { RecordingContext } from './telemetry.ts';

/** What the recorder's effects act on. */
export interface RecorderPorts {
  /** Takes what is to be sealed and stored, in order; it reports the outcome to {@link RecorderRunner.hear}. */
  readonly archive: {
    open(effect: Extract<RecorderEffect, { kind: 'open' }>): void;
    sealInit(effect: Extract<RecorderEffect, { kind: 'sealInit' }>): void;
    seal(effect: Extract<RecorderEffect, { kind: 'seal' }>): void;
    gap(gap: GapSpan): void;
    close(effect: Extract<RecorderEffect, { kind: 'close' }>): void;
    again(): void;
    /** Both resolve once it is durable, and reject with a SealcamError if that fails now. */
    owe(effect: Owe): Promise<void>;
    lost(effect: Lost): Promise<void>;
  };
  readonly indicate: (effect: Extract<RecorderEffect, { kind: 'indicator' }>) => void;
  readonly requestKeyFrame: () => void;
  /** Battery or heat changed its level. */
  readonly power: (change: Extract<RecorderEffect, { kind: 'power' }>) => void;
  readonly refused: (why: RefusedStart) => void;
  /** Something that a person must notice. */
  readonly noticed: (effect: AttentionEffect) => void;
  /** The present recording was bookmarked. */
  readonly mark: () => void;
  /**
   * Something arrived, or became durable: {@link RecorderRunner.remembered} and what may be released may have changed.
   */
  readonly heard: () => void;
  readonly clock: Clock;
}

type Owe = Extract<RecorderEffect, { kind: 'owe' }>;
type Lost = Extract<RecorderEffect, { kind: 'lost' }>;

/** Keeps the recorder's state and performs its effects, in order for each input. */
export class RecorderRunner {
  readonly #ports: RecorderPorts;
  #state: RecorderState;
  /**
   * The first sample, by its ordinal, of each chunk or gap (undefined) handed over and not durable yet; oldest first.
   */
  readonly #unsealed: (number | undefined)[] = [];
  #due: Timer | undefined;
  #retry: Timer | undefined;
  /**
   * What has to become durable before the sensor may forget more, or the note may say more; oldest first. One is tried
   * at a time, because a recording's loss can only be journaled once it is durable that the recording is owed.
   */
  readonly #promised: (Owe | Lost)[] = [];
  #promising: Timer | undefined;
  #whenKept: readonly (() => void)[] = [];

  constructor(
    ports: RecorderPorts,
    policy: PolicyProfile,
    limits: RecorderLimits,
    context: RecordingContext,
    before?: EarlierRun,
  ) {
    this.#ports = ports;
    this.#state = initialRecorder(policy, limits, context, before);
  }

  /** What the recorder is doing: `standby`, `waiting`, `recording` or `stopping`. */
  get phase(): RecorderState['phase']['kind'] {
    return this.#state.phase.kind;
  }

  /** What is obeyed now. */
  get policy(): PolicyProfile {
    return this.#state.facts.policy;
  }

  /** True after a fault, until something is in storage again. */
  get faulty(): boolean {
    return this.#state.facts.faults > 0;
  }

  /** The ordinal of the oldest sample or stop that the sensor must not forget yet; undefined if there is none. */
  get oldestHeld(): number | undefined {
    const { phase } = this.#state;
    const filling = phase.kind === 'recording' ? phase.segmenter.samples[0]?.ordinal : undefined;
    const sample = this.#unsealed.find((ordinal) => ordinal !== undefined) ?? filling;
    const stop = oldestPress(this.#state.facts);
    return sample === undefined || stop === undefined ? (sample ?? stop) : Math.min(sample, stop);
  }

  /**
   * It is not durable yet that a recording is owed, or what it lost: nothing may be released to the sensor, which will
   * send it again to the next run; so that run has to know what was true before.
   */
  get promising(): boolean {
    return this.#promised.length > 0;
  }

  /** The storage was full when it was last heard of: what is written now may fail, and end the recording. */
  get storageFull(): boolean {
    return this.#state.facts.storageFull;
  }

  /** When the recording that is made or awaited began, microseconds of the uptime clock; undefined without one. */
  get startUs(): number | undefined {
    const { phase } = this.#state;
    return phase.kind === 'recording' || phase.kind === 'waiting' ? phase.startUs : undefined;
  }

  /** Whether a stop at `atUs` takes effect at once: it is not kept for later, nor merged with another press. */
  takesStop(atUs: number): boolean {
    return takesStopNow(this.#state, atUs);
  }

  /** Resolves when all that was promised is durable, and the note of it is written; not if the agent ends before. */
  kept(): Promise<void> {
    if (!this.promising) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenKept = [...this.#whenKept, resolve];
    });
  }

  /** What the next run must know, if this one is killed. */
  get remembered(): Remembered {
    return rememberedOf(this.#state);
  }

  /** The same, once the oldest statement handed over is durable; undefined if none is being stored. */
  get rememberedNext(): Remembered | undefined {
    const { facts, phase } = this.#state;
    return facts.unsealed.length === 0 ? undefined : rememberedOf({ phase, facts: settled(facts) });
  }

  /**
   * Whether the data that must be kept and is not yet durable amounts to `bytesMax` at most, and contains no stop: the
   * sensor must know of a stop, so that a restart does not undo it.
   */
  heldAtMost(bytesMax: number): boolean {
    const { phase, facts } = this.#state;
    const filling = phase.kind === 'recording' ? phase.segmenter.bytes : 0;
    const held = facts.unsealed.reduce((sum, bytes) => sum + bytes, filling);
    return oldestPress(facts) === undefined && held <= bytesMax;
  }

  hear(input: RecorderInput): void {
    if (input.kind === 'sealed') this.#unsealed.shift();
    const { state, effects } = nextRecorder(this.#state, input, this.#ports.clock.uptimeUs());
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    this.#ports.heard();
  }

  /** Cancels all retries. */
  end(): void {
    this.#retry?.cancel();
    this.#due?.cancel();
    this.#promising?.cancel();
  }

  #promise(effect: Owe | Lost): void {
    const waits = this.#promised.findIndex((one, at) => at > 0 && isSameOwed(one, effect));
    const waiting = this.#promised[waits];
    // The same recording has missed more since.
    if (waiting?.kind === 'owe' && effect.kind === 'owe')
      this.#promised[waits] = { ...waiting, missed: effect.missed };
    else this.#promised.push(effect);
    if (this.#promised.length === 1) this.#keepFirst(agentLimits.retryDelayMsMin);
  }

  /** Makes the oldest promise durable, and then the next; retries as long as that fails. */
  #keepFirst(delayMs: number): void {
    const [first] = this.#promised;
    if (first === undefined) return;
    const { archive, clock, heard } = this.#ports;
    const kept = first.kind === 'owe' ? archive.owe(first) : archive.lost(first);
    kept.then(
      () => {
        this.#promised.shift();
        this.#keepFirst(agentLimits.retryDelayMsMin);
        heard();
        if (!this.promising) this.#isKept();
      },
      (error: unknown) => {
        if (!isSealcamError(error)) throw error;
        const nextMs = Math.min(2 * delayMs, agentLimits.retryDelayMsMax);
        this.#promising = clock.setTimer(delayMs, () => this.#keepFirst(nextMs));
      },
    );
  }

  #isKept(): void {
    const waiting = this.#whenKept;
    this.#whenKept = [];
    for (const resolve of waiting) resolve();
  }

  #perform(effect: RecorderEffect): void {
    const { archive, indicate, requestKeyFrame, power, refused, noticed, mark, clock } = this.#ports;
    switch (effect.kind) {
      case 'owe':
      case 'lost':
        this.#promise(effect);
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
      case 'power':
        power(effect);
        return;
      case 'lamp':
      case 'ringTooShort':
        noticed(effect);
        return;
      case 'refused':
        refused(effect.why);
        return;
      case 'wipe':
        for (const { data } of effect.samples) data.fill(0);
    }
  }
}

function isSameOwed(one: Owe | Lost, other: Owe | Lost): boolean {
  return one.kind === 'owe' && other.kind === 'owe' && one.startUs === other.startUs;
}
