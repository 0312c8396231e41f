import { randomUUID } from 'node:crypto';
import { joinHalves } from '../../../agent/sensor/join.ts';
import {
  type ControlSource,
  type Indicator,
  type PictureSource,
  portTime,
  type Sensor,
  type SensorContent,
  type SensorHalf,
  type SensorLoss,
  type SensorState,
  type TakeEvent,
} from '../../../agent/sensor/port.ts';
import { type Clock, systemClock } from '../../../base/clock.ts';
import type { TrackKind } from '../../../media/types.ts';
import { identity, type SensorRig } from '../../contract/sensor.ts';

// The smallest source that the port allows, in memory: a device that calls, and a source that hands on.

/** What a device sends: `at` gives the content once its time is known at the port. */
interface Message {
  readonly sequence: number;
  readonly bytes: number;
  readonly track: TrackKind | undefined;
  readonly at: (portUs: (deviceUs: number) => number) => SensorContent;
}

/** Something that is seen or touched, with a clock of its own; it may hold what was not released. */
class MemoryDevice {
  readonly aheadUs: number;
  readonly holdsBytes: number;
  readonly orders: (order: string) => void;
  run = 1;
  held: Message[] = [];
  source: MemorySource | undefined;
  plugged = true;
  #lost: SensorLoss | undefined;
  #sequence = 0;

  constructor(aheadUs: number, holdsBytes: number, orders: (order: string) => void) {
    this.aheadUs = aheadUs;
    this.holdsBytes = holdsBytes;
    this.orders = orders;
  }

  get heldBytes(): number {
    return this.held.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  send(bytes: number, track: TrackKind | undefined, at: Message['at']): void {
    this.#sequence += 1;
    const message = { sequence: this.#sequence, bytes, track, at };
    if (this.holdsBytes > 0) this.held.push(message);
    const there = this.plugged && this.source !== undefined;
    if (there) this.source?.hand(message);
    else if (this.holdsBytes === 0) this.#lose(message);
  }

  /** The report of what was lost while nothing took it. */
  takeLoss(): Message | undefined {
    const lost = this.#lost;
    this.#lost = undefined;
    if (lost === undefined) return undefined;
    this.#sequence += 1;
    return { sequence: this.#sequence, bytes: 0, track: undefined, at: () => ({ type: 'dropped', ...lost }) };
  }

  restart(): void {
    this.run += 1;
    this.held = [];
    this.source?.restarted();
  }

  #lose({ track }: Message): void {
    const { samples = { video: none, audio: none }, other = 0 } = this.#lost ?? {};
    const counted = track && { ...samples, [track]: { samples: samples[track].samples + 1, bytes: 0 } };
    this.#lost = { cause: 'sensorBuffer', samples: counted ?? samples, other: other + (track ? 0 : 1) };
  }
}

const none = { samples: 0, bytes: 0 };

/** Hands on what the device sends, no sooner than it may. */
class MemorySource implements PictureSource, ControlSource {
  readonly #device: MemoryDevice;
  readonly #onEvent: TakeEvent;
  readonly #clock: Clock;
  readonly #outstanding: { readonly ordinal: number; readonly message: Message }[] = [];
  readonly #early: string[] = [];
  readonly #lasting = new Map<string, string>();
  #waiting: Message[] = [];
  #present = false;
  #ordinal = 0;
  /** One that holds nothing sends nothing again: each run of the agent is another run of it. */
  readonly #run = randomUUID();

  constructor(device: MemoryDevice, onEvent: TakeEvent, clock: Clock) {
    this.#device = device;
    this.#onEvent = onEvent;
    this.#clock = clock;
  }

  get state(): SensorState {
    return { present: this.#present, troubles: [], description: identity, faults: {} };
  }

  get holdsBytes(): number {
    return this.#device.holdsBytes;
  }

  start(): void {
    this.#device.source = this;
    setImmediate(() => this.#here(false));
  }

  async stop(): Promise<void> {
    this.#device.source = undefined;
    this.#present = false;
  }

  release(durableUpTo: number): void {
    while ((this.#outstanding[0]?.ordinal ?? Number.POSITIVE_INFINITY) <= durableUpTo) {
      const { sequence } = this.#outstanding.shift()?.message ?? { sequence: 0 };
      this.#device.held = this.#device.held.filter((message) => message.sequence > sequence);
    }
    // Not within the call: the caller may be taking an event.
    setImmediate(() => this.#pump());
  }

  releaseBeyond(bytes: number): void {
    let over = this.#outstanding.reduce((sum, { message }) => sum + message.bytes, -bytes);
    const last = this.#outstanding.findLast(({ message }) => {
      over -= message.bytes;
      return over <= 0;
    });
    if (last !== undefined) this.release(last.ordinal);
  }

  startStream(): void {
    this.#order('stream', 'start');
  }

  stopStream(): void {
    this.#order('stream', 'stop');
  }

  setBitrate(track: TrackKind, bitsPerSecond: number): void {
    this.#order(track, `${track} ${bitsPerSecond}`);
  }

  requestKeyFrame(): void {
    this.#order(undefined, 'key video');
  }

  indicate({ lamp, beepMs }: Indicator): void {
    this.#order('lamp', `lamp ${lamp} ${beepMs}`, `lamp ${lamp} 0`);
  }

  hand(message: Message): void {
    this.#waiting.push(message);
    this.#pump();
  }

  pulled(): void {
    this.#present = false;
    this.#onEvent({ type: 'lost', reason: 'the plug was pulled' });
  }

  plugged(): void {
    this.#present = true;
    this.#onEvent({ type: 'back', afterMs: 1 });
    const lost = this.#device.takeLoss();
    this.#waiting = [...(lost ? [lost] : []), ...this.#unsent()];
    this.#pump();
  }

  restarted(): void {
    this.#outstanding.length = 0;
    this.#waiting = [];
    this.#here(true);
  }

  #here(again: boolean): void {
    if (this.#device.source !== this) return;
    this.#present = true;
    this.#onEvent({ type: 'here', sensor: identity, resumed: false, changed: false });
    if (again) {
      const lost: SensorContent = { type: 'dropped', cause: 'sensorRestart', atLeast: true };
      this.#emit({ sequence: 0, bytes: 0, track: undefined, at: () => lost });
      for (const order of this.#lasting.values()) this.#device.orders(order);
    } else {
      // What was lost while no agent was connected was missed by no agent.
      this.#device.takeLoss();
      for (const order of this.#early.splice(0)) this.#device.orders(order);
    }
    this.#waiting = this.#unsent();
    this.#pump();
  }

  /** What the device holds and this source has not handed on. */
  #unsent(): Message[] {
    const newest = this.#outstanding.at(-1)?.message.sequence ?? 0;
    return this.#device.held.filter(({ sequence }) => sequence > newest);
  }

  #pump(): void {
    const { holdsBytes } = this.#device;
    while (this.#present && this.#waiting.length > 0) {
      const outstanding = this.#outstanding.reduce((sum, { message }) => sum + message.bytes, 0);
      const bytes = this.#waiting[0]?.bytes ?? 0;
      if (holdsBytes > 0 && outstanding > 0 && outstanding + bytes > holdsBytes / 2) return;
      const next = this.#waiting.shift();
      if (next !== undefined) this.#emit(next);
    }
  }

  #emit(message: Message): void {
    this.#ordinal += 1;
    const { run, aheadUs, holdsBytes } = this.#device;
    if (holdsBytes > 0) this.#outstanding.push({ ordinal: this.#ordinal, message });
    const nowUs = this.#clock.uptimeUs();
    const content = message.at((deviceUs) => portTime(deviceUs - aheadUs, nowUs));
    const place = { run: holdsBytes > 0 ? `${run}` : `${this.#run} ${run}`, sequence: message.sequence };
    this.#onEvent({ ...content, ordinal: this.#ordinal, place });
  }

  #order(lastsAs: string | undefined, now: string, lasting = now): void {
    if (lastsAs !== undefined) this.#lasting.set(lastsAs, lasting);
    if (this.#present) this.#device.orders(now);
    else this.#early.push(now);
  }
}

/** Pictures from a device that holds nothing, as a camera that the kernel reads; controls from another, which holds. */
export function memoryRig(): SensorRig {
  const clock = systemClock();
  const orders: string[] = [];
  const order = (what: string): void => {
    orders.push(what);
    rig.onOrder();
  };
  const hour = 3_600_000_000;
  const devices: Record<SensorHalf, MemoryDevice> = {
    pictures: new MemoryDevice(2 * hour, 0, order),
    controls: new MemoryDevice(5 * hour, 65_536, order),
  };
  const { pictures, controls } = devices;
  const rig: SensorRig = {
    name: 'two sources in memory',
    holds: { pictures: false, controls: true },
    device: {
      parameters: (said) => pictures.send(100, undefined, () => ({ type: 'parameters', parameters: said })),
      sample: (sample, captureUs) =>
        pictures.send(sample.data.length, sample.track, (at) => ({
          type: 'sample',
          sample,
          capturedUs: at(captureUs),
        })),
      reading: ({ atUs, ...reading }) =>
        controls.send(50, undefined, (at) => ({ type: 'reading', ...reading, atUs: at(atUs) })),
      button: (button, captureUs, pressed = true) =>
        controls.send(10, undefined, (at) => ({ type: 'button', button, pressed, atUs: at(captureUs) })),
      lampReport: (lamp, captureUs) =>
        controls.send(10, undefined, (at) => ({ type: 'lampReport', lamp, atUs: at(captureUs) })),
    },
    orders,
    onOrder: () => {},
    deviceUs: (half) => clock.uptimeUs() + devices[half].aheadUs,
    aheadUs: (half) => devices[half].aheadUs,
    heldBytes: (half) => devices[half].heldBytes,
    connect: (take): Sensor =>
      joinHalves(
        {
          pictures: (onEvent) => new MemorySource(pictures, onEvent, clock),
          controls: (onEvent) => new MemorySource(controls, onEvent, clock),
        },
        take,
        clock,
      ),
    unplug(half) {
      devices[half].plugged = false;
      devices[half].source?.pulled();
    },
    plug(half) {
      devices[half].plugged = true;
      devices[half].source?.plugged();
    },
    restart() {
      for (const one of Object.values(devices)) one.restart();
    },
    dispose: () => {},
  };
  return rig;
}
