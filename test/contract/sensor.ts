import { setTimeout as delay } from 'node:timers/promises';
import type { Test } from 'tap';
import {
  placeName,
  type Sensor,
  type SensorEvent,
  type SensorHalf,
  type TakeEvent,
} from '../../agent/sensor/index.ts';
import type { MediaSample, StreamParameters } from '../../media/types.ts';
import type { ButtonName, LampState } from '../../proto/link/messages.ts';
import type { TimedReading } from '../../proto/readings.ts';
import { videoTrack } from '../support/sensor/picture-stream.ts';

export const parameters: StreamParameters = {
  video: videoTrack,
  audio: {
    kind: 'audio',
    codec: 'aac',
    timescale: 48_000,
    sampleRate: 48_000,
    channels: 2,
    description: Uint8Array.of(0x11, 0x90),
  },
};

export const identity = { model: 'bench', serial: '1', firmware: '1.0', capabilities: ['beep'] };

/** The `index`th picture of a stream with a key picture every 30, filled with bytes that tell it from the others. */
export function picture(index: number, bytes = 1000): MediaSample {
  const data = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 1) data[at] = (index * 31 + at * 7) % 251;
  return {
    track: 'video',
    pts: index * 3000,
    dts: index * 3000,
    duration: 3000,
    key: index % 30 === 0,
    data,
  };
}

/** What a device sends, at times of its own clock. A device whose room is full drops what does not fit. */
export interface DeviceHand {
  parameters(said: StreamParameters): void;
  sample(sample: MediaSample, captureUs: number): void;
  reading(reading: TimedReading): void;
  button(button: ButtonName, captureUs: number, pressed?: boolean): void;
  lampReport(lamp: LampState, captureUs: number): void;
}

/** A device, or one for each half, and the way in which an agent reaches it. */
export interface SensorRig {
  readonly name: string;
  /** Whether what is not released of a half is sent again to the agent's next run. */
  readonly holds: Readonly<Record<SensorHalf, boolean>>;
  /**
   * True where the device of pictures gives and hears nothing: it takes no orders, has no clock that is known, and no one
   * counts what it gave while no one took it.
   */
  readonly oneWay?: boolean;
  /** Of the orders for pictures, those that it takes nevertheless. */
  readonly hears?: readonly string[];
  /** Where the device says neither what its pictures are nor their ticks: what must become of them. */
  readonly own?: {
    readonly parameters: StreamParameters;
    readonly picture: (index: number, bytes?: number) => MediaSample;
    readonly indexOf: (sample: MediaSample) => number;
  };
  /**
   * True where the source reads its own lamp and sensors at a pace of its own, and holds no presses: its readings are tested
   * with it, and how many presses it lost is not known.
   */
  readonly readsItself?: boolean;
  readonly device: DeviceHand;
  /** What the device was asked to do, in words: `lamp recording 200`, `start`, `stop`, `video 4000000`, `key video`. */
  readonly orders: readonly string[];
  /** Is called after each order. */
  onOrder: () => void;
  /** What the clock of a half's device shows now, and how far it is ahead of the agent's. */
  deviceUs(half: SensorHalf): number;
  aheadUs(half: SensorHalf): number;
  /** Bytes that the device of a half holds, as they are not released. */
  heldBytes(half: SensorHalf): number;
  /** The sensor of another run of the agent; the one before it was stopped. */
  connect(take: TakeEvent): Sensor;
  /** Cuts a half off, or both where one source serves them, and lets it be reached again. */
  unplug(half: SensorHalf): void;
  plug(half: SensorHalf): void;
  /** Another run of the device, or of both: it remembers nothing. */
  restart(): void;
  /** Frees what the rig holds. */
  dispose(): void;
}

type EventOf<T extends SensorEvent['type']> = Extract<SensorEvent, { type: T }>;
type ContentEvent = Extract<SensorEvent, { ordinal: number }>;

/** One run of the agent at the devices of `rig`. */
class Run {
  readonly rig: SensorRig;
  readonly events: SensorEvent[] = [];
  readonly sensor: Sensor;
  /** Release every event at once; otherwise the test does. */
  releases: boolean;
  readonly #waiting = new Set<() => void>();

  constructor(rig: SensorRig, releases = true) {
    this.rig = rig;
    this.releases = releases;
    rig.onOrder = () => this.#changed();
    this.sensor = rig.connect((event) => {
      this.events.push(event);
      if (this.releases && 'ordinal' in event) this.sensor.release(event.ordinal);
      this.#changed();
    });
    this.sensor.start();
  }

  /** Resolves when `done` holds, looking at each event and each order. */
  async until(done: () => boolean): Promise<void> {
    if (done()) return;
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (!done()) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
    });
  }

  async here(): Promise<void> {
    await this.until(() => this.sensor.state.present && this.of('here').length > 0);
  }

  of<T extends SensorEvent['type']>(type: T): EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type);
  }

  get content(): ContentEvent[] {
    return this.events.filter((event): event is ContentEvent => 'ordinal' in event);
  }

  /** Without what comes at a pace of the source's own. */
  get sent(): ContentEvent[] {
    const isSent = ({ type }: ContentEvent): boolean => type !== 'reading' && type !== 'lampReport';
    return this.rig.readsItself ? this.content.filter(isSent) : this.content;
  }

  #changed(): void {
    for (const check of [...this.#waiting]) check();
  }
}

/** What every sensor must do, whatever is below its port. Runs in real time, and waits for events alone. */
export function sensorContract(t: Test, makeRig: () => SensorRig): void {
  for (const [what, body] of Object.entries(contract)) {
    const rig = makeRig();
    t.test(`${rig.name}: ${what}`, async (t) => {
      try {
        await body(t, rig);
      } finally {
        rig.dispose();
      }
    });
  }
}

const pictureOf = (rig: SensorRig, index: number, bytes?: number): MediaSample =>
  (rig.own?.picture ?? picture)(index, bytes);
const indexOf = (rig: SensorRig, sample: MediaSample): number =>
  rig.own === undefined ? sample.dts / 3000 : rig.own.indexOf(sample);

/** How long ago a thing is said to have happened, and how wrong that may be told; the devices' clocks are hours off. */
const agoUs = 20_000_000;
const wrongUsMax = 5_000_000;

const contract: Readonly<Record<string, (t: Test, rig: SensorRig) => Promise<void>>> = {
  async 'hands on everything once, in order, untouched'(t, rig) {
    const run = new Run(rig);
    const { device } = rig;
    await run.here();
    t.match(run.of('here')[0], { resumed: false, changed: false, sensor: identity });
    t.match(run.sensor.state, { present: true, troubles: [], description: identity });
    device.parameters(parameters);
    const sent = Array.from({ length: 60 }, (_, i) => pictureOf(rig, i, i % 30 === 0 ? 100_000 : 3000));
    const fromUs = rig.deviceUs('pictures') - 2_000_000;
    for (const [i, sample] of sent.entries()) device.sample(sample, fromUs + 33_333 * i);
    await run.until(() => run.of('sample').length === 60);
    const position = {
      latitude: 52.5,
      longitude: 13.4,
      altitude: 34,
      accuracy: 2.5,
      utcUs: 1_700_000_000_123_456,
      satellites: 9,
    };
    const atUs = rig.deviceUs('controls');
    device.reading({ atUs, position, temperature: -3.5 });
    device.button('bookmark', atUs);
    // Pressing it, or a switch, would wait for pictures of its time where each half has its own source.
    device.button('start', atUs, false);
    device.lampReport('recording', atUs);
    await run.until(
      () =>
        run.of('lampReport').at(-1)?.lamp === 'recording' &&
        run.of('button').length === 2 &&
        run.of('sample').length === 60,
    );
    const byHand = (...types: string[]): string[] => (rig.readsItself ? [] : types);
    t.same(
      run.sent.flatMap(({ type }) => (type === 'switches' ? [] : [type])),
      [
        'parameters',
        ...sent.map(() => 'sample'),
        ...byHand('reading'),
        'button',
        'button',
        ...byHand('lampReport'),
      ],
    );
    t.same(
      run.content.map(({ ordinal }) => ordinal),
      run.content.map((_, n) => n + 1),
      'ordinals ascend by one',
    );
    t.equal(
      new Set(run.of('sample').map(({ place }) => placeName(place))).size,
      60,
      'each has a place of its own',
    );
    t.same(run.of('parameters')[0]?.parameters, rig.own?.parameters ?? parameters);
    t.ok(
      run.of('sample').every(({ sample }, i) => isSame(sample, sent[i], rig.own === undefined)),
      'every sample as it was sent',
    );
    if (!rig.readsItself) t.match(run.of('reading')[0], { position, temperature: -3.5 });
    t.equal(run.of('reading')[0]?.motion, undefined);
    t.match(run.of('button'), [
      { button: 'bookmark', pressed: true },
      { button: 'start', pressed: false },
    ]);
    t.match(run.of('lampReport').at(-1), { lamp: 'recording' });
    t.equal(run.of('dropped').length, 0);
    await run.sensor.stop();
  },

  async 'gives times by the clock of the agent, whichever clock the device has'(t, rig) {
    const run = new Run(rig);
    const { device } = rig;
    await run.here();
    device.parameters(parameters);
    const wrongUs = (half: SensorHalf, toldUs = 0): number =>
      Math.abs(rig.deviceUs(half) - rig.aheadUs(half) - agoUs - toldUs);
    // Before a source has heard of its device's clock, things happened when they came. Should it never tell the right
    // time, this has no end.
    let n = 0;
    do {
      device.sample(pictureOf(rig, n), rig.deviceUs('pictures') - agoUs);
      device.button('bookmark', rig.deviceUs('controls') - agoUs);
      n += 1;
      await run.until(() => run.of('sample').length === n && run.of('button').length === n);
      await delay(20);
    } while (
      (!rig.oneWay && wrongUs('pictures', run.of('sample').at(-1)?.capturedUs) > wrongUsMax) ||
      wrongUs('controls', run.of('button').at(-1)?.atUs) > wrongUsMax
    );
    t.pass(`the right time is told from message ${n} on`);
    device.sample(pictureOf(rig, n), Number.MAX_SAFE_INTEGER);
    device.sample(pictureOf(rig, n + 1), 0);
    device.button('bookmark', Number.MAX_SAFE_INTEGER);
    device.button('bookmark', 0);
    await run.until(() => run.of('sample').length === n + 2 && run.of('button').length === n + 2);
    const nowUs = rig.deviceUs('pictures') - rig.aheadUs('pictures');
    const times = [
      ...run.of('sample').map(({ capturedUs }) => capturedUs),
      ...run.of('button').map(({ atUs }) => atUs),
    ];
    t.ok(
      times.every((us) => Number.isSafeInteger(us) && us >= 0 && us <= nowUs),
      'none is later than now, or before 0',
    );
    await run.sensor.stop();
  },

  async 'orders arrive once, in order, also those that were given before the device was there'(t, rig) {
    const { orders } = rig;
    const stream = rig.oneWay ? (rig.hears ?? []) : ['start', 'video 4000000', 'key video', 'stop'];
    const came = (lamps: number, others: number) => () =>
      orders.length >= lamps + Math.min(others, stream.length);
    const run = new Run(rig);
    const { sensor } = run;
    sensor.indicate({ lamp: 'standby', beepMs: 0, vibrateMs: 0 });
    sensor.startStream();
    await run.here();
    sensor.setBitrate('video', 4_000_000);
    sensor.requestKeyFrame();
    await run.until(came(1, 3));
    sensor.indicate({ lamp: 'recording', beepMs: 200, vibrateMs: 100 });
    await run.until(came(2, 3));
    sensor.stopStream();
    await run.until(came(2, 4));
    t.same(
      orders.filter((order) => order.startsWith('lamp')),
      ['lamp standby 0', 'lamp recording 200'],
    );
    t.same(
      orders.filter((order) => !order.startsWith('lamp')),
      stream,
    );
    await sensor.stop();
  },

  async 'a device that begins again is told what lasts, and what it held is a loss'(t, rig) {
    const run = new Run(rig);
    const { orders, device } = rig;
    await run.here();
    run.sensor.indicate({ lamp: 'recording', beepMs: 200, vibrateMs: 0 });
    run.sensor.startStream();
    device.parameters(parameters);
    device.sample(pictureOf(rig, 0), rig.deviceUs('pictures'));
    const lasting = rig.oneWay ? ['lamp recording 0'] : ['lamp recording 0', 'start'];
    await run.until(() => orders.length === lasting.length && run.of('sample').length === 1);
    const [before] = run.of('sample');
    rig.restart();
    await run.until(() => run.of('here').length === 2 && orders.length === 2 * lasting.length);
    t.match(run.of('here')[1], { resumed: false, changed: false });
    t.same([...orders.slice(lasting.length)].sort(), lasting, 'the beep is over');
    device.parameters(parameters);
    device.sample(pictureOf(rig, 30), rig.deviceUs('pictures'));
    await run.until(() => run.of('sample').length === 2);
    const [, after] = run.of('sample');
    t.not(after?.place.run, before?.place.run, 'places of two runs do not compare');
    const losses = run.of('dropped').filter(({ ofControls }) => !ofControls);
    t.match(losses, [{ cause: 'sensorRestart', atLeast: true }], 'no one knows what it held');
    await run.sensor.stop();
  },

  async 'what comes while the plug is pulled follows, or is a loss in its place'(t, rig) {
    const run = new Run(rig);
    const { device } = rig;
    await run.here();
    device.parameters(parameters);
    for (let i = 0; i < 10; i += 1) device.sample(pictureOf(rig, i), rig.deviceUs('pictures'));
    await run.until(() => run.of('sample').length === 10);
    rig.unplug('pictures');
    await run.until(() => run.of('lost').length === 1);
    t.notOk(run.sensor.state.present);
    for (let i = 10; i < 60; i += 1) device.sample(pictureOf(rig, i, 10_000), rig.deviceUs('pictures'));
    rig.plug('pictures');
    await run.until(() => run.of('back').length === 1 && run.sensor.state.present);
    device.sample(pictureOf(rig, 60), rig.deviceUs('pictures'));
    await run.until(() => run.of('sample').length === (rig.holds.pictures ? 61 : 11));
    const indexes = run.of('sample').map(({ sample }) => indexOf(rig, sample));
    if (rig.holds.pictures) {
      t.same(
        indexes,
        Array.from({ length: 61 }, (_, i) => i),
        'each once, in order',
      );
      t.equal(run.of('dropped').length, 0);
    } else {
      t.same(indexes, [...Array.from({ length: 10 }, (_, i) => i), 60]);
      const loss = rig.oneWay ? { atLeast: true } : { samples: { video: { samples: 50 } } };
      t.match(run.content.at(-2), { type: 'dropped', ...loss });
    }
    await run.sensor.stop();
  },

  async 'presses that come while the plug is pulled follow, or are a loss in their place'(t, rig) {
    const run = new Run(rig);
    await run.here();
    rig.unplug('controls');
    await run.until(() => !run.sensor.state.present);
    rig.device.button('bookmark', rig.deviceUs('controls'));
    rig.plug('controls');
    await run.until(() => run.sensor.state.present);
    rig.device.button('stop', rig.deviceUs('controls'), false);
    await run.until(() => run.of('button').at(-1)?.button === 'stop');
    if (rig.holds.controls)
      t.same(
        run.of('button').map(({ button }) => button),
        ['bookmark', 'stop'],
      );
    else if (rig.readsItself) t.match(run.sent.at(-2), { type: 'dropped', ofControls: true, atLeast: true });
    else t.match(run.content.at(-2), { type: 'dropped', other: 1 });
    await run.sensor.stop();
  },

  async 'has no more outstanding than it can hold, and loses nothing of that'(t, rig) {
    if (!rig.holds.pictures) {
      t.equal(rig.connect(() => {}).holdsBytes, 0, 'it says that it holds nothing');
      return;
    }
    const run = new Run(rig, false);
    await run.here();
    rig.device.parameters(parameters);
    const count = 80;
    const bytes = Math.floor((run.sensor.holdsBytes * 0.95) / count);
    for (let i = 0; i < count; i += 1) rig.device.sample(pictureOf(rig, i, bytes), rig.deviceUs('pictures'));
    await run.until(() => run.of('sample').length > 0);
    t.ok(rig.heldBytes('pictures') >= count * bytes, 'all is held while nothing is released');
    let released = 0;
    while (run.of('sample').length < count) {
      const outstanding = run.of('sample').filter(({ ordinal }) => ordinal > released).length * bytes;
      if (outstanding > run.sensor.holdsBytes) t.fail(`${outstanding} bytes are outstanding`);
      const came = run.content.length;
      released = run.content.at(-1)?.ordinal ?? 0;
      run.sensor.release(released);
      await run.until(() => run.content.length > came);
    }
    t.ok(
      run.of('sample').every(({ sample }, i) => indexOf(rig, sample) === i),
      'all came, in order',
    );
    t.equal(run.of('dropped').length, 0);
    await run.sensor.stop();
  },

  async 'sends again to the next run what is held and was not released, under the same places'(t, rig) {
    const { device } = rig;
    const first = new Run(rig, false);
    await first.here();
    device.parameters(parameters);
    const bytes = 10_000;
    for (let i = 0; i < 7; i += 1) device.sample(pictureOf(rig, i, bytes), rig.deviceUs('pictures'));
    await first.until(() => first.of('sample').length === 7);
    // Of the buttons the one that waits for no picture, where each half has its own source.
    device.button('bookmark', rig.deviceUs('controls'));
    await first.until(() => first.of('button').length === 1);
    const [, , third] = first.of('sample');
    const [pressed] = first.of('button');
    t.ok(third !== undefined && pressed !== undefined);
    if (third === undefined || pressed === undefined) return;
    first.sensor.release(third.ordinal);
    // The release takes its time to the device.
    while (rig.heldBytes('pictures') > 5 * bytes) await delay(20);
    await first.sensor.stop();
    const came = first.events.length;

    const next = new Run(rig, false);
    await next.here();
    device.parameters(parameters);
    device.sample(pictureOf(rig, 30), rig.deviceUs('pictures'));
    device.button('bookmark', rig.deviceUs('controls'));
    const presses = rig.holds.controls ? 2 : 1;
    await next.until(
      () => next.of('sample').length === (rig.holds.pictures ? 5 : 1) && next.of('button').length >= presses,
    );
    const pictures = next.of('sample').map(({ sample }) => indexOf(rig, sample));
    t.same(pictures, rig.holds.pictures ? [3, 4, 5, 6, 30] : [30]);
    t.equal(next.of('button').length, presses);
    const names = (run: Run, index: number): string[] =>
      run
        .of('sample')
        .flatMap(({ sample, place }) => (indexOf(rig, sample) === index ? [placeName(place)] : []));
    if (rig.holds.pictures) for (const index of [3, 4, 5, 6]) t.same(names(next, index), names(first, index));
    else t.notSame(next.of('sample')[0]?.place.run, third.place.run);
    if (rig.holds.controls)
      t.equal(placeName(next.of('button')[0]?.place ?? third.place), placeName(pressed.place));
    t.equal(first.events.length, came, 'and the run that was stopped heard of nothing more');
    await next.sensor.stop();
  },
};

function isSame(a: MediaSample, b: MediaSample | undefined, withTimes: boolean): boolean {
  return (
    b !== undefined &&
    a.track === b.track &&
    (!withTimes || (a.pts === b.pts && a.dts === b.dts && a.duration === b.duration)) &&
    a.key === b.key &&
    Buffer.compare(a.data, b.data) === 0
  );
}
