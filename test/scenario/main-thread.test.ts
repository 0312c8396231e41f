import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import t from 'tap';
import { fileLimitMs } from '../support/patience.ts';
import { isInstalled } from '../support/process.ts';
import { program, Scenario, sealed, startRecording, stopRecording, streaming } from '../support/scenario.ts';

t.setTimeout(fileLimitMs);

// strace looks up what a descriptor is, which of a process that hides its memory only root may.
const untraced = !isInstalled('strace')
  ? 'strace is not installed: apt-get install strace'
  : process.getuid?.() !== 0
    ? 'to see what the agent calls takes root'
    : spawnSync('strace', ['-o', '/dev/null', 'true']).status !== 0 &&
      'this machine lets no one trace a process';

t.test(
  'while it records the main thread calls nothing on the disk of the spool',
  { skip: untraced },
  async (t) => {
    const scenario = await Scenario.begin(t);
    const [, sim, config] = await Promise.all([
      scenario.startStation(),
      scenario.startSim(),
      scenario.writeAgentConfig(),
    ]);
    const trace = scenario.at('trace');
    // Without -f only the main thread is traced; with -D the process is the agent, as it is to be killed with the test.
    const options = ['-D', '-y', '-e', 'trace=%file,%desc', '-o', trace, '--'];
    const agent = scenario.start('agent', 'strace', [
      ...options,
      ...[process.execPath, program, 'agent', '--config', config],
    ]);
    await streaming(sim);
    const number = await startRecording(sim, agent);
    const before = (await readFile(trace)).length;
    await sealed(agent, number, 4);
    const calls = (await readFile(trace, 'utf8')).slice(before).split('\n');
    await stopRecording(sim, agent);
    await scenario.spoolEmptied();
    const to = (folder: string): string[] => calls.filter((call) => call.includes(scenario.at(folder)));
    t.same(to('spool'), [], `of ${calls.length} calls`);
    t.ok(to('run').length > 0, `${to('run').length} times the note was written`);
    t.ok(
      calls.some((call) => call.startsWith('read(')),
      'it did read the sensor',
    );
  },
);
