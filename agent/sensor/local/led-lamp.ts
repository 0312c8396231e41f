import { join } from 'node:path';
import type { Clock, Timer } from '../../../base/clock.ts';
import type { LampState } from '../../../proto/link/messages.ts';
import { type LampConfig, type Pattern, patternOf, patterns } from './config.ts';
import { type DeviceFiles, readWholeNumber } from './device-files.ts';
import { localLimits } from './limits.ts';

export interface LedLampOptions {
  readonly config: LampConfig;
  readonly files: DeviceFiles;
  readonly clock: Pick<Clock, 'setTimer'>;
  /** What it shows, as read back, whenever that changes. */
  readonly onShown: (state: LampState) => void;
  /** It can be used, or not any more. */
  readonly onPresence: (reason: string | undefined) => void;
}

const blinks = {
  slow: [localLimits.slowOnMs, localLimits.slowOffMs],
  fast: [localLimits.fastMs, localLimits.fastMs],
} as const;

function isBlinking(pattern: Pattern): pattern is keyof typeof blinks {
  return pattern in blinks;
}

const lampStates = ['off', 'standby', 'recording', 'alarm'] as const satisfies readonly LampState[];

/**
 * A lamp below /sys/class/leds. What was written to it is read back, now and then: that is what it is said to show, so
 * that a lamp that is gone, or that another program uses, is told as such, and it is written again. The kernel's timer
 * makes it blink; without that trigger it is switched from here.
 */
export class LedLamp {
  readonly #options: LedLampOptions;
  #wanted: LampState | undefined;
  #written: LampState | undefined;
  #shown: LampState | undefined;
  #working: Promise<void> | undefined;
  #timer: Timer | undefined;
  #running = false;
  /** Undefined until it was tried. */
  #present: boolean | undefined;
  /** Where it is blinked from here: whether it is lit now, and for how long it stays so. */
  #lit: boolean | undefined;

  constructor(options: LedLampOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = true;
    this.#kick();
  }

  /** It is off then: nothing records any more. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#timer?.cancel();
    await this.#working;
    if (this.#written === undefined) return;
    await this.#light('off').catch(() => {});
  }

  show(state: LampState): void {
    this.#wanted = state;
    if (this.#running) this.#kick();
  }

  /** One at a time. A driver that hangs shows nothing that is known. */
  #kick(): void {
    if (this.#working !== undefined) return;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.setTimer(localLimits.hangMsMax, () => this.#gone());
    this.#working = this.#work().then((nextMs) => {
      this.#timer?.cancel();
      this.#working = undefined;
      if (!this.#running) return;
      if (this.#wanted !== this.#written && this.#present) this.#kick();
      else this.#timer = this.#options.clock.setTimer(nextMs, () => this.#kick());
    });
  }

  async #work(): Promise<number> {
    const { config, onPresence } = this.#options;
    const wanted = this.#wanted;
    try {
      const isOther = wanted !== this.#written || this.#shown !== wanted;
      if (wanted !== undefined && isOther) await this.#light(patternOf(config, wanted));
      else if (this.#lit !== undefined) await this.#turn(!this.#lit);
      this.#written = wanted;
      const shown = this.#stateOf(await this.#readBack(), wanted);
      if (!this.#present) {
        this.#present = true;
        onPresence(undefined);
      }
      this.#tell(shown);
    } catch {
      this.#gone();
    }
    return this.#nextMs();
  }

  #gone(): void {
    this.#written = undefined;
    this.#lit = undefined;
    this.#tell('off');
    if (this.#present === false) return;
    this.#present = false;
    this.#options.onPresence(`the lamp ${this.#options.config.led} can't be used`);
  }

  #nextMs(): number {
    const pattern = this.#written === undefined ? 'off' : patternOf(this.#options.config, this.#written);
    if (this.#lit === undefined || !isBlinking(pattern)) return localLimits.lampMs;
    return blinks[pattern][this.#lit ? 0 : 1];
  }

  #tell(shown: LampState): void {
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#options.onShown(shown);
  }

  #path(name: string): string {
    return join(this.#options.config.led, name);
  }

  async #light(pattern: Pattern): Promise<void> {
    const { files } = this.#options;
    const triggers = await this.#triggers();
    this.#lit = undefined;
    if (isBlinking(pattern) && triggers?.includes('timer')) {
      const [onMs, offMs] = blinks[pattern];
      await files.write(this.#path('trigger'), 'timer');
      await files.write(this.#path('delay_on'), `${onMs}`);
      await files.write(this.#path('delay_off'), `${offMs}`);
      return;
    }
    if (triggers !== undefined) await files.write(this.#path('trigger'), 'none');
    await this.#turn(pattern !== 'off');
    if (!isBlinking(pattern)) this.#lit = undefined;
  }

  async #turn(lit: boolean): Promise<void> {
    const { files } = this.#options;
    // Not one that is told apart from off only by its driver: as bright as it can be.
    const most = lit ? await readWholeNumber(files, this.#path('max_brightness')).catch(() => 1) : 0;
    await files.write(this.#path('brightness'), `${most}`);
    this.#lit = lit;
  }

  /** Undefined where the LED has no triggers. The one in use is in brackets. */
  async #triggers(): Promise<string[] | undefined> {
    const said = await this.#options.files.read(this.#path('trigger')).catch(() => undefined);
    return said?.split(/\s+/).map((word) => word.replace(/^\[(.*)\]$/, '$1'));
  }

  /** How it is lit; undefined where that is nothing that is ever written. */
  async #readBack(): Promise<Pattern | undefined> {
    const { files } = this.#options;
    const isLit = (await readWholeNumber(files, this.#path('brightness'))) > 0;
    const trigger = /\[([^\]]*)\]/.exec(await files.read(this.#path('trigger')).catch(() => '[none]'))?.[1];
    if (trigger === 'timer') {
      const onMs = await readWholeNumber(files, this.#path('delay_on'));
      const offMs = await readWholeNumber(files, this.#path('delay_off'));
      return patterns.find(
        (pattern) => isBlinking(pattern) && blinks[pattern][0] === onMs && blinks[pattern][1] === offMs,
      );
    }
    if (trigger !== 'none') return undefined;
    if (this.#lit === undefined || this.#written === undefined) return isLit ? 'on' : 'off';
    // While it is blinked from here it must be as it was switched.
    return isLit === this.#lit ? patternOf(this.#options.config, this.#written) : undefined;
  }

  /** What a wearer takes it to mean. What means nothing is told as what it is not: a lamp that can't be relied on. */
  #stateOf(pattern: Pattern | undefined, wanted: LampState | undefined): LampState {
    const { config } = this.#options;
    if (pattern === undefined) return wanted === 'off' ? 'alarm' : 'off';
    if (wanted !== undefined && patternOf(config, wanted) === pattern) return wanted;
    return lampStates.find((state) => patternOf(config, state) === pattern) ?? 'off';
  }
}
