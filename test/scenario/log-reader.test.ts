import t from 'tap';
import { type Part, program, Scenario, streaming } from '../support/scenario.ts';

// Evidence does not depend on who reads the logs.

t.setTimeout(fileLimitMs);

type Test = Parameters<Parameters<typeof t.test>[0]>[0];

t.test('an agent whose log nobody reads any more goes on recording', async (t) => {
  const scenario = await Scenario.begin(t);
  const { sim, agent } = await scenario.startAll();
  agent.stopReading();
  await recordsUnheard(t, scenario, sim);
  t.match(await agent.signal('SIGTERM'), { code: 0 });
});

/** Ends in a program whose stdout and stderr are a full pipe, or a held terminal, that nobody ever reads. */
const unread = `
import errno, os, pty, sys
read, write = pty.openpty() if sys.argv[1] == 'terminal' else os.pipe()
os.set_blocking(write, False)
try:
    while True: os.write(write, b'.')
except BlockingIOError: pass
os.set_blocking(write, True)
os.set_inheritable(read, True)
for fd in (1, 2): os.dup2(write, fd)
os.execv(sys.argv[2], sys.argv[2:])
`;

import { fileLimitMs } from '../support/patience.ts';

for (const log of ['pipe', 'terminal']) {
  t.test(`agent and station whose log is a ${log} that nobody reads go on recording`, async (t) => {
    const scenario = await Scenario.begin(t);
    const start = (name: string, config: string) =>
      scenario.start(name, 'python3', [
        ...['-c', unread, log],
        ...[process.execPath, program, name, '--config', config],
      ]);
    const station = start('station', await scenario.writeStationConfig());
    const sim = await scenario.startSim();
    const agent = start('agent', await scenario.writeAgentConfig());
    await streaming(sim);
    await recordsUnheard(t, scenario, sim);
    // What was never read holds up their end, for a second.
    for (const part of [agent, station]) t.match(await part.signal('SIGTERM'), { signal: 'SIGKILL' });
  });
}

/** Records, with an agent that cannot be heard, and verifies what the station has of it. */
async function recordsUnheard(t: Test, scenario: Scenario, sim: Part): Promise<void> {
  const lamp = (state: string, since: number) =>
    sim.line(`the lamp: ${state}`, (line) => line.event === 'lamp' && line.state === state, since);
  const before = sim.mark;
  sim.tell({ press: 'start' });
  const { at } = await lamp('recording', before);
  sim.tell({ press: 'stop' });
  await lamp('standby', at);
  await scenario.spoolEmptied();
  const files = await scenario.files('store', '.seal');
  t.equal(files.length, 1);
  t.equal((await scenario.verify(t, ...files)).code, 0);
}
