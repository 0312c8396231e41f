import t from 'tap';
import { uplinkLimits } from '../../../agent/limits.ts';
import { reconnectDelayMs } from '../../../agent/uplink/machine/reconnect.ts';
import { seeded } from '../../support/seed.ts';
import { type ModelRecording, UplinkModel } from '../../support/uplink/uplink-model.ts';

const { reconnectDelayMsMin, reconnectDelayMsSoon, reconnectDelayMsMax } = uplinkLimits;
const delayMs = (failures: number): number => reconnectDelayMs(failures, uplinkLimits);

/** When a camera tries, from the failure of its connection on, while the broker is away until `untilMs`, and then once more. */
function triesMs(untilMs: number, jitter: () => number): number[] {
  const tries: number[] = [];
  for (let atMs = 0, failures = 0; atMs <= untilMs; failures += 1) {
    atMs += delayMs(failures) * (1 - jitter() / 2);
    tries.push(atMs);
  }
  return tries;
}

function running(): ModelRecording {
  return {
    ...{ number: 1, segments: Array.from({ length: 9 }, () => [400]), durable: 1, closed: false },
    ...{ receipted: -1, complete: false },
  };
}

/** A connection on which all that is durable is sent, and which is cut then. @returns how long the camera waits. */
function waitAfter(model: UplinkModel, recording: ModelRecording, receipted: boolean): number {
  model.connected();
  while (model.loads.length > 0 || model.flight.length > 0) {
    const [first] = model.flight;
    if (model.loads.length > 0) model.load();
    else model.ack();
    if (receipted && first?.task.what === 'head' && first.piece === 1) model.receipt(recording);
  }
  if (receipted) model.receipt(recording);
  model.cut();
  const waits = (model.timerMs ?? Number.NaN) - model.nowMs;
  model.pass(waits);
  return waits;
}

t.test(
  'a broker that is back is found within some seconds, or an eighth of the time that it was away',
  (t) => {
    for (let awayMs = 0; awayMs < 600_000; awayMs += 500) {
      const lateMs = (triesMs(awayMs, () => 0).at(-1) ?? 0) - awayMs;
      const most = Math.max(reconnectDelayMsSoon, awayMs / 8 + reconnectDelayMsSoon);
      if (lateMs > most) t.fail(`away for ${awayMs} ms, found ${lateMs} ms later`);
      if (awayMs <= 10_000 && lateMs > 5_000) t.fail(`away for ${awayMs} ms, found ${lateMs} ms later`);
    }
    t.equal(delayMs(0), reconnectDelayMsMin);
    t.equal(delayMs(1_000), reconnectDelayMsMax);
    t.end();
  },
);

t.test('a broker that stays away is tried ever more rarely', (t) => {
  t.ok(triesMs(60_000, () => 0).length <= 14);
  t.ok(triesMs(3_600_000, () => 0).length <= 90);
  t.end();
});

t.test('a thousand cameras do not come back at the same time', (t) => {
  const random = seeded(t);
  for (const awayMs of [6_000, 30_000, 300_000]) {
    const found = Array.from({ length: 1_000 }, () => triesMs(awayMs, () => random.fraction()).at(-1) ?? 0);
    const inTheFirst = (ms: number): number => found.filter((atMs) => atMs - awayMs < ms).length;
    t.ok(inTheFirst(500) < 350, `${inTheFirst(500)} within 0.5 s after ${awayMs / 1_000} s`);
  }
  t.end();
});

t.test('after a connection that brought a new receipt the wait begins again', (t) => {
  const recording = running();
  const model = new UplinkModel([recording]);
  model.changed();
  model.pass(0);
  const waits = [0, 1, 2].map(() => waitAfter(model, recording, false));
  t.same(waits, [500, 1_000, 2_000]);
  t.equal(waitAfter(model, recording, true), 500, 'it held what the station had not signed before');
  // The broker is killed again and again: each time it was up long enough for something new.
  for (let n = 0; n < 5; n += 1) {
    recording.durable += 1;
    model.changed();
    t.equal(waitAfter(model, recording, true), 500);
  }
  t.same(model.violations, []);
  t.end();
});

t.test(
  'a broker that acknowledges, and a station that says nothing new, do not make the wait shorter',
  (t) => {
    const recording = running();
    const model = new UplinkModel([recording]);
    model.changed();
    model.pass(0);
    waitAfter(model, recording, true);
    const waits = Array.from({ length: 6 }, () => waitAfter(model, recording, true));
    t.same(waits, [1_000, 2_000, 4_000, 4_500, 5_062.5, 5_695.3125]);
    t.end();
  },
);
