import { toHex } from '../../../base/bytes.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { Randomness } from '../../../base/random.ts';
import type { SensorReading } from '../../../proto/readings.ts';
import { faultFields } from '../faults.ts';
import type { OpenLine } from '../link/serial-port.ts';
import type {
  ControlContent,
  ControlSource,
  Indicator,
  SensorDescription,
  SensorEvent,
  SensorLoss,
  SensorState,
  TakeEvent,
} from '../port.ts';
import { type ButtonChange, Buttons, type SwitchPositions } from './buttons.ts';
import type { ButtonsConfig, LocalConfig, SignalConfig } from './config.ts';
import { type DeviceFiles, oneAtATime } from './device-files.ts';
import { InputDevice } from './input-device.ts';
import type { InputPort, OpenInput } from './input-port.ts';
import { LedLamp } from './led-lamp.ts';
import { localLimits } from './limits.ts';
import { ledSignal, Pulse, soundSignal } from './pulse.ts';
import { LocalReadings } from './readings/readings.ts';

export interface LocalControlsOptions {
  readonly config: LocalConfig;
  readonly files: DeviceFiles;
  readonly openInput: OpenInput;
  readonly openLine: OpenLine;
  readonly onEvent: TakeEvent;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
}

const description: SensorDescription = { model: 'local', serial: '', firmware: '', capabilities: [] };

/** What begins when the source does, and ends with it. */
interface LocalPart {
  start(): void;
  stop(): Promise<void>;
}

/**
 * Buttons, lamp, signals and readings of this machine's own devices, each there or not by the configuration. They hold nothing:
 * what is pressed while a device is away, or no agent runs, is lost, and where that may be, a loss says so. It is present
 * while all its buttons and its lamp are; what works goes on working meanwhile.
 */
export class LocalControls implements ControlSource {
  readonly holdsBytes = 0;
  readonly #options: LocalControlsOptions;
  readonly #run: string;
  readonly #parts: LocalPart[] = [];
  readonly #lamp: LedLamp | undefined;
  readonly #beep: Pulse | undefined;
  readonly #vibration: Pulse | undefined;
  readonly #readings: LocalReadings;
  readonly #positions: SwitchPositions = { mute: false, dwelling: false };
  readonly #faults = { inputEnds: 0, inputMalformed: 0, signalFaults: 0, handlingFaults: 0 };
  /** The parts that must be there, and are not. */
  readonly #missing = new Set<unknown>();
  #answered = false;
  #lostAtUs: number | undefined;
  #running = false;
  #ordinal = 0;

  constructor(options: LocalControlsOptions) {
    this.#options = options;
    const { config, clock, randomness } = options;
    // Apart from what is measured: a gauge that hangs must not hold up the lamp.
    const files = oneAtATime(options.files);
    this.#run = toHex(randomness.bytes(localLimits.runNameBytes));
    const signalFault = (): void => {
      this.#faults.signalFaults += 1;
    };
    const pulse = (signal: SignalConfig | undefined): Pulse | undefined => {
      if (signal === undefined) return undefined;
      const set = 'sound' in signal ? soundSignal(signal.sound, signal.hertz) : ledSignal(files, signal.led);
      return new Pulse(set, clock, signalFault);
    };
    this.#beep = pulse(config.beep);
    this.#vibration = pulse(config.vibration);
    for (const buttons of config.buttons) this.#parts.push(this.#inputDevice(buttons));
    this.#lamp = this.#lampOf({ ...options, files });
    if (this.#lamp !== undefined) this.#parts.push(this.#lamp);
    const onReading = (reading: SensorReading, atUs: number): void =>
      this.#content({ type: 'reading', ...reading, atUs });
    this.#readings = new LocalReadings({ ...options, onReading });
    this.#parts.push(this.#readings);
  }

  get state(): SensorState {
    return {
      present: this.#answered && this.#lostAtUs === undefined && this.#running,
      troubles: [],
      description: this.#answered ? description : undefined,
      faults: { ...this.#faults, ...this.#readings.faults },
    };
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    for (const part of this.#parts) part.start();
    // Without a part that must be there it is. Not within the call: the caller may not be ready.
    setImmediate(() => this.#reckon());
  }

  async stop(): Promise<void> {
    this.#running = false;
    const signals = [this.#beep, this.#vibration];
    const ended = Promise.all([...this.#parts, ...signals].map((part) => part?.stop()));
    // A driver may hang: the agent ends all the same.
    let timer: { cancel: () => void } | undefined;
    const givenUp = new Promise<void>((resolve) => {
      timer = this.#options.clock.setTimer(localLimits.stopMsMax, resolve);
    });
    await Promise.race([ended, givenUp]);
    timer?.cancel();
  }

  release(): void {}

  indicate({ lamp, beepMs, vibrateMs }: Indicator): void {
    if (!this.#running) {
      this.#lamp?.show(lamp);
      return;
    }
    this.#beep?.begin(beepMs);
    this.#vibration?.begin(vibrateMs);
    this.#lamp?.show(lamp);
  }

  #lampOf({ config, files, clock }: LocalControlsOptions): LedLamp | undefined {
    if (config.lamp === undefined) return undefined;
    const key = 'lamp';
    this.#missing.add(key);
    return new LedLamp({
      config: config.lamp,
      files,
      clock,
      onShown: (lamp) => this.#content({ type: 'lampReport', lamp, atUs: clock.uptimeUs() }),
      onPresence: (reason) => (reason === undefined ? this.#came(key) : this.#went(key, reason)),
    });
  }

  #inputDevice(config: ButtonsConfig): InputDevice {
    const { clock, openInput } = this.#options;
    const buttons = new Buttons(config, this.#positions);
    const tell = (change: ButtonChange, atUs: number): void =>
      this.#content({ type: 'button', ...change, atUs });
    const compare = (port: InputPort): ButtonChange[] =>
      buttons.compare(port.state('keys'), port.state('switches'));
    this.#missing.add(config);
    let isFirst = true;
    return new InputDevice({
      path: config.device,
      open: openInput,
      clock,
      onEvent: (event, atUs) => {
        const change = buttons.take(event);
        if (change !== undefined) tell(change, atUs);
      },
      onDropped: (cause, port) => {
        const loss: SensorLoss = { cause, atLeast: true, ofControls: true };
        this.#content({ type: 'dropped', ...loss });
        for (const change of compare(port)) tell(change, clock.uptimeUs());
      },
      onOpen: (port) => {
        this.#came(config);
        // A switch that is on already was not pressed just now, and nothing before it can be missing.
        if (isFirst && compare(port).length > 0)
          this.#content({ type: 'switches', switches: { ...this.#positions } });
        isFirst = false;
      },
      onGone: (reason) => {
        this.#faults.inputEnds += 1;
        this.#went(config, reason);
      },
      onMalformed: () => {
        this.#faults.inputMalformed += 1;
      },
    });
  }

  #came(part: unknown): void {
    this.#missing.delete(part);
    this.#reckon();
  }

  #went(part: unknown, reason: string): void {
    this.#missing.add(part);
    if (!this.#running || this.#lostAtUs !== undefined) return;
    this.#lostAtUs = this.#options.clock.uptimeUs();
    this.#options.log.warn('sensor.away', 'The sensor is away', { reason });
    this.#tell({ type: 'lost', reason });
  }

  #reckon(): void {
    if (!this.#running || this.#missing.size > 0) return;
    const { clock, log } = this.#options;
    if (this.#lostAtUs !== undefined) {
      const afterMs = Math.round((clock.uptimeUs() - this.#lostAtUs) / 1000);
      this.#lostAtUs = undefined;
      log.info('sensor.back', 'The sensor is back', { afterMs });
      this.#tell({ type: 'back', afterMs });
    }
    if (this.#answered) return;
    this.#answered = true;
    this.#tell({ type: 'here', sensor: description, resumed: false, changed: false });
  }

  #content(content: ControlContent | ({ readonly type: 'dropped' } & SensorLoss)): void {
    if (!this.#running) return;
    this.#ordinal += 1;
    const ordinal = this.#ordinal;
    this.#tell({ ...content, ordinal, place: { run: this.#run, sequence: ordinal } });
  }

  #tell(event: SensorEvent): void {
    try {
      this.#options.onEvent(event);
    } catch (error) {
      this.#faults.handlingFaults += 1;
      this.#options.log.alarm(
        'sensor.faulted',
        'A message of the controls made the agent fail',
        faultFields(error),
      );
    }
  }
}
