import { stringify } from 'yaml';
import type { Clock } from '../../base/clock.ts';
import { SealcamError } from '../../base/errors.ts';
import type { ActionFields } from '../actions.ts';
import type { WrittenStep } from '../scenario/scenario-steps.ts';
import { panelLimits } from './limits.ts';
import type { TakeView } from './messages.ts';

/** An order as it was written, to the camera or to what is around it. */
export type WrittenByHand =
  | ActionFields
  | Pick<WrittenStep, 'network' | 'disk' | 'agentClock' | 'agent' | 'station'>;

/** Records the orders that a person gives, and makes a scenario file of them. */
export class HandTake {
  readonly #clock: Clock;
  readonly #seed: number;
  #beganUs: number | undefined;
  #steps: WrittenStep[] = [];
  #file: string | undefined;

  constructor(clock: Clock, seed: number) {
    this.#clock = clock;
    this.#seed = seed;
  }

  get view(): TakeView {
    const recording = this.#beganUs !== undefined;
    const full = this.#steps.length >= panelLimits.takeStepsMax;
    return { recording, steps: this.#steps.length, full, file: this.#file };
  }

  /** What was recorded, as a scenario file. @throws SealcamError `SIM_SCENARIO` if nothing was. */
  get file(): string {
    if (this.#file !== undefined) return this.#file;
    throw new SealcamError('SIM_SCENARIO', 'Nothing was recorded by hand: press "Record by hand" first');
  }

  begin(): void {
    this.#beganUs = this.#clock.uptimeUs();
    this.#steps = [];
    this.#file = undefined;
  }

  get recording(): boolean {
    return this.#beganUs !== undefined;
  }

  /**
   * Takes an order, if there is room. A question such as `report` changes nothing, and `quit` would end the replay.
   * @returns takes it out again, as long as the recording goes on: it failed.
   */
  add(written: WrittenByHand): () => void {
    const nothing = (): void => {};
    if (this.#beganUs === undefined || this.#steps.length >= panelLimits.takeStepsMax) return nothing;
    if ('report' in written || 'quit' in written) return nothing;
    const seconds = (this.#clock.uptimeUs() - this.#beganUs) / 1_000_000;
    const step = { at: Math.round(seconds * 10) / 10, ...written };
    this.#steps.push(step);
    return () => {
      this.#steps = this.#steps.filter((one) => one !== step);
    };
  }

  /** Ends the recording: the view then has the file. */
  end(): void {
    if (this.#beganUs === undefined) return;
    this.#beganUs = undefined;
    const head = '# Recorded by hand in the panel of "sealcam sim".\n';
    this.#file = `${head}${stringify({ zero: 'stream', seed: this.#seed, steps: this.#steps })}`;
  }
}
