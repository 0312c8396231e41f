import t from 'tap';
import { agentLimits } from '../../../../agent/limits.ts';
import { atOnce, Driver, start, stop } from '../driver.ts';
import { parameters, picture, pictures } from '../stream.ts';

t.test('whatever is lost is a signed gap', async (t) => {
  await t.test('by the link', async (t) => {
    const driver = new Driver().hear(start).stream(pictures(0, 10, 25));
    const gap = { fromUs: 1_400_000, toUs: 1_600_000, cause: 'link', video: 5, audio: 9 } as const;
    driver
      .hear({ kind: 'lost', gap })
      .stream(pictures(15, 5, 25))
      .hear(stop(1_800_000));
    t.same(driver.log, ['open button evidence', 'init', 'seal 10', 'gap link 5+9', 'seal 5', 'close button']);
    const chunk = driver.effects.findLast((effect) => effect.kind === 'seal');
    t.match(chunk, { chunk: { independent: false } });
  });

  await t.test('by a sensor that goes and comes back', async (t) => {
    const driver = new Driver().hear(start).stream(pictures(0, 10, 25));
    driver.hear({ kind: 'sensor', present: false, atUs: 1_500_000 });
    driver
      .hear({ kind: 'sensor', present: true, atUs: 4_000_000 })
      .stream(pictures(100, 5, 25))
      .hear(stop(5_200_000));
    t.same(driver.log, ['open button evidence', 'init', 'seal 10', 'gap link 0+0', 'seal 5', 'close button']);
    t.match(
      driver.effects.find((effect) => effect.kind === 'gap'),
      { gap: { fromUs: 1_400_000, toUs: 5_000_000, atLeast: true } },
    );
  });

  await t.test('by a sensor that never comes back', async (t) => {
    const driver = new Driver().hear(start).stream(pictures(0, 10, 25));
    driver.hear({ kind: 'sensor', present: false, atUs: 1_500_000 }, stop(3_000_000));
    t.same(driver.log, ['open button evidence', 'init', 'seal 10', 'gap link 0+0', 'seal -', 'close button']);
    t.match(
      driver.effects.find((effect) => effect.kind === 'gap'),
      { gap: { fromUs: 1_400_000, toUs: 3_000_000 } },
    );
  });

  await t.test('by a full storage', async (t) => {
    const driver = new Driver().hear(start).stream(pictures(0, 30, 25));
    driver.hear({ kind: 'storage', full: true, atUs: 2_200_000 }).stream(pictures(30, 10, 25));
    t.equal(driver.state.facts.lampCommanded, 'alarm');
    driver
      .hear({ kind: 'storage', full: false, atUs: 2_700_000 })
      .stream(pictures(40, 5, 25))
      .hear(stop(3_000_000));
    t.same(driver.log, [
      'open button evidence',
      'init',
      'seal 25',
      'gap storage 15+0',
      'seal 5',
      'close button',
    ]);
  });

  await t.test('by a full storage that is noticed while a start waits for its key picture', async (t) => {
    const driver = new Driver().hear(start).stream(pictures(1, 10, 25));
    driver.hear({ kind: 'storage', full: true, atUs: 1_450_000 }).stream(pictures(11, 30, 25));
    driver.hear({ kind: 'storage', full: false, atUs: 2_650_000 }).stream(pictures(41, 15, 25));
    driver.hear(stop(3_240_000));
    t.same(driver.log, ['open button evidence', 'init', 'gap storage 49+0', 'seal 6', 'close button']);
  });

  await t.test('by a sealer that does not keep up', async (t) => {
    const limits = { ...atOnce, unsealedBytesMax: 8_000 };
    const driver = new Driver({}, limits).hear(start).stream(pictures(0, 100, 25));
    t.equal(driver.log.filter((line) => line.startsWith('seal')).length, 3, 'what is open is sealed first');
    driver
      .hear({ kind: 'sealed' }, { kind: 'sealed' })
      .stream(pictures(100, 5, 25))
      .hear(stop(5_200_000));
    t.match(driver.log.at(-3), /^gap overload \d+\+0$/);
    const pieces = driver.effects.flatMap((effect) =>
      effect.kind === 'seal'
        ? [effect.chunk?.samples.length ?? 0]
        : effect.kind === 'gap'
          ? [effect.gap.video]
          : [],
    );
    t.equal(
      pieces.reduce((sum, n) => sum + n, 0),
      105,
    );
  });

  await t.test('by a sealer that catches up a little: half must be free again', async (t) => {
    const limits = { ...atOnce, unsealedBytesMax: 8_000 };
    const driver = new Driver({}, limits).hear(start).stream(pictures(0, 100, 25));
    const gapOf = () => driver.state.phase.kind === 'recording' && driver.state.phase.gap?.cause;
    driver.hear({ kind: 'sealed' }).stream([picture(100, true)]);
    t.equal(gapOf(), 'overload', 'a little room is not enough');
    driver.hear({ kind: 'sealed' }).stream([picture(101, false)]);
    t.equal(gapOf(), undefined);
  });

  await t.test('by the rules of the link: one gap, with how many, until a sample comes again', async (t) => {
    const driver = new Driver().hear(start).stream(pictures(0, 10, 25));
    const refused = { cause: 'refused', video: 1, audio: 0 } as const;
    for (let n = 0; n < 50; n += 1) {
      const atUs = 1_400_000 + n * 1_000;
      driver.hear({ kind: 'lost', gap: { ...refused, fromUs: atUs, toUs: atUs } });
    }
    driver.hear({
      kind: 'lost',
      gap: { ...refused, video: 0, atLeast: true, fromUs: 1_460_000, toUs: 1_460_000 },
    });
    driver.stream(pictures(15, 5, 25)).hear(stop(1_800_000));
    t.same(driver.log, [
      'open button evidence',
      'init',
      'seal 10',
      'gap refused 50+0',
      'seal 5',
      'close button',
    ]);
    const gap = driver.effects.find((effect) => effect.kind === 'gap');
    t.match(gap, { gap: { fromUs: 1_400_000, toUs: 1_600_000, atLeast: true } });
  });

  await t.test('by its size', async (t) => {
    const driver = new Driver().hear(start).stream(pictures(0, 5, 25));
    driver.stream([picture(5, false, agentLimits.chunkBytesMax), picture(6, false)]).hear(stop(1_300_000));
    t.same(driver.log, [
      'open button evidence',
      'init',
      'seal 5',
      'gap overload 1+0',
      'seal 1',
      'close button',
    ]);
  });

  await t.test('in a linked recording that never saw a key frame', async (t) => {
    const driver = new Driver().hear(start).stream(pictures(0, 5, 25));
    driver.hear({ kind: 'parameters', parameters: { video: parameters.video }, atUs: 1_200_000 });
    driver.stream(pictures(5, 4, 25)).hear(stop(2_000_000));
    t.same(driver.log.slice(3), [
      'close linked',
      'open linked evidence',
      'init',
      'gap fault 4+0',
      'seal -',
      'close button',
    ]);
  });
});

t.test('time that passes without a picture, a loss or a word of the sensor is a gap', async (t) => {
  await t.test('inside a recording', async (t) => {
    const driver = new Driver().hear(start).stream([...pictures(0, 10, 25), ...pictures(35, 5, 25)]);
    driver.hear(stop(2_600_000));
    t.same(driver.log, ['open button evidence', 'init', 'seal 10', 'gap link 0+0', 'seal 5', 'close button']);
    t.match(
      driver.effects.find(({ kind }) => kind === 'gap'),
      { gap: { fromUs: 1_400_000, toUs: 2_400_000, atLeast: true } },
    );
  });

  await t.test('in pieces, each too short to be one', async (t) => {
    const driver = new Driver().hear(start);
    for (let n = 0; n < 6; n += 1) driver.stream(pictures(n * 10, 5, 10));
    t.equal(
      driver.effects.filter(({ kind }) => kind === 'gap').length,
      3,
      'more than half a second goes unstated never',
    );
  });

  await t.test('but not a step of the clock after a long wait for the first key picture', async (t) => {
    const driver = new Driver().hear({ ...start, atUs: 1_504_500 }).stream(pictures(13, 32, 25));
    const later = pictures(45, 15, 25).map((sample) => ({
      ...sample,
      capturedUs: sample.capturedUs + 13_302,
    }));
    driver.stream(later).hear(stop(3_500_000));
    t.equal(driver.effects.filter(({ kind }) => kind === 'gap').length, 0);
  });

  await t.test('before its end', async (t) => {
    const driver = new Driver()
      .hear(start)
      .stream(pictures(0, 10, 25))
      .hear(stop(14_000_000));
    t.same(driver.log, ['open button evidence', 'init', 'seal 10', 'gap link 0+0', 'close button']);
    t.match(
      driver.effects.find(({ kind }) => kind === 'gap'),
      { gap: { fromUs: 1_400_000, toUs: 14_000_000 } },
    );
  });
});

t.test(
  'a storage that is full while a chunk is written: the next recording begins with all that is missing',
  async (t) => {
    const driver = new Driver().hear(start).stream(pictures(0, 60, 25));
    // The first chunk is durable; the second is being written, ten pictures are open.
    driver.hear({ kind: 'sealed' });
    driver.effects.length = 0;
    driver.hear(
      { kind: 'storage', full: true, atUs: 3_400_000 },
      { kind: 'fault', recording: 1, opened: true, atUs: 3_400_000 },
      { kind: 'sealed' },
      { kind: 'closed' },
    );
    t.same(driver.log, ['close fault']);
    t.equal(driver.state.phase.kind, 'waiting');
    t.equal(driver.state.facts.lampCommanded, 'alarm');
    driver.stream(pictures(60, 20, 25)).hear({ kind: 'storage', full: false, atUs: 4_200_000 });
    t.ok(driver.effects.some(({ kind }) => kind === 'requestKeyFrame'));
    driver.stream(pictures(80, 30, 25)).hear(stop(5_400_000));
    t.same(driver.log.slice(1), [
      'open linked evidence',
      'init',
      // 25 of the chunk, 10 that were open, 20 meanwhile, 20 up to the next key picture.
      'gap storage 75+0',
      'seal 10',
      'close button',
    ]);
    t.equal(driver.state.facts.lampCommanded, 'alarm', 'nothing is kept yet');
    driver.hear({ kind: 'sealed' }, { kind: 'closed' });
    t.equal(driver.state.facts.lampCommanded, 'standby');
  },
);
