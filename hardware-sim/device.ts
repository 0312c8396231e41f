import type { Clock, Timer } from '../base/clock.ts';
import type { Randomness } from '../base/random.ts';
import type { Mp4File } from '../media/reader/mp4-reader.ts';
import type { MediaSample } from '../media/types.ts';
import { type ButtonName, isSwitch, isTrigger, type SwitchName } from '../proto/link/messages.ts';
import type { BytePort } from '../proto/link/port.ts';
import type { SensorReading } from '../proto/readings.ts';
import { type InstrumentChange, Instruments } from './behaviours/instruments.ts';
import { Lamp } from './behaviours/lamp.ts';
import { type Captured, MediaPlayer } from './behaviours/player.ts';
import { SensorClock } from './behaviours/sensor-clock.ts';
import type { SimEvent, SimReport } from './events.ts';
import { type DeviceFault, isRateFault } from './faults.ts';
import { faultyPort, LineFaults } from './faulty-port.ts';
import { SensorLink } from './link/index.ts';
import { type SeededRandom, seededRandom } from './random.ts';
import { CaptureCount } from './scenario/count.ts';

const telemetryMs = 1000;

/** A request for a key picture this soon after a press is the agent's response to the press. */
const answerUsMax = 1_000_000;

export interface SimulatedDeviceOptions {
  /** What the camera sees and hears; the device does not close it. */
  readonly file: Mp4File;
  readonly clock: Clock;
  /** Identifies this run of the sensor; random by default. */
  readonly randomness?: Randomness;
  /** Determines the walk, the readings, and which bits and frames a fault hits. */
  readonly seed: number;
  /** Plays the source once instead of repeating it. */
  readonly once: boolean;
  /** Bytes kept until the agent releases them; 8 MiB by default, and at least 1,024. */
  readonly bufferBytes?: number;
  /** It has no video track and no sound: buttons, lamp, GNSS, battery alone. The file is then not played. */
  readonly noVideo?: boolean;
  readonly onEvent: (event: SimEvent) => void;
  /** Sees what the camera captures and measures, whether or not the agent takes it. */
  readonly observer?: Observer;
  /** The source can no longer be read, or contains what cannot be sent: the camera has stopped capturing. */
  readonly onFailure: (error: unknown) => void;
}

/** Sees what a person at the camera would see. */
export interface Observer {
  readonly captured: (sample: MediaSample) => void;
  readonly measured: (reading: SensorReading) => void;
}

/**
 * The simulated camera without its cable: describes itself and its stream, captures from StartStream to StopStream,
 * with one reading of the instruments a second, and does what else the agent commands. It outlives its ports; what an
 * agent has not released is sent again on the next.
 */
export class SimulatedDevice {
  readonly #options: SimulatedDeviceOptions;
  readonly #clock: SensorClock;
  readonly #link: SensorLink;
  readonly #player: MediaPlayer;
  readonly #lamp: Lamp;
  readonly #instruments: Instruments;
  readonly #line = new LineFaults();
  readonly #lineRandom: SeededRandom;
  readonly #count = new CaptureCount();
  readonly #on = new Set<SwitchName>();
  #streaming = false;
  #frozen = false;
  #beeps = 0;
  /** The newest press, by the sensor's clock, and whether a key picture was sent after it. */
  #pressed = { atUs: Number.NEGATIVE_INFINITY, keySince: false };
  #readings = { sent: 0, dropped: 0 };
  #telemetry: Timer | undefined;
  /** What was captured since the last burst, while it comes in bursts. */
  #bursts: { readonly held: Captured[]; readonly timer: Timer } | undefined;

  constructor(options: SimulatedDeviceOptions) {
    this.#options = options;
    const { clock, file, seed, once, randomness, bufferBytes, noVideo, onEvent, onFailure } = options;
    this.#clock = new SensorClock(clock);
    this.#instruments = new Instruments(seed);
    this.#lineRandom = seededRandom(seed ^ 0x5ea1);
    this.#lamp = new Lamp((shown) => {
      onEvent({ event: 'lamp', state: shown, commanded: this.#lamp.commanded });
      this.#link.sendLampReport(shown, this.#clock.uptimeUs());
    });
    this.#player = new MediaPlayer({
      file,
      clock,
      once,
      onSample: (captured) => this.#captured(captured),
      onEnd: () => onEvent({ event: 'ended' }),
      onError: onFailure,
    });
    this.#link = new SensorLink({
      identity: {
        model: 'Sealcam simulated camera',
        serial: `SIM-${seed}`,
        firmware: '1.0',
        capabilities: ['lamp', 'beep', 'gnss', 'motion', 'battery'],
      },
      clock: this.#clock,
      ...(randomness === undefined ? {} : { randomness }),
      ...(bufferBytes === undefined ? {} : { bufferBytes }),
      ...(noVideo === true ? { noVideo } : {}),
      onAgent: (resumed) => this.#met(resumed),
      onLost: (reason) => onEvent({ event: 'lost', reason }),
      onIndicator: ({ lamp, beepMs, vibrateMs }) => this.#indicate(lamp, beepMs, vibrateMs),
      onStartStream: () => this.#stream(true),
      onStopStream: () => this.#stream(false),
      onBitrate: (track, bitsPerSecond) => {
        if (!noVideo) onEvent({ event: 'bitrate', track, bitsPerSecond });
      },
      onKeyFrameRequest: () => {
        if (noVideo) return;
        onEvent({ event: 'keyFrameRequest' });
        if (!this.#keyIsOnItsWay()) this.#player.requestKeyFrame();
      },
    });
    if (!noVideo) this.#link.sendParameters(file.parameters);
  }

  /** Uses `port` from now on, with the line's faults; an earlier port is closed. */
  attach(port: BytePort): void {
    this.#link.attach(faultyPort(port, this.#line, this.#lineRandom));
  }

  /** Detaches the port. */
  detach(): void {
    this.#link.detach();
  }

  /** Stops capturing and detaches the port, for good. */
  close(): void {
    this.#stream(false);
    this.#burst(undefined);
    this.detach();
  }

  /** Presses a button (a bookmark of a `category`), or moves a switch: to the position `on`, or to the other one. */
  press(button: ButtonName, on?: boolean, category?: number): void {
    // What was captured before a press is on its way before it.
    this.#flush();
    const captureUs = this.#clock.uptimeUs();
    const turned = isSwitch(button) ? (on ?? !this.#on.has(button)) : true;
    const taken = !this.#frozen && this.#link.sendButton(button, captureUs, turned, category);
    if (taken) this.#taken(button, turned, captureUs);
    const said = category === undefined ? {} : { category };
    this.#options.onEvent({ event: 'button', button, on: turned, ...said, captureUs, taken });
  }

  /**
   * Turns a fault on or off.
   * @throws SealcamError `SIM_CLOCK` if the clock would jump to before its beginning.
   */
  fault(change: DeviceFault): void {
    switch (change.fault) {
      case 'clockJump':
        this.#clock.jump(change.seconds);
        break;
      case 'stall':
        this.#line.hold('stall', change.on);
        break;
      case 'freeze':
        this.#freeze(change.on);
        break;
      case 'lampBroken':
        this.#lamp.setBroken(change.on);
        break;
      case 'burst':
        this.#burst(change.on ? change.seconds : undefined);
        break;
      default:
        this.#line.setRate(change.fault, change.on, change.rate);
    }
    const on = 'on' in change ? change.on : true;
    const rate = isRateFault(change.fault) && 'rate' in change && on ? { rate: change.rate } : {};
    const seconds = 'seconds' in change ? { seconds: change.seconds } : {};
    this.#options.onEvent({ event: 'fault', fault: change.fault, on, ...rate, ...seconds });
  }

  /** Changes what the instruments measure from the next reading on. */
  instrument(change: InstrumentChange): void {
    this.#instruments.change(change);
    this.#options.onEvent({ event: 'instrument', ...change });
  }

  report(): SimReport {
    const { file } = this.#options;
    this.#follow();
    return {
      source: {
        ...file.counts,
        videoTimescale: file.parameters.video.timescale,
        audioTimescale: file.parameters.audio?.timescale ?? null,
        periodTicks: this.#player.periodTicks,
      },
      clockUs: this.#clock.uptimeUs(),
      connected: this.#link.connected,
      streaming: this.#streaming,
      lamp: { commanded: this.#lamp.commanded, shown: this.#lamp.shown },
      beeps: this.#beeps,
      total: this.#count.total,
      takes: this.#count.takes,
      takesBefore: this.#count.takesBefore,
      plays: this.#count.plays,
      telemetry: { ...this.#readings },
      keptBytes: this.#link.keptBytes,
      link: this.#link.counts,
    };
  }

  #taken(button: ButtonName, on: boolean, captureUs: number): void {
    this.#pressed = { atUs: captureUs, keySince: false };
    if (button === 'start') this.#count.begin(captureUs);
    else if (button === 'stop') this.#count.end(captureUs);
    else if (button === 'bookmark') this.#count.bookmark();
    else if (isTrigger(button)) return;
    else if (on) this.#on.add(button);
    else this.#on.delete(button);
  }

  /** True if the agent asked before it could know that the key picture it wants was already captured. */
  #keyIsOnItsWay(): boolean {
    const { atUs, keySince } = this.#pressed;
    return keySince && this.#clock.uptimeUs() - atUs <= answerUsMax;
  }

  #indicate(lamp: Parameters<Lamp['command']>[0], beepMs: number, vibrateMs: number): void {
    this.#lamp.command(lamp);
    if (beepMs > 0) {
      this.#beeps += 1;
      this.#options.onEvent({ event: 'beep', ms: beepMs });
    }
    if (vibrateMs > 0) this.#options.onEvent({ event: 'vibrate', ms: vibrateMs });
  }

  #met(resumed: boolean): void {
    this.#options.onEvent({ event: 'agent', resumed });
    // Readings need no stream where there is none.
    if (this.#options.noVideo) this.#run();
  }

  #stream(on: boolean): void {
    if (this.#options.noVideo || this.#streaming === on) return;
    this.#streaming = on;
    this.#options.onEvent({ event: 'stream', on });
    this.#run();
  }

  #freeze(on: boolean): void {
    this.#frozen = on;
    this.#line.hold('freeze', on);
    this.#run();
  }

  /** Starts or stops capturing, according to the camera's state. */
  #run(): void {
    const { noVideo = false } = this.#options;
    const runs = (this.#streaming || noVideo) && !this.#frozen;
    if (runs === (this.#telemetry !== undefined)) return;
    if (runs) {
      if (!noVideo) this.#player.start();
      this.#read(this.#options.clock.uptimeUs());
    } else {
      this.#player.stop();
      this.#telemetry?.cancel();
      this.#telemetry = undefined;
    }
  }

  /** From now on what was captured is handed on every `seconds`, all at once; undefined: as it is captured. */
  #burst(seconds: number | undefined): void {
    this.#flush();
    this.#bursts?.timer.cancel();
    this.#bursts = undefined;
    if (seconds === undefined) return;
    const timer = this.#options.clock.setTimer(seconds * 1000, () => this.#burst(seconds));
    this.#bursts = { held: [], timer };
  }

  #flush(): void {
    for (const captured of this.#bursts?.held.splice(0) ?? []) this.#give(captured);
  }

  /** Reads the instruments now, and again a second after `dueUs`. */
  #read(dueUs: number): void {
    const { clock } = this.#options;
    const reading = this.#instruments.next(clock.utcUs());
    this.#options.observer?.measured(reading);
    const kept = this.#link.sendTelemetry({ captureUs: this.#clock.uptimeUs(), ...reading });
    this.#readings[kept ? 'sent' : 'dropped'] += 1;
    const nextUs = Math.max(dueUs + telemetryMs * 1000, clock.uptimeUs());
    const waitMs = Math.ceil((nextUs - clock.uptimeUs()) / 1000);
    this.#telemetry = clock.setTimer(waitMs, () => this.#read(nextUs));
  }

  #captured(captured: Captured): void {
    if (this.#bursts === undefined) this.#give(captured);
    else this.#bursts.held.push(captured);
  }

  /** Hands a sample to the link. */
  #give(captured: Captured): void {
    const captureUs = this.#clock.fromInner(captured.captureUs);
    this.#options.observer?.captured(captured.sample);
    const kept = this.#link.sendSample(captured.sample, captureUs);
    if (kept && captured.sample.track === 'video' && captured.sample.key) this.#pressed.keySince = true;
    this.#count.captured(captured, captureUs, kept ? this.#link.progress.given : undefined);
    this.#follow();
  }

  #follow(): void {
    const { sent, released } = this.#link.progress;
    this.#count.progress(sent, released);
  }
}
