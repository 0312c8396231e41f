import t from 'tap';
import WebSocket from 'ws';
import type { PanelMessage } from '../../../hardware-sim/panel/messages.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { report, Scenario, sealcam } from '../../support/scenario.ts';

t.setTimeout(fileLimitMs);

t.test('a sensor without a video track: the agent says so everywhere, and goes on', async (t) => {
  const scenario = await Scenario.begin(t);
  const config = await scenario.writeAgentConfig({ health: { socket: 'agent.sock' } });
  const sim = await scenario.startSim(
    ...['--no-video', '--buffer-bytes', '8192', '--panel', '--agent', config],
  );
  const panel = await sim.says('panel');
  const agent = await scenario.startAgent({ health: { socket: 'agent.sock' } });
  await sim.says('agent');
  await sim.line('the lamp alarms', ({ event, state }) => event === 'lamp' && state === 'alarm');

  const since = { agent: agent.mark, sim: sim.mark };
  sim.tell({ press: 'start' });
  t.match(await agent.says('recording.refused', since.agent), { line: { level: 'alarm' } });
  await sim.says('beep', since.sim);
  sim.tell({ press: 'bookmark' });
  sim.tell({ press: 'dwelling', on: true });
  sim.tell({ press: 'stop' });

  const shown = await sealcam(t, ['status', '--config', config]);
  t.equal(shown.code, 1, 'it needs a person');
  t.match(shown.stdout, /^sensor .*it has NO VIDEO TRACK/m);
  t.match(shown.stdout, /\[sensor-no-video\]/);
  t.match(shown.stdout, /^camera {3}ready, not recording$/m);

  // A panel with an agent that runs elsewhere shows that agent's own account.
  const page = new WebSocket(String(panel.line.url).replace('http', 'ws').concat('live'));
  t.teardown(() => page.terminate());
  const company = await new Promise<Extract<PanelMessage, { kind: 'company' }>['company']>((resolve) => {
    page.on('message', (data, binary) => {
      if (binary) return;
      const message = JSON.parse(data.toString()) as PanelMessage;
      if (message.kind === 'company' && message.company.agent !== undefined) resolve(message.company);
    });
  });
  t.match(company, { agent: { sensorPresent: true, recorder: 'standby' }, programs: [] });
  t.match(
    company.agent?.conditions.map(({ name }) => name),
    ['sensor-no-video'],
  );
  page.close();

  t.match(await report(sim), { connected: true, streaming: false, total: { video: { captured: 0 } } });
  t.match(await agent.signal('SIGTERM'), { code: 0 });
  t.same(await scenario.files('spool', '.seal'), []);
});
