import { existsSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type SimEvent, SimulatedCamera, type SimulatedCameraOptions } from 'sealcam/sim';
import t, { type Test } from 'tap';
import { publishedEvent } from './schemas/published-schemas.ts';
import { SimAgent } from './sim-process.ts';

async function cameraOf(t: Test, options: SimulatedCameraOptions = {}): Promise<SimulatedCamera> {
  const camera = await SimulatedCamera.start(options);
  t.teardown(() => camera.close());
  return camera;
}

t.test('what can be done by hand can be done by a program, and each event is as published', async (t) => {
  const link = join(t.testdir(), 'camera');
  const events: SimEvent[] = [];
  const camera = await cameraOf(t, { link, onEvent: (event) => events.push(event) });
  t.equal(readlinkSync(link), camera.tty);
  const agent = new SimAgent(t, () => camera.tty);
  await camera.until('stream', ({ on }) => on);
  camera.press('start');
  await agent.until(() => agent.of('button').length === 1);
  agent.sensor.indicate({ lamp: 'recording', beepMs: 100, vibrateMs: 30 });
  agent.sensor.setBitrate('video', 4_000_000);
  agent.sensor.requestKeyFrame();
  t.match(await camera.until('lamp', ({ state }) => state === 'recording'), { commanded: 'recording' });
  await camera.until('bitrate');
  await camera.until('keyFrameRequest');
  camera.fault('lampBroken');
  await camera.until('lamp', ({ state }) => state === 'off');
  camera.press('mute', true);
  camera.order({ gnss: 'jump', metres: 500 });
  camera.order({ battery: 20, over: 60 });
  camera.order({ motion: 'run' });
  camera.fault('bitErrors', { rate: 1e-7 });
  camera.fault('clockJump', { seconds: 60 });
  camera.fault('unplug');
  t.throws(() => camera.tty, { code: 'SIM_UNPLUGGED' });
  camera.fault('unplug', { on: false });
  await camera.until('agent', ({ resumed }) => resumed);
  camera.press('stop');
  camera.order({ report: true });
  const { takes } = camera.report();
  t.equal(takes.length, 1);
  t.ok((takes[0]?.video.captured ?? 0) > 0);
  await camera.close();
  t.notOk(existsSync(link), 'its link is gone with it');
  for (const event of events) t.same(publishedEvent(JSON.stringify(event)), event, event.event);
  const seen = new Set(events.map(({ event }) => event));
  for (const name of [
    'tty',
    'agent',
    'stream',
    'lamp',
    'beep',
    'vibrate',
    'bitrate',
    'button',
    'fault',
  ] as const) {
    t.ok(seen.has(name), name);
  }
});

t.test('an event between an order and the wait for it is not missed, and is given out once', async (t) => {
  const camera = await cameraOf(t);
  camera.press('bookmark');
  camera.press('mute');
  t.match(await camera.until('button', ({ button }) => button === 'mute'), { on: true });
  const next = camera.until('button');
  camera.press('mute');
  t.match(await next, { button: 'mute', on: false }, 'the bookmark was passed already');
});

t.test('a bookmark may have a category, and nothing else may', async (t) => {
  const camera = await cameraOf(t);
  camera.press('bookmark', undefined, 7);
  t.match(await camera.until('button'), { button: 'bookmark', category: 7 });
  t.throws(() => camera.press('stop', undefined, 7), {
    code: 'SIM_ACTION',
    message: /only a press of bookmark/,
  });
});

t.test('it is iterated over until it is closed', async (t) => {
  const camera = await cameraOf(t);
  const seen: string[] = [];
  setImmediate(() => camera.press('bookmark'));
  for await (const event of camera) {
    seen.push(event.event);
    if (event.event === 'button') camera.order({ quit: true });
  }
  await camera.ended;
  t.same(seen, ['button', 'unplugged']);
});

t.test('a wait ends with the camera, or when its caller gives up', async (t) => {
  const camera = await cameraOf(t);
  const waits = t.rejects(camera.until('agent'), { code: 'SIM_ENDED' });
  await camera.close();
  await waits;
  await t.rejects(camera.until('agent'), { code: 'SIM_ENDED' });
  const other = await cameraOf(t);
  const stop = new AbortController();
  const given = t.rejects(
    other.until('agent', () => true, { signal: stop.signal }),
    /enough/,
  );
  stop.abort(new Error('enough'));
  await given;
});

t.test('what is wrong is said at once', async (t) => {
  await t.rejects(SimulatedCamera.start({ video: join(t.testdir(), 'none.mp4') }), {
    code: 'FILE_UNREADABLE',
  });
  const taken = t.testdir({ file: '' });
  await t.rejects(SimulatedCamera.start({ link: join(taken, 'file') }), { code: 'SIM_LINK' });
  const camera = await cameraOf(t);
  t.throws(() => camera.fault('stall', { rate: 0.5 }), { code: 'SIM_ACTION' });
  t.throws(() => camera.fault('clockJump', { seconds: -86_000 }), { code: 'SIM_CLOCK' });
});

t.test('follows the steps of a scenario, and ends when that quits', async (t) => {
  const scenario = join(
    t.testdir({
      's.yaml': 'zero: launch\nseed: 9\nsteps: [{at: 0.1, press: bookmark}, {at: 0.2, quit: true}]\n',
    }),
    's.yaml',
  );
  const camera = await cameraOf(t, { scenario });
  t.match(await camera.until('button'), { button: 'bookmark' });
  await camera.ended;
});
