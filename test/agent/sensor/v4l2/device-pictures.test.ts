import '../../../native/support/testing-addon.ts';
import t from 'tap';
import { pipeLimits } from '../../../../agent/sensor/pipe/limits.ts';
import { PipeSource } from '../../../../agent/sensor/pipe/pipe-source.ts';
import type { SensorEvent } from '../../../../agent/sensor/port.ts';
import { type DeviceItem, DevicePictures } from '../../../../agent/sensor/v4l2/device-pictures.ts';
import { silentLog } from '../../../../base/log.ts';
import { nalUnits } from '../../../../media/nal.ts';
import { identity } from '../../../contract/sensor.ts';
import { type FakeClock, fakeClock } from '../../../support/fake-clock.ts';
import { fromSeed } from '../../../support/seed.ts';
import { videoParameters, videoPicture, videoSets } from '../../../support/sensor/video-pictures.ts';

const found = {
  ...{ card: 'Test', driver: 'test', width: 1280, height: 720, buffers: 4 },
  format: 'h264',
} as const;

/** A device that is the test, under a clock that passes by hand. */
class DeviceBench {
  readonly clock: FakeClock = fakeClock({ uptimeUs: 200_000_000_000 });
  readonly events: SensorEvent[] = [];
  readonly orders: string[] = [];
  readonly source: PipeSource<DeviceItem>;
  releases = true;
  give: (item: DeviceItem) => void = () => {};
  starts = 0;

  constructor() {
    this.source = new PipeSource<DeviceItem>({
      open: ({ onData }) => {
        this.starts += 1;
        this.give = onData;
        return {
          setBitrate: (bitsPerSecond) => this.orders.push(`video ${bitsPerSecond}`),
          requestKeyFrame: () => this.orders.push('key'),
          stop: async () => {},
        };
      },
      reader: (take) => new DevicePictures(take),
      description: identity,
      onEvent: (event) => {
        this.events.push(event);
        if (this.releases && 'ordinal' in event) this.source.release(event.ordinal);
      },
      clock: this.clock,
      randomness: fromSeed(1),
      log: silentLog,
    });
    this.source.start();
    this.give({ type: 'opened', found });
  }

  /** Pictures `from` to `to`, each taken 5 ms before it comes. */
  async play(from: number, to: number, { lost = 0, bytes = 1000 } = {}): Promise<void> {
    for (let index = from; index < to; index += 1) {
      const atUs = this.clock.uptimeUs() - 5_000;
      const { data } = videoPicture(index, bytes);
      this.give({ type: 'picture', data, atUs, lost: index === from ? lost : 0 });
      await this.clock.advance(33);
    }
  }

  of<T extends SensorEvent['type']>(type: T): Extract<SensorEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<SensorEvent, { type: T }> => event.type === type);
  }
}

t.test('pictures with the times of their capture, at the parameters that their stream says', async (t) => {
  const bench = new DeviceBench();
  t.equal(bench.of('here').length, 1, 'it is there before its first picture');
  const fromUs = bench.clock.uptimeUs() - 5_000;
  await bench.play(5, 8);
  t.equal(bench.of('sample').length, 0, 'nothing can be decoded before a key picture');
  await bench.play(30, 90);
  t.match(bench.of('parameters'), [{ parameters: videoParameters }]);
  const samples = bench.of('sample');
  t.equal(samples.length, 60);
  for (const [index, { sample, capturedUs }] of samples.entries()) {
    const atUs = fromUs + (index + 3) * 33_000;
    const isRight =
      capturedUs === atUs &&
      sample.dts === Math.floor((atUs / 1_000_000) * 90_000) &&
      sample.pts === sample.dts &&
      sample.duration === (index === 0 ? 2999 : 2970) &&
      sample.key === (index % 30 === 0);
    if (!isRight) t.fail(`picture ${index} at ${capturedUs}: ${JSON.stringify({ ...sample, data: 0 })}`);
  }
  t.same([...nalUnits(samples[0]?.sample.data ?? new Uint8Array(0), 4)].slice(0, 2), videoSets);
  t.equal(bench.of('dropped').length, 0);
  await bench.source.stop();
});

t.test('parameter sets that come apart go with the next picture', async (t) => {
  const bench = new DeviceBench();
  const { data } = videoPicture(0);
  const [sequence, picture, slice] = [...nalUnits(data, 4)];
  t.ok(sequence && picture && slice);
  if (sequence === undefined || picture === undefined || slice === undefined) return;
  const at = data.length - slice.length - 4;
  const atUs = bench.clock.uptimeUs();
  bench.give({ type: 'picture', data: data.subarray(0, at), atUs: atUs - 2, lost: 0 });
  bench.give({ type: 'picture', data: data.subarray(at), atUs: atUs - 1, lost: 0 });
  t.match(bench.of('sample'), [{ capturedUs: atUs - 1 }]);
  const whole = videoPicture(0).data;
  t.ok(Buffer.from(whole).equals(bench.of('sample')[0]?.sample.data ?? Buffer.alloc(0)));
  t.ok(
    data.every((byte) => byte === 0),
    'and nothing stays of what it was put together from',
  );
  await bench.source.stop();
});

t.test('what is missing or damaged is a loss in its place, and a key picture is asked for', async (t) => {
  const bench = new DeviceBench();
  await bench.play(0, 10);
  t.same(bench.orders, []);
  const lastUs = bench.of('sample').at(-1)?.capturedUs;
  await bench.play(13, 14, { lost: 3 });
  const atUs = bench.of('sample').at(-1)?.capturedUs;
  t.match(bench.events.slice(-2), [
    {
      ...{ type: 'dropped', cause: 'sensorBuffer', fromUs: lastUs, toUs: atUs, atLeast: true },
      samples: { video: { samples: 3 } },
    },
    { type: 'sample' },
  ]);
  t.same(bench.orders.splice(0), ['key']);
  for (const damage of ['said', 'empty', 'overlong', 'large', 'units'] as const)
    bench.give({ type: 'damaged', damage, atUs: bench.clock.uptimeUs(), lost: 0 });
  const losses = bench.of('dropped').slice(1);
  t.equal(losses.length, 5);
  t.ok(losses.every(({ cause, reason }) => cause === 'malformed' && /picture/.test(reason ?? '')));
  t.equal(bench.source.state.faults.samplesShed, 8);
  await bench.play(14, 16);
  t.equal(bench.of('sample').length, 13, 'and it goes on');
  t.equal(bench.source.state.faults.timesReplaced, 0);
  const { data } = videoPicture(16);
  bench.give({ type: 'picture', data, atUs: bench.clock.uptimeUs(), lost: 0, timeMoved: true });
  t.equal(bench.source.state.faults.timesReplaced, 1, 'a time that the driver did not say is counted');
  await bench.source.stop();
});

t.test('orders reach the device, and the bitrate each time that it is opened', async (t) => {
  const bench = new DeviceBench();
  bench.source.setBitrate('audio', 1);
  bench.source.setBitrate('video', 2_000_000);
  bench.source.requestKeyFrame();
  bench.source.stopStream();
  await bench.play(0, 3);
  t.equal(bench.of('sample').length, 0);
  bench.source.startStream();
  t.same(
    bench.orders.splice(0),
    ['video 2000000', 'key', 'key'],
    'a stream that goes on needs a key picture',
  );
  await bench.play(30, 31);
  t.equal(bench.of('sample').length, 1);
  await bench.clock.advance(pipeLimits.silenceMsMax + 2 * pipeLimits.tickMs + pipeLimits.reopenMsMin);
  t.match(
    bench.of('lost'),
    [{ reason: /no picture came for 5 s/ }],
    'a driver that never gives one is noticed',
  );
  t.equal(bench.starts, 2);
  t.same(bench.orders, ['video 2000000']);
  await bench.source.stop();
  t.equal(bench.clock.timers, 0);
});

t.test('an agent that is slow: what it has no room for is counted, with what the device lost', async (t) => {
  const bench = new DeviceBench();
  bench.releases = false;
  await bench.play(0, 10, { bytes: 1_000_000 });
  const held = bench.of('sample').length;
  t.ok(held < 10);
  bench.give({ type: 'damaged', damage: 'said', atUs: bench.clock.uptimeUs(), lost: 4 });
  bench.source.release(bench.of('sample').at(-1)?.ordinal ?? 0);
  await bench.play(30, 31);
  t.match(bench.of('dropped'), [{ cause: 'sensorBuffer', samples: { video: { samples: 10 - held + 5 } } }]);
  await bench.source.stop();
});

t.test('a stream whose pictures are shown in another order ends it with a sentence', async (t) => {
  const bench = new DeviceBench();
  // A B slice: first_mb_in_slice 0, slice_type 1.
  const b = Uint8Array.of(0, 0, 0, 4, 0x01, 0b10100000, 1, 1);
  bench.give({ type: 'picture', data: b, atUs: bench.clock.uptimeUs(), lost: 0 });
  t.match(bench.of('lost'), [{ code: 'V4L2_STREAM', reason: /B pictures/ }]);
  await bench.source.stop();
});
