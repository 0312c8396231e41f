import t from 'tap';
import { usualLimits } from '../../../agent/uplink/index.ts';
import { seeded } from '../../support/seed.ts';
import { type LinkShape, runOverLink } from '../../support/uplink/slow-link.ts';
import { type ModelRecording, UplinkModel } from '../../support/uplink/uplink-model.ts';

const slow = { bytesPerSecond: 65_536, delayMs: 500 };

/** A recording of chunks of 1 s at 4 Mbit/s: eight segments each, and their telemetry. */
function recording(number: number, chunks: number): ModelRecording {
  const chunk = [...Array.from({ length: 7 }, () => 65_579), 40_000, 900];
  const segments = Array.from({ length: chunks }, () => chunk);
  return { number, segments, durable: chunks, closed: true, receipted: -1, complete: false };
}

function model(recordings: ModelRecording[]): UplinkModel {
  const made = new UplinkModel(recordings, usualLimits);
  made.changed();
  return made;
}

const bytesOf = (recordings: readonly ModelRecording[]): number =>
  recordings.flatMap(({ segments }) => segments.flat()).reduce((sum, bytes) => sum + bytes, 0);

t.test('at 64 KiB/s with 500 ms of delay the link is kept busy, and nothing is sent twice', (t) => {
  const recordings = [recording(1, 20), recording(2, 20)];
  const run = runOverLink(model(recordings), { ...slow, fault: () => 'none' }, 3_600_000);
  t.ok(run.complete);
  t.equal(run.bytesTwice, 0);
  const leastMs = (bytesOf(recordings) / slow.bytesPerSecond) * 1_000;
  t.comment(
    `${(run.tookMs / 1_000).toFixed(0)} s, where the bytes alone take ${(leastMs / 1_000).toFixed(0)} s`,
  );
  t.ok(run.tookMs < leastMs * 1.1, 'within 10 % of what the link can carry');
  t.end();
});

t.test('on the same link with stalls and resets all comes through, and 10 % or less is sent twice', (t) => {
  const random = seeded(t);
  const recordings = [1, 2, 3, 4].map((number) => recording(number, 40));
  const fault: LinkShape['fault'] = () => {
    if (random.int(90) === 0) return 'cut';
    return random.int(40) === 0 ? { stallMs: 1_000 + random.int(9_000) } : 'none';
  };
  const run = runOverLink(model(recordings), { ...slow, fault }, 8 * 3_600_000);
  const share = run.bytesTwice / (run.bytesSent - run.bytesTwice);
  t.comment(
    `${run.cuts} cuts in ${(run.tookMs / 60_000).toFixed(0)} min; ${(share * 100).toFixed(1)} % sent twice`,
  );
  t.ok(run.complete);
  t.ok(run.cuts > 4, 'the link was bad indeed');
  t.ok(share <= 0.1);
  t.end();
});

t.test('a fast link is given all that may be on its way', (t) => {
  const made = model([recording(1, 40), recording(2, 40)]);
  const run = runOverLink(made, { bytesPerSecond: 50_000_000, delayMs: 20, fault: () => 'none' }, 600_000);
  t.ok(run.complete);
  t.ok(made.state.allowance.bytes > usualLimits.window.messagesMax * 65_579, `${made.state.allowance.bytes}`);
  t.end();
});

t.test(
  'what the broker took is not sent again where the station lacks just that chunk, and is where it is lost',
  (t) => {
    const [one] = [recording(1, 1)];
    const made = model(one === undefined ? [] : [one]);
    made.connected();
    const acknowledged = (count: number): void => {
      for (let n = 0; n < count; ) {
        if (made.loads.length > 0) made.load();
        else {
          const [first] = made.flight;
          n += first?.task.what === 'segments' ? 1 : 0;
          made.ack();
          if (first?.task.what === 'head' && one !== undefined) made.receipt(one);
        }
      }
    };
    acknowledged(5);
    made.cut();
    made.pass(500);
    made.connected();
    const segmentsSince = (from: number): number[] =>
      made.sent.slice(from).flatMap(({ task, piece }) => (task.what === 'segments' ? [piece] : []));
    let since = made.sent.length;
    const sendAll = (): void => {
      while (made.loads.length > 0 || made.flight.length > 0) {
        if (made.loads.length > 0) made.load();
        else made.ack();
      }
    };
    sendAll();
    if (one !== undefined) made.receipt(one);
    // The station has lost what came before the cut.
    for (const piece of [0, 1, 2, 3, 4]) made.station.get(1)?.segments.delete(`0/${piece}`);
    sendAll();
    t.same(segmentsSince(since), [5, 6, 7, 8]);
    since = made.sent.length;
    made.pass((made.timerMs ?? 0) - made.nowMs);
    sendAll();
    if (one !== undefined) made.receipt(one);
    sendAll();
    t.same(segmentsSince(since), [0, 1, 2, 3, 4, 5, 6, 7, 8], 'no receipt came: all of it is sent');
    if (one !== undefined) made.receipt(one);
    t.ok(one?.complete);
    t.end();
  },
);
