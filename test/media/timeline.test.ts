import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { concatBytes } from '../../base/bytes.ts';
import { memorySource } from '../../media/byte-source.ts';
import { readMp4 } from '../../media/reader/mp4-reader.ts';
import type { MediaSample, StreamParameters } from '../../media/types.ts';
import { BoxWriter } from '../../media/writer/box-writer.ts';
import { Fragmenter } from '../../media/writer/fragmenter.ts';
import { Mp4Writer } from '../../media/writer/mp4-writer.ts';
import { fileLimitMs } from '../support/patience.ts';
import { defaultClip, ffmpegMissing, ffprobeThere, readAll } from './clips.ts';

t.setTimeout(fileLimitMs);

const run = promisify(execFile);
const day = 86_400;

const clip = await readAll(defaultClip);
const pictures = clip.samples.filter(({ track }) => track === 'video').slice(0, 75);
const sounds = clip.samples.filter(({ track }) => track === 'audio').slice(0, 141);

/** Three groups of a second, each `gapSeconds` after the end of the one before, at `timescale`, with sound. */
function film(
  timescale: number,
  gapSeconds: number,
): { parameters: StreamParameters; samples: MediaSample[] } {
  const samples: MediaSample[] = [];
  for (let group = 0; group < 3; group += 1) {
    const second = group * (1 + gapSeconds);
    const at = (of: number, number: number, rate: number): number =>
      second * of + Math.round((number * of) / rate);
    for (let n = 0; n < 25; n += 1) {
      const source = pictures[group * 25 + n];
      if (source === undefined) throw new RangeError('the clip is longer');
      const dts = at(timescale, n, 25);
      const duration = at(timescale, n + 1, 25) - dts;
      samples.push({ ...source, dts, pts: dts, duration });
    }
    for (let n = 0; n < 47; n += 1) {
      const source = sounds[group * 47 + n];
      if (source === undefined) throw new RangeError('the clip is longer');
      const dts = at(48_000, 0, 1) + n * 1024;
      samples.push({ ...source, dts, pts: dts, duration: 1024 });
    }
  }
  return { parameters: { ...clip.parameters, video: { ...clip.parameters.video, timescale } }, samples };
}

function ordinary({ parameters, samples }: ReturnType<typeof film>): Uint8Array {
  const writer = new Mp4Writer(parameters);
  const pieces = [writer.header()];
  for (const sample of samples) {
    writer.add(sample);
    pieces.push(sample.data);
  }
  const { moov, patch } = writer.finish();
  const bytes = concatBytes(...pieces, moov);
  bytes.set(patch.bytes, patch.at);
  return bytes;
}

function fragmented({ parameters, samples }: ReturnType<typeof film>): Uint8Array {
  const fragmenter = new Fragmenter(parameters, { video: 0, audio: 0 });
  const pieces = [fragmenter.init()];
  for (let at = 0; at < samples.length; at += 72)
    pieces.push(...fragmenter.fragment(samples.slice(at, at + 72)));
  return concatBytes(...pieces);
}

async function timesOf(bytes: Uint8Array): Promise<string[]> {
  const file = await readMp4(memorySource(bytes));
  const times: string[] = [];
  for await (const { track, dts, pts } of file.samples()) times.push(`${track} ${dts} ${pts}`);
  return times.sort();
}

const kinds: readonly [name: string, timescale: number, gapSeconds: number][] = [
  ['a clock of 1 GHz and 6 s without a picture', 1_000_000_000, 6],
  ['a clock of 1 GHz and a day', 1_000_000_000, day],
  ['a clock of 10 MHz and 7.5 minutes', 10_000_000, 450],
  ['a clock of 90 kHz and 3 days', 90_000, 3 * day],
  ['a clock of 90 kHz and a minute', 90_000, 60],
  ['a clock of 4 GHz and 3 s', 4_000_000_000, 3],
];

for (const [name, timescale, gapSeconds] of kinds) {
  t.test(`${name}: the MP4's timeline is the evidence's`, async (t) => {
    const source = film(timescale, gapSeconds);
    const expected = source.samples.map(({ track, dts, pts }) => `${track} ${dts} ${pts}`).sort();
    const whole = ordinary(source);
    t.same(await timesOf(whole), expected, 'in an ordinary MP4');
    t.same(await timesOf(fragmented(source)), expected, 'in a fragmented one');
    if (!ffprobeThere || timescale > 2 ** 31) {
      t.comment(ffprobeThere ? 'ffprobe takes no timescale above 2^31' : ffmpegMissing);
      return;
    }
    const folder = t.testdir();
    for (const [form, bytes] of [
      ['ordinary', whole],
      ['fragmented', fragmented(source)],
    ] as const) {
      const path = join(folder, `${form}.mp4`);
      await writeFile(path, bytes);
      const args = [
        '-v',
        'error',
        '-select_streams',
        'v',
        '-show_entries',
        'frame=best_effort_timestamp_time',
      ];
      const { stdout, stderr } = await run('ffprobe', [...args, '-of', 'default=nw=1:nk=1', path]);
      t.equal(stderr, '');
      const seconds = stdout
        .trim()
        .split('\n')
        .map((line) => Number.parseFloat(line));
      const wanted = source.samples
        .filter(({ track }) => track === 'video')
        .map(({ pts }) => pts / timescale);
      t.equal(seconds.length, wanted.length, `ffprobe shows every picture of the ${form} one`);
      const off = wanted.map((at, index) => Math.abs(at - (seconds[index] ?? Number.NaN)));
      t.ok(
        off.every((error) => error < 0.000_01),
        `at its time: ${Math.max(...off)} s off at most`,
      );
    }
  });
}

t.test('the longest wait that the link can state is written', async (t) => {
  const [first, second] = pictures as [MediaSample, MediaSample];
  const [sound] = sounds as [MediaSample];
  const late = 4_000_000_000_000_000;
  const samples = [
    { ...first, dts: 0, pts: 0, duration: 1 },
    { ...sound, dts: 0, pts: 0, duration: 1024 },
    { ...second, dts: late, pts: late, duration: 1 },
  ];
  const parameters = { ...clip.parameters, video: { ...clip.parameters.video, timescale: 1 } };
  t.same(await timesOf(ordinary({ parameters, samples })), [
    'audio 0 0',
    'video 0 0',
    `video ${late} ${late}`,
  ]);
});

t.test('no number is written into a field that is too small for it', async (t) => {
  const writer = new BoxWriter();
  const wrong: [string, () => void][] = [
    ['u8', () => writer.u8(256)],
    ['u16', () => writer.u16(65_536)],
    ['u32', () => writer.u32(2 ** 32)],
    ['u32 below 0', () => writer.u32(-1)],
    ['i32', () => writer.i32(2 ** 31)],
    ['i32 below', () => writer.i32(-(2 ** 31) - 1)],
    ['u64', () => writer.u64(2 ** 53)],
    ['i64', () => writer.i64(-(2 ** 53))],
    ['a part of a number', () => writer.u32(1.5)],
    ['no number', () => writer.u32(Number.NaN)],
    ['flags', () => writer.fullBox('test', 0, 2 ** 24, () => {})],
    ['a time in version 0', () => writer.time(0, 2 ** 32)],
    ['an offset put in later', () => writer.patchI32(0, 2 ** 31)],
  ];
  for (const [name, write] of wrong) t.throws(write, { code: 'MP4_FIELD' }, name);
  const big: MediaSample = { ...(pictures[0] as MediaSample), duration: 2 ** 32 };
  const fragmenter = new Fragmenter(clip.parameters, { video: 0, audio: 0 });
  t.throws(() => fragmenter.fragment([{ ...big, dts: 0, pts: 0 }]), { code: 'MP4_FIELD' });
});
