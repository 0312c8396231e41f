import t from 'tap';
import { rememberedOf } from '../../../agent/recorder/remembered.ts';
import { Driver, fault, retry, start, stop } from './driver.ts';
import { parameters, pictures } from './stream.ts';

t.test(
  'a fault: recording goes on in a linked one that states it, under the alarm until it is kept',
  async (t) => {
    const driver = new Driver().hear(start).stream(pictures(0, 60, 25));
    const shown = () => driver.effects.findLast(({ kind }) => kind === 'indicator');
    // The first chunk is durable, the second cannot be, ten pictures are open.
    driver.hear({ kind: 'sealed' }, fault(1, 3_400_000), { kind: 'sealed' }, { kind: 'closed' });
    t.same(driver.log.slice(-1), ['close fault']);
    t.same(driver.effects.slice(-2), [
      { kind: 'indicator', lamp: 'alarm', beepMs: 1000 },
      { kind: 'retryAfter', delayMs: 1_000 },
    ]);
    driver.effects.length = 0;
    driver.stream(pictures(60, 25, 25));
    t.same(driver.log, [], 'the key picture comes too soon');
    driver.hear(retry(4_400_000));
    t.equal(driver.effects.at(-1)?.kind, 'requestKeyFrame');
    driver.stream(pictures(85, 30, 25));
    t.same(driver.log, ['open linked evidence', 'init', 'gap fault 75+0']);
    t.notOk(shown(), 'nothing is kept yet');
    driver.hear({ kind: 'sealed' });
    t.same(shown(), { kind: 'indicator', lamp: 'recording', beepMs: 100 });
    driver.hear(stop(6_000_000));
    t.same(driver.log.slice(3), ['seal 15', 'close button']);
    t.match(shown(), { lamp: 'recording' }, 'until the stop is durable');
    driver.hear({ kind: 'closed' });
    t.match(shown(), { lamp: 'standby', beepMs: 200 });
  },
);

t.test(
  'faults that follow one another: the wait doubles to its bound, and one gap says all of it',
  async (t) => {
    const driver = new Driver().hear(start).stream(pictures(0, 5, 5));
    for (let n = 1; n <= 8; n += 1) {
      driver.hear(fault(n, n * 1e6), { kind: 'closed' });
      for (let left = driver.state.facts.unsealed.length; left > 0; left -= 1)
        driver.hear({ kind: 'sealed' });
      driver.hear(retry(n * 1e6)).stream(pictures(n * 5, 5, 5));
    }
    const delays = driver.effects.flatMap((effect) => (effect.kind === 'retryAfter' ? [effect.delayMs] : []));
    t.same(delays, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    t.equal(driver.log.at(-1), 'gap fault 40+0');
    t.equal(driver.state.facts.lampCommanded, 'alarm');
    driver.hear({ kind: 'sealed' }, fault(9, 1e8));
    t.match(driver.effects.at(-1), { delayMs: 1_000 }, 'once something was stored it begins again');
  },
);

t.test(
  'who stops while a fault lasts is obeyed: what was missed is stated, and nothing is begun',
  async (t) => {
    const driver = new Driver()
      .hear(start)
      .stream(pictures(0, 5, 25))
      .hear(fault(1, 1_300_000));
    driver.effects.length = 0;
    driver.stream(pictures(5, 5, 25)).hear(stop(1_500_000));
    t.same(driver.log, ['open linked evidence', 'init', 'gap fault 10+0', 'seal -', 'close button']);
    t.equal(driver.state.facts.lampCommanded, 'alarm');
    driver.hear(retry(2_300_000)).stream(pictures(10, 20, 25));
    t.equal(driver.log.length, 5);
  },
);

t.test('a stop before the first picture: a recording states that there was no picture', async (t) => {
  const driver = new Driver().hear(start, stop(1_100_000));
  t.same(driver.log, ['open button evidence', 'init', 'gap fault 0+0', 'seal -', 'close button']);
  t.equal(driver.state.phase.kind, 'stopping');
  driver.hear({ kind: 'closed' });
  t.equal(driver.state.phase.kind, 'standby');
  t.match(rememberedOf(driver.state), { recording: 'no' });
});

t.test('a start and a stop before the sensor says what its stream is: a gap and nothing else', async (t) => {
  const driver = new Driver();
  driver.state = { ...driver.state, facts: { ...driver.state.facts, parameters: undefined } };
  driver.hear(start, stop(1_100_000));
  t.same(driver.log, ['open button evidence', 'gap fault 0+0', 'close button']);
  t.match(
    driver.effects.find(({ kind }) => kind === 'gap'),
    { gap: { fromUs: 1_000_000, toUs: 1_100_000, atLeast: true } },
  );
});

t.test('what is lost of a recording that was stopped gets one of its own', async (t) => {
  const driver = new Driver()
    .hear(start)
    .stream(pictures(0, 60, 25))
    .hear(stop(3_400_000));
  driver.effects.length = 0;
  driver.hear({ kind: 'sealed' }, fault(1, 3_500_000), { kind: 'sealed' }, { kind: 'sealed' });
  t.same(driver.log, ['lost fault 35+0 button']);
  t.match(
    driver.effects.find(({ kind }) => kind === 'lost'),
    { recording: 1, gap: { fromUs: 2_000_000, toUs: 3_400_000 } },
  );
});

t.test('a recording that could not be opened stays owed from the same moment', async (t) => {
  const driver = new Driver().hear(start).stream(pictures(0, 10, 25));
  driver.hear(fault(1, 1_400_000, false), retry(2_400_000)).stream(pictures(25, 5, 25));
  t.same(
    driver.effects.flatMap((effect) =>
      effect.kind === 'owe' || effect.kind === 'open' ? [[effect.kind, effect.start, effect.startUs]] : [],
    ),
    [
      ['owe', 'button', 1_000_000],
      ['open', 'button', 1_000_000],
      ['owe', 'button', 1_000_000],
      ['open', 'button', 1_000_000],
    ],
  );
  t.equal(driver.log.at(-1), 'gap fault 10+0');
});

t.test('a stop while the recording before is being closed is shown once that is closed', async (t) => {
  const driver = new Driver()
    .hear(start)
    .stream(pictures(0, 5, 25))
    .hear(fault(1, 1_300_000), stop(1_400_000));
  t.equal(driver.state.phase.kind, 'stopping');
  while (driver.state.facts.closing > 0) driver.hear({ kind: 'closed' });
  t.equal(driver.state.phase.kind, 'standby');
  t.equal(driver.state.facts.lampCommanded, 'alarm', 'until that is in storage');
});

t.test('a closing that cannot be kept is tried again, under the alarm', async (t) => {
  const driver = new Driver()
    .hear(start)
    .stream(pictures(0, 60, 25))
    .hear(stop(3_400_000));
  driver.hear(fault(1, 3_400_000), { kind: 'closed' });
  t.same(driver.effects.slice(-2), [
    { kind: 'indicator', lamp: 'alarm', beepMs: 1000 },
    { kind: 'retryAfter', delayMs: 1_000 },
  ]);
  driver.hear(retry(4_400_000));
  t.same(driver.effects.at(-1), { kind: 'tryAgain' });
  driver.hear({ kind: 'mended' });
  t.same(driver.effects.at(-1), { kind: 'indicator', lamp: 'standby', beepMs: 200 });
  driver.hear({ kind: 'mended' });
  t.equal(driver.effects.filter(({ kind }) => kind === 'indicator').length, 3, 'once');
});

t.test(
  'a closing whose retry was due while the next recording waited is tried again by the stop',
  async (t) => {
    const driver = new Driver()
      .hear(start)
      .stream(pictures(0, 60, 25))
      .hear(stop(3_400_000));
    driver.hear(fault(1, 3_400_000), { kind: 'closed' }, start, retry(4_400_000));
    driver.effects.length = 0;
    driver.hear(stop(5_000_000));
    t.match(
      driver.effects.filter(({ kind }) => kind === 'tryAgain' || kind === 'close'),
      [{ kind: 'close' }],
    );
    t.equal(driver.state.facts.lampCommanded, 'alarm');
    driver.hear({ kind: 'closed' });
    t.equal(driver.state.phase.kind, 'standby');
    t.equal(driver.state.facts.lampCommanded, 'alarm', 'until the earlier one has its end too');
  },
);

t.test('a stop is not shown before it is durable because an earlier one is', async (t) => {
  const driver = new Driver()
    .hear(start)
    .stream(pictures(0, 60, 25))
    .hear(stop(3_400_000));
  driver.hear(fault(1, 3_400_000), { kind: 'closed' }, start);
  driver.stream(pictures(75, 5, 25)).hear(stop(4_300_000));
  driver.effects.length = 0;
  driver.hear({ kind: 'mended' });
  t.same(driver.effects, []);
  driver.hear({ kind: 'closed' });
  t.same(driver.effects, [{ kind: 'indicator', lamp: 'standby', beepMs: 200 }]);
});

t.test('a fault of a recording that is already followed by a linked one ends only the former', async (t) => {
  const driver = new Driver().hear(start).stream(pictures(0, 30, 25));
  driver.hear({ kind: 'parameters', parameters: { video: parameters.video }, atUs: 2_200_000 });
  driver.stream(pictures(50, 5, 25));
  driver.effects.length = 0;
  driver.hear({ kind: 'sealed' }, fault(1, 3_000_000), { kind: 'sealed' }).stream(pictures(55, 5, 25));
  driver.hear(stop(3_400_000));
  t.same(driver.log, ['lost fault 5+0 fault', 'seal 10', 'close button']);
});
