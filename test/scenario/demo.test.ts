import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { fileLimitMs } from '../support/patience.ts';
import { isInstalled } from '../support/process.ts';
import { browserMissing, playInBrowser } from '../support/scenario/scenario-browser.ts';
import { defaultVideo, ffmpegMissing, ffprobeWarnings } from '../support/scenario/scenario-clips.ts';
import { compareWithSource, contentOf } from '../support/scenario/scenario-media.ts';
import { sealcam } from '../support/scenario.ts';
import { sharedFile, sharedMissing } from '../support/shared.ts';

t.setTimeout(fileLimitMs);

type Test = Parameters<Parameters<typeof t.test>[0]>[0];

const folder = await mkdtemp(join(tmpdir(), 'sealcam-demo-'));
t.teardown(() => rm(folder, { recursive: true, force: true }));
const withoutFfmpeg = isInstalled('ffmpeg') && isInstalled('ffprobe') ? false : ffmpegMissing;
const browser = 'chromium';
const withBrowser = isInstalled(browser);
const shared = sharedFile('clips/camera_h264_480x640.mp4');

/** A browser plays the video to its end, and finds its way in it. */
async function plays(t: Test, path: string, pictures: number): Promise<void> {
  const { file } = await contentOf(path);
  const { width, height } = file.parameters.video;
  const played = await playInBrowser(t, browser, path);
  t.match(played, { error: null, width, height, corrupted: 0 }, 'a browser plays it');
  t.ok(Math.abs(played.duration - file.durationUs / 1e6) < 0.1, `${played.duration} s`);
  t.ok(played.currentTime >= played.duration - 0.1, `to its end: ${played.currentTime} s`);
  t.ok(Math.abs(played.sought - played.duration / 2) < 0.1, `and finds the middle: ${played.sought} s`);
  t.ok(
    played.frames >= pictures / 2 && played.frames <= pictures,
    `${played.frames} of ${pictures} pictures`,
  );
  t.equal(played.sound > 0, file.parameters.audio !== undefined, 'with its sound, if it has any');
}

/** Runs `sealcam demo`, and holds it to all that must be seen of it. */
async function demo(t: Test, name: string, video: string | undefined): Promise<void> {
  const out = join(folder, name);
  const { code, stdout, stderr } = await sealcam(t, [
    ...['demo', '--seconds', '2', '--out', out],
    ...(video === undefined ? [] : ['--video', video]),
  ]);
  // 4: on a busy machine a press may come long before the next key picture, which the recording's first gap says.
  t.ok(code === 0 || code === 4, `exits ${code}`);
  t.equal(stderr, '', 'complains of nothing');
  t.match(stdout, /signed the receipt/);
  t.match(stdout, /\d+ chunks sealed \(\d+\.\d\d MB\), \d+ receipted/, 'shows progress');
  t.match(stdout, /recording 1 \([0-9a-f]{32}\): complete\n/);
  t.match(stdout, /a station receipted all of it/);
  t.match(stdout, /verdict: complete(, and nothing was altered \(exit code 0\)|.* \(exit code 4\))/);
  t.ok(stdout.includes(join(out, 'recording.mp4')), 'says where the video is');
  t.same(
    (await readdir(join(out, 'spool'))).filter((file) => file.endsWith('.seal')),
    [],
    'the camera kept nothing',
  );
  const opened = join(out, 'recording.mp4');
  const { video: span, audio, differences } = await compareWithSource(opened, video ?? defaultVideo);
  t.same(differences, [], "every NAL unit and every sound packet is the source's");
  t.comment(`${span.samples} pictures from ${span.first} on, ${audio?.samples ?? 0} sound packets`);
  if (withoutFfmpeg !== false) t.comment(`ffprobe was not asked: ${withoutFfmpeg}`);
  else t.equal(await ffprobeWarnings(t, opened), '', 'ffprobe reads it without a warning');
  if (!withBrowser) t.pass('a browser plays it', { skip: browserMissing });
  else await plays(t, opened, span.samples);
}

t.test('sealcam demo ends with a receipt, a verified recording and an MP4', (t) => demo(t, 'own', undefined));

t.test(
  "sealcam demo does the same with a real camera's recording",
  { skip: shared === undefined && sharedMissing },
  (t) => demo(t, 'shared', shared),
);
