import fc from 'fast-check';
import t from 'tap';
import { sealcam } from '#generated/telemetry.js';
import { agentLimits } from '../../../agent/limits.ts';
import { initialRecorder, next } from '../../../agent/recorder/machine.ts';
import type {
  RecorderEffect,
  RecorderInput,
  RecorderLimits,
  RecorderState,
} from '../../../agent/recorder/machine-types.ts';
import { checkPolicy, type PolicyProfile } from '../../../agent/recorder/policy.ts';
import type { CapturedSample } from '../../../agent/recorder/segmenter.ts';
import { seeded } from '../../support/seed.ts';
import { parameters, picture, pictures, sound } from './stream.ts';

const policy: PolicyProfile = {
  name: 'test',
  ringSeconds: 0,
  ringInDwellings: false,
  roles: ['evidence'],
  dwellingRoles: ['court'],
  padMedia: false,
};

/** A recorder that is driven by hand; `log` is what it did, a word for each effect. */
class Driver {
  state: RecorderState;
  readonly effects: RecorderEffect[] = [];

  constructor(changes: Partial<PolicyProfile> = {}, limits: RecorderLimits = agentLimits) {
    this.state = initialRecorder({ ...policy, ...changes }, limits, {
      reason: 'r',
      notice: 'given',
      officer: 'o',
    });
    this.hear({ kind: 'sensor', present: true, atUs: 0 }, { kind: 'parameters', parameters, atUs: 0 });
    this.effects.length = 0;
  }

  hear(...inputs: RecorderInput[]): this {
    for (const input of inputs) {
      const turn = next(this.state, input);
      this.state = turn.state;
      this.effects.push(...turn.effects);
    }
    return this;
  }

  stream(samples: readonly CapturedSample[]): this {
    return this.hear(...samples.map((sample) => ({ kind: 'sample', sample }) as const));
  }

  /** Effects as words, without those that name no part of a recording. */
  get log(): string[] {
    return this.effects.flatMap((effect) => {
      switch (effect.kind) {
        case 'open':
          return [`open ${effect.start} ${effect.roles.join('+')}`];
        case 'seal':
          return [`seal ${effect.chunk === undefined ? '-' : effect.chunk.samples.length}`];
        case 'gap':
          return [`gap ${effect.gap.cause} ${effect.gap.video}+${effect.gap.audio}`];
        case 'close':
          return [`close ${effect.reason}`];
        case 'sealInit':
          return ['init'];
        default:
          return [];
      }
    });
  }

  telemetry(): sealcam.telemetry.ChunkTelemetry[] {
    return this.effects.flatMap((effect) =>
      effect.kind === 'seal' ? [sealcam.telemetry.ChunkTelemetry.decode(effect.telemetry)] : [],
    );
  }
}

const start = { kind: 'start', by: 'button', atUs: 1_000_000 } as const;
const stop = (atUs: number) => ({ kind: 'stop', by: 'button', atUs }) as const;

t.test('a recording begins with the first key frame after the button and ends with it', async (t) => {
  const driver = new Driver().stream(pictures(0, 10, 25)).hear(start);
  t.equal(driver.state.phase.kind, 'waiting', 'until then the state shows that nothing is recorded');
  t.ok(driver.effects.some((effect) => effect.kind === 'requestKeyFrame'));
  driver.stream(pictures(10, 65, 25)).hear(stop(4_100_000));
  t.same(driver.log, ['open button evidence', 'init', 'seal 25', 'seal 25', 'close button']);
  const wiped = driver.effects.flatMap((effect) => (effect.kind === 'wipe' ? effect.samples : []));
  t.equal(wiped.length, 25, 'what came before the recording, waiting or not');
  t.equal(driver.state.phase.kind, 'stopping');
  driver.hear({ kind: 'sealed' }, { kind: 'sealed' }, { kind: 'closed' });
  t.equal(driver.state.phase.kind, 'standby');
  t.match(
    driver.effects.find((effect) => effect.kind === 'open'),
    { base: { video: 90_000, audio: 48_000 } },
  );
  t.match(
    driver.effects.find((effect) => effect.kind === 'close'),
    { atUs: 4_000_000, durationUs: 2_000_000 },
  );
  const lamps = driver.effects.flatMap((effect) => (effect.kind === 'indicator' ? [effect.lamp] : []));
  t.same(lamps, ['recording', 'standby']);
});

t.test('the ring goes in front, and what it forgets is wiped', async (t) => {
  const driver = new Driver({ ringSeconds: 1.5 }).stream(pictures(0, 60, 25)).hear(start);
  t.equal(driver.state.phase.kind, 'recording');
  const wiped = driver.effects.flatMap((effect) => (effect.kind === 'wipe' ? effect.samples : []));
  t.equal(wiped.length, 25);
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
  const wiped = driver.effects.flatMap((effect) => (effect.kind === 'wipe' ? effect.samples : []));
  t.same(
    wiped.map(({ dts }) => dts),
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
  const driver = new Driver({}, { ...agentLimits, telemetryItemsMax: 4 })
    .hear(start)
    .stream([picture(0, true)]);
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
    .hear(stop(9_000_000));
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
    t.equal(driver.effects.flatMap((effect) => (effect.kind === 'wipe' ? effect.samples : [])).length, 10);
    driver.hear(start);
    t.equal(driver.state.phase.kind, 'waiting');
  }
});

t.test('in a dwelling the ring is off where the policy says so', async (t) => {
  const driver = new Driver({ ringSeconds: 30 }).stream(pictures(0, 10, 25));
  driver.hear({ kind: 'dwelling', on: true, atUs: 1_400_000 });
  t.equal(driver.effects.flatMap((effect) => (effect.kind === 'wipe' ? effect.samples : [])).length, 10);
  driver.stream(pictures(10, 20, 25)).hear(start);
  t.equal(driver.state.phase.kind, 'waiting');
});

t.test('whatever is lost is a signed gap', async (t) => {
  await t.test('by the link', async (t) => {
    const driver = new Driver().hear(start).stream(pictures(0, 10, 25));
    const gap = { fromUs: 1_400_000, toUs: 1_600_000, cause: 'link', video: 5, audio: 9 } as const;
    driver
      .hear({ kind: 'lost', gap })
      .stream(pictures(15, 5, 25))
      .hear(stop(3_000_000));
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
      .hear(stop(9_000_000));
    t.same(driver.log, ['open button evidence', 'init', 'seal 10', 'gap link 0+0', 'seal 5', 'close button']);
    t.match(
      driver.effects.find((effect) => effect.kind === 'gap'),
      { gap: { fromUs: 1_400_000, toUs: 5_000_000 } },
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

  await t.test('by a sealer that does not keep up', async (t) => {
    const limits = { ...agentLimits, unsealedBytesMax: 8_000 };
    const driver = new Driver({}, limits).hear(start).stream(pictures(0, 100, 25));
    t.equal(driver.log.filter((line) => line.startsWith('seal')).length, 3, 'what is open is sealed first');
    driver
      .hear({ kind: 'sealed' }, { kind: 'sealed' })
      .stream(pictures(100, 5, 25))
      .hear(stop(9_000_000));
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
    const limits = { ...agentLimits, unsealedBytesMax: 8_000 };
    const driver = new Driver({}, limits).hear(start).stream(pictures(0, 100, 25));
    const gapOf = () => driver.state.phase.kind === 'recording' && driver.state.phase.gap?.cause;
    driver.hear({ kind: 'sealed' }).stream([picture(100, true)]);
    t.equal(gapOf(), 'overload', 'a little room is not enough');
    driver.hear({ kind: 'sealed' }).stream([picture(101, false)]);
    t.equal(gapOf(), undefined);
  });

  await t.test('by its size', async (t) => {
    const driver = new Driver().hear(start).stream(pictures(0, 5, 25));
    driver.stream([picture(5, false, agentLimits.chunkBytesMax), picture(6, false)]).hear(stop(3_000_000));
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

t.test(
  'a storage that is full while a chunk is written: the next recording begins with all that is missing',
  async (t) => {
    const driver = new Driver().hear(start).stream(pictures(0, 60, 25));
    // The first chunk is durable; the second is being written, ten pictures are open.
    driver.hear({ kind: 'sealed' });
    driver.effects.length = 0;
    driver.hear(
      { kind: 'storage', full: true, atUs: 3_400_000 },
      { kind: 'fault', recording: 1, atUs: 3_400_000 },
      { kind: 'sealed' },
      { kind: 'closed' },
    );
    t.same(driver.log, ['close fault']);
    t.equal(driver.state.phase.kind, 'waiting');
    t.equal(driver.state.facts.lampCommanded, 'alarm');
    driver.stream(pictures(60, 20, 25)).hear({ kind: 'storage', full: false, atUs: 4_200_000 });
    t.ok(driver.effects.some(({ kind }) => kind === 'requestKeyFrame'));
    driver.stream(pictures(80, 30, 25)).hear(stop(6_000_000));
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

const fault = (recording: number, atUs: number) => ({ kind: 'fault', recording, atUs }) as const;
const retry = (atUs: number) => ({ kind: 'retry', atUs }) as const;

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
    t.match(shown(), { lamp: 'recording' }, 'until it is durable that it was stopped');
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
    t.match(driver.effects.at(-1), { delayMs: 1_000 }, 'once something was kept it begins anew');
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

t.test('a stop before the first picture is made durable too, and shown then', async (t) => {
  const driver = new Driver().hear(start, stop(1_100_000));
  t.same(driver.effects.at(-1), { kind: 'stopped' });
  t.equal(driver.state.phase.kind, 'stopping');
  driver.hear({ kind: 'closed' });
  t.equal(driver.state.phase.kind, 'standby');
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

t.test('a stop is not shown before it is durable because an earlier one is', async (t) => {
  const driver = new Driver()
    .hear(start)
    .stream(pictures(0, 60, 25))
    .hear(stop(3_400_000));
  driver.hear(fault(1, 3_400_000), { kind: 'closed' }, start, stop(3_600_000));
  driver.effects.length = 0;
  driver.hear({ kind: 'mended' });
  t.same(driver.effects, []);
  driver.hear({ kind: 'closed' });
  t.same(driver.effects, [{ kind: 'indicator', lamp: 'standby', beepMs: 200 }]);
});

t.test('a fault of a recording that a linked one follows already ends only the former', async (t) => {
  const driver = new Driver().hear(start).stream(pictures(0, 30, 25));
  driver.hear({ kind: 'parameters', parameters: { video: parameters.video }, atUs: 2_200_000 });
  driver.stream(pictures(50, 5, 25));
  driver.effects.length = 0;
  driver.hear({ kind: 'sealed' }, fault(1, 3_000_000), { kind: 'sealed' }).stream(pictures(55, 5, 25));
  driver.hear(stop(4_000_000));
  t.same(driver.log, ['seal 5', 'gap fault 5+0', 'seal 5', 'close button']);
});

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
    const driver = new Driver({}, { ...agentLimits, ...few }).hear(start).stream(pictures(0, 500, 25));
    driver.hear(stop(30_000_000));
    t.same(countsOf(driver), { statements: [7, 7, 7, 3], kept: 500 });
    t.notOk(driver.log.some((line) => line.startsWith('gap')));
    const asked = driver.effects.filter(({ kind }) => kind === 'requestKeyFrame');
    t.equal(asked.length, 4, 'for the first, and once in each that is followed by another');
  });

  await t.test('where no key picture comes, in time', async (t) => {
    const limits = { ...agentLimits, ...few, chunkDurationMaxUs: 400_000 };
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

t.test('with a full storage the button gets the alarm', async (t) => {
  const driver = new Driver().hear({ kind: 'storage', full: true, atUs: 1 }, start);
  t.equal(driver.state.phase.kind, 'standby');
  t.same(driver.effects.at(-1), { kind: 'indicator', lamp: 'alarm', beepMs: 500 });
});

t.test('what only a bug can say asserts', async (t) => {
  t.throws(() => new Driver().hear({ kind: 'sealed' }), { code: 'ERR_ASSERTION' });
  t.throws(() => new Driver().hear({ kind: 'closed' }), { code: 'ERR_ASSERTION' });
});

t.test('a policy that contradicts itself is refused by field', async (t) => {
  t.equal(checkPolicy(policy), policy);
  t.throws(() => checkPolicy({ ...policy, ringSeconds: 121 }), {
    code: 'POLICY_INVALID',
    message: /ringSeconds/,
  });
  t.throws(() => checkPolicy({ ...policy, roles: [] }), { code: 'POLICY_INVALID', message: /roles/ });
  t.throws(() => checkPolicy({ ...policy, dwellingRoles: ['evidence'] }), { code: 'POLICY_INVALID' });
});

t.test(
  'any history: recordings never overlap, every picture is in a chunk, a gap, or before a start (property)',
  async (t) => {
    const { seed } = seeded(t);
    const move = fc.oneof(
      { weight: 40, arbitrary: fc.record({ kind: fc.constant('picture' as const), key: fc.boolean() }) },
      { weight: 10, arbitrary: fc.constant({ kind: 'sound' as const }) },
      ...(
        [
          'start',
          'stop',
          'bookmark',
          'full',
          'free',
          'gone',
          'back',
          'in',
          'out',
          'mute',
          'other',
          'sealed',
          'shift',
          'fault',
          'retry',
        ] as const
      ).map((kind) => ({ weight: 2, arbitrary: fc.constant({ kind }) })),
    );
    const fewStatements = {
      recordingStatementsMax: 24,
      recordingStatementsSpare: 20,
      recordingStatementsKept: 12,
    };
    fc.assert(
      fc.property(fc.array(move, { maxLength: 200 }), fc.nat(3), (moves, ringSeconds) => {
        const limits = { ...agentLimits, unsealedBytesMax: 20_000, chunkBytesMax: 2_000, ...fewStatements };
        const driver = new Driver({ ringSeconds }, limits);
        let n = 0;
        let width = 1280;
        let open = false;
        let statements = 0;
        const fed = new Set<CapturedSample>();
        const sealed = new Set<CapturedSample>();
        for (const one of moves) {
          const atUs = 1_000_000 + n * 40_000;
          const before = driver.effects.length;
          const wasRecording = driver.state.phase.kind === 'recording';
          if (one.kind === 'picture') {
            const sample = picture(n, one.key, 50);
            n += 1;
            if (wasRecording) fed.add(sample);
            driver.stream([sample]);
          } else if (one.kind === 'sound') driver.stream([sound(n * 2, 5)]);
          else if (one.kind === 'start') driver.hear({ kind: 'start', by: 'button', atUs });
          else if (one.kind === 'stop') driver.hear({ kind: 'stop', by: 'command', atUs });
          else if (one.kind === 'bookmark') driver.hear({ kind: 'bookmark', atUs });
          else if (one.kind === 'full' || one.kind === 'free')
            driver.hear({ kind: 'storage', full: one.kind === 'full', atUs });
          else if (one.kind === 'gone' || one.kind === 'back')
            driver.hear({ kind: 'sensor', present: one.kind === 'back', atUs });
          else if (one.kind === 'in' || one.kind === 'out')
            driver.hear({ kind: 'dwelling', on: one.kind === 'in', atUs });
          else if (one.kind === 'mute') driver.hear({ kind: 'mute', on: !driver.state.facts.muted, atUs });
          else if (one.kind === 'other') {
            width += 16;
            driver.hear({
              kind: 'parameters',
              parameters: { ...parameters, video: { ...parameters.video, width } },
              atUs,
            });
          } else if (one.kind === 'fault') {
            if (driver.state.facts.opened > 0) driver.hear(fault(driver.state.facts.opened, atUs));
          } else if (one.kind === 'retry') driver.hear(retry(atUs));
          else if (one.kind === 'shift') n = Math.max(0, n - 5);
          else if (driver.state.facts.unsealed.length > 0) driver.hear({ kind: 'sealed' });

          for (const effect of driver.effects.slice(before)) {
            if (effect.kind === 'open') {
              t.notOk(open, 'one recording at a time');
              open = true;
              statements = 0;
            } else if (effect.kind === 'close') {
              t.ok(open && effect.durationUs >= 0);
              open = false;
            } else if (effect.kind === 'seal' || effect.kind === 'gap' || effect.kind === 'sealInit') {
              t.ok(open, 'statements stand within a recording');
              statements += 1;
              t.ok(statements <= fewStatements.recordingStatementsMax);
              if (effect.kind === 'seal') {
                t.ok(effect.toUs >= effect.fromUs);
                for (const sample of effect.chunk?.samples ?? []) {
                  t.notOk(sealed.has(sample), 'no sample is sealed twice');
                  sealed.add(sample);
                }
              }
              if (effect.kind === 'gap') {
                t.ok(effect.gap.toUs >= effect.gap.fromUs);
              }
            }
          }
        }
        driver.hear({ kind: 'shutdown', atUs: 1_000_000 + n * 40_000 });
        for (const effect of driver.effects.slice(-8)) {
          if (effect.kind === 'seal') for (const sample of effect.chunk?.samples ?? []) sealed.add(sample);
        }
        const lost = driver.effects.reduce(
          (sum, effect) => sum + (effect.kind === 'gap' ? effect.gap.video : 0),
          0,
        );
        const unsealed = [...fed].filter((sample) => !sealed.has(sample)).length;
        t.ok(
          unsealed <= lost,
          `${unsealed} pictures of recordings are in no chunk, ${lost} are stated as lost`,
        );
        t.ok(driver.state.phase.kind === 'standby' || driver.state.phase.kind === 'stopping');
        t.ok(
          driver.state.facts.unsealed.reduce((sum, bytes) => sum + bytes, 0) < 60_000,
          'hand-over is bounded',
        );
      }),
      { seed, numRuns: 300 },
    );
  },
);
