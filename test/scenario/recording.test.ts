import t from 'tap';
import { fileLimitMs } from '../support/patience.ts';
import { isInstalled } from '../support/process.ts';
import { defaultVideo, ffmpegMissing, ffprobeWarnings } from '../support/scenario/scenario-clips.ts';
import { compareWithSource } from '../support/scenario/scenario-media.ts';
import {
  isComplete,
  receipted,
  report,
  Scenario,
  sealed,
  startRecording,
  stopRecording,
} from '../support/scenario.ts';

t.setTimeout(fileLimitMs);

t.test('what the camera saw from button to button comes out again, to the picture', async (t) => {
  const scenario = await Scenario.begin(t);
  const { sim, agent } = await scenario.startAll();
  const number = await startRecording(sim, agent);
  await sealed(agent, number, 2);
  sim.tell({ press: 'bookmark' });
  await sealed(agent, number, 3);
  await stopRecording(sim, agent);
  await receipted(agent);
  const { takes } = await report(sim);
  const [evidence = ''] = await scenario.files('store', '.seal');
  const found = await scenario.verify(evidence);
  t.ok(isComplete(found), 'complete, and nothing was altered');
  t.match(found.report.recordings, [{ number, verdict: 'complete', completeReceipt: true }]);
  const opened = await scenario.open(evidence);
  const { video, audio, differences } = await compareWithSource(opened.path, defaultVideo);
  t.same(differences, []);
  const [take] = takes;
  t.equal(video.last, take?.video.last?.index, 'the last picture before the stop button is the last one');
  t.equal(audio?.last, take?.audio.last?.index, 'and so is the last sound');
  t.equal(video.first % 25, 0, 'it begins at a key picture');
  const before = (take?.video.captured ?? 0) - video.samples;
  t.ok(before >= 0 && before < 25, `at the first one after the start button: ${before} pictures before it`);
  const events = opened.telemetry.flatMap(({ events }) => (Array.isArray(events) ? events : []));
  t.match(
    events.filter(({ kind }) => /START|STOP|BOOKMARK/.test(kind)).map(({ kind }) => kind),
    ['EVENT_START', 'EVENT_BOOKMARK', 'EVENT_STOP'],
  );
  t.same(await scenario.files('spool', '.seal'), [], 'the camera has deleted its copy');
  if (!isInstalled('ffprobe')) t.comment(`skipped: ${ffmpegMissing}`);
  else t.equal(await ffprobeWarnings(t, opened.path), '');
});
