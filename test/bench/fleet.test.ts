import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t, { type Test } from 'tap';
import { full } from '../support/full.ts';
import { runProcess } from '../support/process.ts';
import { sealcam } from '../support/sealcam.ts';

const program = resolve(import.meta.dirname, '../../bench/fleet.js');

interface Stage {
  readonly name: string;
  readonly cpuMsPerMb: number;
}

/** Runs the bench; its line for programs, and the folder of what the station holds. */
async function fleet(t: Test, ...args: string[]) {
  const folder = join(t.testdir(), 'fleet');
  const { code, stdout, stderr } = await runProcess(t, process.execPath, [
    program,
    '--folder',
    folder,
    ...args,
  ]);
  t.equal(code, 0, `${stdout}${stderr}`);
  const figures = JSON.parse(/^fleet (.*)$/m.exec(stdout)?.[1] ?? '{}') as Record<string, unknown>;
  return { folder, stdout, figures };
}

/** Expects that the station holds a whole recording of each of `cameras`, each of `chunks` seconds. */
async function holdsAll(t: Test, folder: string, cameras: number, chunks: number): Promise<void> {
  const evidence = join(folder, 'evidence');
  t.equal(readdirSync(evidence).filter((name) => name.startsWith('camera-')).length, cameras);
  const { code, out } = await sealcam('verify', evidence, '--trust', join(folder, 'agency/root.crt'));
  t.equal(code, 0, out);
  t.equal(out.match(/a station receipted all of it/g)?.length, cameras, out);
  t.equal(out.match(new RegExp(`chunks 0 to ${chunks - 1}: intact`, 'g'))?.length, cameras, out);
}

t.test('a small fleet records, and its cost is told by stage', async (t) => {
  const { folder, stdout, figures } = await fleet(t, '--cameras', '3', '--seconds', '2', '--warm-up', '0');
  t.match(figures, { cameras: 3, complete: 3, connections: 3, megabytes: 1.5 });
  await holdsAll(t, folder, 3, 2);
  const stages = figures.stages as readonly Stage[];
  const sum = stages.reduce((total, { cpuMsPerMb }) => total + cpuMsPerMb, 0);
  const whole = Number(figures.cpuMsPerMb);
  // The whole counts in hundredths of a second, the threads in nanoseconds.
  t.ok(Math.abs(sum - whole) < whole * 0.2, `${sum} of ${whole} CPU-ms/MB have a stage`);
  for (const name of ['broker', 'TLS', 'verify', 'write', 'receipt']) {
    t.ok(
      stages.some((one) => one.name.startsWith(name) && one.cpuMsPerMb > 0),
      name,
    );
  }
  t.ok(Number(figures.bareCpuMsPerMb) > 0 && Number(figures.bareCpuMsPerMb) < whole);
  t.match(stdout, /^200 cameras at 2 Mbit\/s .* the goal of less than 2 is (met|missed)$/m);
});

t.test('a fleet that comes home drains what it has recorded', async (t) => {
  const modes = ['--mode', 'shift-end', '--no-stages', '--no-bare'];
  const { folder, figures } = await fleet(t, '--cameras', '2', '--seconds', '3', ...modes);
  t.match(figures, { complete: 2, stages: [] });
  await holdsAll(t, folder, 2, 3);
});

t.test('cameras come and go', { skip: full ? false : 'SEALCAM_TORTURE=1 runs it' }, async (t) => {
  const plain = ['--no-stages', '--no-bare'];
  const ramp = await fleet(t, '--cameras', '4', '--seconds', '8', '--mode', 'ramp', ...plain);
  t.match(ramp.figures, { complete: 4, connections: 4 });
  t.test('churn', async (t) => {
    const churn = await fleet(
      t,
      '--cameras',
      '4',
      '--seconds',
      '12',
      '--warm-up',
      '0',
      '--mode',
      'churn',
      ...plain,
    );
    t.match(churn.figures, { complete: 4 });
    t.ok(Number(churn.figures.connections) >= 8, 'each was connected at least twice');
    await holdsAll(t, churn.folder, 4, 12);
  });
});

t.test('a wrong command line is refused before anything is made', async (t) => {
  const { code, stderr } = await runProcess(t, process.execPath, [program, '--cameras', '0']);
  t.equal(code, 2);
  t.match(stderr, /"--cameras" is "0": give a whole number from 1 to 1000/);
});
