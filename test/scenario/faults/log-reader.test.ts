import t from 'tap';
import { fileLimitMs } from '../../support/patience.ts';
import { isComplete, type Part, program, Scenario } from '../../support/scenario.ts';

// Evidence does not depend on who reads the logs.

t.setTimeout(fileLimitMs);

type Test = Parameters<Parameters<typeof t.test>[0]>[0];

/** Ends in a program whose stdout and stderr are a full pipe, or a held terminal, that no one ever reads. */
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

t.test('agent and station record, though no program reads their logs any more', async (t) => {
  const scenario = await Scenario.begin(t);
  const config = { station: await scenario.writeStationConfig(), agent: await scenario.writeAgentConfig() };
  const sim = await scenario.startSim();
  const startUnread = (name: 'agent' | 'station', log: string): Part =>
    scenario.start(name, 'python3', [
      ...['-c', unread, log],
      ...[process.execPath, program, name, '--config', config[name]],
    ]);
  for (const [before, log] of ['pipe', 'terminal'].entries()) {
    const since = sim.mark;
    const parts = [startUnread('agent', log), startUnread('station', log)];
    await sim.says('agent', since);
    await recordsUnheard(t, scenario, sim, before + 1);
    // What was never read holds up their end, for a second.
    for (const part of parts) t.match(await part.signal('SIGTERM'), { signal: 'SIGKILL' });
  }

  await scenario.startStation();
  const agent = await scenario.startAgent();
  agent.stopReading();
  await recordsUnheard(t, scenario, sim, 3);
  t.match(await agent.signal('SIGTERM'), { code: 0 }, 'a reader that is gone');
});

/** Records, with an agent that cannot be heard, and verifies what the station has of it. */
async function recordsUnheard(t: Test, scenario: Scenario, sim: Part, recordings: number): Promise<void> {
  const lamp = (state: string, since: number) =>
    sim.line(`the lamp: ${state}`, (line) => line.event === 'lamp' && line.state === state, since);
  const before = sim.mark;
  sim.tell({ press: 'start' });
  const { at } = await lamp('recording', before);
  sim.tell({ press: 'stop' });
  await lamp('standby', at);
  await scenario.spoolEmptied();
  const files = await scenario.files('store', '.seal');
  t.equal(files.length, recordings);
  t.ok(isComplete(await scenario.verify(...files)), `recording ${recordings}`);
}
