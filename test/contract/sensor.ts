import type { Test } from 'tap';
import { Sensor, type SensorEvent } from '../../agent/sensor/index.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { SensorLink, type SensorLinkHandlers } from '../../hardware-sim/link/index.ts';
import type { MediaSample, StreamParameters } from '../../media/types.ts';
import type { BytePort } from '../../proto/link/port.ts';

export const parameters: StreamParameters = {
  video: {
    kind: 'video',
    codec: 'h264',
    timescale: 90_000,
    width: 1280,
    height: 720,
    description: Uint8Array.of(1, 0x64, 0, 0x1e, 0xff, 0xe1, 0, 0, 1, 0, 0),
    codecString: 'avc1.64001e',
  },
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

/** How the two ends get at each other: each call of `open` connects the device anew and gives the agent's end. */
export interface Cable {
  readonly name: string;
  open(device: SensorLink): Promise<BytePort>;
  /** Pulls the plug; the next `open` works again. */
  unplug(): void;
  /** Frees what the cable holds. */
  dispose(): void;
}

/** A device and an agent's sensor at both ends of `cable`. */
export class Bench {
  readonly events: SensorEvent[] = [];
  readonly device: SensorLink;
  readonly sensor: Sensor;
  /** Give every event back at once; otherwise the test does. */
  autoRelease = true;
  readonly #cable: Cable;
  readonly #waiting = new Set<() => void>();

  constructor(cable: Cable, handlers: SensorLinkHandlers = {}, clock: Clock = systemClock()) {
    this.#cable = cable;
    this.device = new SensorLink({ identity, clock, ...handlers });
    this.sensor = new Sensor({
      open: () => cable.open(this.device),
      clock,
      log: silentLog,
      onEvent: (event) => {
        this.events.push(event);
        if (this.autoRelease && 'ordinal' in event) this.sensor.release(event.ordinal);
        this.changed();
      },
    });
    this.sensor.start();
  }

  /** Looks again at what is waited for; handlers of a test call it too. */
  changed(): void {
    for (const check of [...this.#waiting]) check();
  }

  /** Resolves when `done` holds, looking at each event. */
  async until(done: () => boolean): Promise<void> {
    if (done()) return;
    await new Promise<void>((resolve) => {
      const check = () => {
        if (!done()) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
    });
  }

  ofType<T extends SensorEvent['type']>(type: T): Extract<SensorEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<SensorEvent, { type: T }> => event.type === type);
  }

  async end(): Promise<void> {
    await this.sensor.stop();
    this.device.detach();
    this.#cable.dispose();
  }
}

/** What every sensor must do, whatever bytes travel on. Runs in real time, and waits for events alone. */
export function sensorContract(t: Test, makeCable: () => Cable): void {
  const withBench = async (
    handlers: SensorLinkHandlers,
    body: (bench: Bench) => Promise<void>,
  ): Promise<void> => {
    const bench = new Bench(makeCable(), handlers);
    try {
      await body(bench);
    } finally {
      await bench.end();
    }
  };
  const { name } = makeCableName(makeCable);

  t.test(`${name}: says hello, and hands on everything once, in order, untouched`, async (t) => {
    await withBench({}, async (bench) => {
      await bench.until(() => bench.ofType('hello').length > 0);
      t.match(bench.ofType('hello')[0], { resumed: false, sensor: { ...identity, versionMajor: 1 } });
      const { device } = bench;
      device.sendParameters(parameters);
      const sent = Array.from({ length: 60 }, (_, i) => picture(i, i % 30 === 0 ? 100_000 : 3000));
      for (const [i, sample] of sent.entries()) device.sendSample(sample, 33_333 * i);
      device.sendTelemetry({
        captureUs: 7,
        position: {
          latitude: 52.5,
          longitude: 13.4,
          altitude: 34,
          accuracy: 2.5,
          utcUs: 1_700_000_000_123_456,
          satellites: 9,
        },
        temperature: -3.5,
      });
      device.sendButton('bookmark', 8);
      device.sendLampReport('recording', 9);
      await bench.until(() => bench.ofType('lampReport').length > 0);
      const content = bench.events.filter((event) => 'ordinal' in event);
      t.same(
        content.map((event) => event.type),
        ['switches', 'parameters', ...sent.map(() => 'sample'), 'telemetry', 'button', 'lampReport'],
      );
      t.same(bench.ofType('parameters')[0]?.parameters, parameters);
      t.ok(
        bench.ofType('sample').every(({ sample }, i) => equalSamples(sample, sent[i])),
        'every sample as it was sent',
      );
      t.same(
        bench.ofType('sample').map((event) => event.captureUs),
        sent.map((_, i) => 33_333 * i),
      );
      t.match(bench.ofType('telemetry')[0], {
        captureUs: 7,
        position: { utcUs: 1_700_000_000_123_456 },
        temperature: -3.5,
      });
      t.equal(bench.ofType('telemetry')[0]?.motion, undefined);
      t.match(bench.ofType('button')[0], { button: 'bookmark', pressed: true, captureUs: 8 });
      t.match(bench.ofType('lampReport')[0], { lamp: 'recording', captureUs: 9 });
      t.equal(bench.ofType('dropped').length, 0);
    });
  });

  t.test(`${name}: commands arrive once, in order`, async (t) => {
    const seen: string[] = [];
    let changed = () => {};
    const note = (what: string) => {
      seen.push(what);
      changed();
    };
    const handlers: SensorLinkHandlers = {
      onIndicator: ({ lamp, beepMs }) => note(`${lamp} ${beepMs}`),
      onStartStream: () => note('start'),
      onStopStream: () => note('stop'),
      onBitrate: (track, bits) => note(`${track} ${bits}`),
      onKeyFrameRequest: (track) => note(`key ${track}`),
    };
    await withBench(handlers, async (bench) => {
      changed = () => bench.changed();
      await bench.until(() => bench.ofType('hello').length > 0);
      const { sensor } = bench;
      sensor.indicate({ lamp: 'standby', beepMs: 0, vibrateMs: 0 });
      sensor.startStream();
      sensor.setBitrate('video', 4_000_000);
      sensor.requestKeyFrame();
      await bench.until(() => seen.length >= 4);
      sensor.indicate({ lamp: 'recording', beepMs: 200, vibrateMs: 100 });
      sensor.stopStream();
      await bench.until(() => seen.length >= 6);
      t.same(seen, ['standby 0', 'start', 'video 4000000', 'key video', 'recording 200', 'stop']);
    });
  });

  t.test(`${name}: goes on without a gap after the plug was pulled`, async (t) => {
    const cable = makeCable();
    const bench = new Bench(cable);
    try {
      await bench.until(() => bench.ofType('hello').length > 0);
      bench.device.sendParameters(parameters);
      for (let i = 0; i < 10; i += 1) bench.device.sendSample(picture(i), i);
      await bench.until(() => bench.ofType('sample').length === 10);
      cable.unplug();
      await bench.until(() => bench.ofType('lost').length === 1);
      for (let i = 10; i < 40; i += 1) bench.device.sendSample(picture(i, 20_000), i);
      await bench.until(() => bench.ofType('sample').length === 40);
      t.ok(
        bench.ofType('sample').every(({ captureUs }, i) => captureUs === i),
        'each once, in order',
      );
      t.equal(bench.ofType('dropped').length, 0);
      t.equal(bench.ofType('hello').at(-1)?.resumed, true);
      const back = bench.ofType('back');
      t.equal(back.length, 1);
      t.ok((back[0]?.afterMs ?? 1e9) < 3000, `back after ${back[0]?.afterMs} ms`);
    } finally {
      await bench.end();
    }
  });

  t.test(`${name}: makes the sensor wait and keep while nothing is released`, async (t) => {
    await withBench({}, async (bench) => {
      bench.autoRelease = false;
      await bench.until(() => bench.ofType('hello').length > 0);
      bench.device.sendParameters(parameters);
      const size = 100_000;
      for (let i = 0; i < 80; i += 1) t.ok(bench.device.sendSample(picture(i, size), i));
      const creditSamples = Math.floor((6 * 1024 * 1024) / (size + 500));
      await bench.until(() => bench.ofType('sample').length >= creditSamples - 1);
      t.ok(bench.ofType('sample').length < 80, 'not all came');
      t.ok(bench.device.keptBytes >= 80 * size, 'all is still kept');
      bench.autoRelease = true;
      const newest = bench.events.findLast((event) => 'ordinal' in event);
      if (newest !== undefined && 'ordinal' in newest) bench.sensor.release(newest.ordinal);
      await bench.until(() => bench.ofType('sample').length === 80);
      t.ok(bench.ofType('sample').every(({ captureUs }, i) => captureUs === i));
      t.equal(bench.ofType('dropped').length, 0);
    });
  });
}

function equalSamples(a: MediaSample, b: MediaSample | undefined): boolean {
  return (
    b !== undefined &&
    a.track === b.track &&
    a.pts === b.pts &&
    a.dts === b.dts &&
    a.duration === b.duration &&
    a.key === b.key &&
    Buffer.compare(a.data, b.data) === 0
  );
}

function makeCableName(makeCable: () => Cable): { readonly name: string } {
  const cable = makeCable();
  cable.dispose();
  return cable;
}
