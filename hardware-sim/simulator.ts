import { join } from 'node:path';
import type { Clock, Timer } from '../base/clock.ts';
import { packageFolder } from '../base/program.ts';
import { type Mp4File, openMp4 } from '../media/reader/mp4-reader.ts';
import { linkLimits } from '../proto/link/limits.ts';
import type { Action } from './actions.ts';
import { type Observer, SimulatedDevice } from './device.ts';
import type { SimEvent, SimReport } from './events.ts';
import { openPtyPort, type PtyPort } from './link/pty-port.ts';
import { placeLink, refuseOther, removeLink } from './link/terminal-name.ts';
import { playSteps, type Scenario } from './scenario/scenario.ts';
import { isCameraStep } from './scenario/scenario-steps.ts';

/** The default clip: 10 s, 1280x720, a key picture each second, with sound. */
export const defaultVideo = join(packageFolder, 'hardware-sim/clips/default.mp4');

/**
 * Opens a video for the simulated camera; samples that the link cannot carry are left out, and `warnings` says so.
 * Throws as `openMp4` does.
 */
export function openClip(path: string, sound = true): Promise<Mp4File> {
  return openMp4(path, { sound, sampleBytesMax: linkLimits.sampleBytesMax });
}

/** How often a new terminal is tried after one broke. */
const replugMs = 500;

export interface SimulatorOptions {
  readonly file: Mp4File;
  readonly clock: Clock;
  readonly seed: number;
  readonly once: boolean;
  /** As the device's own options. */
  readonly bufferBytes?: number;
  readonly noVideo?: boolean;
  /** Its steps of the camera are performed; those of its surroundings, and what it expects, are a runner's. */
  readonly scenario?: Pick<Scenario, 'zero' | 'steps'>;
  /** Path of a symbolic link to the terminal while there is one. */
  readonly link?: string;
  readonly onEvent: (event: SimEvent) => void;
  readonly observer?: Observer;
  /**
   * The simulator ends: a step or a line asked for it, or something went wrong. Called once; {@link Simulator.close}
   * must still be called.
   */
  readonly onQuit: (error?: unknown) => void;
  /** Creates the terminal; a real one by default. */
  readonly openPort?: () => PtyPort;
}

/**
 * The simulated camera with its cable: a device at a pseudo-terminal, and whatever a scenario or a person does to it.
 */
export class Simulator {
  readonly #options: SimulatorOptions;
  readonly #device: SimulatedDevice;
  #plugged: PtyPort | undefined;
  #replug: Timer | undefined;
  #endScenario: (() => void) | undefined;
  #closed = false;
  #quit = false;

  /** @throws SealcamError `SIM_LINK` if something else is at the path of the link. */
  constructor(options: SimulatorOptions) {
    this.#options = options;
    const { file, clock, seed, once, observer, bufferBytes, noVideo } = options;
    this.#device = new SimulatedDevice({
      file,
      clock,
      seed,
      once,
      ...(bufferBytes === undefined ? {} : { bufferBytes }),
      ...(noVideo === undefined ? {} : { noVideo }),
      ...(observer === undefined ? {} : { observer }),
      onEvent: (event) => this.#happened(event),
      onFailure: (error) => this.#over(error),
    });
    if (options.link !== undefined) refuseOther(options.link);
  }

  /** Plugs the camera in. @throws SealcamError `PTY_OPEN`, `SIM_LINK`. */
  start(): void {
    this.#plug();
    this.#begin('launch');
  }

  /** Performs a step, a control line or a person's order. @throws SealcamError `SIM_CLOCK`, `PTY_OPEN`, `SIM_LINK`. */
  perform(action: Action): void {
    switch (action.does) {
      case 'press':
        this.#device.press(action.button, action.on, action.category);
        break;
      case 'report':
        this.#options.onEvent({ event: 'report', ...this.#device.report() });
        break;
      case 'quit':
        this.#over();
        break;
      case 'fault':
        if (action.change.fault !== 'unplug') this.#device.fault(action.change);
        else this.#pull(action.change.on);
        break;
      default:
        this.#device.instrument(action);
    }
  }

  report(): SimReport {
    return this.#device.report();
  }

  /** True while the camera is plugged in. */
  get plugged(): boolean {
    return this.#plugged !== undefined;
  }

  /** Pulls the plug for good, and removes the link. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#endScenario?.();
    this.#unplug();
    this.#device.close();
  }

  #pull(on: boolean): void {
    if (on) this.#unplug();
    else this.#plug();
    this.#options.onEvent({ event: 'fault', fault: 'unplug', on });
  }

  #plug(): void {
    this.#replug?.cancel();
    this.#replug = undefined;
    if (this.#plugged !== undefined || this.#closed) return;
    const { link, openPort, onEvent } = this.#options;
    const port = (openPort ?? openPtyPort)();
    this.#plugged = port;
    const { path } = port;
    this.#device.attach({
      ...port,
      onClose: (take) =>
        port.onClose((reason) => {
          take(reason);
          this.#gone(port);
        }),
    });
    if (link !== undefined) placeLink(link, path);
    onEvent({ event: 'tty', path, link: link ?? null });
  }

  #unplug(): void {
    this.#replug?.cancel();
    this.#replug = undefined;
    if (this.#plugged === undefined) return;
    this.#plugged = undefined;
    if (this.#options.link !== undefined) removeLink(this.#options.link);
    this.#device.detach();
    this.#options.onEvent({ event: 'unplugged' });
  }

  /** The terminal broke unexpectedly. */
  #gone(port: PtyPort): void {
    if (this.#plugged !== port) return;
    this.#unplug();
    this.#replug = this.#options.clock.setTimer(replugMs, () => this.#attempt(() => this.#plug()));
  }

  #happened(event: SimEvent): void {
    this.#options.onEvent(event);
    if (event.event === 'agent') this.#begin('agent');
    if (event.event === 'stream' && event.on) this.#begin('stream');
  }

  /** Begins the scenario, once, if it counts from `zero`. */
  #begin(zero: Scenario['zero']): void {
    const { scenario, clock } = this.#options;
    if (scenario?.zero !== zero || this.#endScenario !== undefined) return;
    const steps = scenario.steps.filter(isCameraStep);
    this.#endScenario = playSteps(steps, clock, ({ action }) => this.#attempt(() => this.perform(action)));
  }

  #attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#over(error);
    }
  }

  #over(error?: unknown): void {
    if (this.#quit) return;
    this.#quit = true;
    this.#options.onQuit(error);
  }
}
