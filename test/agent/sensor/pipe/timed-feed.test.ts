import t from 'tap';
import type { FeedTaker, OpenFeed } from '../../../../agent/sensor/pipe/feed.ts';
import { pipeLimits } from '../../../../agent/sensor/pipe/limits.ts';
import { timedFeed } from '../../../../agent/sensor/pipe/timed-feed.ts';
import { fakeClock } from '../../../support/fake-clock.ts';

/** A program's pictures and times, written by hand. */
function bench() {
  const clock = fakeClock({ uptimeUs: 1_000_000_000 });
  const takers: FeedTaker[] = [];
  const open: OpenFeed = (taker) => {
    takers.push(taker);
    return { stop: async () => {} };
  };
  const ends: [string, boolean][] = [];
  let pieces = 0;
  const feed = timedFeed(
    open,
    open,
    clock,
  )({
    onData: () => {
      pieces += 1;
    },
    onEnd: (...end) => ends.push(end),
  });
  const [times, pictures] = takers;
  if (times === undefined || pictures === undefined) throw new Error('not both were opened');
  return { clock, feed, times, pictures, ends, pieces: () => pieces };
}

const closed = 'what wrote to the FIFO closed it';
const some = (): Uint8Array => new Uint8Array(1);

t.test('where the times end and pictures go on, the run ends a while later, and once', async (t) => {
  const { clock, times, pictures, ends, pieces } = bench();
  times.onData(some());
  times.onEnd(closed, false);
  await clock.advance(pipeLimits.timesEndMsMax - 1);
  pictures.onData(some());
  t.same([ends, pieces()], [[], 2], 'the last pictures may still come');
  await clock.advance(1);
  t.same(ends, [[`no times of the pictures come: ${closed}`, false]]);
  pictures.onEnd('the program ended', true);
  t.equal(ends.length, 1);
});

t.test('a program that ends meanwhile has ended as it says', async (t) => {
  const { clock, times, pictures, ends } = bench();
  times.onData(some());
  times.onEnd(closed, false);
  pictures.onEnd('the program ended', true);
  await clock.advance(2 * pipeLimits.timesEndMsMax);
  t.same(ends, [['the program ended', true]]);
  t.equal(clock.timers, 0);
});

t.test('times that end before the first one end the run at once', async (t) => {
  const { times, ends } = bench();
  times.onEnd(closed, false);
  t.same(ends, [[`no times of the pictures come: ${closed}`, false]]);
});

t.test('a run that is stopped leaves no timer, and tells no end', async (t) => {
  const { clock, feed, times, ends } = bench();
  times.onData(some());
  times.onEnd(closed, false);
  await feed.stop();
  await clock.advance(2 * pipeLimits.timesEndMsMax);
  t.same([ends, clock.timers], [[], 0]);
});
