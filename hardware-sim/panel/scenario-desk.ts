import type { Clock } from '../../base/clock.ts';
import { SealcamError } from '../../base/errors.ts';
import type { Action } from '../actions.ts';
import type { SimEvent } from '../events.ts';
import { loadScenario, parseScenario, type Scenario } from '../scenario/scenario.ts';
import type { Step } from '../scenario/scenario-steps.ts';
import type { WorldAction } from '../world-actions.ts';
import { actionWords } from './action-words.ts';
import { scenarioNames, scenarioPath } from './library.ts';
import type { ScenarioView } from './messages.ts';
import { ScenarioPlayer } from './scenario-player.ts';

interface DeskEvents {
  readonly perform: (action: Action | WorldAction) => void;
  readonly changed: () => void;
  /** A step could not be done. */
  readonly failed: (says: string) => void;
}

/** The scenario that the panel plays, of which there is one at a time. */
export class ScenarioDesk {
  readonly #clock: Clock;
  readonly #events: DeskEvents;
  #scenario: Scenario | undefined;
  #player: ScenarioPlayer<Step> | undefined;
  /** The scenario begins by itself, at its zero. */
  #waits = false;

  constructor(clock: Clock, events: DeskEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  get view(): ScenarioView | undefined {
    const scenario = this.#scenario;
    const player = this.#player;
    if (scenario === undefined || player === undefined) return undefined;
    const { title, about, steps, checks } = scenario;
    return {
      title,
      about,
      checks: checks.length,
      state: this.#waits ? 'waiting' : player.state,
      atMs: player.atMs,
      totalMs: steps.at(-1)?.atMs ?? 0,
      steps: steps.map(({ atMs, action }) => ({ atMs, says: actionWords(action) })),
      done: player.done,
    };
  }

  /** Takes the text of a file. @throws SealcamError `SIM_SCENARIO`. */
  load(name: string, text: string): void {
    this.#set(parseScenario(text, name));
  }

  /** Takes a scenario that comes with Sealcam. @throws SealcamError `SIM_SCENARIO`, `FILE_UNREADABLE`. */
  async open(name: string): Promise<void> {
    if (!scenarioNames().includes(name)) {
      throw new SealcamError(
        'SIM_SCENARIO',
        `"${name}" is not in the list: choose one of it, or open a file`,
      );
    }
    this.#set(await loadScenario(scenarioPath(name)));
  }

  /** Takes a scenario, and begins it at its zero. */
  follow(scenario: Scenario): void {
    this.#set(scenario);
    this.#waits = true;
    if (scenario.zero === 'launch') this.#begin();
    else this.#events.changed();
  }

  /** Begins a scenario that waits, if this is what its times count from. */
  happened(event: SimEvent): void {
    if (!this.#waits) return;
    const zero = this.#scenario?.zero;
    const isZero = zero === 'agent' ? event.event === 'agent' : event.event === 'stream' && event.on;
    if (isZero) this.#begin();
  }

  order(what: 'run' | 'pause' | 'restart' | 'end'): void {
    const player = this.#player;
    if (player === undefined) throw new SealcamError('SIM_SCENARIO', 'There is no scenario: open one first');
    this.#waits = false;
    player[what]();
  }

  end(): void {
    this.#player?.end();
  }

  #begin(): void {
    this.#waits = false;
    this.#player?.run();
  }

  #set(scenario: Scenario): void {
    this.#player?.end();
    this.#waits = false;
    this.#scenario = scenario;
    this.#player = new ScenarioPlayer(
      scenario.steps,
      this.#clock,
      (step) => this.#step(step),
      () => this.#events.changed(),
    );
    this.#events.changed();
  }

  #step({ action }: Step): void {
    try {
      this.#events.perform(action);
    } catch (error) {
      this.#events.failed(`A step could not be done: ${error instanceof Error ? error.message : error}`);
    }
  }
}
