import fc from 'fast-check';
import t from 'tap';
import {
  bytesInFlight,
  emptyWindow,
  hasRoom,
  nextDeadlineMs,
  withAcknowledged,
  withSent,
} from '../../../agent/uplink/window.ts';
import { seeded } from '../../support/seed.ts';

const limits = { messagesMax: 4, bytesMax: 1_000, timeoutMs: 50 };

t.test('neither messages nor bytes go beyond their bound', (t) => {
  const { seed } = seeded(t);
  const sizes = fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 40 });
  fc.assert(
    fc.property(sizes, (all) => {
      let window = emptyWindow;
      for (const [message, bytes] of all.entries()) {
        const fits = window.length < 4 && bytesInFlight(window) + bytes <= 1_000;
        if (hasRoom(window, bytes, limits) !== fits) return false;
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
