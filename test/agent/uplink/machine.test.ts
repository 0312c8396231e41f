import fc from 'fast-check';
import t from 'tap';
import { seeded } from '../../support/seed.ts';
import { idOf, type ModelRecording, modelLimits, UplinkModel } from '../../support/uplink/uplink-model.ts';

function recording(number: number, chunks: number, more: Partial<ModelRecording> = {}): ModelRecording {
  const segments = Array.from({ length: chunks }, () => [65_579, 65_579, 400]);
  return { number, segments, durable: chunks, closed: true, receipted: -1, complete: false, ...more };
}

/** A model with a connection that stands. */
function connected(recordings: ModelRecording[], limits = modelLimits): UplinkModel {
  const model = new UplinkModel(recordings, limits);
  model.changed();
  model.connected();
  return model;
}

/** Loads and acknowledges, without any receipt, until nothing more is to be sent. */
function sendAll(model: UplinkModel): void {
  while (model.loads.length > 0 || model.flight.length > 0) {
    if (model.loads.length > 0) model.load();
    else model.ack();
  }
}

/** The same, where a station answers each question with what it holds. */
function sendAllAnswered(model: UplinkModel): void {
  while (model.loads.length > 0 || model.flight.length > 0) {
    const [first] = model.flight;
    if (model.loads.length > 0) model.load();
    else model.ack();
    if (first?.task.what === 'head' && first.piece === 1) model.receipt(model.recordingOf(first.task));
  }
}

const order = (model: UplinkModel): string[] =>
  model.sent
    .filter(({ piece }) => piece === 0)
    .map(({ task }) => ('index' in task ? `${task.what} ${task.index}` : task.what));

t.test('a new recording goes out at once: Session, opening, keys, then statements ahead of segments', (t) => {
  const model = connected([recording(1, 6, { closed: false })]);
  sendAll(model);
  t.same(order(model), [
    ...['session', 'head', 'keys', 'statements 0', 'statements 1', 'statements 2', 'statements 3'],
    ...['segments 0', 'statements 4', 'segments 1', 'statements 5', 'segments 2'],
    ...['segments 3', 'segments 4', 'segments 5'],
  ]);
  t.same(model.violations, []);
  t.end();
});

t.test('of a chunk that became durable the statement goes first', (t) => {
  const live = recording(1, 2, { durable: 1, closed: false });
  const model = connected([live]);
  sendAll(model);
  live.durable = 2;
  model.changed();
  sendAll(model);
  t.same(order(model).slice(-2), ['statements 1', 'segments 1']);
  t.end();
});

t.test('after a cut it asks first, and goes on from what the station says', (t) => {
  const model = connected([recording(1, 6)]);
  sendAll(model);
  model.cut();
  model.pass(500);
  model.connected();
  const before = model.sent.length;
  sendAll(model);
  t.same(order(model).slice(-2), ['session', 'head'], 'nothing but the question before the answer');
  t.equal(model.sent.length - before, 3);
  model.input({ kind: 'receipt', recording: idOf(1), count: 4, keys: true });
  sendAll(model);
  t.same(order(model).slice(-5), [
    'statements 4',
    'statements 5',
    'statements 6',
    'segments 4',
    'segments 5',
  ]);
  t.end();
});

t.test('of what is closed nothing goes out to a station that does not answer', (t) => {
  const model = connected([recording(1, 6), recording(2, 6, { receipted: 3 })]);
  for (let seconds = 0; seconds < 60; seconds += 1) {
    sendAll(model);
    model.pass(1_000);
  }
  t.same(new Set(order(model)), new Set(['session', 'head']));
  t.ok(model.settle(), 'once it answers, all of it does');
  t.end();
});

t.test('a running recording goes on without an answer, from the newest receipt in the spool', (t) => {
  const model = connected([recording(1, 3, { receipted: 2, closed: false })]);
  sendAll(model);
  t.same(order(model), ['session', 'head']);
  model.pass(modelLimits.answerTimeoutMs);
  sendAll(model);
  t.same(order(model).slice(2), ['keys', 'statements 2', 'segments 2']);
  t.end();
});

t.test('a station that was restored from a backup is sent what it says is missing', (t) => {
  const model = connected([recording(1, 5, { receipted: 5 })]);
  sendAll(model);
  model.input({ kind: 'receipt', recording: idOf(1), count: 3, keys: false });
  sendAll(model);
  t.same(order(model).slice(2), [
    ...['keys', 'statements 3', 'statements 4', 'statements 5', 'segments 3', 'segments 4'],
  ]);
  t.end();
});

t.test('a receipt that comes late, while it is sending, takes nothing back', (t) => {
  const model = connected([recording(1, 5, { closed: false })]);
  sendAll(model);
  model.input({ kind: 'receipt', recording: idOf(1), count: 4, keys: true });
  model.input({ kind: 'receipt', recording: idOf(1), count: 1, keys: false, late: true });
  const before = model.sent.length;
  sendAll(model);
  t.equal(model.sent.length, before);
  t.end();
});

t.test('a station that has lost what it held is sent that while the recording runs', (t) => {
  const model = connected([recording(1, 5, { closed: false })]);
  sendAll(model);
  model.input({ kind: 'receipt', recording: idOf(1), count: 5, keys: true });
  const before = order(model).length;
  model.input({ kind: 'receipt', recording: idOf(1), count: 2, keys: false });
  sendAll(model);
  const sent = order(model).slice(before);
  t.same(sent, ['keys', 'statements 2', 'statements 3', 'segments 2'], 'no more than what is missing first');
  t.end();
});

t.test('while no answer comes it asks again, after waits that grow up to their most', (t) => {
  const model = connected([recording(1, 1)]);
  const asked: number[] = [];
  while (asked.length < 40) {
    sendAll(model);
    if (order(model).filter((what) => what === 'head').length > asked.length) asked.push(model.nowMs);
    model.pass((model.timerMs ?? 0) - model.nowMs);
  }
  const gaps = asked.slice(1).map((at, index) => Math.round(at - (asked[index] ?? 0)));
  t.equal(gaps[0], modelLimits.answerTimeoutMs + modelLimits.askDelayMsMin);
  t.equal(gaps.at(-1), modelLimits.answerTimeoutMs + modelLimits.askDelayMsMax);
  t.same(
    gaps,
    [...gaps].sort((a, b) => a - b),
  );
  t.end();
});

t.test('a message that the broker leaves unacknowledged ends the connection', (t) => {
  const model = connected([recording(1, 1)]);
  model.load();
  t.equal(model.flight.length, 1);
  model.pass(modelLimits.window.timeoutMs - 1);
  t.equal(model.link, 'up');
  model.pass(1);
  t.equal(model.link, 'closing');
  model.cut();
  t.equal(model.state.window.length, 0);
  t.end();
});

t.test(
  'connecting is tried again after a wait that doubles, then grows by an eighth, less what chance takes off',
  (t) => {
    const model = new UplinkModel([]);
    model.changed();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 10; attempt += 1) {
      model.cut(attempt === 9 ? 0.5 : 0);
      waits.push((model.timerMs ?? 0) - model.nowMs);
      model.pass(waits.at(-1) ?? 0);
      t.equal(model.link, 'connecting');
    }
    t.same(waits.map(Math.round), [
      ...[500, 1_000, 2_000, 4_000, 4_500, 5_063, 5_695, 6_407, 7_208],
      Math.round(0.75 * 8_109.1),
    ]);
    model.connected();
    model.pass(modelLimits.stableConnectionMs);
    model.cut();
    t.equal((model.timerMs ?? 0) - model.nowMs, 500, 'a connection that lasted begins again');
    t.end();
  },
);

t.test('the newest recording and the backlog take turns', (t) => {
  const model = connected([recording(1, 20), recording(2, 20), recording(3, 20, { closed: false })]);
  sendAllAnswered(model);
  const numbers = model.sent.flatMap(({ task, piece }) =>
    'recording' in task && task.what === 'segments' && piece === 0
      ? [Number.parseInt(task.recording, 16)]
      : [],
  );
  const firstTwenty = numbers.slice(0, 20);
  const ofNewest = firstTwenty.filter((number) => number === 3).length;
  t.ok(ofNewest >= 9 && ofNewest <= 11, `${ofNewest} of 20`);
  t.equal(firstTwenty.filter((number) => number === 1).length, 20 - ofNewest, 'the backlog goes by number');
  t.end();
});

t.test('one recording that the station never receipts does not hold up the others', (t) => {
  const stuck = Array.from({ length: modelLimits.backlogMax + 2 }, (_, at) => recording(at + 1, 1));
  const later = recording(10, 2);
  const model = connected([...stuck, later, recording(11, 1, { closed: false })]);
  for (let step = 0; step < 200; step += 1) {
    sendAll(model);
    if (!later.complete) model.receipt(later);
    model.pass(Math.max(0, (model.timerMs ?? 0) - model.nowMs));
  }
  t.ok(later.complete);
  t.end();
});

t.test('it asks for no receipt of a chunk of which something is on its way, however slowly', (t) => {
  const patient = { ...modelLimits, window: { ...modelLimits.window, timeoutMs: 1_000_000 } };
  const live = recording(1, 2, { closed: false });
  const model = connected([live], patient);
  const heads = (): number => order(model).filter((what) => what === 'head').length;
  const segmentsAcked = (): number => model.station.get(1)?.segments.size ?? 0;
  // A message every 12 s: longer than the wait for a receipt.
  while (segmentsAcked() < 2) {
    while (model.loads.length > 0) model.load();
    model.ack();
    model.receipt(live);
    model.pass(12_000);
    t.equal(heads(), 1);
  }
  while (model.loads.length > 0) model.load();
  model.ack();
  model.pass(modelLimits.receiptDelayMs);
  sendAll(model);
  t.equal(heads(), 2, 'once the broker has taken all of the chunk, its receipt is due');
  t.end();
});

t.test('what a station says it holds beyond what is here is no reason to leave out what comes', (t) => {
  const live = recording(1, 4, { durable: 2, closed: false });
  const model = connected([live]);
  sendAll(model);
  model.input({ kind: 'receipt', recording: idOf(1), count: 9, keys: true });
  live.durable = 3;
  model.changed();
  sendAll(model);
  t.same(order(model).slice(-2), ['statements 2', 'segments 2']);
  t.end();
});

t.test('the station is asked about a bounded number of old recordings at a time', (t) => {
  const old = Array.from({ length: 6 }, (_, at) => recording(at + 1, 1, { receipted: 0 }));
  const model = connected([...old, recording(7, 1)]);
  sendAll(model);
  const asked = new Set(
    model.sent.flatMap(({ task }) => ('recording' in task && task.what === 'head' ? [task.recording] : [])),
  );
  t.same([...asked].sort(), [idOf(1), idOf(2), idOf(7)]);
  t.end();
});

t.test('segments that cannot be read are left out, and the rest is sent', (t) => {
  const model = connected([recording(1, 2, { closed: false })]);
  while (model.loads.length > 0 || model.flight.length > 0) {
    const [load] = model.loads;
    if (load !== undefined) model.load(!(load.task.what === 'segments' && load.task.index === 0));
    else model.ack();
  }
  t.ok(order(model).includes('segments 1'));
  t.notOk(order(model).includes('segments 0'));
  t.end();
});

/** Lets everything go well up to a statement that cannot be read. @returns how long the recording then rests. */
function restAt(model: UplinkModel, live: ModelRecording, index: number): number {
  for (let step = 0; step < 100; step += 1) {
    const [load] = model.loads;
    if (load?.task.what === 'statements' && load.task.index === index) {
      model.load(false);
      sendAll(model);
      return (model.timerMs ?? 0) - model.nowMs;
    }
    if (load !== undefined) model.load();
    else {
      model.ack();
      model.receipt(live);
    }
  }
  throw new Error('it was never read');
}

t.test(
  'a recording whose statement cannot be read rests for a second, then for longer, up to a minute',
  (t) => {
    const live = recording(1, 1, { closed: false });
    const model = connected([live]);
    const rests: number[] = [];
    for (let times = 0; times < 8; times += 1) {
      const ms = restAt(model, live, 0);
      rests.push(ms);
      model.pass(ms);
    }
    // Between the first two the station has said for the first time what it holds.
    t.same(rests, [1_000, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
    live.closed = true;
    model.changed();
    t.ok(model.settle(), 'and it is sent once it can be read');
    t.end();
  },
);

t.test('once a receipt says more, what cannot be read is tried again after a second', (t) => {
  const live = { ...recording(1, 3, { closed: false }), segments: [[400], [400], [400]] };
  const model = connected([live]);
  for (const ms of [1_000, 1_000, 2_000, 4_000]) {
    t.equal(restAt(model, live, 0), ms);
    model.pass(ms);
  }
  sendAllAnswered(model);
  model.receipt(live);
  t.equal(live.receipted, 3);
  live.segments.push([400]);
  live.durable = 4;
  model.changed();
  t.equal(restAt(model, live, 3), 1_000);
  t.end();
});

t.test('challenges are answered once a second at most, the newest of them', (t) => {
  const model = connected([]);
  sendAll(model);
  const nonces: number[] = [];
  for (let at = 0; at < 5; at += 1) {
    model.input({ kind: 'challenge', connection: model.connection, nonce: Uint8Array.of(at) });
  }
  model.pass(1_000);
  sendAll(model);
  for (const { task } of model.sent) if (task.what === 'answer') nonces.push(task.nonce[0] ?? -1);
  t.same(nonces, [0, 4]);
  t.end();
});

t.test(
  'a station that holds all of it is asked again on each connection, and when it has started again',
  (t) => {
    const one = recording(1, 2);
    const model = connected([one]);
    const says = (count: number, complete: boolean) =>
      model.input({ kind: 'receipt', recording: idOf(one.number), count, keys: complete, complete });
    const heads = () => {
      const sent = model.sent.splice(0).filter(({ task, piece }) => piece === 0 && 'recording' in task);
      return sent.map(({ task }) => ('index' in task ? `${task.what} ${task.index}` : task.what));
    };
    const challenge = (at: number) =>
      model.input({ kind: 'challenge', connection: model.connection, nonce: Uint8Array.of(at) });
    sendAll(model);
    t.same(heads(), ['head']);
    says(2, true);
    challenge(1);
    sendAll(model);
    model.pass(3_600_000);
    sendAll(model);
    t.same(heads(), [], 'as long as the connection lasts it is asked nothing');
    challenge(2);
    sendAll(model);
    t.same(heads(), ['head'], 'it may have started again');
    says(2, true);
    for (let at = 3; at < 15; at += 1) {
      model.pass(299_000);
      challenge(at);
      sendAll(model);
    }
    t.same(heads(), [], 'a station that asks after each silence is asked no more often than once an hour');
    model.pass(299_000);
    challenge(15);
    sendAll(model);
    t.same(heads(), ['head']);
    says(2, true);
    model.cut();
    model.pass(1_000);
    model.connected();
    sendAll(model);
    t.same(heads(), ['head']);
    says(1, false);
    sendAll(model);
    t.same(heads(), ['keys', 'statements 1', 'statements 2', 'segments 1'], 'what it has lost is sent');
    says(2, true);
    model.input({ kind: 'receipt', recording: idOf(one.number), count: 1, keys: false, late: true });
    sendAll(model);
    t.same(heads(), [], 'what comes late is not news');
    t.end();
  },
);

t.test('what a station signed and counts no more is asked about again', (t) => {
  const one = recording(1, 2, { held: true });
  const model = connected([one]);
  sendAll(model);
  model.input({ kind: 'receipt', recording: idOf(one.number), count: 2, keys: true, complete: true });
  model.changed();
  sendAll(model);
  t.equal(model.sent.filter(({ task, piece }) => task.what === 'head' && piece === 0).length, 1);
  one.held = false;
  model.changed();
  sendAll(model);
  t.equal(model.sent.filter(({ task, piece }) => task.what === 'head' && piece === 0).length, 2);
  t.end();
});

t.test('words of a connection that has ended change nothing', (t) => {
  const model = connected([recording(1, 1)]);
  const old = model.connection;
  model.cut();
  model.pass(500);
  const { state } = model;
  model.input({ kind: 'up', connection: old });
  model.input({ kind: 'down', connection: old, jitter: 0 });
  model.input({ kind: 'acked', message: 1 });
  model.input({ kind: 'failed', message: 1 });
  model.input({ kind: 'challenge', connection: old, nonce: new Uint8Array(32) });
  t.same(model.state, state);
  t.end();
});

t.test('after stop nothing more is done', (t) => {
  const model = connected([recording(1, 1)]);
  model.input({ kind: 'stop' });
  t.equal(model.link, 'closing');
  const sent = model.sent.length;
  model.cut();
  model.changed();
  model.pass(100_000);
  t.equal(model.link, 'none');
  t.equal(model.sent.length, sent);
  t.end();
});

type Event =
  | { readonly does: 'load'; readonly readable: boolean }
  | { readonly does: 'ack'; readonly at: number; readonly lost: boolean }
  | { readonly does: 'receipt' | 'grow'; readonly at: number }
  | { readonly does: 'pass'; readonly ms: number }
  | { readonly does: 'connected' | 'cut' | 'challenge' | 'restore' };

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ does: fc.constant('load' as const), readable: fc.nat(15).map((n) => n > 0) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      does: fc.constant('ack' as const),
      at: fc.nat(7),
      lost: fc.nat(7).map((n) => n === 0),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constantFrom('receipt' as const, 'grow' as const), at: fc.nat(3) }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('pass' as const), ms: fc.nat(40_000) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constantFrom('connected' as const, 'connected', 'connected', 'cut', 'challenge', 'restore'),
    }),
  },
);

const recordings = fc.array(
  fc.array(fc.array(fc.integer({ min: 50, max: 65_579 }), { maxLength: 12 }), { maxLength: 6 }),
  { minLength: 1, maxLength: 4 },
);

function apply(model: UplinkModel, one: Event): void {
  const pick = (at: number): ModelRecording | undefined => model.recordings[at % model.recordings.length];
  switch (one.does) {
    case 'load':
      model.load(one.readable);
      return;
    case 'ack':
      model.ack(one.at % Math.max(1, model.flight.length), one.lost);
      return;
    case 'receipt': {
      const recording = pick(one.at);
      if (recording !== undefined) model.receipt(recording);
      return;
    }
    case 'grow': {
      const recording = pick(one.at);
      if (recording === undefined || recording.closed) return;
      if (recording.durable < recording.segments.length) recording.durable += 1;
      else recording.closed = true;
      model.changed();
      return;
    }
    case 'pass':
      model.pass(one.ms);
      return;
    case 'connected':
      if (model.link === 'closing') model.cut();
      else model.connected();
      return;
    case 'cut':
      model.cut();
      return;
    case 'challenge':
      model.input({ kind: 'challenge', connection: model.connection, nonce: new Uint8Array(32) });
      return;
    case 'restore':
      // The station loses everything that it has, as from an empty backup.
      model.station.clear();
      return;
  }
}

t.test('what is being read when a connection ends takes room until it was read', (t) => {
  const model = new UplinkModel([
    { number: 1, segments: [[100]], durable: 1, closed: true, receipted: -1, complete: false },
  ]);
  model.changed();
  model.connected();
  t.equal(model.loads.length, modelLimits.jobsMax);
  for (let cut = 0; cut < 5; cut += 1) {
    model.cut();
    model.pass(60_000);
    model.connected();
    t.equal(model.loads.length, modelLimits.jobsMax, 'no more is asked for meanwhile');
  }
  t.ok(model.settle());
  t.same(model.violations, []);
  t.end();
});

t.test(
  'whatever happens, all that is durable is stored in the end, and no bound is broken on the way',
  (t) => {
    const { seed } = seeded(t);
    const property = fc.property(recordings, fc.array(event, { maxLength: 200 }), (shapes, events) => {
      const model = new UplinkModel(
        shapes.map((segments, at) => ({
          ...{ number: at + 1, segments, durable: 0, closed: false, receipted: -1, complete: false },
        })),
      );
      model.changed();
      for (const one of events) apply(model, one);
      for (const one of model.recordings) {
        one.durable = one.segments.length;
        one.closed = true;
      }
      model.changed();
      const all = model.settle();
      return all && model.violations.length === 0;
    });
    fc.assert(property, { seed, numRuns: 400 });
    t.end();
  },
);
