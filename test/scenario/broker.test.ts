import t from 'tap';
import { receipted, report, Scenario, sealed, startRecording, stopRecording } from '../support/scenario.ts';
import { defaultVideo } from '../support/scenario-clips.ts';
import { compareWithSource } from '../support/scenario-media.ts';

t.setTimeout(110_000);

type Test = Parameters<Parameters<typeof t.test>[0]>[0];

/** All that the camera saw is in the station's one recording, complete, and nothing is left on the camera. */
async function oneComplete(t: Test, scenario: Scenario, last: number | undefined): Promise<void> {
  const files = await scenario.files('store', '.seal');
  t.equal(files.length, 1, 'one recording');
  const { code, report: verdict } = await scenario.verify(t, ...files);
  t.equal(code, 0, 'complete, and nothing was altered');
  t.equal(verdict.recordings[0]?.completeReceipt, true);
  const opened = await scenario.open(t, files[0] ?? '');
  const { video, differences } = await compareWithSource(opened.path, defaultVideo);
  t.same(differences, []);
  t.equal(video.last, last, 'to the last picture');
  await scenario.spoolEmptied();
}

t.test('the station and its broker are killed in mid-recording and come back: nothing is lost', async (t) => {
  const scenario = await Scenario.begin(t);
  const { station, sim, agent } = await scenario.startAll();
  const number = await startRecording(sim, agent);
  await agent.says('a receipt is journaled');
  await sealed(agent, number, 2);
  const since = agent.mark;
  await station.signal('SIGKILL');
  await agent.says('no connection to the broker', since);
  await sealed(agent, number, 4);
  t.ok(agent.running, 'the agent goes on');
  await scenario.startStation();
  await agent.says('connected to the broker', since);
  await sealed(agent, number, 5);
  await stopRecording(sim, agent);
  await receipted(agent, since);
  const { takes } = await report(sim);
  await oneComplete(t, scenario, takes[0]?.video.last?.index);
});

t.test('the broker is away from the start: the agent records, says so, and catches up', async (t) => {
  const scenario = await Scenario.begin(t);
  const sim = await scenario.startSim();
  const agent = await scenario.startAgent();
  const away = await agent.says('no connection to the broker');
  t.match(away.line, { level: 'warn', reason: /.+/ });
  const number = await startRecording(sim, agent);
  await sealed(agent, number, 2);
  await stopRecording(sim, agent);
  const kept = await scenario.files('spool', '.seal');
  t.equal(kept.length, 1, 'the camera keeps the recording');
  t.equal((await scenario.verify(t, ...kept)).report.recordings[0]?.verdict, 'complete', 'whole');
  await scenario.startStation();
  await receipted(agent);
  const { takes } = await report(sim);
  await oneComplete(t, scenario, takes[0]?.video.last?.index);
});

t.test('without a complete receipt the camera deletes nothing', async (t) => {
  const scenario = await Scenario.begin(t);
  const { station, sim, agent } = await scenario.startAll();
  const number = await startRecording(sim, agent);
  await agent.says('a receipt is journaled');
  await sealed(agent, number, 1);
  const since = agent.mark;
  await station.signal('SIGTERM');
  await agent.says('no connection to the broker', since);
  await stopRecording(sim, agent);
  // The agent ends and starts again, and looks at all it holds.
  await agent.signal('SIGTERM');
  const again = await scenario.startAgent();
  await again.says('no connection to the broker');
  const complete = [...agent.lines, ...again.lines].filter(({ complete }) => complete === true);
  t.same(complete, [], 'no receipt was complete');
  const kept = await scenario.files('spool', '.seal');
  t.equal(kept.length, 1, 'the recording is there');
  const { code, report: verdict } = await scenario.verify(t, ...kept);
  t.equal(code, 0, 'whole');
  const [recording] = verdict.recordings;
  t.match(recording, { number, verdict: 'complete', completeReceipt: false });
  await scenario.startStation();
  await receipted(again);
  const { takes } = await report(sim);
  await oneComplete(t, scenario, takes[0]?.video.last?.index);
});
