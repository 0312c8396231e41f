import fc from 'fast-check';
import t from 'tap';
import { agentLimits } from '../../../../agent/limits.ts';
import {
  type CapturedSample,
  flush,
  type MediaChunk,
  openSegmenter,
  type Segmented,
  type SegmenterLimits,
  segment,
} from '../../../../agent/recorder/stream/segmenter.ts';
import { Fragmenter } from '../../../../media/writer/fragmenter.ts';
import { readAll } from '../../../media/clips.ts';
import { seeded } from '../../../support/seed.ts';
import { sharedFile, sharedMissing } from '../../../support/shared.ts';
import { parameters, picture, pictures, sound } from '../stream.ts';

function run(
  samples: readonly CapturedSample[],
  limits: SegmenterLimits = agentLimits,
  of = parameters,
): Segmented[] {
  let state = openSegmenter(of, limits);
  const out: Segmented[] = [];
  for (const sample of samples) {
    const step = segment(state, sample);
    state = step.state;
    out.push(...step.out);
  }
  const rest = flush(state);
  if (rest !== undefined) out.push({ kind: 'chunk', chunk: rest });
  return out;
}

function chunks(out: readonly Segmented[]): MediaChunk[] {
  return out.flatMap((item) => (item.kind === 'chunk' ? [item.chunk] : []));
}

/** A row for each chunk: its pictures, and whether it can be decoded alone. */
function rows(out: readonly Segmented[]): string[] {
  return chunks(out).map(
    (chunk) =>
      `${chunk.samples.filter((s) => s.track === 'video').length}${chunk.independent ? '' : ' dependent'}`,
  );
}

t.test('one group of pictures makes one chunk, short ones are merged, long ones are cut', async (t) => {
  t.same(rows(run(pictures(0, 75, 25))), ['25', '25', '25'], 'groups of 1 s');
  t.same(rows(run(pictures(0, 20, 5))), ['10', '10'], 'groups of 0.2 s, two and two');
  t.same(rows(run(pictures(0, 21, 7))), ['7', '7', '7'], 'groups of 0.28 s');
  t.same(rows(run(pictures(0, 200, 100))), ['100', '100'], 'groups of exactly 4 s stay whole');
  t.same(rows(run(pictures(0, 220, 110))), ['100', '10 dependent', '100', '10 dependent'], 'groups of 4.4 s');
  t.same(rows(run(pictures(0, 3, 1))), ['3'], 'every picture a key frame');
});

t.test('a chunk never exceeds its bytes', async (t) => {
  const big = 700_000;
  t.same(rows(run(pictures(0, 10, 25, big))), ['5', '5 dependent']);
  const tooLarge = picture(3, false, agentLimits.chunkBytesMax);
  const out = run([...pictures(0, 3, 25), tooLarge, ...pictures(4, 2, 25)]);
  t.same(
    out.filter((item) => item.kind === 'tooLarge'),
    [{ kind: 'tooLarge', sample: tooLarge }],
  );
  t.same(rows(out), ['5']);
});

t.test('a time that goes back is told and not taken', async (t) => {
  const back = picture(1, false);
  const out = run([...pictures(0, 3, 25), back, picture(3, false)]);
  t.same(out[0], { kind: 'disorder', sample: back });
  t.same(rows(out), ['4']);
});

t.test('sound that runs far ahead of the picture cuts nothing', async (t) => {
  const ahead = pictures(0, 50, 25).flatMap((one, n) => [one, sound(1000 + 2 * n)]);
  t.same(rows(run(ahead)), ['25', '25']);
});

const camera = sharedFile('clips/camera_h264_480x640.mp4');
t.test("a real camera's groups of 2.5 s stay whole", { skip: camera ? false : sharedMissing }, async (t) => {
  const clip = await readAll(camera ?? '');
  const captured = clip.samples.map((sample) => ({ ...sample, capturedUs: 0 }));
  const cut = chunks(run(captured, agentLimits, clip.parameters));
  t.equal(cut.length, clip.samples.filter((sample) => sample.key).length);
  t.ok(cut.every((chunk) => chunk.independent && chunk.samples[0]?.key));
});

t.test('nothing is lost, doubled or reordered, and every bound holds (property)', async (t) => {
  const { seed } = seeded(t);
  const limits = {
    chunkDurationMinUs: 250_000,
    chunkDurationMaxUs: 4_000_000,
    chunkBytesMax: 4096,
    chunkSamplesMax: 100,
  };
  const part = fc.record({
    video: fc.boolean(),
    gap: fc.oneof({ weight: 9, arbitrary: fc.nat(20_000) }, { weight: 1, arbitrary: fc.nat(600_000) }),
    back: fc.oneof(
      { weight: 30, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
    key: fc.boolean(),
    bytes: fc.oneof({ weight: 20, arbitrary: fc.nat(600) }, { weight: 1, arbitrary: fc.nat(6000) }),
  });
  fc.assert(
    fc.property(fc.array(part, { maxLength: 150 }), (parts) => {
      const clocks = { video: 100_000, audio: 100_000 };
      const samples = parts.map((one): CapturedSample => {
        const track = one.video ? 'video' : 'audio';
        const dts = one.back ? clocks[track] - 100_000 : clocks[track];
        if (!one.back) clocks[track] += one.gap;
        const data = new Uint8Array(one.bytes);
        const key = one.video ? one.key : true;
        return { track, dts, pts: dts, duration: one.gap, key, data, capturedUs: 0 };
      });
      const out = run(samples, limits);
      const flat = out.flatMap((item) => (item.kind === 'chunk' ? item.chunk.samples : [item.sample]));
      const refused = new Set(out.flatMap((item) => (item.kind === 'chunk' ? [] : [item.sample])));
      const inChunks = chunks(out).flatMap((chunk) => chunk.samples);
      t.equal(flat.length, samples.length);
      t.ok(inChunks.every((sample, i) => sample === samples.filter((one) => !refused.has(one))[i]));
      for (const chunk of chunks(out)) {
        const made = new Fragmenter(parameters, { video: 0, audio: 0 }).fragment(chunk.samples);
        const size = made.reduce((sum, piece) => sum + piece.length, 0);
        t.ok(
          size <= chunk.bytes && chunk.bytes <= limits.chunkBytesMax,
          'the stated bytes cover the fragment',
        );
        const first = chunk.samples.find((sample) => sample.track === 'video');
        t.equal(chunk.independent, first?.key ?? true);
        const seen = chunk.samples.filter((sample) => sample.track === 'video');
        const ticks = (seen.at(-1)?.dts ?? 0) + (seen.at(-1)?.duration ?? 0) - (seen[0]?.dts ?? 0);
        t.ok(seen.length <= 1 || ticks <= 4 * 90_000, 'no chunk lasts above 4 s');
      }
    }),
    { seed, numRuns: 150 },
  );
});
