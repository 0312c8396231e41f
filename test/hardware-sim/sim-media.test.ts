import { join } from 'node:path';
import { SimulatedCamera } from 'sealcam/sim';
import t, { type Test } from 'tap';
import { toHex } from '../../base/bytes.ts';
import { sha256 } from '../../evidence/crypto.ts';
import { defaultClip, ffmpegMissing, ffmpegThere, makeClip, readAll } from '../media/clips.ts';
import { sharedFile, sharedMissing } from '../support/shared.ts';
import { difference } from './bench.ts';
import { SimAgent, SimProcess } from './sim-process.ts';

/** Plays `path` once to an agent and compares what came with the file. */
async function playsWhole(t: Test, path: string): Promise<void> {
  const camera = await SimulatedCamera.start({ video: path, once: true });
  t.teardown(() => camera.close());
  const agent = new SimAgent(t, () => camera.tty);
  await camera.until('ended');
  const { total } = camera.report();
  const captured = total.video.captured + total.audio.captured;
  await agent.until(() => agent.of('sample').length >= captured);
  const source = await readAll(path);
  const samples = agent.of('sample').map(({ sample }) => sample);
  t.equal(samples.length, source.samples.length);
  // By digests: tap lays out every byte that it compares as a line of text.
  const digested = (all: typeof samples) => all.map((one) => ({ ...one, data: toHex(sha256(one.data)) }));
  t.same(digested(samples), digested(source.samples), 'each as the file has it');
  t.same(agent.of('parameters')[0]?.parameters, source.parameters);
  t.equal(agent.of('dropped').length, 0);
}

t.test('plays its own clip, H.264 with sound, in real time, and counts it', async (t) => {
  const sim = new SimProcess(t, []);
  const tty = await sim.tty();
  const agent = new SimAgent(t, () => tty, sim);
  await sim.until(() => agent.of('sample').length > 0);
  sim.order({ press: 'start' });
  const begun = performance.now();
  await sim.until(() => agent.of('button').length === 1);
  const first = agent.of('sample').length;
  await sim.until(() => agent.of('sample').length >= first + 144);
  const seconds = (performance.now() - begun) / 1000;
  // A loaded machine may be late; no camera is early.
  t.ok(seconds > 1.9, `72 samples a second: 144 took ${seconds.toFixed(2)} s`);
  sim.order({ press: 'stop' });
  await sim.until(() => agent.of('button').length === 2);
  const [start, stop] = agent.of('button');
  const { takes } = await sim.report();
  const inside = agent
    .of('sample')
    .filter(
      ({ captureUs }) =>
        captureUs >= (takes[0]?.video.first?.captureUs ?? 0) &&
        captureUs <= (takes[0]?.video.last?.captureUs ?? 0),
    )
    .filter(({ sample }) => sample.track === 'video');
  t.equal(takes[0]?.startUs, start?.captureUs);
  t.equal(takes[0]?.stopUs, stop?.captureUs);
  t.equal(takes[0]?.video.captured, inside.length);
  const samples = agent.of('sample').map(({ sample }) => sample);
  t.equal(difference((await readAll(defaultClip)).samples, samples), undefined);
  sim.order({ quit: true });
  t.equal(await sim.exited, 0);
  t.equal(sim.events.at(-1)?.event, 'report', 'its count is the last that it says');
  t.equal(sim.stderr, '');
});

const recording = sharedFile('clips/camera_h264_480x640.mp4');

t.test(
  'plays the real recording of a camera to the byte',
  {
    skip: recording === undefined && sharedMissing,
  },
  async (t) => {
    const path = recording ?? '';
    const sim = new SimProcess(t, ['--video', path]);
    const tty = await sim.tty();
    const agent = new SimAgent(t, () => tty, sim);
    // Behind its second key picture.
    await sim.until(() => agent.of('sample').length >= 75);
    const source = await readAll(path);
    const samples = agent.of('sample').map(({ sample }) => sample);
    t.same(samples, source.samples.slice(0, samples.length), 'each as the file has it');
  },
);

t.test('plays H.265 with sound to the byte', { skip: !ffmpegThere && ffmpegMissing }, async (t) => {
  const path = join(t.testdir(), 'h265.mp4');
  await makeClip(path, {
    rate: '30',
    video: [
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-x265-params',
      'log-level=error:pools=1',
      '-tag:v',
      'hvc1',
    ],
    audio: ['-c:a', 'aac'],
  });
  await playsWhole(t, path);
});

t.test(
  'plays reordered pictures of an odd rate to the byte',
  { skip: !ffmpegThere && ffmpegMissing },
  async (t) => {
    const path = join(t.testdir(), 'reordered.mp4');
    await makeClip(path, { rate: '30000/1001', video: ['-c:v', 'libx264', '-bf', '2', '-g', '30'] });
    await playsWhole(t, path);
  },
);
