import type { LogLevel } from '../../base/log.ts';
import type { Speaker } from '../../hardware-sim/scenario/expectations.ts';
import type { LampState } from '../../proto/link/messages.ts';
import type { ObservedLamp, ObservedLine } from '../observations.ts';
import type { TimelineLine } from '../runner.ts';
import { heardWords } from '../words.ts';

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'alarm'];
const lampStates: readonly LampState[] = ['off', 'standby', 'recording', 'alarm'];

/** Keeps what the processes of a run say, by the time at which it was heard. */
export class Observer {
  readonly #nowMs: () => number;
  readonly #tell: (line: TimelineLine) => void;
  readonly #lines: ObservedLine[] = [];
  readonly #lamp: ObservedLamp[] = [];
  #zeroMs: number | undefined;
  /** What the other clock is ahead by, as the scenario's was stopped. */
  #heldMs = 0;
  /** Where the scenario's clock was stopped, by {@link #time}. */
  #heldSinceMs: number | undefined;
  #over = false;

  /** @param nowMs a clock that does not go back. */
  constructor(nowMs: () => number, tell: (line: TimelineLine) => void) {
    this.#nowMs = nowMs;
    this.#tell = tell;
  }

  /** The scenario's second 0 was `agoMs` ago, or is; unless there is one already. */
  begin(agoMs = 0): void {
    this.#zeroMs ??= this.#time - agoMs;
  }

  /**
   * Stops the scenario's clock at a time that has just passed. What was heard since then, and what is heard until {@link goOn}, is heard
   * at that time: a machine with other work does everything later, and not wrong.
   */
  hold(atMs: number): void {
    const sinceMs = (this.#zeroMs ?? 0) + atMs;
    this.#heldSinceMs = sinceMs;
    for (const list of [this.#lines, this.#lamp]) {
      for (let n = list.length - 1; (list[n]?.atMs ?? sinceMs) > sinceMs; n -= 1) {
        list[n] = { ...list[n], atMs: sinceMs } as never;
      }
    }
  }

  /** Lets the scenario's clock go on from where it was stopped. */
  goOn(): void {
    if (this.#heldSinceMs === undefined) return;
    this.#heldMs = this.#nowMs() - this.#heldSinceMs;
    this.#heldSinceMs = undefined;
  }

  /** Milliseconds since second 0; 0 before it. */
  get atMs(): number {
    return this.#zeroMs === undefined ? 0 : this.#time - this.#zeroMs;
  }

  /** The other clock, without what it was held for. */
  get #time(): number {
    return this.#heldSinceMs ?? this.#nowMs() - this.#heldMs;
  }

  get lines(): readonly ObservedLine[] {
    return this.#lines.map((line) => this.#shifted(line));
  }

  /** What the lamp showed; it is dark until it was commanded. Empty without a simulated camera. */
  get lamp(): readonly ObservedLamp[] {
    return this.#lamp.map((one) => this.#shifted(one));
  }

  /** There is a simulated camera: its lamp can be seen. */
  seesLamp(): void {
    this.#lamp.push({ atMs: this.#time, state: 'off' });
  }

  /** What comes from now on belongs to the end of the processes, and is not observed. */
  end(): void {
    this.#over = true;
  }

  /** Takes a line of JSON; another one is for people, and kept with the event `text`. */
  hear(of: Speaker, fields: Readonly<Record<string, unknown>>): void {
    if (this.#over) return;
    const line: ObservedLine = {
      atMs: this.#time,
      of,
      event: typeof fields.event === 'string' ? fields.event : 'text',
      level: levels.find((level) => level === fields.level),
      message: typeof fields.msg === 'string' ? fields.msg : undefined,
      fields,
    };
    this.#lines.push(line);
    const state = lampStates.find((one) => one === fields.state);
    if (of === 'camera' && line.event === 'lamp' && state !== undefined)
      this.#lamp.push({ atMs: line.atMs, state });
    const words = heardWords(line);
    if (words !== undefined) this.#tell({ atMs: this.atMs, kind: 'heard', words });
  }

  /** By the scenario's time. */
  #shifted<T extends { readonly atMs: number }>(one: T): T {
    return { ...one, atMs: one.atMs - (this.#zeroMs ?? this.#time) };
  }
}
