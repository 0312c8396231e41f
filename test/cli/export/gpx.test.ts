import fc from 'fast-check';
import t from 'tap';
import { GpxTrack } from '../../../cli/evidence/export/gpx.ts';
import type { ExportedPosition, SealedTelemetry } from '../../../cli/evidence/export/sealed-telemetry.ts';
import type { Moment } from '../../../evidence/statements.ts';
import { readGpx } from '../../support/evidence/gpx.ts';
import { testMoment } from '../../support/recording.ts';

const core = {
  deviceId: 'camera-1',
  recordingNumber: 7,
  recordingId: new Uint8Array(16).fill(1),
  claimedStart: testMoment(0),
};

const at = (second: number): ExportedPosition => ({
  uptimeUs: second * 1e6,
  latitude: 48 + second / 1000,
  longitude: 11,
  altitude: 500,
  accuracy: 4,
  satellites: 7,
});

function telemetry(start: Moment, ...positions: ExportedPosition[]): SealedTelemetry {
  const none = { events: [], lampCommanded: 0, lampReported: 0, muted: false, dwelling: false };
  return { start, positions, ...none };
}

function trackOf(...chunks: readonly (SealedTelemetry | 'hole')[]): ReturnType<typeof readGpx> {
  const track = new GpxTrack(core);
  const parts = chunks.map((chunk) => {
    if (chunk !== 'hole') return track.chunk(chunk, undefined);
    track.hole();
    return '';
  });
  return readGpx(track.head(core) + parts.join('') + track.end());
}

const lengths = (tracks: ReturnType<typeof readGpx>): number[][] =>
  tracks.map((segments) => segments.map((points) => points.length));

t.test('a point has its place, its claimed time and the state of the clock', async (t) => {
  const [[[point] = []] = []] = trackOf(telemetry({ ...testMoment(0), errorUs: 5_000 }, at(2)));
  t.same(point, {
    lat: 48.002,
    lon: 11,
    time: '2026-06-01T00:00:02.000Z',
    extensions: {
      'sealcam:clock': 'free-running',
      'sealcam:clock-error': '0.005000',
      'sealcam:uptime': '2.000000',
      'sealcam:accuracy': '4.00',
      'sealcam:ellipsoid-height': '500.00',
    },
  });
});

t.test('what was not measured ends a segment', async (t) => {
  const [a, b] = [testMoment(0), testMoment(20)];
  t.same(lengths(trackOf(telemetry(a, at(0), at(1), at(5)))), [[3]], 'up to five seconds');
  t.same(lengths(trackOf(telemetry(a, at(0), at(1)), telemetry(b, at(20), at(21)))), [[2, 2]], 'a lost GNSS');
  t.same(
    lengths(trackOf(telemetry(a, at(0), at(1)), 'hole', telemetry(a, at(2)))),
    [[2, 1]],
    'a closed part',
  );
  t.same(lengths(trackOf(telemetry(a))), [], 'no position, no track');
});

t.test('a position each 10 s makes one line, and a lost receiver cuts it', async (t) => {
  const each = (from: number, to: number): SealedTelemetry[] =>
    Array.from({ length: (to - from) / 10 + 1 }, (_, n) => telemetry(testMoment(from), at(from + n * 10)));
  t.same(lengths(trackOf(...each(0, 100))), [[1, 10]], 'the second tells how far apart they are');
  t.same(lengths(trackOf(...each(0, 100), ...each(120, 150))), [[1, 14]], 'one that was missed');
  t.same(lengths(trackOf(...each(0, 100), ...each(130, 160))), [[1, 10, 4]], 'two that were missed');
  t.same(lengths(trackOf(...each(0, 100), 'hole', ...each(110, 160))), [[1, 10, 6]], 'a closed part');
});

t.test('a clock that leaps ends the track: no line is drawn across', async (t) => {
  const leapt = (us: number): Moment => ({ ...testMoment(2), utcUs: testMoment(2).utcUs + us });
  for (const us of [3_600e6, -3_600e6, -2_500_000, 1_000_001, -10 * 365 * 86_400e6]) {
    const tracks = trackOf(telemetry(testMoment(0), at(0), at(1)), telemetry(leapt(us), at(2), at(3)));
    t.same(lengths(tracks), [[2], [2]], `by ${us / 1e6} s`);
  }
  const slewed = trackOf(telemetry(testMoment(0), at(0), at(1)), telemetry(leapt(400_000), at(2)));
  t.same(lengths(slewed), [[3]], 'a slewed clock draws one line');
  const otherRun = { ...testMoment(0), epoch: new Uint8Array(16).fill(77) };
  t.same(lengths(trackOf(telemetry(testMoment(0), at(0)), telemetry(otherRun, at(0), at(1)))), [[1], [2]]);
});

t.test('a point is written once, in the order of uptime', async (t) => {
  const twice = trackOf(telemetry(testMoment(0), at(0), at(1)), telemetry(testMoment(1), at(1), at(2)));
  t.same(
    twice.flat(2).map(({ time }) => time.slice(17, 19)),
    ['00', '01', '02'],
  );
});

t.test('of any telemetry: GPX that the schema allows, and no point that was not measured', async () => {
  const position = fc.record({
    uptimeUs: fc.integer({ min: 0, max: 1e9 }),
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    altitude: fc.option(fc.double({ min: -1e5, max: 1e5, noNaN: true }), { nil: undefined }),
    accuracy: fc.option(fc.double({ min: 0, max: 1e7, noNaN: true }), { nil: undefined }),
    satellites: fc.integer({ min: 0, max: 255 }),
  });
  const chunk = fc.record({
    uptimeUs: fc.integer({ min: 0, max: 1e9 }),
    utcUs: fc.integer({ min: 0, max: 2 ** 53 - 1 }),
    positions: fc.array(position, { maxLength: 5 }),
  });
  fc.assert(
    fc.property(fc.array(fc.option(chunk, { nil: 'hole' as const }), { maxLength: 6 }), (chunks) => {
      const made = chunks.map((one) =>
        one === 'hole'
          ? one
          : telemetry({ ...testMoment(0), uptimeUs: one.uptimeUs, utcUs: one.utcUs }, ...one.positions),
      );
      const measured = chunks.flatMap((one) => (one === 'hole' ? [] : one.positions));
      const points = trackOf(...made).flat(2);
      for (const { lat, lon } of points) {
        const isMeasured = measured.some(
          ({ latitude, longitude }) =>
            Math.abs(latitude - lat) < 1e-6 && Math.abs(((longitude - lon + 540) % 360) - 180) < 1e-6,
        );
        if (!isMeasured) return false;
      }
      for (const segment of trackOf(...made).flat())
        for (const [n, { time }] of segment.entries())
          if (n > 0 && time < (segment[n - 1]?.time ?? '')) return false;
      return true;
    }),
    { numRuns: 300 },
  );
});
