import t from 'tap';
import { sealcam } from '#generated/telemetry.js';
import { nothingSampled, sample, sampledReading } from '../../../agent/recorder/sampling.ts';
import { emptyLog, encodeTelemetry, noted } from '../../../agent/recorder/telemetry.ts';
import type { TimedReading } from '../../../proto/readings.ts';

const second = 1_000_000;
const position = { latitude: 48, longitude: 11, altitude: 500, accuracy: 3, utcUs: 1, satellites: 7 };
const motion = { x: 0, y: 9.8, z: 0 };

/** The readings of `seconds` that the policy keeps, each as `SECOND kinds`. */
function kept(
  sampling: { positionS: number; readingsS: number } | undefined,
  seconds: readonly number[],
  of = () => 1,
): string[] {
  let state = nothingSampled;
  const policy =
    sampling === undefined
      ? {}
      : { sampling: { positionUs: sampling.positionS * second, readingsUs: sampling.readingsS * second } };
  return seconds.flatMap((at) => {
    const reading: TimedReading = { atUs: at * second, position, motion };
    const { reading: left, after } = sampledReading(state, policy, reading, of());
    state = after;
    if (left === undefined) return [];
    const { atUs, ...kinds } = left;
    return [`${atUs / second} ${Object.keys(kinds).join(' ')}`];
  });
}

t.test('each is kept, unless the policy says how often', async (t) => {
  t.same(kept(undefined, [0, 1, 2]), ['0 position motion', '1 position motion', '2 position motion']);
  t.same(kept({ positionS: 0, readingsS: 0 }, [0, 0.1]), ['0 position motion', '0.1 position motion']);
  t.same(kept({ positionS: 3, readingsS: 2 }, [0, 1, 2, 3, 4, 5, 6]), [
    '0 position motion',
    '2 motion',
    '3 position',
    '4 motion',
    '6 position motion',
  ]);
});

t.test('the first of each recording is kept, and what comes after a clock went back', async (t) => {
  let recording = 1;
  t.same(kept({ positionS: 60, readingsS: 60 }, [0, 1, 2], () => (recording += 1)).length, 3);
  t.same(kept({ positionS: 60, readingsS: 60 }, [100, 50]).length, 2);
});

t.test('storage and connection are sealed, as often as other readings', async (t) => {
  const policy = { sampling: { positionUs: 0, readingsUs: 10 * second } };
  const first = sample(nothingSampled, policy, { kind: 'surroundings', atUs: 0, recording: 1 });
  t.equal(first.kept, true);
  t.equal(sample(first.after, policy, { kind: 'surroundings', atUs: 9 * second, recording: 1 }).kept, false);
  t.equal(sample(first.after, policy, { kind: 'surroundings', atUs: 10 * second, recording: 1 }).kept, true);
  let log = noted(emptyLog(), { atUs: 5, freeBytes: 2 ** 40, connected: true }, 2);
  log = noted(log, { atUs: 6, freeBytes: undefined, connected: false }, 2);
  log = noted(log, { atUs: 7, freeBytes: 1, connected: false }, 2);
  const bytes = encodeTelemetry(log, {
    ...{ lampCommanded: 'off', lampReported: undefined, muted: false, dwelling: false },
    ...{ stoppedUs: undefined, mergedPresses: 0 },
  });
  const { ChunkTelemetry } = sealcam.telemetry;
  const read = ChunkTelemetry.toObject(ChunkTelemetry.decode(bytes), { enums: String, longs: Number });
  t.same(read.surroundings, [
    { uptimeUs: 5, freeBytes: 2 ** 40, link: 'LINK_CONNECTED' },
    { uptimeUs: 6, link: 'LINK_AWAY' },
  ]);
  t.equal(read.omitted, 1, 'within the bound of a chunk');
});
