import type { Clock, Timer } from '../../../base/clock.ts';
import { isSealcamError } from '../../../base/errors.ts';
import { portTime } from '../port.ts';
import { type InputEvent, InputReader } from './input-event.ts';
import type { InputPort, OpenInput } from './input-port.ts';
import { localLimits } from './limits.ts';
import { Reopening } from './reopening.ts';

export interface InputDeviceOptions {
  readonly path: string;
  readonly open: OpenInput;
  readonly clock: Clock;
  readonly onEvent: (event: InputEvent, atUs: number) => void;
  /** Events may be missing: it was away, or the kernel had no room for them. `port` says how it stands now. */
  readonly onDropped: (cause: 'sensorRestart' | 'sensorBuffer', port: InputPort) => void;
  /** It is there for the first time, or again, and gives its events from now on. */
  readonly onOpen: (port: InputPort) => void;
  readonly onGone: (reason: string) => void;
  /** It gives something else than its events. */
  readonly onMalformed: () => void;
}

/** An input device that is opened again and again until it is there, and whenever it is gone. */
export class InputDevice {
  readonly #options: InputDeviceOptions;
  #port: InputPort | undefined;
  #closing: Promise<void> | undefined;
  #opening: Promise<void> | undefined;
  readonly #reopening: Reopening;
  #watchTimer: Timer | undefined;
  #running = false;
  #wasOpen = false;

  constructor(options: InputDeviceOptions) {
    this.#options = options;
    this.#reopening = new Reopening(options.clock, () => this.#open());
  }

  start(): void {
    this.#running = true;
    this.#open();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#watchTimer?.cancel();
    this.#reopening.cancel();
    await this.#opening;
    await Promise.all([this.#closing, this.#port?.close()]).catch(() => {});
    this.#port = undefined;
  }

  #open(): void {
    const { path, open } = this.#options;
    this.#opening = open(path).then(
      (port) => this.#opened(port),
      (error: unknown) => this.#gone(isSealcamError(error) ? error.message : 'it cannot be opened'),
    );
  }

  async #opened(port: InputPort): Promise<void> {
    if (!this.#running) return port.close().catch(() => {});
    const { onOpen, onDropped, clock } = this.#options;
    this.#port = port;
    const reader = new InputReader();
    port.onClose((reason) => this.#gone(reason));
    port.onData((bytes) => this.#read(port, reader, bytes));
    const again = this.#wasOpen;
    this.#wasOpen = true;
    onOpen(port);
    if (again) onDropped('sensorRestart', port);
    this.#watchTimer = clock.setTimer(localLimits.watchMs, () => this.#watch(port));
  }

  #read(port: InputPort, reader: InputReader, bytes: Uint8Array): void {
    if (port !== this.#port) return;
    const { clock, onEvent, onDropped, onMalformed } = this.#options;
    try {
      for (const event of reader.push(bytes, clock.uptimeUs())) {
        this.#reopening.works();
        if (event === 'dropped') onDropped('sensorBuffer', port);
        else onEvent(event, pressTime(event, clock));
      }
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      onMalformed();
      this.#gone(error.message);
    }
  }

  /** A FIFO that was removed, and a device whose name is another's by now, say nothing of it. */
  async #watch(port: InputPort): Promise<void> {
    const isStill = await port.isStill();
    if (!this.#running || port !== this.#port) return;
    if (!isStill) this.#gone('the input device is gone');
    else this.#watchTimer = this.#options.clock.setTimer(localLimits.watchMs, () => void this.#watch(port));
  }

  #gone(reason: string): void {
    const port = this.#port;
    this.#port = undefined;
    this.#watchTimer?.cancel();
    this.#reopening.cancel();
    this.#closing = port?.close().catch(() => {});
    if (!this.#running) return;
    this.#reopening.again();
    this.#options.onGone(reason);
  }
}

/**
 * When something was pressed, by the agent's clock. The kernel stamps with the wall clock, which may be hours off and may
 * jump: only how long ago that was is taken from it, and only where that is a moment ago. So a jump does harm only where
 * it falls between the press and its reading.
 */
export function pressTime({ stampUs }: Pick<InputEvent, 'stampUs'>, clock: Clock): number {
  const ageUs = clock.utcUs() - stampUs;
  const nowUs = clock.uptimeUs();
  return portTime(ageUs > 0 && ageUs <= localLimits.pressAgeUsMax ? nowUs - ageUs : nowUs, nowUs);
}
