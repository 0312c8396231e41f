import t from 'tap';
import { uplinkLimits } from '../../agent/limits.ts';
import { minuteMs } from '../../scenario/fast/sim-time.ts';
import { fileLimitMs } from '../support/patience.ts';
import { runSeed } from './run-seed.ts';

// A station does not answer what it refuses for a camera's quota. The camera must not fill the network with it: it asks at
// growing intervals, and sends no content again and again.

t.setTimeout(fileLimitMs);

const faultyMs = 15 * minuteMs;
const most = Number.MAX_SAFE_INTEGER;
const segmentsPerChunkMax = 4;
const { askDelayMsMin, askDelayMsMax, retryDelayMsMin, retryDelayMsMax } = uplinkLimits;

/** How often the camera tries in so long, where each wait is a part of the time that has passed, within its bounds. */
function triesMax(forMs: number, part: number, leastMs: number, mostMs: number): number {
  let tries = 0;
  for (let quietMs = 0; quietMs < forMs; tries += 1) {
    quietMs += Math.min(mostMs, Math.max(leastMs, quietMs / part));
  }
  return tries;
}

const quotas = {
  'no recording after the first': { bytesMax: most, recordingsMax: 1 },
  'nothing after the first bytes': { bytesMax: 3_000, recordingsMax: most },
};

for (const seed of [2, 3]) {
  const unlimited = runSeed(seed, { faultyMs, quota: { bytesMax: most, recordingsMax: most } });
  for (const [what, quota] of Object.entries(quotas)) {
    t.test(`${what}: traffic is bounded, and all is receipted once there is room (${seed})`, async (t) => {
      const free = await unlimited;
      const full = await runSeed(seed, { faultyMs, quota });
      for (const { violation } of [free, full]) t.equal(violation, undefined);
      const { simulatedMs } = full;
      const count = ({ counts }: typeof full, name: string): number => counts[name] ?? 0;
      const recordings = count(full, 'recordings');
      const whole = (name: string): number => (count(free, name) / count(free, 'recordings')) * recordings;
      // Of a recording that was cut in its middle, one chunk is tried again and again.
      const retries = triesMax(simulatedMs, 3, retryDelayMsMin, retryDelayMsMax);
      // Other content is sent once while it is refused, and once when it is taken; recordings differ in length.
      const segments = 2.5 * whole('segments') + segmentsPerChunkMax * retries;
      t.ok(count(full, 'segments') <= segments, `${count(full, 'segments')} of at most ${segments} segments`);
      // Each boot ends in one of these ways, but the last, and has a journal.
      const journals = count(full, 'kills') + count(full, 'powerCuts') + count(full, 'shutdowns') + 1;
      // Each recording is asked for by its session and opening, and each journal by its session and first entry.
      const heads = 2 * (recordings + journals) * triesMax(simulatedMs, 8, askDelayMsMin, askDelayMsMax);
      const messages = heads + 2.5 * whole('messages') + (1 + segmentsPerChunkMax) * retries;
      t.ok(count(full, 'messages') <= messages, `${count(full, 'messages')} of at most ${messages} messages`);
    });
  }
}
