import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { concatBytes } from '../../base/bytes.ts';
import { webVttCue, webVttHead } from '../../cli/evidence/export/webvtt.ts';
import { memorySource } from '../../media/byte-source.ts';
import { readMp4 } from '../../media/reader/mp4-reader.ts';
import { Mp4Writer } from '../../media/writer/mp4-writer.ts';
import { textAreaOf, textSample } from '../../media/writer/text-entry.ts';
import { fileLimitMs } from '../support/patience.ts';
import { browserPath } from '../support/scenario/browser-page.ts';
import { browserMissing, playInBrowser } from '../support/scenario/scenario-browser.ts';
import { defaultClip, ffmpegMissing, ffprobeThere, readAll, warningsOf } from './clips.ts';

t.setTimeout(fileLimitMs);

const run = promisify(execFile);
const clip = await readAll(defaultClip);

/** Two seconds, a break, and a second, with texts. */
function film(breakS: number): Uint8Array {
  const writer = new Mp4Writer(clip.parameters);
  const pieces = [writer.header()];
  const { video, audio } = clip.parameters;
  for (const [n, texts] of [
    [
      [0, 500, 'first\nline'],
      [1200, 600, 'third & <b>'],
    ],
    [[2000 + breakS * 1000, 1000, '\u{1F4F7} after the break']],
  ].entries() as Iterable<[number, [number, number, string][]]>) {
    for (const sample of clip.samples) {
      const scale = sample.track === 'video' ? video.timescale : (audio?.timescale ?? 1);
      const seconds = sample.dts / scale;
      if (n === 0 ? seconds < 0 || seconds >= 2 : seconds < 2 || seconds >= 3) continue;
      const later = n * breakS * scale;
      writer.add({ ...sample, dts: sample.dts + later, pts: sample.pts + later });
      pieces.push(sample.data);
    }
    for (const [from, length, text] of texts) pieces.push(writer.addText(from, length, text));
  }
  const { moov, patch } = writer.finish();
  const bytes = concatBytes(...pieces, moov);
  bytes.set(patch.bytes, patch.at);
  return bytes;
}

for (const [name, breakS] of [
  ['an ordinary MP4', 0.5],
  ['one with a break of eight hours', 8 * 3_600],
] as const) {
  t.test(`texts in ${name}`, { skip: ffprobeThere ? false : ffmpegMissing }, async (t) => {
    const path = join(t.testdir(), 'film.mp4');
    await writeFile(path, film(breakS));
    t.equal(await warningsOf(path), '', 'ffprobe and ffmpeg read it without a warning');
    const entries = ['-show_entries', 'stream=codec_name,codec_type:packet=pts_time,duration_time,size'];
    const { stdout } = await run('ffprobe', [
      '-v',
      'error',
      '-select_streams',
      's',
      ...entries,
      '-of',
      'json',
      path,
    ]);
    const { streams, packets } = JSON.parse(stdout);
    t.same(streams, [{ codec_name: 'mov_text', codec_type: 'subtitle' }]);
    const times = packets.map((one: Record<string, string>) => Number(one.pts_time));
    const lengths = packets.map((one: Record<string, string>) => Number(one.duration_time).toFixed(3));
    t.same(times, [0, 0.5, 1.2, 1.8, 2 + breakS]);
    t.same(lengths.slice(0, 4), ['0.500', '0.700', '0.600', (0.2 + breakS).toFixed(3)]);
    const texts = await run('ffmpeg', ['-v', 'error', '-i', path, '-map', '0:s', '-f', 'webvtt', '-']);
    t.equal(texts.stderr, '');
    t.match(texts.stdout, /00:00\.000 --> 00:00\.500\n(<[^>]*>)?first\nline/);
    t.match(texts.stdout, 'after the break');
    const back = await readMp4(memorySource(film(breakS)));
    t.equal(back.counts.video, 75, 'the pictures are as they were');
    await back.close();
  });
}

const captionsShown = [
  { fromMs: 0, toMs: 1500, lines: ['a <i> & b', 'lamp recording'] },
  { fromMs: 1500, toMs: 3000, lines: ['no picture: signed gap (link)'] },
];

t.test(
  'a browser plays an MP4 with a text track, and shows captions',
  { skip: browserPath === undefined && browserMissing },
  async (t) => {
    const path = join(t.testdir(), 'film.mp4');
    await writeFile(path, film(0.5));
    const captions = [webVttHead, ...captionsShown.map(webVttCue)].join('');
    const played = await playInBrowser(t, browserPath ?? '', path, captions);
    const { error, frames, width, duration, cues } = played;
    t.same(cues, [
      [0, 1.5, 'a &lt;i&gt; &amp; b\nlamp recording'],
      [1.5, 3, 'no picture: signed gap (link)'],
    ]);
    t.equal(error, null);
    t.ok(frames >= 70, `${frames} pictures`);
    t.equal(width, 1280);
    t.ok(Math.abs(duration - 3.5) < 0.1, `${duration} s`);
  },
);

t.test('a text that is too long is cut after a whole character', async (t) => {
  for (const [text, length] of [
    ['', 0],
    ['a'.repeat(65_535), 65_535],
    ['a'.repeat(70_000), 65_535],
    ['\u{1F4F7}'.repeat(20_000), 65_532],
  ] as const) {
    const sample = Buffer.from(textSample(text));
    t.equal(sample.readUInt16BE(0), length);
    t.equal(sample.length, 2 + length);
    t.ok(text.startsWith(new TextDecoder('utf-8', { fatal: true }).decode(sample.subarray(2))));
  }
});

t.test('text is at the bottom of the picture as it is shown', async (t) => {
  const video = { ...clip.parameters.video, width: 1920, height: 1080 };
  t.same(textAreaOf(video), { top: 864, width: 1920, height: 216 });
  t.same(textAreaOf({ ...video, rotation: 90 }), { top: 1536, width: 1080, height: 384 });
  t.same(textAreaOf({ ...video, pixelAspect: { horizontal: 4, vertical: 3 } }).width, 2560);
});
