import t from 'tap';
import { NmeaReader } from '../../../../../agent/sensor/local/readings/nmea.ts';
import { nmeaFix, nmeaSentence } from '../../../../../hardware-sim/nmea.ts';
import type { Position } from '../../../../../proto/readings.ts';
import { seeded } from '../../../../support/seed.ts';

function read(...texts: string[]): { positions: Position[]; faults: number } {
  let faults = 0;
  const reader = new NmeaReader(() => {
    faults += 1;
  });
  const positions = texts.flatMap((text) => reader.push(Buffer.from(text, 'latin1')));
  return { positions, faults };
}

// Sentences as u-blox documents them, with another date.
const rmc = 'GPRMC,083559.25,A,4717.11437,N,00833.91522,E,0.004,77.52,091226,,,A,V';
const gga = 'GPGGA,083559.25,4717.11399,S,00833.91590,W,1,08,1.01,499.6,M,48.0,M,,';
const gst = 'GPGST,083559.25,1.8,,,,3.0,4.0,1.1';
const position = {
  latitude: -(47 + 17.11399 / 60),
  longitude: -(8 + 33.9159 / 60),
  altitude: 547.6,
  utcUs: Date.UTC(2026, 11, 9, 8, 35, 59) * 1000 + 250_000,
  satellites: 8,
};
const both = nmeaSentence(rmc) + nmeaSentence(gga);

t.test('a position is what RMC and GGA of one moment say, in either order', async (t) => {
  const expected = { positions: [{ ...position, accuracy: 5.05 }], faults: 0 };
  t.same(read(both), expected);
  t.same(read(nmeaSentence(gga) + nmeaSentence(rmc)), expected);
  t.same(read(...both), expected, 'a character at a time');
  t.same(read(`${nmeaSentence('GPGSV,3,1,11,10,63')}${nmeaSentence('PUBX,00')}${both}`), expected);
  const later = gga.replace('083559.25', '083600.25');
  t.same(read(nmeaSentence(rmc) + nmeaSentence(later)), { positions: [], faults: 0 }, 'not of one moment');
});

t.test('the error that the receiver states is used while it is recent', async (t) => {
  const next = (seconds: number) =>
    nmeaFix(new Date(Date.UTC(2026, 11, 9, 9, 0, seconds)), 47, 8).split('\r\n');
  const [rmc1, gga1] = next(1);
  const [rmc2, gga2] = next(2);
  const lines = [gst, rmc, gga].map(nmeaSentence).join('');
  const { positions } = read(`${lines}${rmc1}\r\n${gga1}\r\n${rmc2}\r\n${gga2}\r\n`);
  t.same(
    positions.map(({ accuracy }) => accuracy),
    [5, 5, 4],
  );
});

t.test('without a fix there is no position, and no fault', async (t) => {
  const none = [
    'GPRMC,083559.00,V,,,,,,,091226,,,N,V',
    'GPGGA,083559.00,,,,,0,00,99.99,,,,,,',
    'GPGST,083559.00,,,,,,,',
  ];
  t.same(read(none.map(nmeaSentence).join('')), { positions: [], faults: 0 });
  // A position that a person typed in, or a simulator made, is not a fix.
  for (const quality of ['6', '7', '8'])
    t.same(read(nmeaSentence(rmc) + nmeaSentence(gga.replace(',1,08,', `,${quality},08,`))), {
      positions: [],
      faults: 0,
    });
});

t.test('a malformed sentence is counted and gives no position', async (t) => {
  const bad = (text: string, what: string) => {
    const { positions, faults } = read(text);
    t.same(positions, [], what);
    t.ok(faults >= 1, `${what}: counted`);
  };
  bad(both.replace('09122', '19122'), 'checksum of RMC');
  bad(both.replace('4717.11399', '4718.11399'), 'checksum of GGA');
  bad(both.replaceAll(/\*../g, '*'), 'no checksum');
  bad(`${'x'.repeat(1_000_000)}\n`, 'an endless line');
  for (const [from, to] of [
    ['4717.11399', '9100.00000'],
    ['4717.11399', '4760.00000'],
    ['4717.11399', '47.1711399'],
    ['4717.11399', '1e10'],
    ['00833.91590', '18100.00000'],
    ['00833.91590', '833.91590'],
    [',S,', ',X,'],
    [',W,', ',,'],
    [',08,', ',-8,'],
    ['1.01', 'NaN'],
    ['1.01', '-1.01'],
    ['499.6', '1e308'],
    ['499.6', '99999999999999999999'],
    ['499.6,M', '499.6,F'],
    ['48.0', ''],
  ] as const) {
    bad(nmeaSentence(rmc) + nmeaSentence(gga.replace(from, to)), `${from} as ${to}`);
  }
  for (const [from, to] of [
    ['091226', '310226'],
    ['091226', ''],
    ['091226', '0912262'],
    ['083559.25', '243559.25'],
    ['083559.25', '083560.25'],
    ['083559.25', '83559.25'],
  ] as const) {
    const changed = [rmc.replace(from, to), gga.replace(from, to)];
    bad(changed.map(nmeaSentence).join(''), `${from} as ${to}`);
  }
});

t.test('a time that goes back gives no position, once', async (t) => {
  const fix = (minute: number) => nmeaFix(new Date(Date.UTC(2026, 11, 9, 9, minute)), 47, 8);
  const { positions, faults } = read(fix(5), fix(3), fix(4));
  t.equal(positions.length, 2);
  t.equal(faults, 1);
});

t.test('after noise and an endless line the next position is found', async (t) => {
  const random = seeded(t);
  for (let round = 0; round < 200; round += 1) {
    const noise = Buffer.from(random.bytes(400)).toString('latin1');
    const { positions } = read(`${noise}${'y'.repeat(300)}\r\n`, both);
    t.equal(positions.length, 1);
  }
});
