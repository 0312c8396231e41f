import t from 'tap';
import { GpsdReader } from '../../../../../agent/sensor/local/readings/gpsd.ts';
import type { Position } from '../../../../../proto/readings.ts';

function read(...reports: (object | string)[]): { positions: Position[]; faults: number } {
  let faults = 0;
  const reader = new GpsdReader(() => {
    faults += 1;
  });
  const positions = reports.flatMap((report) =>
    reader.push(Buffer.from(typeof report === 'string' ? report : `${JSON.stringify(report)}\r\n`)),
  );
  return { positions, faults };
}

const fix = {
  class: 'TPV',
  device: '/dev/ttyACM0',
  mode: 3,
  time: '2026-12-09T08:35:59.250Z',
  lat: 47.2852,
  lon: 8.5653,
  altHAE: 547.6,
  alt: 499.6,
  epx: 3,
  epy: 4,
};
const position = {
  latitude: 47.2852,
  longitude: 8.5653,
  altitude: 547.6,
  accuracy: 5,
  utcUs: Date.UTC(2026, 11, 9, 8, 35, 59) * 1000 + 250_000,
  satellites: 0,
};

t.test('a time that no statement can hold is a fault, and the next good one counts', async (t) => {
  const far = { ...fix, time: '9999-12-31T23:59:59.000Z' };
  t.same(read(far, fix), { positions: [position], faults: 1 });
});

t.test('a position is a fix in three dimensions, with the satellites that were used last', async (t) => {
  t.same(read(fix), { positions: [position], faults: 0 });
  t.same(read({ class: 'VERSION', release: '3.25' }, { class: 'SKY', uSat: 9, nSat: 14 }, fix), {
    positions: [{ ...position, satellites: 9 }],
    faults: 0,
  });
  t.same(read({ class: 'SKY', hdop: 0.8 }, { ...fix, eph: 2.5 }).positions[0]?.accuracy, 2.5);
  const line = `${JSON.stringify(fix)}\n`;
  t.same(read(...line), { positions: [position], faults: 0 }, 'a byte at a time');
  t.same(read({ ...fix, mode: 1 }, { class: 'TPV', mode: 2, lat: 1 }, { class: 'TPV', mode: 0 }), {
    positions: [],
    faults: 0,
  });
});

t.test('what is malformed is counted and no position', async (t) => {
  const { time: _, ...timeless } = fix;
  for (const report of [
    'no JSON\n',
    '{"class":"TPV","mode":3\n',
    '[]\n',
    '"TPV"\n',
    'null\n',
    `${'['.repeat(10_000)}\n`,
    `${' '.repeat(100_000)}\n`,
    timeless,
    { ...fix, mode: '3' },
    { ...fix, time: 'yesterday' },
    { ...fix, time: '2026-02-31T99:00:00Z' },
    { ...fix, time: '1969-12-31T23:59:59Z' },
    { ...fix, lat: 91 },
    { ...fix, lat: '47' },
    { ...fix, lon: -181 },
    '{"class":"TPV","mode":3,"time":"2026-12-09T08:35:59Z","lat":1,"lon":1,"altHAE":1e999,"eph":1}\n',
    { ...fix, epx: -1 },
    { ...fix, epx: undefined },
    { ...fix, altHAE: undefined, alt: undefined },
    { class: 'SKY', uSat: -1 },
    { class: 'SKY', uSat: 1e9 },
  ]) {
    const what = (typeof report === 'string' ? report : JSON.stringify(report)).slice(0, 60);
    t.same(read(report), { positions: [], faults: 1 }, what);
  }
  t.equal(read(fix, { ...fix, time: '2026-12-09T08:35:58Z' }).faults, 1, 'a time that goes back');
  t.equal(read(`${'x'.repeat(50_000)}\n`, fix).positions.length, 1, 'what follows an endless line counts');
});
