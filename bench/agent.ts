// What the whole agent costs, compared with a bare serialport -> mqtt.js pipe in the same run: CPU-ms for each
// MB of video, share of a core, peak RSS, and the time from a chunk's last frame to its receipt.
//
// node dist/bench/agent.js [SECONDS] [MBIT/S] [--pipe] [--v4l2] [--profile]
//
// --pipe also measures an agent whose pictures come from a program's pipe, and prints `ratio pipe/serial link = N`; --v4l2 one
// whose pictures come from a video device of the addon for tests.
// --profile adds a table by stage and thread, for which both run once more, under V8's sampling profiler. The
// sensor, the station and the bare pipe's broker are processes of their own; it prints a table and one line
// `ratio agent/bare = N`.
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import { statusKib } from '../test/support/scenario/process-memory.ts';
import { cpuMs, monotonicUs, quantile, type ThreadsMs, threadsMs, wait } from './proc.ts';
import { agentStages, type Span, sharesByStage } from './profile.ts';
import { provisionBench } from './provision.ts';

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const [seconds = 20, mbits = 20] = words.map(Number);
const withProfile = process.argv.includes('--profile');
let profiling = false;
const warmUpMs = 4_000;
const folder = mkdtempSync(join(tmpdir(), 'sealcam-bench-'));
const at = (...parts: string[]): string => join(folder, ...parts);
const program = (name: string): string => join(import.meta.dirname, name);
const children: ChildProcess[] = [];

interface Figures {
  readonly cpuMsPerMb: number;
  readonly coreShare: number;
  readonly peakMib: number;
  readonly megabytes: number;
  readonly span: Span;
  readonly threads: ThreadsMs;
}

type Line = { readonly [key: string]: unknown };

try {
  await provisionBench(folder);
  const bare = await measureBare();
  const agent = await measureAgent('link');
  report('bare pipe', bare);
  report('agent', agent.figures);
  const [p50, p99] = [quantile(agent.delaysMs, 0.5), quantile(agent.delaysMs, 0.99)];
  console.log(`last frame of a chunk to its receipt: p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`);
  console.log(`ratio agent/bare = ${(agent.figures.cpuMsPerMb / bare.cpuMsPerMb).toFixed(2)}`);
  for (const source of ['pipe', 'v4l2'] as const) {
    if (!process.argv.includes(`--${source}`)) continue;
    const { figures } = await measureAgent(source);
    report(source, figures);
    const ratio = figures.cpuMsPerMb / agent.figures.cpuMsPerMb;
    console.log(`ratio ${source}/serial link = ${ratio.toFixed(2)}`);
  }
  if (withProfile) {
    profiling = true;
    const profiled = { bare: await measureBare(), agent: (await measureAgent('link')).figures };
    reportStages({ bare, agent: agent.figures }, { bare: profiled.bare.span, agent: profiled.agent.span });
  }
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

function start(args: readonly string[]): ChildProcess {
  const env = { ...process.env, BENCH_BITS_PER_SECOND: String(mbits * 1e6) };
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  children.push(child);
  return child;
}

async function startSender(
  name: string,
  bitsPerSecond = mbits * 1e6,
): Promise<{ sender: ChildProcess; path: string }> {
  const sender = fork(program(name), [String(bitsPerSecond)]);
  children.push(sender);
  const ended = once(sender, 'exit').then(([code]) => {
    throw new Error(`${name} ended with ${code} before it named its terminal`);
  });
  const [path] = (await Promise.race([once(sender, 'message'), ended])) as [string];
  return { sender, path };
}

/** CPU and bytes of `pid` over the measured time, after a warm-up. */
async function measure(pid: number): Promise<Figures> {
  await wait(warmUpMs);
  const before = { cpu: cpuMs(pid), threads: threadsMs(pid), us: monotonicUs() };
  await wait(seconds * 1000);
  const span = { fromUs: before.us, toUs: monotonicUs() };
  const elapsedMs = (span.toUs - span.fromUs) / 1000;
  const megabytes = ((mbits / 8) * elapsedMs) / 1000;
  const cpu = cpuMs(pid) - before.cpu;
  const now = threadsMs(pid);
  return {
    cpuMsPerMb: cpu / megabytes,
    coreShare: cpu / elapsedMs,
    peakMib: statusKib(pid, 'VmHWM') / 1024,
    megabytes,
    span,
    threads: {
      main: now.main - before.threads.main,
      v8: now.v8 - before.threads.v8,
      poolUser: now.poolUser - before.threads.poolUser,
      poolKernel: now.poolKernel - before.threads.poolKernel,
    },
  };
}

/** Node's options for the process that is measured as "agent" or "bare". */
function profiled(what: 'agent' | 'bare'): string[] {
  if (!profiling) return [];
  const folder = at(`profile-${what}`);
  mkdirSync(folder);
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('a child without an output');
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`a child ended with ${code} before its first line`);
  });
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [string];
  return line;
}

async function measureBare(): Promise<Figures> {
  const pem = [at('station', 'root.crt'), at('station', 'broker.crt'), at('station', 'broker.key')];
  const broker = start([program('processes/bare-broker.js'), ...pem]);
  const url = `mqtts://127.0.0.1:${await firstLine(broker)}`;
  const { sender, path } = await startSender('processes/raw-sender.js');
  const camera = [at('camera', 'root.crt'), at('camera', 'tls.crt'), at('camera', 'tls.key')];
  const pipe = start([...profiled('bare'), program('processes/bare-pipe.js'), path, url, ...camera]);
  await firstLine(pipe);
  const figures = await measure(pipe.pid ?? 0);
  const exited = once(pipe, 'exit');
  pipe.kill('SIGTERM');
  await exited;
  for (const child of [sender, broker]) child.kill('SIGKILL');
  return figures;
}

type Source = 'link' | 'pipe' | 'v4l2';

async function measureAgent(source: Source): Promise<{ figures: Figures; delaysMs: number[] }> {
  const broker = { embedded: { host: '127.0.0.1', port: 0 } };
  writeFileSync(
    at('station.yaml'),
    stringify({ station: 'station', store: `store-${source}`, vault: `vault-${source}`, broker }),
  );
  const sealcam = join(import.meta.dirname, '../cli/main.js');
  const station = start([sealcam, 'station', '--config', at('station.yaml')]);
  const url = await heard(station, 'stdout', 'station.ready', 'broker');
  // Next to another source the sensor has only the controls: the few bytes of its pictures are passed over.
  const { sender, path } = await startSender(
    'processes/link-sender.js',
    source === 'link' ? mbits * 1e6 : 1_000,
  );
  const pipe = { program: [process.execPath, program('processes/pipe-sender.js'), String(mbits * 1e6)] };
  const controls = { port: path };
  const sensors = {
    link: controls,
    pipe: { pipe, controls },
    v4l2: { v4l2: { device: '/dev/video-bench' }, controls },
  };
  const config = {
    camera: 'camera',
    sensor: sensors[source],
    broker: { url },
    spool: `spool-${source}`,
    policy: { name: 'bench', roles: ['evidence'] },
    log: 'debug',
  };
  writeFileSync(at('agent.yaml'), stringify(config));
  const agent = start([
    ...profiled('agent'),
    ...(source === 'v4l2' ? ['--import', program('processes/video-device.js')] : []),
    ...[sealcam, 'agent', '--config', at('agent.yaml')],
  ]);
  const delaysMs: number[] = [];
  const capturedToUs = new Map<number, number>();
  listen(agent, 'stderr', ({ event, index, capturedToUs: us, count, atUs }) => {
    if (event === 'chunk.sealed') capturedToUs.set(Number(index), Number(us));
    if (event !== 'receipt.journaled') return;
    for (const [known, endUs] of capturedToUs) {
      if (known >= Number(count)) continue;
      capturedToUs.delete(known);
      // Chunk 0 describes the streams, and holds no frame.
      if (known > 0) delaysMs.push((Number(atUs) - endUs) / 1000);
    }
  });
  await heard(agent, 'stderr', 'agent.ready', 'device');
  const opened = heard(agent, 'stderr', 'recording.opened', 'number');
  await wait(1_000);
  sender.send('start');
  await opened;
  const figures = await measure(agent.pid ?? 0);
  const exited = once(agent, 'exit');
  agent.kill('SIGTERM');
  await exited;
  for (const child of [sender, station]) child.kill('SIGKILL');
  return { figures, delaysMs };
}

function listen(child: ChildProcess, stream: 'stdout' | 'stderr', take: (line: Line) => void): void {
  const input = child[stream];
  if (input === null) throw new Error('a child without an output');
  createInterface(input).on('line', (text) => {
    if (text.startsWith('{')) take(JSON.parse(text) as Line);
    else console.error(text);
  });
}

function heard(
  child: ChildProcess,
  stream: 'stdout' | 'stderr',
  event: string,
  field: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`a child ended with ${code} before it said "${event}"`)));
    listen(child, stream, (line) => {
      if (line.event === event) resolve(String(line[field]));
    });
  });
}

function report(name: string, { cpuMsPerMb, coreShare, peakMib }: Figures): void {
  console.log(
    `${name.padEnd(10)} ${cpuMsPerMb.toFixed(2).padStart(7)} CPU-ms/MB ${(coreShare * 100).toFixed(1).padStart(6)} % of a core at ${mbits} Mbit/s ` +
      `${peakMib.toFixed(0).padStart(5)} MiB peak RSS`,
  );
}

type Both<T> = { readonly agent: T; readonly bare: T };

/**
 * CPU-ms for each MB and the share of one core, by stage on the main thread and by kind of thread.
 * @param spans when the profiled runs were measured: the stages' shares come from them, all CPU figures from
 *   the plain runs.
 */
function reportStages(figures: Both<Figures>, spans: Both<Span>): void {
  const columns = (['agent', 'bare'] as const).map((what) => {
    const { threads, megabytes } = figures[what];
    const shares = sharesByStage(at(`profile-${what}`), spans[what], agentStages);
    const rows = new Map([...shares].map(([stage, share]) => [stage, share * threads.main]));
    rows.set('all of the main thread', threads.main);
    rows.set('V8 helper threads', threads.v8);
    rows.set('pool, user mode', threads.poolUser);
    rows.set('pool, kernel mode', threads.poolKernel);
    const cells = (row: string): string => {
      const ms = rows.get(row) ?? 0;
      const perMb = (ms / megabytes).toFixed(2).padStart(9);
      return `${perMb} ${((ms / 1000 / (megabytes / (mbits / 8))) * 100).toFixed(2).padStart(7)} %`;
    };
    return { rows, cells };
  });
  console.log(`${''.padEnd(24)}${['agent', 'bare pipe'].map((name) => name.padStart(19)).join('')}`);
  console.log(`${''.padEnd(24)}${'   CPU-ms/MB  a core'.repeat(2)}`);
  const names = new Set(columns.flatMap(({ rows }) => [...rows.keys()]));
  for (const name of names)
    console.log(`${name.padEnd(24)}${columns.map(({ cells }) => cells(name)).join('')}`);
}
