import t from 'tap';
import { type InstrumentReading, Instruments } from '../../../hardware-sim/behaviours/instruments.ts';

function walk(seed: number, seconds: number): InstrumentReading[] {
  const instruments = new Instruments(seed);
  return Array.from({ length: seconds }, (_, second) => instruments.next(second * 1_000_000));
}

/** Metres between two positions that are near each other. */
function metres(a: InstrumentReading, b: InstrumentReading): number {
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
