import t from 'tap';
import { joinHalves } from '../../../agent/sensor/join.ts';
import type {
  ControlContent,
  PictureContent,
  Sensor,
  SensorEvent,
  SensorHalf,
  TakeEvent,
} from '../../../agent/sensor/port.ts';
import { parameters, picture } from '../../contract/sensor.ts';
import { fakeClock } from '../../support/fake-clock.ts';

/** Two sources that send what a test tells them to, each with numbers of its own. */
class Pair {
  readonly events: SensorEvent[] = [];
  readonly calls: string[] = [];
  readonly sensor: Sensor;
  readonly #tell = new Map<SensorHalf, TakeEvent>();
  readonly #sent = { pictures: 0, controls: 0 };

  constructor() {
    const source = (half: SensorHalf) => (tell: TakeEvent) => {
      this.#tell.set(half, tell);
      return this.#source(half);
    };
    this.sensor = joinHalves(
      { pictures: source('pictures'), controls: source('controls') },
      (event) => this.events.push(event),
      fakeClock(),
    );
  }

  send(half: SensorHalf, content: PictureContent | ControlContent): void {
    this.#sent[half] += 1;
    const ordinal = this.#sent[half];
    this.#tell.get(half)?.({ ...content, ordinal, place: { run: half[0] ?? '', sequence: 100 + ordinal } });
  }

  say(half: SensorHalf, event: SensorEvent): void {
    this.#tell.get(half)?.(event);
  }

  #source(half: SensorHalf): Sensor {
    const called =
      (what: string) =>
      (...args: unknown[]): void => {
        this.calls.push([half, what, ...args.map((one) => JSON.stringify(one))].join(' '));
      };
    return {
      state: {
        present: half === 'pictures',
        troubles: half === 'pictures' ? ['echo'] : ['echo', 'other'],
        description: { model: half, serial: '', firmware: '', capabilities: [] },
        faults: { cobs: 1, [half]: 2 },
      },
      holdsBytes: half === 'pictures' ? 7 : 9,
      start: called('start'),
      stop: async () => called('stop')(),
      release: called('release'),
      releaseBeyond: called('releaseBeyond'),
      startStream: called('startStream'),
      stopStream: called('stopStream'),
      setBitrate: called('setBitrate'),
      requestKeyFrame: called('requestKeyFrame'),
      indicate: called('indicate'),
    };
  }
}

// Nothing is decided by it, so it does not wait.
const pressed: ControlContent = { type: 'button', button: 'bookmark', pressed: true, atUs: 5 };
const sample = (index: number): PictureContent => ({
  type: 'sample',
  sample: picture(index),
  capturedUs: index,
});

t.test('what comes is numbered in one order, and released to the source that it is of', async (t) => {
  const pair = new Pair();
  pair.send('pictures', { type: 'parameters', parameters });
  pair.send('controls', pressed);
  pair.send('pictures', sample(0));
  pair.send('pictures', sample(1));
  pair.send('controls', pressed);
  t.match(
    pair.events.map((event) => ('ordinal' in event ? [event.ordinal, event.type] : [])),
    [
      [1, 'parameters'],
      [2, 'button'],
      [3, 'sample'],
      [4, 'sample'],
      [5, 'button'],
    ],
  );
  pair.sensor.release(1);
  pair.sensor.release(3);
  pair.sensor.release(3);
  pair.sensor.release(5);
  t.same(pair.calls, [
    'pictures release 1',
    'pictures release 2',
    'controls release 1',
    'pictures release 3',
    'controls release 2',
  ]);
});

t.test('a place tells how far either source had come', async (t) => {
  const pair = new Pair();
  pair.send('controls', pressed);
  pair.send('pictures', sample(0));
  pair.send('controls', pressed);
  t.match(
    pair.events.map((event) => 'place' in event && event.place),
    [
      { half: 'controls', run: 'c', sequence: 101, beside: undefined },
      { half: 'pictures', run: 'p', sequence: 101, beside: { run: 'c', sequence: 101 } },
      { half: 'controls', run: 'c', sequence: 102, beside: { run: 'p', sequence: 101 } },
    ],
  );
});

t.test(
  'what a source sends of the other half is passed over, and released with what came before it',
  async (t) => {
    const pair = new Pair();
    pair.send('pictures', sample(0));
    pair.send('pictures', pressed);
    pair.send('controls', sample(0));
    pair.send('controls', pressed);
    t.match(pair.events, [
      { type: 'sample', ordinal: 1 },
      { type: 'button', ordinal: 2 },
    ]);
    t.equal(pair.events.length, 2);
    pair.sensor.release(1);
    t.same(pair.calls, ['pictures release 2', 'controls release 1']);
  },
);

t.test('a loss of controls is told as one in which no sample can be missing', async (t) => {
  const pair = new Pair();
  pair.send('controls', { type: 'dropped', cause: 'unanswered', atLeast: true } as never);
  pair.send('pictures', { type: 'dropped', cause: 'unanswered', atLeast: true });
  t.match(pair.events, [{ type: 'dropped', ofControls: true }, { type: 'dropped' }]);
  t.notOk('ofControls' in (pair.events[1] ?? {}));
});

t.test(
  'each source is asked for its own half, and only the pictures come and go for the recorder',
  async (t) => {
    const pair = new Pair();
    const { sensor } = pair;
    sensor.start();
    sensor.startStream();
    sensor.stopStream();
    sensor.setBitrate('video', 5);
    sensor.requestKeyFrame();
    sensor.releaseBeyond(3);
    sensor.indicate({ lamp: 'off', beepMs: 0, vibrateMs: 0 });
    await sensor.stop();
    t.same(pair.calls, [
      'pictures start',
      'controls start',
      'pictures startStream',
      'pictures stopStream',
      'pictures setBitrate "video" 5',
      'pictures requestKeyFrame',
      'pictures releaseBeyond 3',
      'controls indicate {"lamp":"off","beepMs":0,"vibrateMs":0}',
      'pictures stop',
      'controls stop',
    ]);
    const description = { model: 'm', serial: 's', firmware: 'f', capabilities: [] };
    const here = { type: 'here', sensor: description, resumed: false, changed: true } as const;
    for (const half of ['pictures', 'controls'] as const) {
      pair.say(half, here);
      pair.say(half, { type: 'lost', reason: 'unplugged' });
      pair.say(half, { type: 'back', afterMs: 5 });
      pair.say(half, { type: 'echo' });
    }
    t.same(pair.events, [
      here,
      { type: 'lost', reason: 'unplugged' },
      { type: 'back', afterMs: 5 },
      { type: 'echo' },
      { type: 'controls', present: true, changed: true },
      { type: 'controls', present: false, changed: false },
      { type: 'controls', present: true, changed: false },
      { type: 'echo' },
    ]);
  },
);

t.test('the state is that of both, and how much is held that of the pictures', async (t) => {
  const { sensor } = new Pair();
  t.same(sensor.state, {
    present: false,
    troubles: ['echo', 'other'],
    description: { model: 'pictures', serial: '', firmware: '', capabilities: [] },
    faults: { cobs: 2, pictures: 2, controls: 2 },
  });
  t.equal(sensor.holdsBytes, 7);
});
