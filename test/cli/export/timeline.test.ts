import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { concatBytes } from '../../../base/bytes.ts';
import { type MediaSpan, PictureTimeline } from '../../../cli/evidence/export/timeline.ts';
import { fragmentedMovie, type MovieFile, ordinaryMovie } from '../../../cli/evidence/movie.ts';
import { memorySource } from '../../../media/byte-source.ts';
import { readMp4 } from '../../../media/reader/mp4-reader.ts';
import { type MediaSample, type StreamParameters, ticksToUs } from '../../../media/types.ts';
import { Fragmenter } from '../../../media/writer/fragmenter.ts';
import { defaultClip, readAll } from '../../media/clips.ts';
import { seeded } from '../../support/seed.ts';

// Each picture is captured at an uptime, and shown at a time of the MP4: what the camera noted at that uptime is put there.

interface Captured {
  readonly uptimeUs: number;
  readonly sample: MediaSample;
}

const clip = await readAll(defaultClip);
const pictures = clip.samples.filter(({ track }) => track === 'video').slice(0, 25);
const sounds = clip.samples.filter(({ track }) => track === 'audio').slice(0, 47);

/** Chunks of a second each, of a sensor whose clock is `drift` too fast, with a break before each. */
function chunksOf(
  timescale: number,
  breaksS: readonly number[],
  drift: number,
  soundLateUs: number,
): Captured[][] {
  let beganUs = 7_000_000;
  return breaksS.map((breakS) => {
    beganUs += breakS * 1e6;
    const fromUs = beganUs;
    beganUs += 1e6;
    const ticks = (us: number, scale: number): number =>
      Math.round(((us - 7_000_000) * (1 + drift) * scale) / 1e6);
    const of = (list: readonly MediaSample[], scale: number, lateUs: number, stepUs: number): Captured[] =>
      list.map((source, n) => {
        const uptimeUs = Math.round(fromUs + lateUs + n * stepUs);
        const dts = ticks(uptimeUs, scale);
        const duration = ticks(uptimeUs + stepUs, scale) - dts;
        return { uptimeUs, sample: { ...source, dts, pts: dts, duration, key: source.key } };
      });
    return [
      ...of(pictures, timescale, 0, 40_000),
      ...of(sounds, clip.parameters.audio?.timescale ?? 1, soundLateUs, 1e6 / 47),
    ].sort((a, b) => a.uptimeUs - b.uptimeUs);
  });
}

/** Writes chunks as a recording, and opens it as `sealcam open` does. */
async function write(
  path: string,
  make: (file: Awaited<ReturnType<typeof open>>) => MovieFile,
  parameters: StreamParameters,
  chunks: readonly Captured[][],
): Promise<{ bytes: Uint8Array; spans: MediaSpan[] }> {
  const fragmenter = new Fragmenter(parameters, { video: 0, audio: 0 });
  const file = await open(path, 'wx+');
  const movie = make(file);
  const telemetry = new Uint8Array(0);
  await movie.add({ index: 0, media: fragmenter.init(), telemetry });
  const spans: MediaSpan[] = [];
  for (const [n, chunk] of chunks.entries()) {
    const media = concatBytes(...fragmenter.fragment(chunk.map(({ sample }) => sample)));
    const span = await movie.add({ index: n + 1, media, telemetry });
    if (span !== undefined) spans.push(span);
  }
  await movie.finish();
  await file.close();
  return { bytes: new Uint8Array(await readFile(path)), spans };
}

async function shownUs(bytes: Uint8Array): Promise<number[]> {
  const file = await readMp4(memorySource(bytes));
  const times: number[] = [];
  for await (const { track, pts } of file.samples())
    if (track === 'video') times.push(ticksToUs(pts, file.parameters.video.timescale));
  return times;
}

t.test('what is noted at a picture is put where a player shows it', async (t) => {
  const random = seeded(t);
  const folder = t.testdir();
  const breaks = [0, 0.5, 7, 600, 86_400, 3 * 86_400];
  for (let round = 0; round < 12; round += 1) {
    const timescale = random.pick([1000, 90_000, 600, 10_000_000, 1_000_000_000]);
    const rotation = random.pick([0, 90, 180, 270] as const);
    const breaksS = [0, ...Array.from({ length: 4 }, () => random.pick(breaks))];
    const drift = random.pick([0, 1e-4, -1e-4]);
    const chunks = chunksOf(timescale, breaksS, drift, random.pick([0, 15_000]));
    const video = { ...clip.parameters.video, timescale, ...(rotation !== 0 && { rotation }) };
    for (const make of [ordinaryMovie, fragmentedMovie]) {
      const path = join(folder, `${round}-${make.name}.mp4`);
      const { bytes, spans } = await write(path, make, { ...clip.parameters, video }, chunks);
      const timeline = new PictureTimeline();
      const put = chunks.flatMap((chunk, n) => {
        const mediaTime = timeline.next(chunk[0]?.uptimeUs ?? 0, spans[n] ?? { fromUs: 0, toUs: 0 });
        return chunk
          .filter(({ sample }) => sample.track === 'video')
          .map(({ uptimeUs }) => mediaTime(uptimeUs));
      });
      const shown = await shownUs(bytes);
      const worst = Math.max(...shown.map((us, n) => Math.abs(us - (put[n] ?? Number.NaN))));
      const said = `${make.name} at ${timescale} Hz, breaks of ${breaksS.join(', ')} s, drift ${drift}`;
      t.equal(put.length, shown.length, said);
      // A tick of the track, and 100 ppm of a chunk's second.
      t.ok(worst <= 1e6 / timescale + 110, `${worst} us off at most: ${said}`);
      t.ok(
        put.every((us, n) => us >= (put[n - 1] ?? 0)),
        'in order',
      );
    }
  }
});

t.test('what is noted between two chunks is put between their pictures', async (t) => {
  const timeline = new PictureTimeline();
  const first = timeline.next(10e6, { fromUs: 0, toUs: 1e6 });
  t.equal(first(9e6), 0, 'before the first picture: with it');
  t.equal(first(10.25e6), 0.25e6);
  t.equal(first(14e6), 1e6, 'after the last: with its end');
  const second = timeline.next(20e6, { fromUs: 11e6, toUs: 12e6 });
  t.equal(second(15e6), 6e6, 'within the gap: as far before the next picture');
  t.equal(second(2e6), 1e6, 'never before what was shown already');
});
