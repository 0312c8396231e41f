import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { concatBytes, toHex } from '../../base/bytes.ts';
import { memorySource } from '../../media/byte-source.ts';
import { innerBoxes } from '../../media/reader/mp4-boxes.ts';
import { readMp4 } from '../../media/reader/mp4-reader.ts';
import type { AudioTrack, MediaSample, StreamParameters, TrackKind, VideoTrack } from '../../media/types.ts';
import { Fragmenter, recordingBase } from '../../media/writer/fragmenter.ts';
import { seeded } from '../support/seed.ts';
import { sharedFile, sharedMissing } from '../support/shared.ts';
import { defaultClip, ffmpegMissing, ffmpegThere, groupsOf, makeClip, readAll, warningsOf } from './clips.ts';

const video: VideoTrack = {
  kind: 'video',
  codec: 'h264',
  timescale: 90_000,
  width: 320,
  height: 240,
  description: Uint8Array.from([1, 100, 0, 31, 0xff, 0xe1, 0, 2, 0x67, 1, 1, 0, 1, 0x68]),
  codecString: 'avc1.64001f',
};
const audio: AudioTrack = {
  kind: 'audio',
  codec: 'aac',
  timescale: 48_000,
  sampleRate: 48_000,
  channels: 1,
  description: Uint8Array.from([0x11, 0x88]),
};

async function readBack(
  bytes: Uint8Array,
): Promise<{ parameters: StreamParameters; samples: MediaSample[] }> {
  const file = await readMp4(memorySource(bytes));
  const samples: MediaSample[] = [];
  for await (const sample of file.samples()) samples.push(sample);
  return { parameters: file.parameters, samples };
}

/** One track's samples with their times after `base`, as text that compares and reads well. */
function lines(samples: readonly MediaSample[], track: TrackKind, base = 0): string[] {
  return samples
    .filter((sample) => sample.track === track)
    .map((s) => `${s.dts - base} ${s.pts - base} ${s.duration} ${s.key ? 'key' : ''} ${toHex(s.data)}`);
}

/** Lengths of all samples made whole: to the next `dts`, as a file without gaps has it. */
function written(samples: readonly MediaSample[], groups: readonly MediaSample[][]): MediaSample[] {
  const last = new Set(
    groups.flatMap((group) =>
      (['video', 'audio'] as const).map((track) => group.findLast((sample) => sample.track === track)),
    ),
  );
  return samples.map((sample, index) => {
    const next = samples.slice(index + 1).find((other) => other.track === sample.track);
    return last.has(sample) || next === undefined ? sample : { ...sample, duration: next.dts - sample.dts };
  });
}

/** Fragments `path` by `groups`, and demands that reading gives back every sample to the bit and tick. */
async function roundTrip(
  test: Pick<typeof t, 'same' | 'ok'>,
  path: string,
  cut = groupsOf,
): Promise<Uint8Array> {
  const { parameters, samples } = await readAll(path);
  const groups = cut(samples);
  const fragmenter = new Fragmenter(parameters);
  const bytes = concatBytes(fragmenter.init(), ...groups.flatMap((group) => fragmenter.fragment(group)));
  const back = await readBack(bytes);
  test.same(back.parameters, parameters, 'the sample descriptions are kept to the byte');
  const base = recordingBase(parameters, groups[0] ?? []);
  const expected = written(samples, groups);
  for (const track of ['video', 'audio'] as const) {
    test.same(
      lines(back.samples, track),
      lines(expected, track, base[track]),
      `every ${track} sample comes back`,
    );
  }
  const startsAt = (all: readonly MediaSample[], scale: number, track: TrackKind): number =>
    (all.find((sample) => sample.track === track)?.dts ?? 0) / scale;
  const starts = [startsAt(back.samples, parameters.video.timescale, 'video')];
  if (parameters.audio !== undefined)
    starts.push(startsAt(back.samples, parameters.audio.timescale, 'audio'));
  test.ok(Math.min(...starts) === 0, 'the earliest sample is decoded at 0');
  return bytes;
}

t.test('a clip comes back from its fragments to the bit and the tick', async (t) => {
  await t.test('the default clip, with sound that begins before the picture', async (t) => {
    const bytes = await roundTrip(t, defaultClip);
    if (!ffmpegThere) {
      t.comment(`ffprobe is not asked: ${ffmpegMissing}`);
      return;
    }
    const out = join(t.testdir(), 'out.mp4');
    await writeFile(out, bytes);
    t.equal(await warningsOf(out), '', 'ffprobe and ffmpeg read it without a warning');
  });

  const camera = sharedFile('clips/camera_h264_480x640.mp4');
  await t.test('a real camera', { skip: camera === undefined ? sharedMissing : false }, async (t) => {
    await roundTrip(t, camera ?? '');
  });

  await t.test('cut anywhere, also inside groups', async (t) => {
    await roundTrip(t, defaultClip, (samples) => {
      const groups: MediaSample[][] = [];
      for (let at = 0; at < samples.length; at += 7) groups.push(samples.slice(at, at + 7));
      return groups;
    });
  });
});

t.test('clips of many kinds', { skip: ffmpegThere ? false : ffmpegMissing }, async (t) => {
  const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast'];
  const x265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error:pools=none'];
  const aac = ['-c:a', 'aac', '-ar'];
  const kinds: Record<string, Parameters<typeof makeClip>[1]> = {
    'H.265 at 25 fps': { rate: '25', video: [...x265, '-tag:v', 'hvc1', '-g', '25', '-bf', '0'] },
    'H.265 with B frames and sound, hev1': {
      rate: '30',
      video: [...x265, '-tag:v', 'hev1', '-g', '30', '-bf', '3'],
      audio: [...aac, '44100'],
    },
    'H.264 with B frames at 29.97 fps, 44.1 kHz': {
      rate: '30000/1001',
      video: [...x264, '-g', '30', '-bf', '2'],
      audio: [...aac, '44100'],
    },
    'H.264 at 60 fps, groups of 0.1 s, 48 kHz': {
      rate: '60',
      video: [...x264, '-g', '6', '-bf', '0'],
      audio: [...aac, '48000'],
    },
    'H.264 at 15 fps, one group, silent': { rate: '15', video: [...x264, '-g', '250', '-bf', '0'] },
    'a fragmented source': {
      rate: '25',
      video: [...x264, '-g', '25', '-bf', '2', '-movflags', 'frag_keyframe+empty_moov'],
      audio: [...aac, '48000'],
    },
  };
  for (const [name, kind] of Object.entries(kinds)) {
    await t.test(name, async (t) => {
      const folder = t.testdir();
      await makeClip(join(folder, 'in.mp4'), kind);
      const bytes = await roundTrip(t, join(folder, 'in.mp4'));
      await writeFile(join(folder, 'out.mp4'), bytes);
      t.equal(await warningsOf(join(folder, 'out.mp4')), '', 'ffprobe and ffmpeg read it without a warning');
    });
  }
});

t.test(
  'each fragment is one moof and one mdat, numbered from 1, with the samples themselves uncopied',
  async (t) => {
    const { parameters, samples } = await readAll(defaultClip);
    const fragmenter = new Fragmenter(parameters);
    t.same(
      [...innerBoxes(fragmenter.init())].map((box) => box.type),
      ['ftyp', 'moov'],
    );
    groupsOf(samples).forEach((group, index) => {
      const pieces = fragmenter.fragment(group);
      const boxes = [...innerBoxes(concatBytes(...pieces))];
      t.same(
        boxes.map((box) => box.type),
        ['moof', 'mdat'],
      );
      const inner = [...innerBoxes(boxes[0]?.content ?? new Uint8Array())];
      t.same(
        inner.map((box) => box.type),
        ['mfhd', 'traf', 'traf'],
      );
      t.equal(inner[0]?.content.at(-1), index + 1);
      t.ok(pieces.slice(1).every((piece) => group.some((sample) => sample.data === piece)));
    });
  },
);

t.test('times stay exact after 12 hours, at every usual rate', async (t) => {
  const data = Uint8Array.of(0, 0, 0, 1, 0x65);
  for (const [scale, step] of [
    [90_000, 3600],
    [90_000, 3003],
    [90_000, 3000],
    [90_000, 1500],
    [30_000, 1001],
    [48_000, 1024],
    [44_100, 1024],
    [1_000_000, 33_333],
  ] as const) {
    const first = Math.floor((12 * 3600 * scale) / step) * step + 1;
    const sample = (n: number, dts: number): MediaSample => ({
      track: 'video',
      pts: dts + (n % 2),
      dts,
      duration: step,
      key: true,
      data,
    });
    const samples = [sample(0, 0), ...[0, 1, 2].map((n) => sample(n, first + n * step))];
    const fragmenter = new Fragmenter({ video: { ...video, timescale: scale } }, { video: 0, audio: 0 });
    const bytes = concatBytes(fragmenter.init(), ...samples.flatMap((one) => fragmenter.fragment([one])));
    const back = await readBack(bytes);
    t.same(
      lines(back.samples, 'video'),
      lines(samples, 'video'),
      `${scale} ticks a second, ${step} a picture`,
    );
  }
});

t.test('any times and sizes come back (property)', async (t) => {
  const { seed } = seeded(t);
  const sampleOf = (track: TrackKind) =>
    fc.record({
      track: fc.constant(track),
      gap: fc.nat(100_000),
      reorder: fc.integer({ min: -9000, max: 9000 }),
      key: track === 'audio' ? fc.constant(true) : fc.boolean(),
      data: fc.uint8Array({ minLength: 1, maxLength: 64 }),
    });
  const stream = fc.array(fc.oneof(sampleOf('video'), sampleOf('audio')), { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(stream, fc.integer({ min: 1, max: 20 }), fc.nat(2 ** 45), async (parts, size, start) => {
      const clocks = { video: start, audio: start };
      // A first key frame, without which the reader rightly refuses the file.
      const head = { track: 'video' as const, gap: 0, reorder: 0, key: true, data: Uint8Array.of(7) };
      const samples = [head, ...parts].map((part): MediaSample => {
        const dts = clocks[part.track];
        clocks[part.track] += part.gap;
        const pts = part.track === 'audio' ? dts : dts + part.reorder;
        return { track: part.track, dts, pts, duration: part.gap, key: part.key, data: part.data };
      });
      const fragmenter = new Fragmenter({ video, audio }, { video: start, audio: start });
      const pieces = [fragmenter.init()];
      for (let at = 0; at < samples.length; at += size)
        pieces.push(...fragmenter.fragment(samples.slice(at, at + size)));
      const back = await readBack(concatBytes(...pieces));
      for (const track of ['video', 'audio'] as const) {
        t.strictSame(lines(back.samples, track), lines(samples, track, start));
      }
    }),
    { seed, numRuns: 100 },
  );
});

t.test('parameters that no MP4 can hold are refused by name', async (t) => {
  const wrong: [string, StreamParameters][] = [
    ['video timescale is 1.5', { video: { ...video, timescale: 1.5 } }],
    ['channels is 0', { video, audio: { ...audio, channels: 0 } }],
  ];
  for (const [says, parameters] of wrong) {
    t.throws(() => new Fragmenter(parameters).init(), {
      code: 'MEDIA_PARAMETERS',
      message: new RegExp(says),
    });
  }
});
