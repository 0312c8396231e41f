import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { allInTurn, Part } from '../../scenario/processes/part.ts';
import { agentShellCommand, Site } from '../../scenario/processes/site.ts';
import { Surroundings } from '../../scenario/processes/surroundings.ts';
import { fileLimitMs, patienceMs } from '../support/patience.ts';

t.setTimeout(fileLimitMs);

/** A command of the shell that runs in a group of its own, as `--agent-command` does. */
function group(t: Test, command: string): Part {
  const part = new Part('agent', '/bin/sh', ['-c', command], { patienceMs, group: true });
  t.teardown(() => part.send('SIGKILL'));
  return part;
}

/** Whether a process is there, and no zombie whose end was only not yet noted. */
function runs(pid: number): boolean {
  try {
    return !/^[ZX]/.test(execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim());
  } catch {
    return false;
  }
}

t.test('the end of a command that put itself in the background reaches what it started', async (t) => {
  for (const output of ['', '>/dev/null 2>&1']) {
    const part = group(t, `sleep 600 ${output} & echo "{\\"event\\":\\"started\\",\\"pid\\":$!}"`);
    const { line } = await part.says('started');
    if (output !== '') await part.ended();
    t.ok(runs(Number(line.pid)), 'it runs, though its shell has ended');
    await part.end(500);
    t.notOk(runs(Number(line.pid)), output);
    t.notOk(part.running);
    await part.end(500);
  }
});

t.test('what left the group and holds the pipes does not hold up the end', async (t) => {
  const part = group(t, 'setsid sleep 600 & echo "{\\"event\\":\\"started\\",\\"pid\\":$!}"; exec sleep 600');
  const { line } = await part.says('started');
  t.teardown(() => process.kill(Number(line.pid), 'SIGKILL'));
  // It leaves the group only once it runs.
  const groupOf = (pid: number): string =>
    execFileSync('ps', ['-o', 'pgid=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  while (groupOf(Number(line.pid)) === String(part.pid)) await new Promise(setImmediate);
  t.match(await part.signal('SIGKILL'), { signal: 'SIGKILL' });
});

t.test('every step at the end is done, though one fails, and the first error is thrown', async (t) => {
  const done: number[] = [];
  const failing = (n: number) => () => {
    done.push(n);
    throw new Error(`step ${n}`);
  };
  await t.rejects(allInTurn([() => done.push(1), failing(2), failing(3), () => done.push(4)]), {
    message: 'step 2',
  });
  t.same(done, [1, 2, 3, 4]);
});

t.test('a path with spaces, quotes and dollars reaches the agent as it is', async (t) => {
  const path = `/a b/"c'/$&/$HOME/\`d\``;
  const env = { ...process.env, SEALCAM_AGENT_CONFIG: path };
  for (const written of ['{config}', '"{config}"', "'{config}'"]) {
    const said = execFileSync('/bin/sh', ['-c', agentShellCommand(`printf '[%s]' ${written}`)], { env });
    t.equal(said.toString(), `[${path}]`, written);
  }
});

t.test('a step that cannot be done fails the scenario with a sentence', async (t) => {
  const folder = t.testdir();
  const setup = { agentClockUtcMs: undefined, ringSeconds: 0, dwellingRoles: [] };
  const site = await Site.prepare({
    ...{ folder, program: '', agentCommand: 'true', tty: undefined, setup, hear: () => {} },
  });
  const wants = { disk: false, clock: false, clockUtcMs: undefined };
  const surroundings = await Surroundings.build(site, wants, () => 0);
  t.teardown(() => surroundings.end());
  mkdirSync(join(folder, 'agent.yaml'));
  surroundings.perform({ does: 'agent', process: 'start' });
  // An unhandled rejection would come now.
  await new Promise((resolve) => setTimeout(resolve, 200));
  await t.rejects(surroundings.settled(), {
    code: 'SCENARIO_STEP',
    message: /^The step "agent: start" could not be done: EISDIR/,
  });
});
