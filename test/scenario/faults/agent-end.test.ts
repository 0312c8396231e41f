import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import t from 'tap';
import { fileLimitMs } from '../../support/patience.ts';
import { Scenario, startRecording, streaming } from '../../support/scenario.ts';

t.setTimeout(fileLimitMs);

t.test('SIGTERM ends the agent, though neither sensor nor broker answers', async (t) => {
  const scenario = await Scenario.begin(t);
  const sockets = new Set<Socket>();
  const broker = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
  }).listen(scenario.port, '127.0.0.1');
  await once(broker, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    broker.close();
  });
  const sim = await scenario.startSim();
  const agent = await scenario.startAgent();
  await streaming(sim);
  await startRecording(sim, agent);
  sim.tell({ fault: 'freeze', on: true });
  await sim.line('the camera that hangs', ({ event, fault }) => event === 'fault' && fault === 'freeze');
  // Both would be waited for without end.
  t.same(await agent.signal('SIGTERM'), { code: 0, signal: null });
  const { line } = await agent.says('recording.closed');
  t.equal(line.reason, 'shutdown', 'and what was recorded has its end');
});

t.test('a role that is not in the roster is reported at the start, not at the first press', async (t) => {
  const scenario = await Scenario.begin(t);
  const policy = { name: 'test', roles: ['evidence'], dwellingRoles: ['court'] };
  const agent = await scenario.spawnAgent({ policy });
  t.same(await agent.ended(), { code: 1, signal: null });
  t.match(agent.words, /^sealcam agent: The policy asks for the role "court", which roster 1 lacks/m);
});
