import t from 'tap';
import { fileLimitMs } from '../../support/patience.ts';
import { completeTakes } from '../../support/scenario/scenario-complete.ts';
import {
  receipted,
  report,
  Scenario,
  sealed,
  startRecording,
  stopRecording,
} from '../../support/scenario.ts';

t.setTimeout(fileLimitMs);

t.test(
  'a station that is away at first, dies or stops costs nothing, and without its receipt nothing is deleted',
  async (t) => {
    const scenario = await Scenario.begin(t);
    const sim = await scenario.startSim();
    const agent = await scenario.startAgent();
    const away = await agent.says('broker.away');
    t.match(away.line, { level: 'warn', reason: /.+/ });
    const first = await startRecording(sim, agent);
    await sealed(agent, first, 1);
    await stopRecording(sim, agent);
    const kept = await scenario.files('spool', '.seal');
    t.equal(kept.length, 1, 'the camera keeps the recording');
    t.match((await scenario.verify(...kept)).report.recordings, [
      { verdict: 'complete', completeReceipt: false },
    ]);
    const early = await scenario.startStation();
    await receipted(agent);
    await scenario.spoolEmptied();

    // Killed in mid-recording, with its broker.
    const second = await startRecording(sim, agent);
    await agent.says('receipt.journaled', agent.mark);
    await sealed(agent, second, 1);
    let since = agent.mark;
    await early.signal('SIGKILL');
    await agent.says('broker.away', since);
    await sealed(agent, second, 3);
    t.ok(agent.running, 'the agent goes on');
    const station = await scenario.startStation();
    await agent.says('broker.connected', since);
    await agent.says('receipt.journaled', since);

    // Stopped before the recording is: the agent ends and starts again, and looks at all it holds.
    since = agent.mark;
    await station.signal('SIGTERM');
    await agent.says('broker.away', since);
    await stopRecording(sim, agent);
    await agent.signal('SIGTERM');
    const again = await scenario.startAgent();
    await again.says('broker.away');
    const complete = [...agent.lines.slice(since), ...again.lines].filter(
      ({ complete }) => complete === true,
    );
    t.same(complete, [], 'no receipt was complete');
    const held = await scenario.files('spool', '.seal');
    t.equal(held.length, 1, 'the recording is there');
    const [recording] = (await scenario.verify(...held)).report.recordings;
    t.match(recording, { number: second, verdict: 'complete', completeReceipt: false }, 'whole');
    await scenario.startStation();
    await receipted(again);
    const { takes } = await report(sim);
    await completeTakes(t, scenario, takes);
  },
);
