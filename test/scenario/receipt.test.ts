import t from 'tap';
import { fileLimitMs } from '../support/patience.ts';
import { receipted, report, Scenario, sealed, startRecording, stopRecording } from '../support/scenario.ts';
import { oneComplete } from '../support/scenario-complete.ts';

t.setTimeout(fileLimitMs);

t.test('the broker is away from the start: the agent records, says so, and catches up', async (t) => {
  const scenario = await Scenario.begin(t);
  const sim = await scenario.startSim();
  const agent = await scenario.startAgent();
  const away = await agent.says('broker.away');
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
  await agent.says('receipt.journaled');
  await sealed(agent, number, 1);
  const since = agent.mark;
  await station.signal('SIGTERM');
  await agent.says('broker.away', since);
  await stopRecording(sim, agent);
  // The agent ends and starts again, and looks at all it holds.
  await agent.signal('SIGTERM');
  const again = await scenario.startAgent();
  await again.says('broker.away');
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
