import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { fileLimitMs } from '../../support/patience.ts';
import { isInstalled } from '../../support/process.ts';
import { ffmpegMissing, ffprobeWarnings, makeClip } from '../../support/scenario/scenario-clips.ts';
import { compareWithSource } from '../../support/scenario/scenario-media.ts';
import {
  isComplete,
  receipted,
  Scenario,
  sealed,
  startRecording,
  stopRecording,
} from '../../support/scenario.ts';

t.setTimeout(fileLimitMs);

const folder = await mkdtemp(join(tmpdir(), 'sealcam-clips-'));
t.teardown(() => rm(folder, { recursive: true, force: true }));
const skip = isInstalled('ffmpeg') && isInstalled('ffprobe') ? false : ffmpegMissing;

const clips = [
  {
    name: '29.97 pictures a second, B frames, sound',
    rate: '30000/1001',
    codec: ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '30', '-bf', '3', '-b_strategy', '0'],
    sound: true,
  },
  {
    name: 'no sound, groups of half a second, an open GOP of H.265 with B frames',
    rate: '24',
    codec: [
      ...['-c:v', 'libx265', '-preset', 'veryfast'],
      ...['-x265-params', 'keyint=12:min-keyint=12:bframes=3:open-gop=1:log-level=error'],
    ],
    sound: false,
  },
];

for (const [n, clip] of clips.entries()) {
  t.test(clip.name, { skip }, async (t) => {
    const video = await makeClip(t, folder, `${n}.mp4`, { ...clip, seconds: 2 });
    const scenario = await Scenario.begin(t);
    const { sim, agent } = await scenario.startAll({}, ['--video', video]);
    const number = await startRecording(sim, agent);
    // The clip lasts 2 s: it begins again within the recording.
    await sealed(agent, number, n === 0 ? 3 : 6);
    await stopRecording(sim, agent);
    await receipted(agent);
    const [evidence = ''] = await scenario.files('store', '.seal');
    t.ok(isComplete(await scenario.verify(evidence)));
    const { path } = await scenario.open(evidence);
    const { video: span, audio, differences } = await compareWithSource(path, video);
    t.same(differences, []);
    t.equal(audio !== undefined, clip.sound);
    t.ok(span.samples > 60, `${span.samples} pictures`);
    t.equal(await ffprobeWarnings(t, path), '');
  });
}
