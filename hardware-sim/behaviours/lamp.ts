import type { LampState } from '../../proto/link/messages.ts';

/** The recording lamp: shows what the agent commands, unless it is broken, and reports what it shows. */
export class Lamp {
  readonly #report: (shown: LampState) => void;
  #commanded: LampState = 'off';
  #broken = false;

  /** @param report called with the lamp's measured state, after each command and whenever it changes. */
  constructor(report: (shown: LampState) => void) {
    this.#report = report;
  }

  get commanded(): LampState {
    return this.#commanded;
  }

  /** What a person sees. */
  get shown(): LampState {
    return this.#broken ? 'off' : this.#commanded;
  }

  command(state: LampState): void {
    this.#commanded = state;
    this.#report(this.shown);
  }

  setBroken(broken: boolean): void {
    const before = this.shown;
    this.#broken = broken;
    if (this.shown !== before) this.#report(this.shown);
  }
}
