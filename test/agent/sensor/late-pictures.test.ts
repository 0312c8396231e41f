import t from 'tap';
import { joinHalves } from '../../../agent/sensor/join.ts';
import { joinLimits } from '../../../agent/sensor/limits.ts';
import type {
  ControlContent,
  ControlSource,
  PictureContent,
  PictureSource,
  Sensor,
  SensorEvent,
  SensorHalf,
  TakeEvent,
} from '../../../agent/sensor/port.ts';
import type { TrackKind } from '../../../media/types.ts';
import { picture } from '../../contract/sensor.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { seeded } from '../../support/seed.ts';

type Button = Extract<ControlContent, { type: 'button' }>;

/** Pictures that come late, and controls that come at once; the sensor that joins them, on a clock of its own. */
class LateCamera {
  readonly clock = fakeClock();
  readonly events: { readonly event: SensorEvent; readonly toldMs: number }[] = [];
  readonly released: number[] = [];
  readonly sensor: Sensor;
  readonly #tell = new Map<SensorHalf, TakeEvent>();
  readonly #sent = { pictures: 0, controls: 0 };

  constructor() {
    this.sensor = joinHalves(
      {
        pictures: (tell) => this.#source('pictures', tell),
        controls: (tell) => this.#source('controls', tell),
      },
      (event) => this.events.push({ event, toldMs: this.nowMs }),
      this.clock,
    );
    this.sensor.start();
  }

  get nowMs(): number {
    return this.clock.uptimeUs() / 1_000;
  }

  say(half: SensorHalf, event: SensorEvent): void {
    this.#tell.get(half)?.(event);
  }

  send(half: SensorHalf, content: PictureContent | ControlContent): void {
    this.#sent[half] += 1;
    const ordinal = this.#sent[half];
    this.say(half, { ...content, ordinal, place: { run: half, sequence: ordinal } });
  }

  press(button: Button['button'], pressed = true): void {
    this.send('controls', { type: 'button', button, pressed, atUs: this.clock.uptimeUs() });
  }

  sample(capturedMs: number, track: TrackKind = 'video'): void {
    const sample = { ...picture(0, 10), track };
    this.send('pictures', { type: 'sample', sample, capturedUs: capturedMs * 1_000 });
  }

  /** The pictures and the sound of a time, one each 100 ms. */
  fragment(fromMs: number, toMs: number): void {
    for (let ms = fromMs; ms < toMs; ms += 100) {
      this.sample(ms);
      this.sample(ms, 'audio');
    }
  }

  /** What was handed on, in short: times of pictures in milliseconds, and controls by name. */
  get told(): (number | string)[] {
    return this.events.flatMap<number | string>(({ event }) => {
      if (event.type === 'sample') return event.sample.track === 'video' ? [event.capturedUs / 1_000] : [];
      if (event.type === 'button') return [`${event.button} ${event.pressed ? 'on' : 'off'}`];
      return [event.type];
    });
  }

  #source(half: SensorHalf, tell: TakeEvent): PictureSource & ControlSource {
    this.#tell.set(half, tell);
    const nothing = (): void => {};
    return {
      state: { present: true, troubles: [], description: undefined, faults: {} },
      holdsBytes: 0,
      start: nothing,
      stop: async () => {},
      release: (ordinal) => {
        if (half === 'controls') this.released.push(ordinal);
      },
      ...{ releaseBeyond: nothing, startStream: nothing, stopStream: nothing },
      ...{ setBitrate: nothing, requestKeyFrame: nothing, indicate: nothing },
    };
  }
}

const boundMs = joinLimits.controlWaitMsMax;

t.test('each picture and each sound is on the right side of each press and switch', async (t) => {
  for (const [button, pressed] of [
    ['dwelling', true],
    ['dwelling', false],
    ['mute', true],
    ['mute', false],
    ['start', true],
    ['stop', true],
  ] as const) {
    const camera = new LateCamera();
    camera.clock.tick(450);
    camera.press(button, pressed);
    camera.clock.tick(550);
    t.same(camera.told, [], 'it waits');
    camera.fragment(0, 1_000);
    const name = `${button} ${pressed ? 'on' : 'off'}`;
    t.same(camera.told, [0, 100, 200, 300, 400, name, 500, 600, 700, 800, 900]);
    const at = camera.events.findIndex(({ event }) => event.type === 'button');
    for (const [n, { event }] of camera.events.entries())
      if (event.type === 'sample') t.equal(event.capturedUs >= 450_000, n > at);
    t.equal(camera.clock.timers, 0);
  }
});

t.test(
  'where no pictures come a press waits for the bound; what comes later from before it is a loss',
  async (t) => {
    for (const button of ['start', 'stop', 'dwelling', 'mute'] as const) {
      const camera = new LateCamera();
      camera.clock.tick(450);
      camera.press(button);
      camera.clock.tick(boundMs - 1);
      t.same(camera.told, []);
      camera.clock.tick(1);
      t.same(camera.told, [`${button} on`]);
      camera.fragment(0, 700);
      const passed = button === 'mute' ? [0, 100, 200, 300, 400] : [];
      t.same(
        camera.told.filter((one) => one !== 'dropped'),
        [`${button} on`, ...passed, 500, 600],
      );
      const loss = camera.events.find(({ event }) => event.type === 'dropped')?.event;
      const video = { samples: button === 'mute' ? 0 : 5, bytes: button === 'mute' ? 0 : 50 };
      const counted = { video, audio: { samples: 5, bytes: 50 } };
      if (button !== 'mute') t.match(loss, { fromUs: 0, toUs: 400_000, samples: counted });
      let audio = 0;
      for (const { event } of camera.events)
        if (event.type === 'dropped') audio += event.samples?.audio.samples ?? 0;
      t.equal(audio, 5, 'each is counted once');
    }
  },
);

t.test('nothing waits for pictures that do not come', async (t) => {
  const camera = new LateCamera();
  camera.press('start');
  t.same(camera.told, []);
  camera.say('pictures', { type: 'lost', reason: 'unplugged' });
  t.same(camera.told, ['start on', 'lost'], 'in the order in which it happened');
  camera.press('stop');
  t.same(camera.told, ['start on', 'lost', 'stop on']);
  camera.say('pictures', { type: 'back', afterMs: 1 });
  camera.clock.tick(10);
  camera.press('start');
  t.equal(camera.told.length, 4, 'now it waits again');
  camera.sensor.stopStream();
  t.equal(camera.told.at(-1), 'start on');
});

t.test('a loss of pictures brings a press with it that is from its time', async (t) => {
  const camera = new LateCamera();
  camera.clock.tick(450);
  camera.press('stop');
  camera.send('pictures', { type: 'dropped', cause: 'sensorBuffer', fromUs: 0, toUs: 500_000 });
  t.same(camera.told, ['dropped', 'stop on']);
});

t.test('controls keep their order, and none is released before one that waits', async (t) => {
  const camera = new LateCamera();
  const reading = (): void => camera.send('controls', { type: 'reading', atUs: camera.clock.uptimeUs() });
  reading();
  t.same(camera.told, ['reading'], 'alone it does not wait');
  camera.clock.tick(100);
  camera.press('start');
  reading();
  camera.press('bookmark');
  camera.sample(50);
  const place = camera.events.at(-1)?.event;
  t.match(place, { place: { beside: { sequence: 1 } } }, 'what waits has not come yet');
  camera.sensor.release(2);
  t.same(camera.released, [1]);
  camera.sample(100);
  t.same(camera.told, ['reading', 50, 'start on', 'reading', 'bookmark on', 100]);
  camera.sensor.release(3);
  camera.sensor.release(9);
  t.same(camera.released, [1, 2, 4]);
});

t.test('a press that waits when the agent ends stays with its source', async (t) => {
  const camera = new LateCamera();
  camera.clock.tick(100);
  camera.press('start');
  await camera.sensor.stop();
  camera.clock.tick(2 * boundMs);
  camera.sensor.release(1_000);
  t.same([camera.told, camera.released, camera.clock.timers], [[], [], 0]);
});

t.test('no more wait than the limit', async (t) => {
  const camera = new LateCamera();
  camera.clock.tick(100);
  for (let n = 0; n < joinLimits.controlsHeldMax + 3; n += 1) camera.press('start');
  t.equal(camera.told.length, 3);
});

t.test('whatever comes when, nothing from before a press follows it, and none waits too long', async (t) => {
  const random = seeded(t);
  for (let round = 0; round < 50; round += 1) {
    const camera = new LateCamera();
    let pressed = 0;
    for (let fromMs = 0; fromMs < 20_000; ) {
      const lengthMs = 100 * (1 + random.int(20));
      // Captured while time passes, and presses meanwhile; then the way of the fragment.
      const wayMs = random.int(11) === 0 ? 5_000 : random.int(801);
      const toMs = fromMs + lengthMs;
      while (camera.nowMs < toMs + wayMs) {
        camera.clock.tick(1 + random.int(400));
        if (random.int(3) !== 0) continue;
        const button = random.pick(['start', 'stop', 'dwelling'] as const);
        camera.press(button, button !== 'dwelling' || random.int(2) === 0);
        pressed += 1;
      }
      camera.fragment(fromMs, toMs);
      fromMs = toMs;
    }
    camera.clock.tick(boundMs);
    let [sinceUs, controls, early, tooLate, samples, lost] = [0, 0, 0, 0, 0, 0];
    for (const { event, toldMs } of camera.events) {
      if (event.type === 'button') {
        controls += 1;
        sinceUs = Math.max(sinceUs, event.atUs);
        if (toldMs - event.atUs / 1_000 > boundMs) tooLate += 1;
      } else if (event.type === 'sample') {
        samples += 1;
        if (event.capturedUs < sinceUs) early += 1;
      } else if (event.type === 'dropped') {
        lost += (event.samples?.video.samples ?? 0) + (event.samples?.audio.samples ?? 0);
      }
    }
    t.same([controls, early, tooLate], [pressed, 0, 0], `round ${round}`);
    t.ok(samples + lost > 0);
  }
});
