import t from 'tap';
import { type Captured, MediaPlayer } from '../../../hardware-sim/behaviours/player.ts';
import type { Mp4File } from '../../../media/reader/mp4-reader.ts';
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts';
import { picture, silent, sounding, soundingSource, sourceOf } from '../source.ts';

interface Seen extends Captured {
  /** When it came, microseconds of the clock. */
  readonly atUs: number;
}

function playerOf(file: Mp4File, once = false, onSample: (captured: Captured) => void = () => {}) {
  const clock: FakeClock = fakeClock({ uptimeUs: 5_000_000 });
  const seen: Seen[] = [];
  const ends: unknown[] = [];
  const player = new MediaPlayer({
    file,
    clock,
    once,
    onSample(captured) {
      seen.push({ ...captured, atUs: clock.uptimeUs() });
      onSample(captured);
    },
    onEnd: () => ends.push('end'),
    onError: (error) => ends.push(error),
  });
  return { clock, seen, ends, player };
}

const second = () =>
  sourceOf(
    silent,
    Array.from({ length: 25 }, (_, index) => picture(index)),
  );

t.test("gives each sample at its time, within the timer's millisecond, untouched", async (t) => {
  const { clock, seen, player } = playerOf(second());
  player.start();
  await clock.advance(400);
  t.equal(seen.length, 11, '0 to 400 ms at 40 ms each');
  for (const [index, { sample, captureUs, atUs }] of seen.entries()) {
    t.equal(captureUs, 5_000_000 + index * 40_000);
    t.equal(atUs, captureUs, 'on the dot, as 40 ms are whole milliseconds');
    t.same(sample, picture(index));
  }
  await clock.advance(39);
  t.equal(seen.length, 11, 'not a millisecond too early');
  await clock.advance(1);
  t.equal(seen.length, 12);
});

t.test(
  'never early and never a millisecond late where the rate is no whole number of milliseconds',
  async (t) => {
    const samples = Array.from({ length: 30 }, (_, i) => ({
      ...picture(i),
      pts: i * 3003,
      dts: i * 3003,
      duration: 3003,
    }));
    const { clock, seen, player } = playerOf(sourceOf(silent, samples));
    player.start();
    await clock.advance(10_000);
    t.ok(seen.length >= 299 && seen.length <= 300, `${seen.length} pictures in 10 s of 29.97 a second`);
    t.ok(seen.every(({ atUs, captureUs }) => atUs >= captureUs && atUs < captureUs + 1000));
  },
);

t.test('goes on in time when the source is repeated, in both tracks alike', async (t) => {
  const { clock, seen, player } = playerOf(soundingSource());
  player.start();
  await clock.advance(10_000);
  for (const track of ['video', 'audio'] as const) {
    const own = seen.filter(({ sample }) => sample.track === track);
    t.ok(own.length > 200, `${own.length} samples of ${track}`);
    for (const [index, { sample }] of own.entries()) {
      const next = own[index + 1]?.sample;
      if (next === undefined) break;
      if (sample.dts + sample.duration > next.dts) t.fail(`${track} ${index} overlaps the next`);
    }
    t.same(own[track === 'video' ? 25 : 48]?.loop, 1);
    t.equal(own[track === 'video' ? 25 : 48]?.index, 0);
  }
  const lag = seen.map(({ sample }) => sample.pts / (sample.track === 'video' ? 90_000 : 48_000));
  for (const [index, { captureUs }] of seen.entries()) {
    // Time 0 of the source is one packet of sound after its beginning.
    const expected = 5_000_000 + ((lag[index] ?? 0) + 1024 / 48_000) * 1_000_000;
    if (Math.abs(captureUs - expected) > 2) t.fail(`sample ${index}: ${captureUs}, expected ${expected}`);
  }
  const last = seen.find(({ sample, index }) => sample.track === 'video' && index === 24)?.sample;
  const first = seen.find(({ sample, loop }) => sample.track === 'video' && loop === 1)?.sample;
  t.equal(
    (last?.dts ?? 0) + (last?.duration ?? 0),
    first?.dts,
    "the seam is part of the last picture's time",
  );
});

t.test('gives reordered pictures in decode order, none before it was seen', async (t) => {
  const order = [1, 4, 2, 3, 7, 5, 6];
  const samples = order.map((place, index) => picture(index, { order: place, key: index === 0 }));
  const { clock, seen, player } = playerOf(sourceOf(silent, samples), true);
  player.start();
  await clock.advance(1000);
  t.same(
    seen.map(({ sample }) => sample.pts / 3600),
    order,
  );
  t.same(
    seen.map(({ atUs }) => (atUs - 5_000_000) / 40_000),
    [1, 4, 4, 4, 7, 7, 7],
  );
  t.ok(seen.every(({ captureUs, atUs }) => captureUs <= atUs));
});

t.test('ends where the source is to be played once, and stays so', async (t) => {
  const { clock, seen, ends, player } = playerOf(second(), true);
  player.start();
  await clock.advance(3000);
  t.equal(seen.length, 25);
  t.same(ends, ['end']);
  t.equal(player.playing, false);
  player.start();
  await clock.advance(3000);
  t.equal(seen.length, 25);
});

t.test('begins at a key picture when it is started again, at the time that it is then', async (t) => {
  const { clock, seen, player } = playerOf(soundingSource());
  player.start();
  await clock.advance(500);
  player.stop();
  const before = seen.length;
  await clock.advance(700);
  t.equal(seen.length, before, 'nothing while it is stopped');
  player.start();
  await clock.advance(500);
  const again = seen.slice(before);
  t.same([again[0]?.index, again[0]?.play, again[0]?.loop], [0, 1, 0]);
  const video = again.find(({ sample }) => sample.track === 'video');
  t.equal(video?.sample.key, true);
  t.ok((again[0]?.captureUs ?? 0) >= 5_000_000 + 1_200_000);
  for (const track of ['video', 'audio'] as const) {
    const times = seen.filter(({ sample }) => sample.track === track).map(({ sample }) => sample.dts);
    t.ok(
      times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0)),
      `${track} never goes back`,
    );
  }
});

t.test('a stop right after a start gives nothing', async (t) => {
  const { clock, seen, player } = playerOf(second());
  player.start();
  player.stop();
  await clock.advance(1000);
  t.equal(seen.length, 0);
});

t.test("leaves a request for a key picture to the source's own next one, if that comes soon", async (t) => {
  const { clock, seen, player } = playerOf(second());
  player.start();
  await clock.advance(300);
  player.requestKeyFrame();
  await clock.advance(5000);
  t.ok(seen.every(({ play }) => play === 0));
});

t.test('starts over for a key picture that the source would not have for long', async (t) => {
  const samples = Array.from({ length: 250 }, (_, index) => picture(index, { key: index === 0 }));
  const { clock, seen, player } = playerOf(sourceOf(silent, samples));
  player.start();
  await clock.advance(1000);
  player.requestKeyFrame();
  await clock.advance(5000);
  const again = seen.findIndex(({ play }) => play === 1);
  t.match(seen[again], { index: 0, loop: 0, sample: { key: true } });
  t.ok((seen[again]?.atUs ?? 0) - 6_000_000 <= 2_200_000, `${seen[again]?.atUs}`);
  t.ok(
    seen.slice(again).every(({ play }) => play === 1),
    'once for one request',
  );
  t.ok(seen.every(({ sample }, index) => index === 0 || sample.dts > (seen[index - 1]?.sample.dts ?? 0)));
});

t.test('catches up after a short block, and takes a long one for time that was not captured', async (t) => {
  const { clock, seen, player } = playerOf(second());
  player.start();
  await clock.advance(100);
  // Time passes, and nothing that waits for it gets its turn.
  clock.tick(2000);
  await clock.advance(100);
  t.ok(seen.length >= 50, `${seen.length} after 2 s of standstill`);
  t.ok(seen.every(({ play }) => play === 0));
  clock.tick(20_000);
  await clock.advance(100);
  t.equal(seen.at(-1)?.play, 1);
  t.ok(seen.length < 70, `${seen.length}: what was missed is not made up for`);
});

t.test('tells when the source cannot be read on, or what it holds not be taken', async (t) => {
  const broken = {
    ...second(),
    samples: async function* () {
      yield picture(0);
      throw new Error('gone');
    },
  };
  const one = playerOf(broken);
  one.player.start();
  await one.clock.advance(200);
  t.match(one.ends, [{ message: 'gone' }]);
  t.equal(one.player.playing, false);
  const two = playerOf(second(), false, () => {
    throw new Error('too large');
  });
  two.player.start();
  await two.clock.advance(200);
  t.match(two.ends, [{ message: 'too large' }]);
});

t.test('does not spin on a source without length', async (t) => {
  const { clock, seen, player } = playerOf(sourceOf(silent, [{ ...picture(0), duration: 0 }]));
  player.start();
  await clock.advance(100);
  t.ok(seen.length >= 99 && seen.length <= 101, `${seen.length}`);
});

t.test('a source whose sound is the longer one has its length', (t) => {
  const { player } = playerOf(soundingSource());
  t.equal(player.periodTicks, 48 * 1024 * (90_000 / 48_000) + 1);
  t.equal(playerOf(sourceOf(sounding, [picture(0)])).player.periodTicks, 3600);
  t.end();
});
