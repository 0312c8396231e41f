import t from 'tap';
import {
  type InstrumentChange,
  type InstrumentReading,
  Instruments,
} from '../../../hardware-sim/behaviours/instruments.ts';

type Located = InstrumentReading & { readonly position: NonNullable<InstrumentReading['position']> };

function walk(seed: number, seconds: number): Located[] {
  const instruments = new Instruments(seed);
  return Array.from({ length: seconds }, (_, second) => located(instruments.next(second * 1_000_000)));
}

function located(reading: InstrumentReading): Located {
  const { position } = reading;
  if (position === undefined) throw new Error('there is no position');
  return { ...reading, position };
}

/** The readings of `seconds` after a change. */
function changed(change: InstrumentChange, seconds: number, seed = 3): InstrumentReading[] {
  const instruments = new Instruments(seed);
  instruments.next(0);
  instruments.change(change);
  return Array.from({ length: seconds }, (_, second) => instruments.next(second * 1_000_000));
}

/** Metres between two positions that are near each other. */
function metres(a: Located, b: Located): number {
  const north = (b.position.latitude - a.position.latitude) * 111_195;
  const perDegree = 111_195 * Math.cos((a.position.latitude * Math.PI) / 180);
  return Math.hypot(north, (b.position.longitude - a.position.longitude) * perDegree);
}

t.test('the same seed gives the same walk, another one another', (t) => {
  t.same(walk(5, 100), walk(5, 100));
  t.notSame(walk(5, 100), walk(6, 100));
  t.end();
});

t.test('goes at a walking pace and away', (t) => {
  const readings = walk(1, 600);
  for (const [index, reading] of readings.entries()) {
    const before = readings[index - 1];
    // A step of 1.6 m at most, and the receiver's error of 1.9 m at most at either end.
    if (before !== undefined && metres(before, reading) > 5.5)
      t.fail(`${metres(before, reading)} m in a second`);
  }
  const [first, last] = [readings[0], readings.at(-1)];
  t.ok(first !== undefined && last !== undefined && metres(first, last) > 20, 'does not stand still');
  t.end();
});

t.test('gives what such instruments can give', (t) => {
  for (const { position, motion, battery, temperature } of walk(2, 600)) {
    t.ok(Math.abs(motion.y - 9.81) <= 2.5 && Math.abs(motion.x) <= 0.8 && Math.abs(motion.z) <= 1.2);
    t.ok(battery.percent > 90 && battery.percent <= 96 && battery.millivolts > 4000);
    t.ok(
      position.satellites >= 9 &&
        position.satellites <= 13 &&
        position.accuracy >= 2 &&
        position.accuracy <= 4,
    );
    t.ok(temperature > 32 && temperature < 34);
  }
  const long = walk(2, 20_000);
  t.ok((long.at(-1)?.battery.percent ?? 0) < (long[0]?.battery.percent ?? 0) - 50, 'the battery empties');
  t.end();
});

t.test('runs faster than it walks, and stays where it is', (t) => {
  const went = (motion: 'still' | 'run'): number => {
    const readings = changed({ does: 'motion', motion }, 60).map(located);
    return readings.slice(1).reduce((sum, reading, n) => sum + metres(readings[n] ?? reading, reading), 0);
  };
  t.ok(went('run') > 60 * 3, `${went('run')} m`);
  const [first, last] = [changed({ does: 'motion', motion: 'still' }, 60)].flatMap((all) => [
    all[0],
    all[59],
  ]);
  t.ok(first && last && metres(located(first), located(last)) < 4);
  t.end();
});

t.test('falls: weightless, an impact, and lying', (t) => {
  const [falling, impact, after, later] = changed({ does: 'motion', motion: 'fall' }, 60).map(({ motion }) =>
    Math.hypot(motion.x, motion.y, motion.z),
  );
  t.ok(falling !== undefined && falling < 1);
  t.ok(impact !== undefined && impact > 50);
  for (const still of [after, later]) t.ok(still !== undefined && Math.abs(still - 9.81) < 0.2);
  t.end();
});

t.test('has no position without satellites, and another one after a jump', (t) => {
  const instruments = new Instruments(4);
  const before = located(instruments.next(0));
  instruments.change({ does: 'gnss', gnss: 'lost' });
  t.equal(instruments.next(1_000_000).position, undefined);
  instruments.change({ does: 'gnss', gnss: 'back' });
  t.ok(metres(before, located(instruments.next(2_000_000))) < 8);
  instruments.change({ does: 'gnss', gnss: 'jump', metres: 5_000 });
  const jumped = metres(before, located(instruments.next(3_000_000)));
  t.ok(jumped > 4_900 && jumped < 5_100, `${jumped} m`);
  t.end();
});

t.test('battery and temperature go to a value in a time, along a straight line, or at once', (t) => {
  const percents = changed({ does: 'battery', percent: 6, overSeconds: 90 }, 100).map(
    ({ battery }) => battery.percent,
  );
  t.ok(Math.abs((percents[44] ?? 0) - 51) < 1, `${percents[44]} halfway`);
  t.equal(percents[89], 6);
  t.ok((percents[99] ?? 9) < 6, 'and goes on emptying');
  const [hot] = changed({ does: 'temperature', celsius: 71, overSeconds: 0 }, 1);
  t.ok(hot && Math.abs(hot.temperature - 71) <= 0.5);
  t.end();
});
