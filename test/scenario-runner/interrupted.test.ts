import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { mayMount } from '../../scenario/processes/small-disk.ts';
import { fileLimitMs, patienceMs } from '../support/patience.ts';
import { startProcess } from '../support/process.ts';
import { program } from '../support/scenario.ts';

t.setTimeout(fileLimitMs);

const scenario = (step: string): string =>
  `zero: launch\nend: 600\nsteps: [{at: 0, press: start}, ${step}]\n`;

/** The command lines of processes that name `folder`. */
function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((line) => line.includes(folder));
}

/** Starts `sealcam` with an empty folder for temporary ones, interrupts it in the middle, and checks what is left. */
async function interrupt(
  t: Test,
  signal: 'SIGTERM' | 'SIGHUP',
  args: (folder: string) => readonly string[],
  inTheMiddle: (folder: string) => boolean,
): Promise<void> {
  const folder = t.testdir({
    tmp: {},
    'disk.yaml': scenario('{at: 600, disk: full}'),
    'calm.yaml': scenario('{at: 600, press: stop}'),
  });
  const tmp = join(folder, 'tmp');
  const run = startProcess(t, process.execPath, [program, ...args(folder)], { env: { TMPDIR: tmp } });
  while (run.child.exitCode === null && !inTheMiddle(folder)) await setTimeout(20);
  t.ok(readdirSync(tmp).length > 0, 'a temporary folder is there');
  const code = { SIGTERM: 143, SIGHUP: 129 }[signal];
  t.same(await run.kill(signal), { code, signal: null }, run.output());
  t.same(readdirSync(tmp), [], 'no temporary folder is left');
  t.notOk(mounted(folder), 'nothing is mounted');
  // The system may still be about to end what was killed.
  const untilMs = performance.now() + patienceMs;
  while (processesOf(folder).length > 0 && performance.now() < untilMs) await setTimeout(20);
  t.same(processesOf(folder), [], 'no process is left');
}

function mounted(folder: string): boolean {
  return readFileSync('/proc/self/mounts', 'utf8').includes(`${folder}/tmp/sealcam-scenario-`);
}

const runsStation = (folder: string): boolean =>
  processesOf(folder).some((line) => / station --config /.test(line));

t.test('a scenario that is interrupted leaves no keys, no processes and no disk', (t) => {
  const disk = mayMount();
  return interrupt(
    t,
    'SIGTERM',
    (folder) => ['scenario', 'run', join(folder, disk ? 'disk.yaml' : 'calm.yaml')],
    (folder) => runsStation(folder) && (!disk || mounted(folder)),
  );
});

t.test('nor does a demo with a panel leave processes, before its camera runs', (t) =>
  interrupt(t, 'SIGHUP', (folder) => ['demo', '--panel', '--out', join(folder, 'demo')], runsStation),
);
