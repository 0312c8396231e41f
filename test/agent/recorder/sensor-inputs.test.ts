import t from 'tap';
import type { RecorderInput } from '../../../agent/recorder/inputs.ts';
import { SensorInputs } from '../../../agent/recorder/sensor-inputs.ts';
import type { SensorEvent } from '../../../agent/sensor/index.ts';
import { SealcamError } from '../../../base/errors.ts';
import { silentLog } from '../../../base/log.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { parameters, picture } from './stream.ts';

const placeOf = (sequence: number) => ({ run: '51', sequence });

/** What the recorder hears of `events`. */
function heard(...events: SensorEvent[]): RecorderInput[] {
  const inputs: RecorderInput[] = [];
  const clock = fakeClock({ uptimeUs: 50_000_000 });
  const take = new SensorInputs({
    hear: (input) => inputs.push(input),
    clock,
    log: silentLog,
  });
  for (const event of events) take.take(event);
  return inputs;
}

const { capturedUs: _, ...sample } = picture(0, true);

t.test('samples keep their time and their place in the order', async (t) => {
  const [first, second] = heard(
    { type: 'parameters', parameters, ordinal: 1, place: placeOf(1) },
    { type: 'sample', sample, capturedUs: 40_000_000, ordinal: 2, place: placeOf(2) },
  );
  t.match(first, { kind: 'parameters', atUs: 50_000_000 });
  t.match(second, { kind: 'sample', sample: { capturedUs: 40_000_000, ordinal: 2, key: true } });
});

t.test('buttons are presses, switches are positions', async (t) => {
  const press = (
    button: 'start' | 'stop' | 'bookmark' | 'mute' | 'dwelling',
    pressed: boolean,
    category?: number,
  ): SensorEvent => ({
    type: 'button',
    button,
    pressed,
    category,
    atUs: 40_000_000,
    ordinal: 1,
    place: placeOf(1),
  });
  t.same(heard(press('start', true), press('start', false), press('stop', true), press('bookmark', true)), [
    { kind: 'start', by: 'button', atUs: 40_000_000, press: { ordinal: 1, place: placeOf(1) } },
    { kind: 'stop', by: 'button', atUs: 40_000_000, ordinal: 1 },
    { kind: 'bookmark', atUs: 40_000_000, place: placeOf(1) },
  ]);
  t.same(heard(press('bookmark', true, 7)), [
    { kind: 'bookmark', atUs: 40_000_000, place: placeOf(1), category: 7 },
  ]);
  t.same(heard(press('mute', true), press('dwelling', false)), [
    { kind: 'mute', on: true, atUs: 40_000_000 },
    { kind: 'dwelling', on: false, atUs: 40_000_000 },
  ]);
});

t.test('where the switches of a new sensor stand is heard, whichever way', async (t) => {
  t.same(
    heard({ type: 'switches', switches: { mute: false, dwelling: true }, ordinal: 1, place: placeOf(1) }),
    [
      { kind: 'mute', on: false, atUs: 50_000_000 },
      { kind: 'dwelling', on: true, atUs: 50_000_000 },
    ],
  );
});

t.test('what was dropped is a gap from where it was known to be whole', async (t) => {
  const known = heard({
    type: 'dropped',
    cause: 'sensorBuffer',
    fromUs: 30_000_000,
    toUs: 35_000_000,
    samples: { video: { samples: 7, bytes: 1 }, audio: { samples: 3, bytes: 1 } },
    ordinal: 1,
    place: placeOf(1),
  });
  t.same(known, [
    {
      kind: 'lost',
      gap: {
        fromUs: 30_000_000,
        toUs: 35_000_000,
        cause: 'overload',
        video: 7,
        audio: 3,
        upTo: placeOf(1),
      },
    },
  ]);
  const [, unknown] = heard(
    { type: 'sample', sample, capturedUs: 41_000_000, ordinal: 1, place: placeOf(1) },
    { type: 'dropped', cause: 'sensorRestart', ordinal: 2, place: placeOf(2) },
  );
  t.same(unknown, {
    kind: 'lost',
    gap: {
      fromUs: 41_000_000,
      toUs: 50_000_000,
      cause: 'link',
      video: 0,
      audio: 0,
      atLeast: true,
      upTo: placeOf(2),
    },
  });
});

t.test('the sensor’s coming and going, its readings and its lamp', async (t) => {
  const sensor = {
    model: 'm',
    serial: 's',
    firmware: 'f',
    capabilities: [],
  };
  t.match(
    heard(
      { type: 'here', sensor, resumed: false, changed: false },
      { type: 'lost', reason: 'unplugged' },
      { type: 'back', afterMs: 5 },
      { type: 'lampReport', lamp: 'recording', atUs: 40_000_000, ordinal: 1, place: placeOf(1) },
      {
        type: 'reading',
        atUs: 40_000_000,
        position: undefined,
        motion: { x: 1, y: 2, z: 3 },
        battery: undefined,
        temperature: 21,
        ordinal: 2,
        place: placeOf(2),
      },
      { type: 'refused', error: new SealcamError('LINK_VERSION', 'newer') },
    ),
    [
      { kind: 'sensor', present: true },
      { kind: 'sensor', present: false },
      { kind: 'sensor', present: true },
      { kind: 'lampReported', lamp: 'recording', atUs: 40_000_000 },
      { kind: 'reading', reading: { atUs: 40_000_000, motion: { x: 1 }, temperature: 21 } },
    ],
  );
});

t.test('a source of controls alone makes no gap, neither when it goes nor by what it loses', async (t) => {
  const place = { half: 'controls', ...placeOf(1) } as const;
  t.same(
    heard(
      { type: 'controls', present: false, changed: false },
      { type: 'dropped', cause: 'unanswered', atLeast: true, ofControls: true, ordinal: 1, place },
      { type: 'controls', present: true, changed: true },
    ),
    [],
  );
});
