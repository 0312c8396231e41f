import { systemClock } from '../base/clock.ts';
import { SealcamError } from '../base/errors.ts';
import type { Mp4File } from '../media/reader/mp4-reader.ts';
import type { ButtonName } from '../proto/link/messages.ts';
import { type ActionFields, orderOf } from './actions.ts';
import type { SimEvent, SimReport } from './events.ts';
import type { FaultName } from './faults.ts';
import { simLimits } from './limits.ts';
import { loadScenario } from './scenario/scenario.ts';
import { defaultVideo, openClip, Simulator } from './simulator.ts';

/** How a {@link SimulatedCamera} is set up; all of it may be left out. */
export interface SimulatedCameraOptions {
  /** An MP4 or MOV with H.264 or H.265 video; a built-in clip of 10 s unless given. */
  readonly video?: string;
  /** False: the picture alone. */
  readonly sound?: boolean;
  /** True: plays the video once, instead of over and over. */
  readonly once?: boolean;
  /** Bytes that it keeps for an agent that is away, 1,024 or more; 8 MiB unless given. */
  readonly bufferBytes?: number;
  /** True: a sensor without a video track, which sends presses, lamp and readings alone. */
  readonly noVideo?: boolean;
  /** Path of a symbolic link to the terminal, updated when the camera is unplugged and back. */
  readonly link?: string;
  /** A YAML file whose steps of the camera are followed. */
  readonly scenario?: string;
  /** Decides the walk, the readings, and which bits and frames a fault hits; 1, or the scenario's, unless given. */
  readonly seed?: number;
  /** Called with each event, from the first on, before anything that waits for it. */
  readonly onEvent?: (event: SimEvent) => void;
}

/** How a fault is switched. */
export interface FaultOptions {
  /** False ends it; true unless given. */
  readonly on?: boolean;
  /** Of `bitErrors`, `dropFrames`, `duplicateFrames`: the share of bits or frames, above 0 and at most 1. */
  readonly rate?: number;
  /** Of `clockJump`: by how much, which must be given; of `burst`: how long each holds back. */
  readonly seconds?: number;
}

export type SimEventName = SimEvent['event'];
/** The event of this name. */
export type SimEventOf<E extends SimEventName> = Extract<SimEvent, { readonly event: E }>;

interface Waiter {
  /** True if it takes the event. */
  readonly offer: (event: SimEvent) => boolean;
  readonly fail: (error: Error) => void;
}

/**
 * A simulated camera on a pseudo-terminal, in this process. It captures while an agent at its terminal wants the stream.
 * Iterating over it gives each event from then on, until it is closed.
 */
export class SimulatedCamera implements AsyncIterable<SimEvent>, AsyncDisposable {
  /** Resolves when it has ended: it was closed, or its scenario quit it. Rejects with what made it fail. */
  readonly ended: Promise<void>;
  readonly #simulator: Simulator;
  readonly #file: Mp4File;
  readonly #onEvent: (event: SimEvent) => void;
  /** By name, events that no {@link until} has looked at; the oldest are dropped. */
  readonly #unseen = new Map<SimEventName, SimEvent[]>();
  readonly #waiting = new Set<Waiter>();
  #end!: (error?: unknown) => void;
  #tty: string | undefined;
  #closed: Promise<void> | undefined;

  private constructor(
    file: Mp4File,
    { link, once = false, seed = 1, bufferBytes, noVideo, onEvent = () => {} }: SimulatedCameraOptions,
    scenario: Awaited<ReturnType<typeof loadScenario>> | undefined,
  ) {
    this.#file = file;
    this.#onEvent = onEvent;
    this.ended = new Promise((resolve, reject) => {
      this.#end = (error) => (error === undefined ? resolve() : reject(error));
    });
    // A caller that ignores it learns of a failure from what it waits for.
    this.ended.catch(() => {});
    this.#simulator = new Simulator({
      file,
      clock: systemClock(),
      seed,
      once,
      ...(bufferBytes === undefined ? {} : { bufferBytes }),
      ...(noVideo === undefined ? {} : { noVideo }),
      ...(scenario === undefined ? {} : { scenario }),
      ...(link === undefined ? {} : { link }),
      onEvent: (event) => this.#happened(event),
      onQuit: (error) => void this.#finish(error),
    });
  }

  /**
   * Starts a camera and plugs it in.
   * @throws SealcamError `MP4_*` if the video cannot be played, `SIM_SCENARIO`, `SIM_LINK`, `PTY_OPEN`.
   */
  static async start(options: SimulatedCameraOptions = {}): Promise<SimulatedCamera> {
    const scenario = options.scenario === undefined ? undefined : await loadScenario(options.scenario);
    const file = await openClip(options.video ?? scenario?.video ?? defaultVideo, options.sound);
    const usual = { once: scenario?.once ?? false, seed: scenario?.seed ?? 1 };
    let camera: SimulatedCamera | undefined;
    try {
      camera = new SimulatedCamera(file, { ...usual, ...options }, scenario);
      for (const message of file.warnings) camera.#happened({ event: 'warning', message });
      camera.#simulator.start();
      return camera;
    } catch (error) {
      if (camera !== undefined) camera.#simulator.close();
      await file.close();
      throw error;
    }
  }

  /** The path of its terminal, for example `/dev/pts/3`; another each time that it was unplugged. */
  get tty(): string {
    if (this.#tty !== undefined) return this.#tty;
    throw new SealcamError(
      'SIM_UNPLUGGED',
      'The simulated camera is unplugged: plug it in before it is used',
    );
  }

  /**
   * Presses a button; `on` sets the switches `mute` and `dwelling`, which toggle without it; `category` is a bookmark's, 1 to
   * 99. @throws as {@link order}.
   */
  press(button: ButtonName, on?: boolean, category?: number): void {
    this.order({
      press: button,
      ...(on === undefined ? {} : { on }),
      ...(category === undefined ? {} : { category }),
    });
  }

  /** Causes a fault, or ends it. @throws as {@link order}. */
  fault(fault: FaultName, options: FaultOptions = {}): void {
    this.order({ fault, ...options });
  }

  /**
   * Follows an order, as a line of the control channel does (`docs/schema/sim-order.json`).
   * @throws SealcamError `SIM_ACTION` if it is no action, `SIM_CLOCK`, `PTY_OPEN`, `SIM_LINK`.
   */
  order(order: ActionFields): void {
    this.#simulator.perform(orderOf(order));
  }

  /** What it knows of what it did. */
  report(): SimReport {
    return this.#simulator.report();
  }

  /**
   * The first event of this name that `matches`, of those that no earlier call for this name has passed: what has
   * happened since then counts, so nothing is missed between an order and its wait.
   * @throws SealcamError `SIM_ENDED` if the camera ends before; what `matches` throws; the signal's reason.
   */
  async until<E extends SimEventName>(
    name: E,
    matches: (event: SimEventOf<E>) => boolean = () => true,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<SimEventOf<E>> {
    const isWanted = (event: SimEvent): event is SimEventOf<E> =>
      event.event === name && matches(event as SimEventOf<E>);
    const unseen = this.#unseen.get(name) ?? [];
    for (let event = unseen.shift(); event !== undefined; event = unseen.shift()) {
      if (isWanted(event)) return event;
    }
    signal?.throwIfAborted();
    if (this.#closed !== undefined) throw over();
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        offer: (event) => {
          if (event.event !== name) return false;
          try {
            if (isWanted(event)) settle(() => resolve(event));
          } catch (error) {
            settle(() => reject(error));
          }
          return true;
        },
        fail: (error) => settle(() => reject(error)),
      };
      const abort = (): void => settle(() => reject(signal?.reason));
      const settle = (done: () => void): void => {
        this.#waiting.delete(waiter);
        signal?.removeEventListener('abort', abort);
        done();
      };
      signal?.addEventListener('abort', abort);
      this.#waiting.add(waiter);
    });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SimEvent, void, undefined> {
    const queue: SimEvent[] = [];
    let wake = (): void => {};
    const waiter: Waiter = {
      offer: (event) => {
        queue.push(event);
        if (queue.length > simLimits.eventsKeptMax) queue.shift();
        wake();
        return false;
      },
      fail: () => wake(),
    };
    this.#waiting.add(waiter);
    try {
      for (;;) {
        for (let event = queue.shift(); event !== undefined; event = queue.shift()) yield event;
        if (this.#closed !== undefined) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      this.#waiting.delete(waiter);
    }
  }

  /** Pulls the plug for good. Closing twice does nothing. */
  close(): Promise<void> {
    return this.#finish();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #finish(error?: unknown): Promise<void> {
    this.#closed ??= this.#closeAll(error);
    return this.#closed;
  }

  async #closeAll(error: unknown): Promise<void> {
    this.#simulator.close();
    for (const { fail } of [...this.#waiting]) fail(error instanceof Error ? error : over());
    await this.#file.close();
    this.#end(error);
  }

  #happened(event: SimEvent): void {
    if (event.event === 'tty') this.#tty = event.path;
    if (event.event === 'unplugged') this.#tty = undefined;
    this.#onEvent(event);
    const taken = [...this.#waiting].filter(({ offer }) => offer(event)).length > 0;
    if (taken) return;
    const unseen = this.#unseen.get(event.event) ?? [];
    unseen.push(event);
    if (unseen.length > simLimits.eventsKeptMax) unseen.shift();
    this.#unseen.set(event.event, unseen);
  }
}

function over(): SealcamError {
  return new SealcamError('SIM_ENDED', 'The simulated camera has ended: start another');
}
