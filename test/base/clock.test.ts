import t from 'tap';
import { systemClock } from '../../base/clock.ts';
import { fakeClock } from '../support/fake-clock.ts';

t.test('the machine: uptime never goes back and counts microseconds', async (t) => {
  const clock = systemClock();
  let last = clock.uptimeUs();
  for (let at = 0; at < 1000; at += 1) {
    const now = clock.uptimeUs();
    if (now < last) t.fail(`${now} after ${last}`);
    last = now;
  }
  t.ok(Number.isSafeInteger(last));
  const before = process.hrtime.bigint() / 1000n;
  const read = BigInt(clock.uptimeUs());
  t.ok(read >= before && read <= process.hrtime.bigint() / 1000n);
});

t.test('the machine: the wall clock is that of Date, in microseconds', async (t) => {
  const before = Date.now() * 1000;
  const now = systemClock().utcUs();
  t.ok(now >= before && now <= Date.now() * 1000);
});

t.test('the machine: the epoch is 16 bytes and the same all through a boot', async (t) => {
  const { epoch } = systemClock();
  t.equal(epoch.length, 16);
  t.same(systemClock().epoch, epoch);
  t.ok(epoch.some((byte) => byte !== 0));
});

t.test('the machine: a timer fires once, no sooner than asked; a cancelled one never', async (t) => {
  const clock = systemClock();
  clock.setTimer(1, () => t.fail('was cancelled')).cancel();
  const from = clock.uptimeUs();
  await new Promise<void>((resolve) => clock.setTimer(5, resolve));
  // Node's timers count whole milliseconds and may fire a fraction of one early.
  t.ok(clock.uptimeUs() - from >= 4000);
});

t.test('the fake: time passes only by hand, timers fire in order and at their time', async (t) => {
  const clock = fakeClock({ uptimeUs: 5_000_000, utcUs: 1_000_000 });
  const fired: [string, number][] = [];
  const note = (name: string) => () => fired.push([name, clock.uptimeUs()]);
  clock.setTimer(20, note('late'));
  clock.setTimer(10, note('early'));
  clock.setTimer(10, note('early too'));
  clock.setTimer(15, note('cancelled')).cancel();
  clock.tick(9);
  t.same(fired, []);
  clock.tick(11);
  t.same(fired, [
    ['early', 5_010_000],
    ['early too', 5_010_000],
    ['late', 5_020_000],
  ]);
  t.equal(clock.utcUs(), 1_020_000);
  t.equal(clock.timers, 0);
});

t.test('the fake: a timer set by a timer fires in the same stretch of time', async (t) => {
  const clock = fakeClock();
  const times: number[] = [];
  const beat = (): void => {
    times.push(clock.uptimeUs());
    clock.setTimer(10, beat);
  };
  clock.setTimer(10, beat);
  clock.tick(35);
  t.same(times, [10_000, 20_000, 30_000]);
  t.equal(clock.uptimeUs(), 35_000);
});

t.test('the fake: advance lets promises run between timers', async (t) => {
  const clock = fakeClock();
  const times: number[] = [];
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => clock.setTimer(ms, resolve));
  const worker = (async () => {
    for (let round = 0; round < 3; round += 1) {
      await sleep(10);
      times.push(clock.uptimeUs());
    }
  })();
  await clock.advance(100);
  await worker;
  t.same(times, [10_000, 20_000, 30_000]);
});

t.test('the fake: the wall clock steps alone', async (t) => {
  const clock = fakeClock();
  const before = clock.utcUs();
  clock.stepUtc(-3_600_000_000);
  t.equal(clock.utcUs(), before - 3_600_000_000);
  t.equal(clock.uptimeUs(), 0);
});
