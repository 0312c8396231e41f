import fc from 'fast-check';
import t from 'tap';
import {
  emptyRing,
  keep,
  type Ring,
  type RingLimits,
  ringSamples,
} from '../../../../agent/recorder/stream/ring.ts';
import type { CapturedSample } from '../../../../agent/recorder/stream/segmenter.ts';
import { seeded } from '../../../support/seed.ts';
import { pictures, sound } from '../stream.ts';

function run(
  limits: RingLimits,
  samples: readonly CapturedSample[],
): { ring: Ring; expired: CapturedSample[] } {
  let ring = emptyRing(limits);
  const expired: CapturedSample[] = [];
  for (const sample of samples) {
    const step = keep(ring, sample);
    ring = step.ring;
    expired.push(...step.expired);
  }
  return { ring, expired };
}

t.test('it keeps whole groups, never more than its time', async (t) => {
  const samples = pictures(0, 110, 25);
  const { ring, expired } = run({ durationUs: 2_000_000, bytesMax: 1e9, samplesMax: 1_000 }, samples);
  t.equal(
    ringSamples(ring)[0],
    samples[75],
    'the group that began 2.36 s ago is gone, the one of 1.36 s is there',
  );
  t.same(expired, samples.slice(0, 75));
});

t.test('set to 0 it keeps nothing, not even the open group', async (t) => {
  const samples = pictures(0, 30, 25);
  const { ring, expired } = run({ durationUs: 0, bytesMax: 1e9, samplesMax: 1_000 }, samples);
  t.same(ringSamples(ring), []);
  t.same(expired, samples);
});

t.test('it begins with a key frame, and is bounded in bytes', async (t) => {
  const samples = [...pictures(5, 20, 25), ...pictures(25, 50, 25, 1000)];
  const { ring } = run({ durationUs: 60_000_000, bytesMax: 30_000, samplesMax: 1_000 }, samples);
  t.same(ringSamples(ring), samples.slice(45));
  const { ring: tiny, expired } = run({ durationUs: 60_000_000, bytesMax: 500, samplesMax: 1_000 }, samples);
  t.same(ringSamples(tiny), [], 'a group larger than the ring is forgotten whole');
  t.equal(expired.length, samples.length);
});

t.test('every sample is kept or expired, once, in order (property)', async (t) => {
  const { seed } = seeded(t);
  const stream = fc.array(fc.record({ video: fc.boolean(), key: fc.boolean(), bytes: fc.nat(300) }), {
    maxLength: 120,
  });
  fc.assert(
    fc.property(stream, fc.nat(3_000_000), fc.nat(5000), (parts, durationUs, bytesMax) => {
      const samples = parts.map((part, n) => {
        const base = part.video ? { ...pictures(n, 1, 1)[0], key: part.key } : sound(n);
        return { ...sound(n), ...base, capturedUs: n * 40_000, data: new Uint8Array(part.bytes) };
      });
      const { ring, expired } = run({ durationUs, bytesMax, samplesMax: 1_000 }, samples);
      const kept = ringSamples(ring);
      t.equal(kept.length + expired.length, samples.length);
      t.ok(kept.every((sample, i) => sample === samples[samples.length - kept.length + i]));
      t.ok(kept.reduce((sum, sample) => sum + sample.data.length, 0) <= bytesMax);
      const first = kept[0];
      if (first !== undefined) {
        t.ok(first.track === 'video' && first.key);
        t.ok((samples.at(-1)?.capturedUs ?? 0) - first.capturedUs <= durationUs);
      }
    }),
    { seed, numRuns: 200 },
  );
});
