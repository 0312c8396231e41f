import type { Scenario } from '../hardware-sim/scenario/scenario.ts';
import type { Finding } from './judge.ts';
import type { Observations } from './observations.ts';

/** A line of the timeline that a runner gives out as it goes: a step that was done, or something that was seen. */
export interface TimelineLine {
  /** Milliseconds since the scenario's second 0. */
  readonly atMs: number;
  /** What it is about: what the scenario did, what was heard, or what became of an expectation. */
  readonly kind: 'step' | 'heard' | Finding['outcome'];
  readonly words: string;
}

/** What a run came to, whichever runner made it. */
export interface ScenarioRun {
  readonly seed: number;
  readonly observed: Observations;
  readonly findings: readonly Finding[];
}

/**
 * Plays a scenario against agent and station, until the station has everything or the scenario's drain is over, and judges what it
 * saw by `judge`. There are two: real processes in real time, and one process on a fake clock.
 */
export interface ScenarioRunner {
  /**
   * @param seed takes the place of the scenario's own.
   * @throws SealcamError `SCENARIO_UNPLAYABLE` if the scenario asks for what this runner cannot do.
   */
  run(scenario: Scenario, seed: number, tell: (line: TimelineLine) => void): Promise<ScenarioRun>;
}
