import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { concatBytes, toHex } from '../../base/bytes.ts';
import { memorySource } from '../../media/byte-source.ts';
import { readMp4 } from '../../media/reader/mp4-reader.ts';
import type { MediaSample, StreamParameters } from '../../media/types.ts';
import { Fragmenter } from '../../media/writer/fragmenter.ts';
import { Mp4Writer } from '../../media/writer/mp4-writer.ts';
import { sharedFile, sharedMissing } from '../support/shared.ts';
import { defaultClip, ffmpegMissing, ffmpegThere, groupsOf, makeClip, readAll, warningsOf } from './clips.ts';

interface Film {
  readonly parameters: StreamParameters;
  readonly samples: MediaSample[];
}

async function readBytes(bytes: Uint8Array): Promise<Film> {
  const file = await readMp4(memorySource(bytes));
  const samples: MediaSample[] = [];
  for await (const sample of file.samples()) samples.push(sample);
  return { parameters: file.parameters, samples };
}

function write(film: Film): Uint8Array {
  const writer = new Mp4Writer(film.parameters);
  const parts = [writer.header()];
  for (const sample of film.samples) {
    writer.add(sample);
    parts.push(sample.data);
  }
  const { moov, patch } = writer.finish();
  const bytes = concatBytes(...parts, moov);
  bytes.set(patch.bytes, patch.at);
  return bytes;
}

/** What the recorder would make of a clip: fragments, read back. */
async function recorded(path: string): Promise<Film> {
  const { parameters, samples } = await readAll(path);
  const fragmenter = new Fragmenter(parameters);
  return await readBytes(
    concatBytes(fragmenter.init(), ...groupsOf(samples).flatMap((group) => fragmenter.fragment(group))),
  );
}

const text = (film: Film): string[] =>
  film.samples.map((s) => `${s.track} ${s.dts} ${s.pts} ${s.duration} ${s.key} ${toHex(s.data)}`);

async function exported(test: Pick<typeof t, 'same' | 'equal' | 'testdir'>, path: string): Promise<void> {
  const film = await recorded(path);
  const bytes = write(film);
  const back = await readBytes(bytes);
  test.same(back.parameters, film.parameters);
  test.same(text(back), text(film), 'every sample comes back to the bit and the tick');
  if (!ffmpegThere) return;
  const out = join(test.testdir(), 'out.mp4');
  await writeFile(out, bytes);
  test.equal(await warningsOf(out), '', 'ffprobe and ffmpeg read it without a warning');
}

t.test('a recording becomes an ordinary MP4', async (t) => {
  await t.test('of the default clip', (t) => exported(t, defaultClip));
  const camera = sharedFile('clips/camera_h264_480x640.mp4');
  await t.test(
    'of a real camera, whose first pictures lie one tick apart',
    { skip: camera ? false : sharedMissing },
    (t) => exported(t, camera ?? ''),
  );
  await t.test(
    'with B frames, 44.1 kHz and 29.97 fps',
    { skip: ffmpegThere ? false : ffmpegMissing },
    async (t) => {
      const path = join(t.testdir({ in: {} }), 'in', 'b.mp4');
      await makeClip(path, {
        rate: '30000/1001',
        video: ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-bf', '2'],
        audio: ['-c:a', 'aac', '-ar', '44100'],
      });
      const film = await recorded(path);
      t.same(text(await readBytes(write(film))), text(film));
    },
  );
});

t.test('with Opus sound', { skip: ffmpegThere ? false : ffmpegMissing }, async (t) => {
  const path = join(t.testdir({ in: {} }), 'in', 'opus.mp4');
  await makeClip(path, {
    rate: '25',
    video: ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-bf', '0'],
    audio: ['-c:a', 'libopus', '-ac', '2'],
  });
  const film = await recorded(path);
  t.match(film.parameters.audio, { codec: 'opus', timescale: 48_000, sampleRate: 48_000, channels: 2 });
  t.equal(film.parameters.audio?.description.length, 11);
  t.ok(film.samples.filter(({ track }) => track === 'audio').length > 20);
  await exported(t, path);
});

t.test('a hole stays as long as it was, also at the beginning', async (t) => {
  const film = await recorded(defaultClip);
  const seconds = (s: MediaSample): number => s.dts / (s.track === 'video' ? 90_000 : 48_000);
  const holed = {
    parameters: film.parameters,
    samples: film.samples.filter((s) => seconds(s) >= 2.05 && (seconds(s) < 4.02 || seconds(s) >= 6.02)),
  };
  const first = holed.samples.findIndex((s) => s.track === 'video' && s.key);
  const cut = { ...holed, samples: holed.samples.slice(first) };
  const times = (all: Film): string[] => all.samples.map((s) => `${s.track} ${s.dts} ${s.pts}`);
  t.same(times(await readBytes(write(cut))), times(cut));
});
