import fc from 'fast-check';
import t from 'tap';
import { sealcam } from '#generated/telemetry.js';
import { agentLimits } from '../../../agent/limits.ts';
import { maySpend, spend, unspent } from '../../../agent/rate.ts';
import type { RecorderInput } from '../../../agent/recorder/inputs.ts';
import { oldestPress } from '../../../agent/recorder/presses.ts';
import { Driver } from './driver.ts';
import { parameters, picture } from './stream.ts';

const ms = 1_000;

/** A press of the sensor's at a time in milliseconds. */
function press(kind: 'start' | 'stop', atMs: number): RecorderInput {
  const base = { by: 'button', atUs: atMs * ms } as const;
  return kind === 'start' ? { kind, ...base } : { kind, ...base, ordinal: atMs };
}

function toggle(kind: 'mute' | 'dwelling', on: boolean, atMs: number): RecorderInput {
  return { kind, on, atUs: atMs * ms };
}

/** A key picture 40 ms long, so that a recording may begin with it, or a chunk. */
function key(atMs: number): RecorderInput {
  const sample = picture(Math.round(atMs / 40), true);
  return { kind: 'sample', sample: { ...sample, capturedUs: atMs * ms } };
}

function driven(...inputs: RecorderInput[]): Driver {
  return new Driver({}, agentLimits).hear(...inputs);
}

const opened = (driver: Driver): number => driver.log.filter((word) => word.startsWith('open')).length;
const merged = (driver: Driver): number =>
  driver.telemetry().reduce((sum, { mergedPresses }) => sum + Number(mergedPresses ?? 0), 0);
const kinds = sealcam.telemetry.EventKind;
const events = (driver: Driver, kind: sealcam.telemetry.EventKind): number =>
  driver
    .telemetry()
    .flatMap((one) => one.events ?? [])
    .filter((event) => event.kind === kind).length;

t.test('a stop within a second of the start waits until the second is over', (t) => {
  const driver = driven(press('start', 1_000), key(1_000), press('stop', 1_400), key(1_440), key(1_960));
  t.equal(driver.state.phase.kind, 'recording');
  t.equal(oldestPress(driver.state.facts), 1_400, 'and the sensor keeps it meanwhile');
  t.ok(driver.effects.some(({ kind }) => kind === 'seal'));
  driver.hear(key(2_000));
  t.equal(driver.log.at(-1), 'close button');
  t.equal(oldestPress(driver.state.facts), 1_400, 'until the closing is on storage');
  t.equal(merged(driver), 0, 'nothing was merged');
  t.end();
});

t.test('a stop that is on storage holds nothing back when a later recording goes on in a linked one', (t) => {
  const driver = driven(press('start', 1_000), key(1_000), press('stop', 2_400));
  t.equal(oldestPress(driver.state.facts), 2_400);
  driver.settle();
  t.equal(oldestPress(driver.state.facts), undefined);
  driver.hear(press('start', 4_000), key(4_000), toggle('dwelling', true, 5_500));
  t.ok(driver.state.facts.closing > 0, 'the recording before the dwelling is being closed');
  t.equal(oldestPress(driver.state.facts), undefined, 'no stop belongs to it');
  driver.hear(press('stop', 6_600));
  t.equal(oldestPress(driver.state.facts), 6_600, 'the stop that does is the newer one');
  t.end();
});

t.test('a stop that waits needs no picture to take effect', (t) => {
  const driver = driven(press('start', 1_000), key(1_000), press('stop', 1_400));
  t.match(
    driver.effects.filter(({ kind }) => kind === 'dueAfter'),
    [{ delayMs: 1_000 }],
  );
  driver.hear({ kind: 'due', atUs: 2_400 * ms });
  t.equal(driver.log.at(-1), 'close button');
  t.end();
});

t.test('a start takes effect at once, whatever came before it', (t) => {
  const driver = driven(
    press('start', 1_000),
    key(1_000),
    key(2_000),
    press('stop', 2_040),
    press('start', 2_060),
    key(2_080),
  );
  t.equal(opened(driver), 2);
  t.equal(driver.state.phase.kind, 'recording');
  t.end();
});

t.test('of presses within a second the last decides, and the others are counted', (t) => {
  for (const last of ['start', 'stop'] as const) {
    const driver = driven(press('start', 1_000), key(1_000));
    for (let n = 0; n < 20; n += 1)
      driver.hear(press('stop', 1_010 + 40 * n), press('start', 1_030 + 40 * n));
    if (last === 'stop') driver.hear(press('stop', 1_900));
    driver.hear(key(2_000), key(2_400));
    t.equal(opened(driver), 1, last);
    t.equal(driver.state.phase.kind, last === 'start' ? 'recording' : 'stopping', last);
    driver.hear(press('stop', 60_000));
    t.equal(merged(driver), 40, last);
    t.equal(
      events(driver, kinds.EVENT_START) + events(driver, kinds.EVENT_STOP) + merged(driver),
      42,
      'no press is lost',
    );
  }
  t.end();
});

t.test('what protects is switched on at once; taking it back waits', (t) => {
  for (const kind of ['mute', 'dwelling'] as const) {
    const stands = (driver: Driver) =>
      kind === 'mute' ? driver.state.facts.muted : driver.state.facts.dwelling;
    const driver = driven(press('start', 1_000), key(1_000), toggle(kind, true, 3_000));
    t.equal(stands(driver), true, kind);
    driver.hear(toggle(kind, false, 3_100), key(3_120));
    t.equal(stands(driver), true, `${kind} is still on`);
    driver.hear(toggle(kind, true, 3_200), key(4_000));
    t.equal(stands(driver), true, `${kind} was switched on again`);
    driver.hear(toggle(kind, false, 5_000));
    t.equal(stands(driver), false, `${kind}, after a second`);
    driver.hear(key(5_040), press('stop', 9_000));
    t.equal(merged(driver), 2, kind);
  }
  t.end();
});

t.test('a bookmark is noted and put first once a second', (t) => {
  const driver = driven(press('start', 1_000), key(1_000));
  for (let n = 0; n < 100; n += 1) driver.hear({ kind: 'bookmark', atUs: (3_000 + 20 * n) * ms });
  driver.hear(press('stop', 9_000));
  t.equal(events(driver, kinds.EVENT_BOOKMARK), 2);
  t.equal(driver.effects.filter(({ kind }) => kind === 'mark').length, 2);
  t.equal(merged(driver), 98);
  t.end();
});

t.test('presses while nothing is recorded are nothing to count', (t) => {
  const driver = driven();
  for (let n = 0; n < 100; n += 1) driver.hear(press('stop', n), { kind: 'bookmark', atUs: n * ms });
  driver.hear(press('start', 5_000), key(5_000), press('stop', 9_000));
  t.equal(merged(driver), 0);
  t.end();
});

t.test('an agent that ends obeys a stop that waits', (t) => {
  const driver = driven(press('start', 1_000), key(1_000), press('stop', 1_400));
  driver.hear({ kind: 'shutdown', atUs: 1_500 * ms });
  t.equal(driver.log.at(-1), 'close button');
  t.end();
});

/** What a hostile sensor may do each 20 ms; the agent's clock is what passes, whatever times it claims. */
const misdeeds: Readonly<Record<string, (n: number) => RecorderInput[]>> = {
  'start and stop': (n) => [press(n % 2 === 0 ? 'start' : 'stop', 20 * n), key(20 * n)],
  'start and stop a second apart by its own clock': (n) => [
    press(n % 2 === 0 ? 'start' : 'stop', 1_000 * n),
    key(1_000 * n),
  ],
  'the dwelling switch': (n) => [toggle('dwelling', n % 2 === 0, 20 * n), key(20 * n)],
  'times that go back': (n) => [
    { kind: 'sample', sample: { ...picture(100_000 - n, true), capturedUs: 20 * n * ms } },
  ],
  'other parameters each time': (n) => [
    {
      kind: 'parameters',
      parameters: { ...parameters, video: { ...parameters.video, width: 2 + (n % 2) } },
      atUs: 20 * n * ms,
    },
    key(20 * n),
  ],
};

for (const [what, misdeed] of Object.entries(misdeeds)) {
  t.test(`at most 30 recordings begin in a minute: ${what}`, (t) => {
    const driver = driven(press('start', 0), key(0));
    const begun: number[] = [];
    let before = opened(driver);
    for (let n = 1; n < 9_000; n += 1) {
      const agentMs = 20 * n;
      for (const input of misdeed(n)) driver.hearAt(agentMs * ms, input);
      for (; before < driver.state.facts.opened; before += 1) begun.push(agentMs);
      driver.settle();
    }
    const most = Math.max(
      ...begun.map((at) => begun.filter((other) => other >= at && other < at + 60_000).length),
    );
    t.ok(begun.length > 0 && most <= 30, `${most} of ${begun.length}`);
    // A person who presses start after it is recorded within seconds.
    const opened0 = driver.state.facts.opened;
    let recordedAt: number | undefined;
    driver.hearAt(200_000 * ms, press('start', 200_000));
    for (let at = 200_000; at < 210_000 && recordedAt === undefined; at += 40) {
      driver.hearAt(at * ms, {
        kind: 'sample',
        sample: { ...picture(1_000_000 + at / 40, true), capturedUs: at * ms },
      });
      if (driver.state.phase.kind === 'recording') recordedAt = at;
    }
    t.ok(
      recordedAt !== undefined && recordedAt < 205_000,
      `recorded from ${recordedAt} on, after ${opened0} recordings`,
    );
    t.end();
  });
}

t.test('a rate holds in every span, and gives one more each interval', (t) => {
  const rate = { burst: 5, intervalUs: 1_000 };
  fc.assert(
    fc.property(fc.array(fc.nat(3_000), { maxLength: 60 }), (steps) => {
      let [nowUs, spent] = [1_000_000, unspent];
      const at: number[] = [];
      for (const step of steps) {
        nowUs += step;
        if (!maySpend(rate, spent, nowUs)) continue;
        spent = spend(rate, spent, nowUs);
        at.push(nowUs);
      }
      return at.every((from, i) =>
        at.slice(i).every((to, n) => n + 1 <= rate.burst + (to - from) / rate.intervalUs),
      );
    }),
  );
  t.end();
});

t.test('a bookmark marks the linked recordings after it too, and no other', (t) => {
  const words = (driver: Driver): string[] =>
    driver.effects.flatMap((one) =>
      one.kind === 'open' ? [one.start] : one.kind === 'mark' ? ['mark'] : [],
    );
  const driver = driven(press('start', 1_000), key(1_000), { kind: 'bookmark', atUs: 2_000 * ms });
  driver.hear(toggle('dwelling', true, 3_000), key(3_000), toggle('dwelling', false, 5_000), key(6_000));
  t.same(words(driver), ['button', 'mark', 'linked', 'mark', 'linked', 'mark']);
  driver.hear(
    press('stop', 8_000),
    press('start', 10_000),
    key(10_000),
    toggle('dwelling', true, 12_000),
    key(12_000),
  );
  t.same(words(driver).slice(6), ['button', 'linked']);
  const idle = driven({ kind: 'bookmark', atUs: 0 }, press('start', 1_000), key(1_000));
  idle.hear(toggle('dwelling', true, 3_000), key(3_000));
  t.same(words(idle), ['mark', 'button', 'linked'], 'a bookmark of nothing marks nothing');
  t.end();
});

t.test('the count of presses says the category of a bookmark, as configured', (t) => {
  const categories = (driver: Driver): number[] =>
    driver
      .telemetry()
      .flatMap(({ events: all }) =>
        all.flatMap((one) => (one.kind === kinds.EVENT_BOOKMARK ? [one.category ?? 0] : [])),
      );
  const pressed = (atMs: readonly number[], category?: number, bookmarkPresses = [4, 7]): number[] => {
    const driver = new Driver({}, { ...agentLimits, bookmarkPresses }).hear(
      press('start', 0),
      key(0),
      key(20_000),
    );
    for (const at of atMs) driver.hear({ kind: 'bookmark', atUs: at * ms, category });
    return categories(driver.hear(press('stop', 30_000)));
  };
  t.same(pressed([20_000]), [4]);
  t.same(pressed([20_000, 20_400]), [4, 7], 'the second holds');
  t.same(pressed([20_000, 20_040]), [4], 'a switch that bounces');
  t.same(pressed([20_000, 20_400, 20_900]), [4, 7], 'there is none for three');
  t.same(pressed([20_000, 22_000]), [4, 4], 'two bookmarks');
  t.same(pressed([20_000, 20_400], 12), [12], 'one that says its own has that');
  t.same(pressed([20_000, 20_600, 21_200], undefined, [4, 4, 7]), [4, 7], 'equal neighbours are counted');
  t.same(pressed([20_000, 20_400, 20_440], undefined, [4, 4, 7]), [4], 'and bounce as others do');
  t.same(pressed([20_000, 20_400, 22_000], undefined, [4, 4, 7]), [4, 4], 'the count begins again');
  t.same(pressed([20_000, 20_300, 20_600, 20_900, 21_200], undefined, [4, 4, 4, 4, 7]), [4, 7]);
  /** Bookmarks 0.3 s apart, each with the category that it says itself, if any. */
  const said = (...all: readonly (number | undefined)[]): number[] => {
    const driver = new Driver({}, { ...agentLimits, bookmarkPresses: [4, 7] });
    driver.hear(press('start', 0), key(0), key(20_000));
    for (const [at, category] of all.entries())
      driver.hear({ kind: 'bookmark', atUs: (20_000 + 300 * at) * ms, category });
    return categories(driver.hear(press('stop', 30_000)));
  };
  t.same(said(12, undefined), [12], 'a plain press does not replace what was said');
  t.same(said(12, undefined, undefined), [12]);
  t.same(said(undefined, 12, undefined), [4, 12]);
  t.same(said(undefined, undefined, 12), [4, 7, 12]);
  t.same(said(12, 4), [12, 4], 'another one that is said does');
  t.same(said(1, 2, 3, 9, 8, 6), [1, 2, 3, 9, 8], 'the sixth is dropped, as FORMAT.md says');
  const driver = new Driver({}, agentLimits).hear(press('start', 0), key(0), key(20_000));
  for (let n = 0; n < 90; n += 1)
    driver.hear({ kind: 'bookmark', atUs: (20_000 + n) * ms, category: 1 + (n % 9) });
  t.same(categories(driver.hear(press('stop', 30_000))), [1, 2, 3, 4, 5], 'no flood of them');
  t.end();
});
