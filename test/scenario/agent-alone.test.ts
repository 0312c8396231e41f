import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import t from 'tap';
import { fileLimitMs } from '../support/patience.ts';
import { Scenario, sealcam, sealed, startRecording, stopRecording } from '../support/scenario.ts';

t.setTimeout(fileLimitMs);

t.test(
  'a health port that somebody else has keeps no camera from recording, and is taken later',
  async (t) => {
    const scenario = await Scenario.begin(t);
    const other = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(other, 'listening');
    t.teardown(() => other.close());
    const { port } = other.address() as AddressInfo;
    const { sim, agent } = await scenario.startAll({ health: { port } });
    const { line } = await agent.says('health.not-served');
    t.match(line, { level: 'alarm', code: 'HEALTH_ADDRESS' });
    const number = await startRecording(sim, agent);
    await sealed(agent, number, 2);
    other.close();
    await agent.says('health.served');
    const shown = await sealcam(t, ['status', '--config', scenario.at('agent.yaml')]);
    t.match(shown.stdout, /^camera {3}RECORDING$/m);
    await stopRecording(sim, agent);
    t.match(await agent.signal('SIGTERM'), { code: 0 });
  },
);

t.test(
  'a runtime folder that cannot be made keeps no camera from recording, and raises the alarm',
  async (t) => {
    const scenario = await Scenario.begin(t);
    await writeFile(scenario.at('file'), '');
    const { sim, agent } = await scenario.startAll({ runtime: 'file/run' });
    const number = await startRecording(sim, agent);
    await sealed(agent, number, 2);
    const { line } = await agent.says('note.not-written');
    t.match(line, { level: 'alarm', code: 'ENOTDIR' });
    await stopRecording(sim, agent);
    t.match(await agent.signal('SIGTERM'), { code: 0 });
  },
);
