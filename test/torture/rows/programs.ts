import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { systemCode } from '../../../base/errors.ts';
import { withEndings } from '../endings.ts';
import { temporaryFolder } from '../mounts.ts';
import { type Result, type Row, type Scale, scaled } from '../row.ts';

// Rows that are run by programs of their own: tests that take their scale from the environment, and a measurement.

type Ran = { readonly code: number | null; readonly output: string };

/** Runs a compiled program of the project to its end, and tells what it says as it comes. */
async function node(
  scale: Scale,
  program: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const path = fileURLToPath(new URL(`../../../${program}`, import.meta.url));
  return withEndings(async (endings) => {
    // What it starts is of its group, and what it writes is below a folder of its own: both go with the run.
    const folder = await temporaryFolder(endings);
    // A whole row takes longer than a test may, and longer still on a busy machine.
    const more = { SEALCAM_TEST_SEED: `${scale.seed}`, TAP_TIMEOUT: '36000', TMPDIR: folder, ...environment };
    const child = spawn(process.execPath, [path, ...args], {
      env: { ...process.env, ...more },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    endings.teardown(() => endGroup(child));
    return ran(child, scale);
  });
}

/** Kills whatever is left of a process that leads a group. */
function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}

async function ran(child: ChildProcessByStdio<null, Readable, null>, scale: Scale): Promise<Ran> {
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    for (const line of text.split('\n')) if (/^(not )?ok /.test(line)) scale.say(line);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, output };
}

/** What a test that speaks TAP came to. */
function verdictOf({ code, output }: Ran, figure: string): Result {
  const failed = output.match(/^ *not ok .*$/gm) ?? [];
  const faults = [...failed, ...(code === 0 || failed.length > 0 ? [] : [`it ended with ${code}`])];
  const total = /^# (\{ total.*\})$/m.exec(output)?.[1] ?? 'no total';
  return { figure: `${figure}; ${total}`, faults };
}

const kills: Row = {
  row: 5,
  what: 'SIGKILL of the agent while it records, the real processes',
  expected: '200 kills, 0 lost, the verdict says recovered',
  async run(scale) {
    const times = scaled(200, scale);
    const ran = await node(scale, 'test/scenario/faults/kill-agent.test.js', [], {
      SEALCAM_KILLS: `${times}`,
    });
    return verdictOf(ran, `${times} kills`);
  },
};

const startMsMax = 10_000;
const growthMiBMax = 64;

const large: Row = {
  row: 9,
  what: '64 GiB in the spool, sparse',
  expected: `100,000 chunks: ready in ${startMsMax} ms or less, memory flat`,
  async run(scale) {
    return withEndings(async (endings) => {
      const folder = await temporaryFolder(endings);
      const chunks = scaled(100_000, scale);
      const { code, output } = await node(scale, 'bench/spool.js', [folder, '1', `${chunks}`]);
      const start = /^start, .*: (\d+) ms.*grew by (\d+) MiB, (\d+) chunks/m;
      const [, ms, mib, found] = start.exec(output) ?? [];
      const faults: string[] = [];
      if (code !== 0 || Number(found) !== chunks)
        faults.push(`${found} of ${chunks} chunks were found: ${output}`);
      if (!(Number(ms) <= startMsMax)) faults.push(`it took ${ms} ms`);
      if (!(Number(mib) <= growthMiBMax)) faults.push(`it grew by ${mib} MiB`);
      return { figure: output.trim().split('\n').slice(1).join('; '), faults };
    });
  },
};

const station: Row = {
  row: 16,
  what: 'the receiver killed around its fsync and receipt',
  expected: 'all boundaries, 0 early receipts',
  async run(scale) {
    const ran = await node(scale, 'test/station/store/crash.test.js');
    const places = /\d+ places/.exec(ran.output)?.[0] ?? 'no places';
    return verdictOf(ran, places);
  },
};

const mutants: Row = {
  row: 28,
  what: 'a check of native/ or evidence/, or a sync of the spool, is removed',
  expected: 'every mutant fails a test',
  async run(scale) {
    const args = ['--part', `${scale.part}`, '--seed', `${scale.seed}`];
    const { code, output } = await node(scale, '../scripts/mutants.mjs', args);
    const faults: string[] = [...(output.match(/^(SURVIVES|FAILED) .*$/gm) ?? [])];
    if (code !== 0 && faults.length === 0) faults.push(`it ended with ${code}: ${output.slice(-500)}`);
    const noticed = output.match(/^ok +\S+: /gm)?.length ?? 0;
    return { figure: `${noticed} mutants noticed, ${faults.length} not`, faults };
  },
};

const full: Row = {
  row: 7,
  what: 'disk full, the real processes on a small tmpfs',
  expected: 'alarm on the camera, a signed gap, recording again when there is room, 0 lost',
  async run(scale) {
    const ran = await node(scale, 'test/scenario/faults/disk-full.test.js');
    return verdictOf(ran, 'running low, and full at once');
  },
};

export const programRows: readonly Row[] = [kills, full, large, station, mutants];
