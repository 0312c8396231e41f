import './support/testing-addon.ts';
import { once } from 'node:events';
import { setImmediate as immediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import { type Capture, type CaptureWish, openCapture } from '../../native/index.ts';
import { VideoDevice, type VideoTraits } from '../support/sensor/video-device.ts';

const eio = 5;
const flagError = 0x40;
const code = Uint8Array.of(0, 0, 0, 1);
const picture = (name: string): Uint8Array => Buffer.concat([code, Buffer.from(name)]);
const nowUs = (): number => Number(process.hrtime.bigint() / 1000n);

let made = 0;

/** A device, and what a capture of it told, a line each. */
class Bench {
  readonly device: VideoDevice;
  readonly told: string[] = [];
  readonly times: number[] = [];
  readonly moved: boolean[] = [];
  readonly bytes: Uint8Array[] = [];
  readonly capture: Capture;
  #wake: () => void = () => {};

  constructor(traits?: Partial<VideoTraits>, wish: CaptureWish = {}, path?: string) {
    made += 1;
    this.device = new VideoDevice(`/dev/video-native-${made}`, traits);
    this.capture = openCapture(path ?? this.device.path, wish, {
      onOpened: ({ format, width, buffers }) => this.#tell(`opened ${format} ${width} ${buffers}`),
      onPicture: (data, atUs, lost, timeMoved) => {
        this.times.push(atUs);
        this.moved.push(timeMoved);
        this.bytes.push(data);
        this.#tell(
          `picture ${Buffer.from(data.subarray(4)).toString('latin1')}${lost > 0 ? ` after ${lost}` : ''}`,
        );
      },
      onDamaged: (damage, _, lost) => this.#tell(`${damage}${lost > 0 ? ` after ${lost}` : ''}`),
      onRefused: (order, errno) => this.#tell(`refused ${order} ${errno}`),
      onEnd: (end, errno) => this.#tell(`end ${end} ${errno}`.trimEnd()),
    });
  }

  #tell(line: string): void {
    this.told.push(line);
    this.#wake();
  }

  async until(count: number): Promise<string[]> {
    while (this.told.length < count)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    return this.told;
  }

  async ends(): Promise<string[]> {
    while (!this.told.at(-1)?.startsWith('end')) await this.until(this.told.length + 1);
    return this.told;
  }
}

t.test('pictures, each in memory of its own, with the time of the driver', async (t) => {
  const bench = new Bench();
  await bench.until(1);
  const atUs = nowUs();
  bench.device.give(picture('one'), { atUs: atUs - 2000 });
  bench.device.give(picture('two'), { atUs: atUs - 1000 });
  t.same(await bench.until(3), ['opened h264 1280 4', 'picture one', 'picture two']);
  t.same(bench.times, [atUs - 2000, atUs - 1000]);
  bench.device.give(picture('three'));
  await bench.until(4);
  t.same(
    bench.bytes.map((bytes) => Buffer.from(bytes).toString('latin1')),
    ['\0\0\0\x03one', '\0\0\0\x03two', '\0\0\0\x05three'],
    'what came before is as it was',
  );
  bench.capture.stop();
  t.same((await bench.ends()).at(-1), 'end stopped');
  bench.capture.stop();
  bench.capture.requestKeyPicture();
  t.equal(VideoDevice.held(), 0, 'nothing stays open');
});

t.test('what a driver does wrong costs that picture, and is told', async (t) => {
  const bench = new Bench({ bufferBytes: 5_000_000 });
  await bench.until(1);
  bench.device.give(picture('one'), { flags: flagError });
  bench.device.give(new Uint8Array(0));
  bench.device.give(picture('two'), { used: 5_000_001 });
  bench.device.give(Buffer.from('no code'));
  bench.device.give(picture('x'.repeat(4 * 1024 * 1024)));
  bench.device.give(new Uint8Array(0), { failed: eio });
  bench.device.give(picture('three'), { sequence: 9 });
  bench.device.give(picture('four'), { atUs: 0, sequence: 12 });
  const told = await bench.until(8);
  t.same(told.slice(1), [
    ...['said', 'empty', 'overlong', 'units', 'large'],
    ...['picture three after 4', 'picture four after 2'],
  ]);
  t.ok((bench.times[1] ?? 0) > (bench.times[0] ?? 0), 'a time that goes back does not');
  t.same(bench.moved, [false, true], 'which is told');
  bench.capture.stop();
  await bench.ends();
});

t.test('why a device can not be used, or can not be used any more', async (t) => {
  const none: Partial<VideoTraits> = {};
  const opening: [Partial<VideoTraits>, CaptureWish, string | undefined, string][] = [
    [none, {}, '/dev/video-nowhere', 'end away ENOENT'],
    [{ formats: 'MJPG' }, {}, undefined, 'end mjpeg'],
    [{ formats: 'YUYV' }, {}, undefined, 'end raw'],
    [none, { format: 'h265' }, undefined, 'end format'],
    [{ buffers: 1 }, {}, undefined, 'end noBuffers'],
  ];
  for (const [traits, wish, path, end] of opening) {
    const bench = new Bench(traits, wish, path);
    t.same(await bench.ends(), [end]);
  }
  const running: [(device: VideoDevice) => void, string][] = [
    [(device) => device.plug(false), 'end away ENODEV'],
    [(device) => device.change(), 'end changed'],
    [(device) => device.give(picture('x'), { index: 9 }), 'end broken'],
    [(device) => device.give(picture('x'), { failed: 32 }), 'end ended'],
  ];
  for (const [happens, end] of running) {
    const bench = new Bench();
    await bench.until(1);
    happens(bench.device);
    t.equal((await bench.ends()).at(-1), end);
  }
  t.equal(VideoDevice.held(), 0);
});

t.test('orders are followed, or refused with a name', async (t) => {
  const bench = new Bench({ formats: 'HEVC' }, { bitsPerSecond: 5_000_000, keyEvery: 60 });
  t.same(await bench.until(1), ['opened h265 1280 4']);
  bench.capture.setBitrate(1_000_000);
  bench.capture.requestKeyPicture();
  const orders = bench.device.orders();
  while (orders.length < 4) {
    await immediate();
    orders.push(...bench.device.orders());
  }
  t.same(orders, ['video 5000000', 'group 60', 'video 1000000', 'key video']);
  bench.capture.stop();
  await bench.ends();
  const bare = new Bench({ hasControls: false });
  await bare.until(1);
  bare.capture.setBitrate(1);
  bare.capture.requestKeyPicture();
  t.same((await bare.until(3)).slice(1), ['refused bitrate EINVAL', 'refused keyPicture EINVAL']);
  bare.capture.stop();
  await bare.ends();
});

t.test('while JavaScript is busy no more than 8 MiB wait, and the rest is counted', async (t) => {
  const bench = new Bench({ bufferBytes: 2_000_000 });
  await bench.until(1);
  for (let index = 0; index < 20; index += 1) bench.device.give(picture('x'.repeat(1_000_000)));
  // Until the thread has taken them all, without a turn of this one's loop.
  const never = new Int32Array(new SharedArrayBuffer(4));
  while (bench.device.hasWaiting) Atomics.wait(never, 0, 0, 5);
  bench.device.give(picture('end'));
  const isLast = (line: string): boolean => line.startsWith('picture end');
  while (!bench.told.some(isLast)) await bench.until(bench.told.length + 1);
  t.equal(bench.bytes.length, 9, '8 of a megabyte, and the last');
  t.equal(bench.told.find(isLast), 'picture end after 12');
  bench.capture.stop();
  await bench.ends();
});

t.test('a worker that ends while it reads a device lets go of it', async (t) => {
  const device = new VideoDevice('/dev/video-worker');
  const url = new URL('./support/capture-worker.js', import.meta.url);
  const worker = new Worker(url, { workerData: device.path });
  t.same(await once(worker, 'message'), ['opened']);
  device.give(picture('one'));
  await worker.terminate();
  t.equal(VideoDevice.held(), 0);
});

t.test('a picture that can not be lent to JavaScript is counted, and the end needs no memory', async (t) => {
  const bench = new Bench();
  await bench.until(1);
  VideoDevice.failMemory(2);
  bench.device.give(picture('one'));
  bench.device.give(picture('two'));
  while (bench.device.hasWaiting) await immediate();
  // Two turns: in the last of them at the latest both have failed here.
  for (let turn = 0; turn < 2; turn += 1) await immediate();
  bench.device.give(picture('three'));
  t.same((await bench.until(2)).slice(1), ['picture three after 2']);
  VideoDevice.failMemory(0, false);
  bench.device.give(picture('lost'));
  bench.capture.stop();
  t.equal((await bench.ends()).at(-1), 'end stopped');
  VideoDevice.failMemory(0);
});

t.test('a worker that ends while the driver hangs leaves the thread alone, which ends later', async (t) => {
  const device = new VideoDevice('/dev/video-hangs');
  const url = new URL('./support/capture-worker.js', import.meta.url);
  const worker = new Worker(url, { workerData: device.path });
  t.same(await once(worker, 'message'), ['opened']);
  device.hang(true);
  device.give(picture('one'));
  while (VideoDevice.hanging() === 0) await immediate();
  await worker.terminate();
  t.equal(VideoDevice.threads(), 1);
  device.hang(false);
  while (VideoDevice.threads() > 0) await immediate();
  t.equal(VideoDevice.held(), 0, 'it closed the device');
});
