import fc from 'fast-check';
import t from 'tap';
import {
  type Allowance,
  afterAck,
  bytesInFlight,
  cutDown,
  emptyWindow,
  firstAllowance,
  hasRoom,
  nextDeadlineMs,
  type Window,
  withAcknowledged,
  withSent,
} from '../../../agent/uplink/machine/window.ts';
import { seeded } from '../../support/seed.ts';

const limits = {
  messagesMax: 4,
  bytesMax: 1_000,
  bytesAtFirst: 200,
  bytesMin: 100,
  ackDelayMsTarget: 20,
  timeoutMs: 50,
};
const all: Allowance = { bytes: limits.bytesMax, probing: false, cutMs: 0 };

t.test('neither messages nor bytes go beyond their bound', (t) => {
  const { seed } = seeded(t);
  const sizes = fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 40 });
  fc.assert(
    fc.property(sizes, (messages) => {
      let window = emptyWindow;
      for (const [message, bytes] of messages.entries()) {
        const fits =
          window.length < 4 && bytesInFlight(window) < 1_000 && bytesInFlight(window) + bytes <= 1_000;
        if (hasRoom(window, bytes, all, limits) !== fits) return false;
        const [oldest] = window;
        if (fits) window = withSent(window, message, bytes, message, limits);
        else if (oldest !== undefined) window = withAcknowledged(window, oldest.message);
      }
      return true;
    }),
    { seed },
  );
  t.throws(() => withSent(emptyWindow, 1, 1_001, 0, limits), RangeError);
  t.end();
});

t.test('each message has its own deadline', (t) => {
  const one = withSent(emptyWindow, 1, 10, 100, limits);
  const two = withSent(one, 2, 10, 120, limits);
  t.equal(nextDeadlineMs(two), 150);
  t.equal(nextDeadlineMs(withAcknowledged(two, 1)), 170);
  t.equal(nextDeadlineMs(emptyWindow), undefined);
  t.equal(withAcknowledged(two, 3), two, 'one that is not on its way changes nothing');
  t.end();
});

/** Sends messages of 50 bytes as the allowance lets it, and acknowledges all of them `delayMs` later. */
function round(allowance: Allowance, nowMs: number, delayMs: number): Allowance {
  let window: Window = emptyWindow;
  for (let message = 0; hasRoom(window, 50, allowance, { ...limits, messagesMax: 100 }); message += 1) {
    window = withSent(window, message, 50, nowMs, { ...limits, messagesMax: 100 });
  }
  let after = allowance;
  for (const one of window) {
    after = afterAck(after, window, one, nowMs + delayMs, limits);
    window = withAcknowledged(window, one.message);
  }
  return after;
}

t.test('what may be on its way grows while the link keeps up, and halves once where it does not', (t) => {
  const first = firstAllowance(limits);
  t.equal(first.bytes, 200);
  const grown = round(first, 0, 10);
  t.ok(grown.bytes >= 300, `it grows fast at first: ${grown.bytes}`);
  const late = round(grown, 100, 30);
  t.equal(late.bytes, grown.bytes / 2, 'once for all that was sent before');
  const again = round(late, 200, 10);
  t.ok(again.bytes > late.bytes && again.bytes <= late.bytes + 60, `then by a message: ${again.bytes}`);
  t.end();
});

t.test('it stays between its bounds, however the link behaves', (t) => {
  const { seed } = seeded(t);
  const delays = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 200 });
  fc.assert(
    fc.property(delays, (each) => {
      let allowance = firstAllowance(limits);
      for (const [at, delayMs] of each.entries()) {
        allowance =
          delayMs === 60 ? cutDown(allowance, at * 100, limits) : round(allowance, at * 100, delayMs);
        if (allowance.bytes < limits.bytesMin || allowance.bytes > limits.bytesMax) return false;
        if (!hasRoom(emptyWindow, 100, allowance, limits)) return false;
      }
      return true;
    }),
    { seed },
  );
  t.end();
});

t.test('a link that is hardly used says nothing about more', (t) => {
  const [one] = withSent(emptyWindow, 1, 50, 0, limits);
  const before = { ...all, bytes: 400 };
  if (one !== undefined) t.equal(afterAck(before, [one], one, 1, limits), before);
  t.end();
});
