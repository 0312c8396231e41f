import { stringify } from 'yaml';
import type { Clock } from '../../base/clock.ts';
import type { ActionFields } from '../actions.ts';
import { panelLimits } from './limits.ts';
import type { TakeView } from './messages.ts';

/** Records the orders that a person gives, and makes a scenario file of them. */
export class HandTake {
  readonly #clock: Clock;
  readonly #seed: number;
  #beganUs: number | undefined;
  #steps: ({ at: number } & ActionFields)[] = [];
  #file: string | undefined;

  constructor(clock: Clock, seed: number) {
    this.#clock = clock;
    this.#seed = seed;
  }

  get view(): TakeView {
    return { recording: this.#beganUs !== undefined, steps: this.#steps.length, file: this.#file };
  }

  begin(): void {
    this.#beganUs = this.#clock.uptimeUs();
    this.#steps = [];
    this.#file = undefined;
  }

  /** Takes an order as it was written. A question such as `report` changes nothing, and `quit` would end the replay. */
  add(written: ActionFields): void {
    if (this.#beganUs === undefined || this.#steps.length >= panelLimits.takeStepsMax) return;
    if (written.report !== undefined || written.quit !== undefined) return;
    const seconds = (this.#clock.uptimeUs() - this.#beganUs) / 1_000_000;
    this.#steps.push({ at: Math.round(seconds * 10) / 10, ...written });
  }

  /** Ends the recording: the view then has the file. */
  end(): void {
    if (this.#beganUs === undefined) return;
    this.#beganUs = undefined;
    const head = '# Recorded by hand in the panel of "sealcam sim".\n';
    this.#file = `${head}${stringify({ zero: 'stream', seed: this.#seed, steps: this.#steps })}`;
  }
}
