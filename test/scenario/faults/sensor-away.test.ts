import t from 'tap';
import { fileLimitMs } from '../../support/patience.ts';
import { defaultVideo, groupPictures } from '../../support/scenario/scenario-clips.ts';
import { compareWithSource } from '../../support/scenario/scenario-media.ts';
import {
  receipted,
  report,
  Scenario,
  sealed,
  signedGaps,
  startRecording,
  stopRecording,
  streaming,
} from '../../support/scenario.ts';

t.setTimeout(fileLimitMs);

t.test(
  'the camera is away at first, unplugged in mid-recording, and switched off in another: what is lost is stated',
  async (t) => {
    const scenario = await Scenario.begin(t);
    await scenario.startStation();
    const agent = await scenario.startAgent();
    const away = await agent.says('sensor.away');
    t.match(away.line, { level: 'warn', reason: /.+/ });
    const second = await scenario.spawnAgent();
    t.same(await second.ended(), { code: 1, signal: null }, 'a second agent on the same spool is refused');
    t.match(second.words, /^sealcam agent: [^\n]*(in use|another)[^\n]*$/);
    const sim = await scenario.startSim();
    await streaming(sim);

    const number = await startRecording(sim, agent);
    await sealed(agent, number, 1);
    let since = agent.mark;
    sim.tell({ fault: 'unplug', on: true });
    await agent.says('sensor.away', since);
    // The camera goes on alone for a while.
    const { total } = await report(sim);
    await captured(sim, total.video.captured + 20);
    sim.tell({ fault: 'unplug', on: false });
    await agent.says('sensor.back', since);
    await agent.line('another chunk', ({ event }) => event === 'chunk.sealed', agent.mark);
    await stopRecording(sim, agent);
    await receipted(agent);
    await scenario.spoolEmptied();

    const [evidence = ''] = await scenario.files('store', '.seal');
    const { code, report: verdict } = await scenario.verify(evidence);
    t.ok(code === 0 || code === 4, `complete, perhaps with a signed gap: ${code}`);
    t.equal(verdict.recordings[0]?.verdict, 'complete');
    const opened = await scenario.open(evidence);
    const { video, differences } = await compareWithSource(opened.path, defaultVideo);
    t.same(differences, []);
    const { takes } = await report(sim);
    const dropped = takes[0]?.video.dropped ?? 0;
    const { videoSamples } = signedGaps(verdict);
    t.ok(
      videoSamples >= dropped && videoSamples < dropped + 2 * groupPictures,
      `what the camera dropped is stated once: ${dropped} pictures, ${videoSamples} in gaps`,
    );
    t.equal(video.last, takes[0]?.video.last?.index, 'to the last picture');
    const events = opened.telemetry.flatMap(({ events }) => (Array.isArray(events) ? events : []));
    const kinds = events.map(({ kind }) => kind);
    t.ok(kinds.includes('EVENT_SENSOR_LOST') && kinds.includes('EVENT_SENSOR_BACK'), 'the telemetry says so');

    await sealed(agent, await startRecording(sim, agent), 1);
    since = agent.mark;
    await sim.signal('SIGKILL');
    await agent.says('sensor.away', since);
    const another = await scenario.startSim();
    await streaming(another);
    await agent.line('another chunk', ({ event }) => event === 'chunk.sealed', agent.mark);
    await stopRecording(another, agent);
    await scenario.spoolEmptied();
    const files = await scenario.files('store', '.seal');
    const after = await scenario.verify(...files);
    t.equal(after.code, 4, 'complete with a signed gap');
    const { recordings } = after.report;
    t.ok(recordings.every(({ verdict, completeReceipt }) => verdict === 'complete' && completeReceipt));
    const later = recordings.slice(1).flatMap(({ links }) => links.flatMap(({ gap }) => gap ?? []));
    t.ok(
      later.some(({ cause }) => cause === 'link'),
      `gaps: ${later.map(({ cause }) => cause).join()}`,
    );
    for (const file of files) t.match((await scenario.open(file)).words, /chunks opened/);
  },
);

/** Asks the camera for its count until it has captured so many pictures. */
async function captured(sim: Parameters<typeof report>[0], pictures: number): Promise<void> {
  while ((await report(sim)).total.video.captured < pictures);
}
