import t, { type Test } from 'tap';
import { usualLimits } from '../../../agent/uplink/index.ts';
import { type Seeded, seeded } from '../../support/seed.ts';
import { type ModelMessage, type ModelRecording, UplinkModel } from '../../support/uplink/uplink-model.ts';
import { ModelStation, type StationFaults } from '../../support/uplink/uplink-station.ts';

// Progress is what a station has signed. Whatever is lost on the way, refused or early, in a recording that goes on for
// two minutes: the receipts catch up within 5 s of the fault's end, and what is sent twice stays below a tenth.

const runMs = 120_000;
const catchUpMs = 5_000;
const link = { bytesPerSecond: 4_000_000, delayMs: 20 };

/** A chunk of a second at 8 Mbit/s. */
const chunk = [...Array.from({ length: 15 }, () => 65_579), 20_000, 900];
const gap: readonly number[] = [];

interface Run {
  readonly faults: StationFaults;
  readonly endMs: number;
  /** When the recording is closed. */
  readonly closesMs?: number;
  readonly chunks?: (index: number) => readonly number[];
}

interface Figures {
  /** How long after the fault's end receipts cover all that was durable, but for the newest second. */
  readonly caughtUpMs: number;
  readonly twice: number;
  readonly envelopes: number;
  readonly receipted: { readonly count: number; readonly keys: boolean };
  readonly recording: ModelRecording;
  readonly violations: readonly string[];
}

function play({ faults, endMs, closesMs, chunks = () => chunk }: Run): Figures {
  const segments = Array.from({ length: 130 }, (_, index) => chunks(index));
  const recording: ModelRecording = {
    ...{ number: 1, segments, durable: 0, closed: false, receipted: -1, complete: false },
  };
  const model = new UplinkModel([recording], usualLimits);
  const station = new ModelStation(model, link, faults);
  model.changed();
  let caughtUpMs = Number.POSITIVE_INFINITY;
  while (model.nowMs < runMs) {
    station.step();
    const closes = closesMs !== undefined && model.nowMs >= closesMs && !recording.closed;
    if (closes) recording.closed = true;
    const durable = recording.closed ? recording.durable : Math.floor(model.nowMs / 1_000);
    if (durable !== recording.durable || closes) {
      recording.durable = durable;
      model.changed();
    }
    const { count, keys } = station.receipted(recording);
    const caughtUp = recording.closed ? recording.complete : count >= recording.durable - 1 && keys;
    if (caughtUp && model.nowMs >= endMs) caughtUpMs = Math.min(caughtUpMs, model.nowMs - endMs);
  }
  return {
    caughtUpMs,
    twice: station.bytesTwice / (station.bytesSent - station.bytesTwice),
    envelopes: station.envelopesSent,
    receipted: station.receipted(recording),
    recording,
    violations: model.violations,
  };
}

function holds(t: Test, run: Run, what: string): Figures {
  const figures = play(run);
  const { caughtUpMs, twice, receipted, recording, violations } = figures;
  t.comment(`${what}: ${caughtUpMs} ms, ${(twice * 100).toFixed(1)} % twice`);
  t.ok(caughtUpMs <= catchUpMs, `${what}: caught up ${caughtUpMs} ms after the fault's end`);
  t.ok(twice <= 0.1, `${what}: ${(twice * 100).toFixed(1)} % sent twice`);
  t.ok(recording.closed || receipted.count >= recording.durable - 1, `${what}: and stays so`);
  t.same(violations, []);
  return figures;
}

/** True for the first message from `fromMs` on that `test` accepts, and for no other. */
function once(
  fromMs: number,
  test: (message: ModelMessage) => boolean,
): (message: ModelMessage, nowMs: number) => boolean {
  let done = false;
  return (message, nowMs) => {
    if (done || nowMs < fromMs || !test(message)) return false;
    done = true;
    return true;
  };
}

const kinds: Readonly<
  Record<string, { readonly fromMs: number; readonly is: (message: ModelMessage) => boolean }>
> = {
  session: { fromMs: 0, is: ({ task }) => task.what === 'session' },
  opening: { fromMs: 0, is: ({ task, piece }) => task.what === 'head' && piece === 1 },
  keys: { fromMs: 0, is: ({ task }) => task.what === 'keys' },
  statement: { fromMs: 30_000, is: ({ task }) => task.what === 'statements' },
  'first statement': { fromMs: 0, is: ({ task }) => task.what === 'statements' },
  segment: { fromMs: 30_000, is: ({ task, piece }) => task.what === 'segments' && piece === 3 },
  'last segment': { fromMs: 30_000, is: ({ task, piece }) => task.what === 'segments' && piece === 16 },
};

for (const [kind, { fromMs, is }] of Object.entries(kinds)) {
  t.test(`one ${kind} that the broker acknowledges and loses is sent again at once`, (t) => {
    const lost = once(fromMs, is);
    holds(
      t,
      { faults: { message: (one, nowMs) => (lost(one, nowMs) ? 'lost' : undefined) }, endMs: fromMs + 1_000 },
      kind,
    );
    t.end();
  });
  t.test(`one ${kind} that arrives after what follows it`, (t) => {
    const late = once(fromMs, is);
    const message: StationFaults['message'] = (one, nowMs) =>
      late(one, nowMs) ? { lateMs: 400 } : undefined;
    holds(t, { faults: { message }, endMs: fromMs + 1_400 }, kind);
    t.end();
  });
}

t.test('a closing that is lost', (t) => {
  const lost = once(60_000, ({ task }) => task.what === 'statements');
  const faults: StationFaults = { message: (one, nowMs) => (lost(one, nowMs) ? 'lost' : undefined) };
  holds(t, { faults, endMs: 60_000, closesMs: 60_000 }, 'closing');
  t.end();
});

t.test('a gap whose statement is lost, among chunks', (t) => {
  const lost = once(30_000, ({ task }) => task.what === 'statements');
  const faults: StationFaults = { message: (one, nowMs) => (lost(one, nowMs) ? 'lost' : undefined) };
  holds(t, { faults, endMs: 31_000, chunks: (index) => (index % 3 === 0 ? gap : chunk) }, 'gap');
  t.end();
});

const sixSeconds =
  (fromMs: number) =>
  (nowMs: number): boolean =>
    nowMs >= fromMs && nowMs < fromMs + 6_000;
const during = sixSeconds(40_000);

const faults: Readonly<Record<string, StationFaults>> = {
  'the store is read-only': { readOnly: during },
  'the store is full': { full: during },
  'the station is paused, and the broker queues': { paused: during },
  'the station is paused, and the broker drops beyond its limit': {
    paused: during,
    queueBytesMax: 1_000_000,
  },
  'the broker loses all that it acknowledges': {
    message: (_, nowMs) => (during(nowMs) ? 'lost' : undefined),
  },
  'another camera floods the station': { busyMs: (nowMs) => (during(nowMs) ? 400 : 0) },
};

for (const [what, fault] of Object.entries(faults)) {
  t.test(`for 6 s ${what}: receipts catch up while the recording runs on`, (t) => {
    holds(t, { faults: fault, endMs: 46_000 }, what);
    t.end();
  });
}

t.test('the vault keeps no key for 6 s: the envelope is sent again while the recording runs', (t) => {
  const { envelopes } = holds(t, { faults: { vaultRefuses: sixSeconds(0) }, endMs: 6_000 }, 'vault');
  t.ok(envelopes <= 6, `${envelopes} envelopes`);
  t.end();
});

t.test(
  'a vault that never takes the key is offered it less and less often, and the footage is receipted',
  (t) => {
    const { envelopes, receipted, twice } = play({ faults: { vaultRefuses: () => true }, endMs: 0 });
    t.ok(receipted.count >= 118, `${receipted.count} of 120`);
    t.notOk(receipted.keys);
    t.ok(envelopes >= 4 && envelopes <= 16, `${envelopes} envelopes in two minutes`);
    t.ok(twice < 0.02);
    t.end();
  },
);

t.test('a store that stays full for 40 s costs no more than a tenth either', (t) => {
  const full = (nowMs: number): boolean => nowMs >= 40_000 && nowMs < 80_000;
  const { twice, receipted } = play({ faults: { full }, endMs: 80_000 });
  t.ok(twice <= 0.1, `${(twice * 100).toFixed(1)} % twice`);
  t.ok(receipted.count >= 118);
  t.end();
});

t.test(
  'messages lost at random, with faults between: it catches up, and what is sent twice stays bounded',
  (t) => {
    const random = seeded(t);
    for (let run = 0; run < 20; run += 1) holds(t, randomRun(random), `run ${run}`);
    t.end();
  },
);

/** Up to two lost messages, and one fault of up to 6 s, apart from one another. */
function randomRun(random: Seeded): Run {
  const lostAt = [10_000 + random.int(10_000), 30_000 + random.int(10_000)].map((fromMs) =>
    once(fromMs, ({ task }) => 'recording' in task && random.int(4) === 0),
  );
  const fromMs = 55_000 + random.int(20_000);
  const lasts = 1_000 + random.int(5_000);
  const during = (nowMs: number): boolean => nowMs >= fromMs && nowMs < fromMs + lasts;
  const kind = random.pick(['readOnly', 'full', 'paused'] as const);
  const message: StationFaults['message'] = (one, nowMs) =>
    lostAt.some((lost) => lost(one, nowMs)) ? 'lost' : undefined;
  return {
    faults: { message, [kind]: during, queueBytesMax: 500_000 + random.int(8_000_000) },
    endMs: fromMs + lasts,
  };
}
