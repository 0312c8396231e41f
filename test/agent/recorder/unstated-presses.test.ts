import t from 'tap';
import { sealcam } from '#generated/telemetry.js';
import { agentLimits } from '../../../agent/limits.ts';
import type { RecorderInput } from '../../../agent/recorder/inputs.ts';
import { rememberedOf } from '../../../agent/recorder/remembered.ts';
import { Driver, fault, retry, start, stop } from './driver.ts';
import { pictures } from './stream.ts';

const second = 1_000_000;
const placeAt = (sequence: number) => ({ run: '51', sequence });
const bookmark = (atUs: number, category: number, sequence?: number): RecorderInput => ({
  ...{ kind: 'bookmark', atUs, category },
  ...(sequence !== undefined && { place: placeAt(sequence) }),
});
const samples = (from: number, count: number) =>
  pictures(from, count, 25).map((sample, n) => ({ ...sample, place: placeAt(10 * (from + n)) }));
const stated = (driver: Driver): number[] =>
  driver
    .telemetry()
    .flatMap(({ events }) => events)
    .filter(({ kind }) => kind === sealcam.telemetry.EventKind.EVENT_BOOKMARK)
    .map(({ category }) => category ?? 0);
const unstated = (driver: Driver): string[] =>
  (rememberedOf(driver.state).presses?.unstated ?? []).map((one) =>
    one.kind === 'bookmark' ? `${one.category}` : one.kind,
  );

t.test('a press is remembered until the chunk with it is durable', async (t) => {
  const driver = new Driver()
    .hear(start)
    .stream(samples(0, 10))
    .hear(bookmark(2 * second, 7, 95));
  t.same(unstated(driver), ['start', '7']);
  driver.stream(samples(10, 20));
  t.same(unstated(driver), ['start', '7'], 'the chunk is being stored');
  driver.hear({ kind: 'sealed' });
  t.same([unstated(driver), stated(driver)], [[], [7]]);
  t.equal(
    rememberedOf(driver.state).presses,
    undefined,
    'the sensor repeats nothing from before its last picture',
  );
});

t.test('a press after the last durable picture is known by its place if the sensor repeats it', async (t) => {
  const driver = new Driver()
    .hear(start)
    .stream(samples(0, 25))
    .hear(bookmark(2 * second, 7, 245));
  driver.stream(samples(25, 1)).hear({ kind: 'sealed' });
  const { presses, upTo } = rememberedOf(driver.state);
  t.match([upTo?.sequence, presses?.stated], [240, [placeAt(245)]]);
  const next = new Driver({}, agentLimits, { upTo, ...(presses && { presses }) });
  next.hear({ kind: 'resume', missed: undefined, fromUs: 2 * second, atUs: 3 * second });
  next
    .hear(bookmark(2 * second, 7, 245))
    .stream(samples(25, 5))
    .hear(bookmark(3 * second, 8, 305));
  next.hear(stop(4 * second));
  t.same(stated(next), [8]);
  t.ok(
    next.telemetry().every(({ mergedPresses }) => !Number(mergedPresses ?? 0)),
    'nor does it count as one more press of the same second',
  );
});

t.test(
  'presses of an earlier run that are not durable are stated by the recording that goes on',
  async (t) => {
    const driver = new Driver()
      .hear(start)
      .hear(bookmark(2 * second, 7, 5))
      .hear(bookmark(4 * second, 8));
    const { presses, marked } = rememberedOf(driver.state);
    t.equal(marked, true);
    const next = new Driver({}, undefined, { ...(presses && { presses }), marked: true });
    next.hear({ kind: 'resume', missed: undefined, owed: 'button', fromUs: second, atUs: 5 * second });
    t.same(unstated(next), ['start', '7', '8'], 'a second kill loses nothing');
    next.stream(samples(125, 5)).hear(stop(7 * second));
    t.same(stated(next), [7, 8]);
    t.ok(
      next.effects.some(({ kind }) => kind === 'mark'),
      'it is uploaded first',
    );
  },
);

t.test(
  'where the sensor repeats the press that began the recording, each bookmark goes where it belongs',
  async (t) => {
    const begun: RecorderInput = { ...start, atUs: 10 * second, press: { ordinal: 5, place: placeAt(50) } };
    const driver = new Driver().hear(begun);
    driver.hear(bookmark(11 * second, 2), bookmark(12 * second, 3, 60));
    const { presses } = rememberedOf(driver.state);
    const carried = presses && {
      ...presses,
      unstated: [{ kind: 'bookmark', atUs: 5 * second, category: 1 } as const, ...presses.unstated],
    };
    for (const before of [undefined, { fromUs: 4 * second, missed: undefined }]) {
      const next = new Driver({}, undefined, { ...(carried && { presses: carried }) });
      next.hear({
        kind: 'resume',
        missed: undefined,
        owed: 'button',
        fromUs: 10 * second,
        atUs: 13 * second,
      });
      next.hear({ kind: 'pressedAgain', press: placeAt(50), before });
      if (before !== undefined) next.hear(stop(9 * second));
      next.hear({ ...begun, owedUs: 10 * second }, bookmark(12 * second, 3, 60));
      next.stream(samples(300, 5)).hear(stop(14 * second));
      t.same(stated(next), [1, 2, 3]);
      t.equal(next.log.filter((word) => word.startsWith('open')).length, before === undefined ? 1 : 2);
    }
  },
);

t.test('a fault of the storage loses no press', async (t) => {
  const driver = new Driver()
    .hear(start)
    .stream(samples(0, 10))
    .hear(bookmark(2 * second, 7, 95));
  driver.stream(samples(10, 20)).hear(bookmark(3 * second, 8, 295), fault(1, 4 * second));
  t.same(unstated(driver), ['start', '7', '8']);
  driver
    .hear({ kind: 'sealed' }, retry(5 * second))
    .stream(samples(100, 5))
    .hear(stop(8 * second));
  // The chunk with the first 7 is lost, and the linked recording states both.
  t.same(stated(driver), [7, 7, 8]);
});

t.test('readings that pile up leave room for presses', async (t) => {
  const limits = { ...agentLimits, pressMergeUs: 0, telemetryItemsMax: 80 };
  const driver = new Driver({}, limits).hear(start);
  for (let n = 0; n < 200; n += 1)
    driver.hear({ kind: 'reading', reading: { atUs: second + n * second, temperature: 20 } });
  driver
    .hear(bookmark(300 * second, 7))
    .stream(samples(7_500, 5))
    .hear(stop(310 * second));
  t.same(stated(driver), [7]);
});

t.test('the note has the newest presses where they are too many', async (t) => {
  const driver = new Driver().hear(start);
  for (let n = 1; n <= 30; n += 1) driver.hear(bookmark(n * 2 * second, n));
  t.same(
    unstated(driver),
    Array.from({ length: agentLimits.notedPressesMax }, (_, n) => `${31 - agentLimits.notedPressesMax + n}`),
  );
});

t.test('a trigger that the sensor repeats after a kill is stated once', async (t) => {
  const trigger: RecorderInput = {
    ...{ kind: 'start', by: 'trigger', trigger: 'holster', atUs: 10 * second },
    press: { ordinal: 5, place: placeAt(50) },
  };
  const driver = new Driver({ automaticStarts: ['holster'] }).hear(trigger);
  const { presses } = rememberedOf(driver.state);
  t.same(unstated(driver), ['trigger']);
  const next = new Driver({ automaticStarts: ['holster'] }, undefined, { ...(presses && { presses }) });
  next.hear({ kind: 'resume', missed: undefined, owed: 'trigger', fromUs: 10 * second, atUs: 11 * second });
  next
    .hear({ ...trigger, owedUs: 10 * second })
    .stream(samples(300, 5))
    .hear(stop(14 * second));
  const events = next.telemetry().flatMap((one) => one.events);
  t.equal(events.filter(({ kind }) => kind === sealcam.telemetry.EventKind.EVENT_TRIGGER).length, 1);
});
