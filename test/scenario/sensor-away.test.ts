import t from 'tap';
import { fileLimitMs } from '../support/patience.ts';
import {
  receipted,
  report,
  Scenario,
  sealed,
  signedGaps,
  startRecording,
  stopRecording,
  streaming,
} from '../support/scenario.ts';
import { defaultVideo } from '../support/scenario-clips.ts';
import { compareWithSource } from '../support/scenario-media.ts';

t.setTimeout(fileLimitMs);

t.test(
  'the terminal is away at first, and again in mid-recording: nothing that the camera kept is lost',
  async (t) => {
    const scenario = await Scenario.begin(t);
    await scenario.startStation();
    const agent = await scenario.startAgent();
    const away = await agent.says('sensor.away');
    t.match(away.line, { level: 'warn', reason: /.+/ });
    const sim = await scenario.startSim();
    await streaming(sim);
    const number = await startRecording(sim, agent);
    await sealed(agent, number, 1);
    const since = agent.mark;
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

    const [evidence = ''] = await scenario.files('store', '.seal');
    const { code, report: verdict } = await scenario.verify(t, evidence);
    t.ok(code === 0 || code === 4, `complete, perhaps with a signed gap: ${code}`);
    t.equal(verdict.recordings[0]?.verdict, 'complete');
    const opened = await scenario.open(t, evidence);
    const { video, differences } = await compareWithSource(opened.path, defaultVideo);
    t.same(differences, []);
    const { takes } = await report(sim);
    t.equal(signedGaps(verdict).videoSamples, takes[0]?.video.dropped, 'what the camera dropped is stated');
    t.equal(video.last, takes[0]?.video.last?.index, 'to the last picture');
    const events = opened.telemetry.flatMap(({ events }) => (Array.isArray(events) ? events : []));
    const kinds = events.map(({ kind }) => kind);
    t.ok(kinds.includes('EVENT_SENSOR_LOST') && kinds.includes('EVENT_SENSOR_BACK'), 'the telemetry says so');
  },
);

t.test('the camera itself is killed and switched on again: the recording says what is missing', async (t) => {
  const scenario = await Scenario.begin(t);
  const started = await scenario.startAll();
  const { agent } = started;
  const number = await startRecording(started.sim, agent);
  await sealed(agent, number, 1);
  const since = agent.mark;
  await started.sim.signal('SIGKILL');
  await agent.says('sensor.away', since);
  const sim = await scenario.startSim();
  await streaming(sim);
  await agent.line('another chunk', ({ event }) => event === 'chunk.sealed', agent.mark);
  await stopRecording(sim, agent);
  await scenario.spoolEmptied();
  const files = await scenario.files('store', '.seal');
  const { code, report: verdict } = await scenario.verify(t, ...files);
  t.equal(code, 4, 'complete with a signed gap');
  t.ok(verdict.recordings.every(({ verdict, completeReceipt }) => verdict === 'complete' && completeReceipt));
  const gaps = verdict.recordings.flatMap(({ links }) =>
    links.flatMap(({ gap }) => (gap ? [gap.cause] : [])),
  );
  t.ok(gaps.length > 0 && gaps.every((cause) => cause === 'link'), `gaps: ${gaps.join()}`);
  for (const file of files) t.match((await scenario.open(t, file)).words, /chunks opened/);
});

/** Asks the camera for its count until it has captured so many pictures. */
async function captured(sim: Parameters<typeof report>[0], pictures: number): Promise<void> {
  while ((await report(sim)).total.video.captured < pictures);
}

t.test('a second agent on the same spool is refused, and the first is not disturbed', async (t) => {
  const scenario = await Scenario.begin(t);
  await scenario.startStation();
  const agent = await scenario.startAgent();
  const second = await scenario.spawnAgent();
  const ended = await second.ended();
  t.same(ended, { code: 1, signal: null });
  t.match(second.words, /^sealcam agent: [^\n]*(in use|another)[^\n]*$/);
  const sim = await scenario.startSim();
  await streaming(sim);
  const number = await startRecording(sim, agent);
  await sealed(agent, number, 1);
  await stopRecording(sim, agent);
  await receipted(agent);
  t.equal((await scenario.verify(t, ...(await scenario.files('store', '.seal')))).code, 0);
});
