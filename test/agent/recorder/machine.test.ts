import t from 'tap';
import { sealcam } from '#generated/telemetry.js';
import { checkPolicy } from '../../../agent/recorder/policy.ts';
import { atOnce, Driver, policy, start, stop } from './driver.ts';
import { parameters, picture, pictures, sound } from './stream.ts';

t.test('a recording begins with the first key frame after the button and ends with it', async (t) => {
  const driver = new Driver().stream(pictures(0, 10, 25)).hear(start);
  t.equal(driver.state.phase.kind, 'waiting', 'until then the state shows that nothing is recorded');
  t.ok(driver.effects.some((effect) => effect.kind === 'requestKeyFrame'));
  driver.stream(pictures(10, 65, 25)).hear(stop(4_100_000));
  t.same(
    driver.log,
    ['open button evidence', 'init', 'gap fault 15+0', 'seal 25', 'seal 25', 'close button'],
    'what came since the press is stated',
  );
  t.equal(driver.wiped.length, 25, 'what came before the recording, waiting or not');
  t.equal(driver.state.phase.kind, 'stopping');
  driver.hear({ kind: 'sealed' }, { kind: 'sealed' }, { kind: 'sealed' }, { kind: 'closed' });
  t.equal(driver.state.phase.kind, 'standby');
  t.match(
    driver.effects.find((effect) => effect.kind === 'open'),
    { media: { base: { video: 90_000, audio: 48_000 } } },
  );
  const lamps = driver.effects.flatMap((effect) => (effect.kind === 'indicator' ? [effect.lamp] : []));
  t.same(lamps, ['recording', 'standby']);
});

t.test('the ring goes in front, and what it forgets is wiped', async (t) => {
  const driver = new Driver({ ringSeconds: 1.5 })
    .stream(pictures(0, 60, 25))
    .hear({ ...start, atUs: 3_400_000 });
  t.equal(driver.state.phase.kind, 'recording');
  t.equal(driver.wiped.length, 25);
  driver.stream(pictures(60, 15, 25)).hear(stop(4_000_000));
  t.same(driver.log, ['open button evidence', 'init', 'seal 25', 'seal 25', 'close button']);
});

t.test('sound before the first picture is left out, muted sound is wiped', async (t) => {
  const driver = new Driver().hear(start).stream([picture(0, true), sound(-1), sound(0), sound(1)]);
  driver.hear({ kind: 'mute', on: true, atUs: 1_050_000 }).stream([sound(2), sound(3)]);
  driver
    .hear({ kind: 'mute', on: false, atUs: 1_100_000 })
    .stream([sound(4)])
    .hear(stop(1_200_000));
  t.same(driver.log, ['open button evidence', 'init', 'seal 4', 'close button']);
  t.same(
    driver.wiped.map(({ dts }) => dts),
    [sound(-1), sound(2), sound(3)].map(({ dts }) => dts),
  );
  const kinds = driver.telemetry()[0]?.events.map((event) => sealcam.telemetry.EventKind[event.kind ?? 0]);
  t.same(kinds, ['EVENT_START', 'EVENT_LAMP_COMMANDED', 'EVENT_MUTE_ON', 'EVENT_MUTE_OFF', 'EVENT_STOP']);
});

t.test('telemetry goes with the chunk that fills, and the reason with the first', async (t) => {
  const driver = new Driver().hear(start).stream(pictures(0, 10, 25));
  driver.hear({ kind: 'reading', reading: { atUs: 1_300_000, motion: { x: 1, y: 2, z: 3 } } });
  driver.hear({ kind: 'lampReported', lamp: 'recording', atUs: 1_310_000 });
  driver.stream(pictures(10, 20, 25)).hear({ kind: 'bookmark', atUs: 2_100_000 }, stop(2_200_000));
  const [first, second] = driver.telemetry();
  t.match(first, { context: { reason: 'r', notice: 1, officer: 'o' }, motions: [{ x: 1, y: 2, z: 3 }] });
  t.equal(first?.lampReported, sealcam.telemetry.LampState.LAMP_RECORDING);
  t.equal(second?.context, null);
  t.same(
    second?.events.map((event) => event.kind),
    [sealcam.telemetry.EventKind.EVENT_BOOKMARK, sealcam.telemetry.EventKind.EVENT_STOP],
  );
});

t.test('telemetry is bounded, and says what it left out', async (t) => {
  const driver = new Driver({}, { ...atOnce, telemetryItemsMax: 4 }).hear(start).stream([picture(0, true)]);
  for (let n = 0; n < 10; n += 1) driver.hear({ kind: 'bookmark', atUs: n });
  driver.hear(stop(2_000_000));
  t.equal(driver.telemetry()[0]?.events.length, 4);
  t.equal(Number(driver.telemetry()[0]?.omitted), 9);
});

t.test('other parameters, or a time base that jumps back, give a linked recording', async (t) => {
  const driver = new Driver().hear(start).stream(pictures(0, 30, 25));
  const other = { video: { ...parameters.video, width: 640 } };
  driver.hear({ kind: 'parameters', parameters, atUs: 2_200_000 });
  driver.hear({ kind: 'parameters', parameters: other, atUs: 2_200_000 });
  driver
    .stream(pictures(30, 25, 25))
    .stream(pictures(0, 3, 25))
    .hear(stop(3_300_000));
  t.same(driver.log, [
    ...['open button evidence', 'init', 'seal 25', 'seal 5', 'close linked'],
    ...['open linked evidence', 'init', 'gap fault 20+0', 'seal 5', 'close linked'],
    ...['open linked evidence', 'init', 'seal 3', 'close button'],
  ]);
});

t.test(
  'the open group moves into the recording under the stricter keys when a dwelling is entered',
  async (t) => {
    const driver = new Driver().hear(start).stream(pictures(0, 30, 25));
    driver.hear({ kind: 'dwelling', on: true, atUs: 2_200_000 }).stream(pictures(30, 10, 25));
    driver
      .hear({ kind: 'dwelling', on: false, atUs: 2_600_000 })
      .stream(pictures(40, 15, 25))
      .hear(stop(3_300_000));
    t.same(driver.log, [
      ...['open button evidence', 'init', 'seal 25', 'close linked'],
      ...['open linked court+evidence', 'init', 'seal 25', 'close linked'],
      ...['open linked evidence', 'init', 'seal 5', 'close button'],
    ]);
  },
);

t.test('a ring with a hole in it is forgotten: its gap could not be told', async (t) => {
  const gap = { fromUs: 1_400_000, toUs: 1_600_000, cause: 'link', video: 5, audio: 9 } as const;
  for (const loss of [
    { kind: 'sensor', present: false, atUs: 1_400_000 },
    { kind: 'lost', gap },
  ] as const) {
    const driver = new Driver({ ringSeconds: 30 }).stream(pictures(0, 10, 25)).hear(loss);
    t.equal(driver.wiped.length, 10);
    driver.hear(start);
    t.equal(driver.state.phase.kind, 'waiting');
  }
});

t.test('in a dwelling the ring is off where the policy says so', async (t) => {
  const driver = new Driver({ ringSeconds: 30 }).stream(pictures(0, 10, 25));
  driver.hear({ kind: 'dwelling', on: true, atUs: 1_400_000 });
  t.equal(driver.wiped.length, 10);
  driver.stream(pictures(10, 20, 25)).hear(start);
  t.equal(driver.state.phase.kind, 'waiting');
});

t.test('where the policy keeps no sound from before the start, none of it is in memory', async (t) => {
  const heard = [picture(0, true), sound(0), picture(1, false), sound(1)];
  for (const [preEventSound, wiped, sealed] of [
    [true, 0, 5],
    [false, 2, 3],
  ] as const) {
    const driver = new Driver({ ringSeconds: 30, preEventSound }).stream(heard);
    t.equal(driver.wiped.length, wiped);
    // Sound after the press belongs to the recording.
    driver
      .hear({ ...start, atUs: 1_080_000 })
      .stream([sound(2)])
      .hear(stop(1_120_000));
    t.same(driver.log, ['open button evidence', 'init', `seal ${sealed}`, 'close button']);
  }
});

t.test(
  'where the policy has no other keys for dwellings, the switch is noted, and the recording goes on',
  async (t) => {
    const driver = new Driver({ dwellingMode: 'same', dwellingRoles: [] })
      .hear(start)
      .stream(pictures(0, 30, 25));
    driver.hear({ kind: 'dwelling', on: true, atUs: 2_200_000 }).stream(pictures(30, 5, 25));
    driver.hear({ kind: 'dwelling', on: false, atUs: 2_400_000 }).hear(stop(2_500_000));
    t.same(driver.log, ['open button evidence', 'init', 'seal 25', 'seal 10', 'close button']);
    const kinds = driver.telemetry().flatMap(({ events }) => events.map(({ kind }) => kind));
    const { EVENT_DWELLING_ON, EVENT_DWELLING_OFF } = sealcam.telemetry.EventKind;
    t.ok(kinds.includes(EVENT_DWELLING_ON) && kinds.includes(EVENT_DWELLING_OFF), kinds.join());
  },
);

t.test('a recording ends before its indices do, and goes on in a linked one', async (t) => {
  const few = { recordingStatementsMax: 24, recordingStatementsSpare: 18, recordingStatementsKept: 12 };
  /** Statements of each recording, and the pictures that are kept in all. */
  const countsOf = (driver: Driver) => {
    const statements: number[] = [];
    let kept = 0;
    for (const effect of driver.effects) {
      if (effect.kind === 'open') statements.push(0);
      const handedOver = effect.kind === 'sealInit' || effect.kind === 'seal' || effect.kind === 'gap';
      if (handedOver) statements.push((statements.pop() ?? 0) + 1);
      if (effect.kind === 'seal') kept += effect.chunk?.samples.length ?? 0;
    }
    return { statements, kept };
  };

  await t.test('at a key picture, without a loss', async (t) => {
    const driver = new Driver({}, { ...atOnce, ...few }).hear(start).stream(pictures(0, 500, 25));
    driver.hear(stop(21_000_000));
    t.same(countsOf(driver), { statements: [7, 7, 7, 3], kept: 500 });
    t.notOk(driver.log.some((line) => line.startsWith('gap')));
    const asked = driver.effects.filter(({ kind }) => kind === 'requestKeyFrame');
    t.equal(asked.length, 4, 'for the first, and once in each that is followed by another');
  });

  await t.test('where no key picture comes, in time', async (t) => {
    const limits = { ...atOnce, ...few, chunkDurationMaxUs: 400_000 };
    const driver = new Driver({}, limits).hear(start).stream(pictures(0, 200, 1_000));
    t.match(driver.log.slice(-1), ['close linked']);
    driver.stream(pictures(200, 5, 5)).hear(stop(30_000_000));
    const { statements, kept } = countsOf(driver);
    t.ok(Math.max(...statements) <= few.recordingStatementsMax - few.recordingStatementsKept + 3);
    t.match(
      driver.effects.find(({ kind }) => kind === 'gap'),
      { gap: { cause: 'fault', video: 205 - kept } },
    );
  });
});

t.test(
  'with a full storage the button gets the alarm, and recording begins once there is room',
  async (t) => {
    const driver = new Driver().hear({ kind: 'storage', full: true, atUs: 1 }, start);
    t.equal(driver.state.phase.kind, 'waiting');
    t.match(
      driver.effects.filter(({ kind }) => kind === 'indicator' || kind === 'owe'),
      [
        { lamp: 'alarm' },
        { kind: 'owe', start: 'button', startUs: 1_000_000 },
        { lamp: 'alarm', beepMs: 500 },
      ],
    );
    driver.stream(pictures(0, 30, 25)).hear({ kind: 'storage', full: false, atUs: 2_200_000 });
    driver.stream(pictures(30, 25, 25)).hear(stop(3_200_000));
    t.same(driver.log, ['open button evidence', 'init', 'gap storage 50+0', 'seal 5', 'close button']);
  },
);

t.test('what only a bug can say asserts', async (t) => {
  t.throws(() => new Driver().hear({ kind: 'sealed' }), { code: 'ERR_ASSERTION' });
  t.throws(() => new Driver().hear({ kind: 'closed' }), { code: 'ERR_ASSERTION' });
});

t.test('a policy that contradicts itself is refused by field', async (t) => {
  t.same(checkPolicy(policy), policy);
  t.throws(() => checkPolicy({ ...policy, ringSeconds: 121 }), {
    code: 'POLICY_INVALID',
    message: /ringSeconds/,
  });
  t.throws(() => checkPolicy({ ...policy, roles: [] }), { code: 'POLICY_INVALID', message: /roles/ });
  t.throws(() => checkPolicy({ ...policy, dwellingRoles: ['evidence'] }), { code: 'POLICY_INVALID' });
});

t.test('another sensor ends the recording, and a linked one goes on with its first key picture', (t) => {
  const driver = new Driver().hear(start).stream(pictures(0, 30, 25));
  driver.hear({ kind: 'sensorChanged', atUs: 2_300_000 }).stream(pictures(30, 30, 25));
  t.same(
    driver.log.filter((word) => /^(open|close)/.test(word)),
    ['open button evidence', 'close sensor', 'open linked evidence'],
  );
  driver.hear(stop(9_000_000), { kind: 'sensorChanged', atUs: 9_500_000 });
  t.equal(driver.log.at(-1), 'close button', 'while nothing is recorded it ends nothing');
  t.end();
});
