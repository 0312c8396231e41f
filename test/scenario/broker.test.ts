import t from 'tap';
import { fileLimitMs } from '../support/patience.ts';
import { receipted, report, Scenario, sealed, startRecording, stopRecording } from '../support/scenario.ts';
import { oneComplete } from '../support/scenario-complete.ts';

t.setTimeout(fileLimitMs);

t.test('the station and its broker are killed in mid-recording and come back: nothing is lost', async (t) => {
  const scenario = await Scenario.begin(t);
  const { station, sim, agent } = await scenario.startAll();
  const number = await startRecording(sim, agent);
  await agent.says('receipt.journaled');
  await sealed(agent, number, 2);
  const since = agent.mark;
  await station.signal('SIGKILL');
  await agent.says('broker.away', since);
  await sealed(agent, number, 4);
  t.ok(agent.running, 'the agent goes on');
  await scenario.startStation();
  await agent.says('broker.connected', since);
  await sealed(agent, number, 5);
  await stopRecording(sim, agent);
  await receipted(agent, since);
  const { takes } = await report(sim);
  await oneComplete(t, scenario, takes[0]?.video.last?.index);
});
