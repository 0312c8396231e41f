import fc from 'fast-check';
import t from 'tap';
import { machineTime } from '../../../../agent/sealer/time/machine-time.ts';
import { momentsOf } from '../../../../agent/sealer/time/moments.ts';
import { type KernelClock, TimeSources } from '../../../../agent/sealer/time/time-sources.ts';
import { systemClock } from '../../../../base/clock.ts';
import { kernelClock } from '../../../../native/index.ts';
import { fakeClock } from '../../../support/fake-clock.ts';

const june = 1_780_272_000_000_000;
const second = 1e6;

function sources(utcUs = june, hasHardwareClock = false) {
  const clock = fakeClock({ uptimeUs: 100 * second, utcUs });
  const kernel: { says: KernelClock | undefined } = { says: { synchronised: false, maxErrorUs: 16e6 } };
  return { clock, kernel, time: new TimeSources({ clock, kernel: () => kernel.says, hasHardwareClock }) };
}

t.test('without anyone who says it: unset, by the hardware clock, or free-running', async (t) => {
  t.same(sources(0).time.now(), { clockState: 'unset', errorUs: 0 });
  t.same(sources(1_767_225_599_999_999, true).time.now().clockState, 'unset', 'before this was made');
  t.same(sources(june, true).time.now(), { clockState: 'rtc', errorUs: 0 });
  t.same(sources().time.now(), { clockState: 'free-running', errorUs: 0 });
});

t.test("the kernel's word comes first, with its own bound", async (t) => {
  const { kernel, time } = sources();
  time.heardGnss(june, 100 * second);
  kernel.says = { synchronised: true, maxErrorUs: 2_500 };
  t.same(time.now(), { clockState: 'ntp', errorUs: 2_500 });
  kernel.says = undefined;
  t.equal(time.now().clockState, 'gnss', 'a kernel that says nothing');
});

t.test('GNSS tells the time of a clock that was never set, and is less exact as uptime passes', async (t) => {
  const { clock, time } = sources(0);
  time.heardGnss(june, 99 * second);
  const offsetUs = june - 99 * second;
  t.same(time.now(), { clockState: 'gnss', errorUs: 1_000_100, offsetUs });
  clock.tick(10_000);
  t.same(time.now(), { clockState: 'gnss', errorUs: 1_001_100, offsetUs });
  clock.tick(86_400_000);
  t.equal(time.now().clockState, 'unset', 'after a day nothing is left of it');
});

t.test('a receiver without a time, or one of another century, tells nothing', async (t) => {
  const { time } = sources();
  for (const utcUs of [0, june - 20 * 365 * 86_400 * second]) time.heardGnss(utcUs, 100 * second);
  t.equal(time.now().clockState, 'free-running');
});

t.test(
  'what says that it is after 2200 is not believed, and no clock makes a time that a statement cannot hold',
  async (t) => {
    const { clock, time } = sources();
    const digest = new Uint8Array(32).fill(1);
    const year9999 = Date.UTC(9999, 11, 31) * 1_000;
    for (const utcUs of [year9999, Number.MAX_SAFE_INTEGER, Number.NaN, Date.UTC(2200, 0) * 1_000 + 1]) {
      time.heardGnss(utcUs, 100 * second);
      time.made(digest, 100 * second);
      time.receipted(digest, utcUs, 101 * second);
    }
    t.equal(time.now().clockState, 'free-running');
    clock.tick(1_000);
    const far = sources(year9999, true);
    t.same(far.time.now(), { clockState: 'unset', errorUs: 0 });
    t.equal(momentsOf(far.clock, far.time).now().utcUs, Number.MAX_SAFE_INTEGER);
    far.kernel.says = { synchronised: true, maxErrorUs: 1 };
    t.equal(momentsOf(far.clock, far.time).at(200 * second).utcUs, Number.MAX_SAFE_INTEGER);
  },
);

t.test('one reading that contradicts all before it changes nothing; a second one does', async (t) => {
  const { clock, time } = sources();
  time.heardGnss(june, 100 * second);
  const { offsetUs } = time.now();
  time.heardGnss(june + 3_600 * second, 100 * second);
  t.equal(time.now().offsetUs, offsetUs);
  time.heardGnss(june + second, 101 * second);
  t.equal(time.now().offsetUs, offsetUs, 'the receiver was wrong for a moment');
  for (const at of [102, 103]) time.heardGnss(june + 3_600 * second, at * second);
  t.equal(time.now().offsetUs, june + 3_600 * second - 103 * second);
  clock.tick(1);
});

t.test('a receipt bounds the time from both sides', async (t) => {
  const { clock, time } = sources(0);
  const digest = (n: number): Uint8Array => new Uint8Array(32).fill(n);
  time.made(digest(1), 100 * second);
  time.receipted(digest(1), june, 102 * second);
  clock.tick(2_000);
  t.same(time.now(), { clockState: 'station', errorUs: second, offsetUs: june - 101 * second });
  time.receipted(digest(2), june + 9_000 * second, 102 * second);
  t.equal(time.now().offsetUs, june - 101 * second, 'one for another statement says nothing');
  time.heardGnss(june + 2 * second, 102 * second);
  t.equal(time.now().clockState, 'station', 'as exact, and not below it');
  time.made(digest(3), 102 * second);
  time.receipted(digest(3), june + second, 120 * second);
  t.equal(time.now().offsetUs, june - 101 * second, 'one that took long says too little');
  for (let n = 0; n < 200; n += 1) time.made(digest(n), 103 * second);
  time.receipted(digest(1), june, 103 * second);
  t.equal(time.now().offsetUs, june - 101 * second, 'what was made long ago is forgotten');
});

t.test('whatever is heard, the true time is within the bound while the uptime drifts', async () => {
  const step = fc.record({
    ms: fc.nat(3_600_000),
    lateUs: fc.nat(900_000),
    tripUs: fc.nat(4_000_000),
    gnss: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 30 }),
      fc.double({ min: -9e-5, max: 9e-5, noNaN: true }),
      (steps, drift) => {
        const { clock, time } = sources(0);
        const trueUs = (): number => june + (clock.uptimeUs() - 100 * second) * (1 + drift);
        for (const [n, { ms, lateUs, tripUs, gnss }] of steps.entries()) {
          clock.tick(ms);
          const digest = new Uint8Array(32).fill(n);
          if (gnss) time.heardGnss(Math.round(trueUs() - lateUs), clock.uptimeUs());
          else {
            time.made(digest, clock.uptimeUs());
            clock.tick(tripUs / 1_000);
            time.receipted(digest, Math.round(trueUs() - tripUs / 2), clock.uptimeUs());
          }
          const { offsetUs, errorUs } = time.now();
          if (offsetUs !== undefined && Math.abs(clock.uptimeUs() + offsetUs - trueUs()) > errorUs + 1_000)
            return false;
        }
        return true;
      },
    ),
    { numRuns: 200 },
  );
});

t.test('this machine says something', async (t) => {
  const kernel = kernelClock();
  if (kernel !== undefined) t.match(kernel, { synchronised: Boolean, maxErrorUs: Number });
  const { clockState } = machineTime(systemClock()).now();
  t.ok(['ntp', 'rtc', 'free-running', 'unset'].includes(clockState), clockState);
});
