import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Result, type Row, type Scale, scaled } from './row.ts';

// Rows that are run by programs of their own: tests that take their scale from the environment, and a measurement.

type Ran = { readonly code: number | null; readonly output: string };

/** Runs a compiled program of the project to its end, and tells what it says as it comes. */
async function node(
  scale: Scale,
  program: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const path = fileURLToPath(new URL(`../../${program}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], {
    // A whole row takes longer than a test may, and longer still on a busy machine.
    env: { ...process.env, SEALCAM_TEST_SEED: `${scale.seed}`, TAP_TIMEOUT: '36000', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
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
    const ran = await node(scale, 'test/scenario/kill-agent.test.js', [], { SEALCAM_KILLS: `${times}` });
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
    const folder = await mkdtemp(join(tmpdir(), 'sealcam-torture-'));
    try {
      const chunks = scaled(100_000, scale);
      const { code, output } = await node(scale, 'bench/spool.js', [folder, '1', `${chunks}`]);
      const [, ms, mib, found] = /start: (\d+) ms.*grew by (\d+) MiB, (\d+) chunks/.exec(output) ?? [];
      const faults: string[] = [];
      if (code !== 0 || Number(found) !== chunks)
        faults.push(`${found} of ${chunks} chunks were found: ${output}`);
      if (!(Number(ms) <= startMsMax)) faults.push(`it took ${ms} ms`);
      if (!(Number(mib) <= growthMiBMax)) faults.push(`it grew by ${mib} MiB`);
      return { figure: output.trim().split('\n').slice(1).join('; '), faults };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const station: Row = {
  row: 16,
  what: 'the receiver killed around its fsync and receipt',
  expected: 'all boundaries, 0 early receipts',
  async run(scale) {
    const ran = await node(scale, 'test/station/crash.test.js');
    const places = /\d+ places/.exec(ran.output)?.[0] ?? 'no places';
    return verdictOf(ran, places);
  },
};

export const programRows: readonly Row[] = [kills, large, station];
