import type { Clock, Timer } from '../../base/clock.ts';

/** Something that is done at a time of a scenario. */
interface PlayerStep {
  readonly atMs: number;
}

/** Plays the steps of a scenario, each at its time; it can be paused, and begun again. */
export class ScenarioPlayer<S extends PlayerStep> {
  readonly #steps: readonly S[];
  readonly #clock: Clock;
  readonly #perform: (step: S) => void;
  readonly #changed: () => void;
  #state: 'ready' | 'running' | 'paused' | 'ended' = 'ready';
  #done = 0;
  /** The scenario's time at the last start or pause, and when that was. */
  #base = { scenarioMs: 0, uptimeUs: 0 };
  #timer: Timer | undefined;

  /** @param changed is called when the state changes, or a step is done. */
  constructor(steps: readonly S[], clock: Clock, perform: (step: S) => void, changed: () => void) {
    this.#steps = steps;
    this.#clock = clock;
    this.#perform = perform;
    this.#changed = changed;
  }

  get state(): 'ready' | 'running' | 'paused' | 'ended' {
    return this.#state;
  }

  /** How many steps are done. */
  get done(): number {
    return this.#done;
  }

  /** The scenario's time, milliseconds. */
  get atMs(): number {
    const { scenarioMs, uptimeUs } = this.#base;
    if (this.#state !== 'running') return scenarioMs;
    return scenarioMs + (this.#clock.uptimeUs() - uptimeUs) / 1000;
  }

  /** Begins, or goes on after a pause. */
  run(): void {
    if (this.#state === 'running' || this.#state === 'ended') return;
    this.#base = { scenarioMs: this.#base.scenarioMs, uptimeUs: this.#clock.uptimeUs() };
    this.#state = 'running';
    this.#wait();
    this.#changed();
  }

  pause(): void {
    if (this.#state !== 'running') return;
    this.#halt('paused');
  }

  /** Begins again with the first step. What the steps so far have done stays done. */
  restart(): void {
    this.#timer?.cancel();
    this.#done = 0;
    this.#base = { scenarioMs: 0, uptimeUs: 0 };
    this.#state = 'ready';
    this.run();
  }

  /** No step follows. */
  end(): void {
    if (this.#state !== 'ended') this.#halt('ended');
  }

  #halt(state: 'paused' | 'ended'): void {
    this.#timer?.cancel();
    this.#base = { scenarioMs: this.atMs, uptimeUs: 0 };
    this.#state = state;
    this.#changed();
  }

  #wait(): void {
    const step = this.#steps[this.#done];
    if (step === undefined) {
      this.#halt('ended');
      return;
    }
    this.#timer = this.#clock.setTimer(Math.max(0, Math.ceil(step.atMs - this.atMs)), () => {
      this.#done += 1;
      this.#perform(step);
      // The step itself may have ended or paused the scenario.
      if (this.#state !== 'running') return;
      this.#changed();
      this.#wait();
    });
  }
}
