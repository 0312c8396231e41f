import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import t from 'tap';
import { fileLimitMs } from '../../support/patience.ts';
import {
  program,
  Scenario,
  sealcamHere,
  sealed,
  startRecording,
  stopRecording,
  streaming,
} from '../../support/scenario.ts';

t.setTimeout(fileLimitMs);

t.test(
  'a health port that is taken, a runtime folder that cannot be made and a service manager that is away keep no camera from recording',
  async (t) => {
    const scenario = await Scenario.begin(t);
    const other = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(other, 'listening');
    t.teardown(() => other.close());
    const { port } = other.address() as AddressInfo;
    await writeFile(scenario.at('file'), '');
    const sim = await scenario.startSim();
    const config = await scenario.writeAgentConfig({ health: { port }, runtime: 'file/run' });
    const agent = scenario.start('agent', process.execPath, [program, 'agent', '--config', config], {
      NOTIFY_SOCKET: scenario.at('no-one'),
      WATCHDOG_USEC: '200000',
    });
    const { line: health } = await agent.says('health.not-served');
    t.match(health, { level: 'alarm', code: 'HEALTH_ADDRESS' });
    await streaming(sim);
    const number = await startRecording(sim, agent);
    await sealed(agent, number, 1);
    const { line: note } = await agent.says('note.not-written');
    t.match(note, { level: 'alarm', code: 'ENOTDIR' });
    await agent.says('service-manager.away');
    other.close();
    await agent.says('health.served');
    const shown = await sealcamHere(['status', '--config', config]);
    t.match(shown.stdout, /^camera {3}RECORDING$/m);
    await stopRecording(sim, agent);
    t.match(await agent.signal('SIGTERM'), { code: 0 });
  },
);
