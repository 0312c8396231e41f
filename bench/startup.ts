// How long the agent takes from the start of its process to `The agent is ready`, how much CPU, and its RSS then, compared
// with a Node process that does nothing, and with one that only loads serialport, mqtt and protobufjs; medians of N starts,
// in turns, and their ratios.
//
// node dist/bench/startup.js [N]
//
// The spool is the one that earlier starts left, without a recording; sensor and broker are absent, as they may
// be on a camera that was just switched on.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import { statusKib } from '../test/support/scenario/process-memory.ts';
import { cpuMs, quantile } from './proc.ts';
import { provisionBench } from './provision.ts';

const starts = Number(process.argv[2] ?? 11);
const folder = mkdtempSync(join(tmpdir(), 'sealcam-bench-'));
const at = (...parts: string[]): string => join(folder, ...parts);

try {
  await provisionBench(folder);
  const config = {
    camera: 'camera',
    sensor: { port: '/dev/null' },
    broker: { url: 'mqtts://127.0.0.1:1' },
    spool: 'spool',
    policy: { name: 'bench', roles: ['evidence'] },
  };
  writeFileSync(at('agent.yaml'), stringify(config));
  const sealcam = join(import.meta.dirname, '../program/main.js');
  const ready = 'console.error("The agent is ready"); setTimeout(() => {}, 10_000)';
  const packages = ['serialport', 'mqtt', 'protobufjs/minimal.js'].map((name) => `import '${name}';`);
  const module = ['--input-type=module', '-e'];
  const empty: Start[] = [];
  const loaded: Start[] = [];
  const agent: Start[] = [];
  for (let i = 0; i < starts; i += 1) {
    empty.push(await start([...module, ready]));
    loaded.push(await start([...module, `${packages.join('')}${ready}`]));
    agent.push(await start([sealcam, 'agent', '--config', at('agent.yaml')]));
  }
  report('empty Node', empty);
  report('Node with serialport, mqtt, protobufjs', loaded);
  report('agent', agent);
  for (const [what, others] of [
    ['an empty Node', empty],
    ['those packages', loaded],
  ] as const) {
    const ratio = (of: (start: Start) => number): string =>
      (quantile(agent.map(of), 0.5) / quantile(others.map(of), 0.5)).toFixed(2);
    console.log(`ratio agent/${what}: CPU ${ratio((one) => one.cpuMs)}, RSS ${ratio((one) => one.rssMib)}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface Start {
  readonly ms: number;
  /** Of the process itself, without its children, which prepare keys. */
  readonly cpuMs: number;
  readonly rssMib: number;
}

/** One start, until the process logs that it is ready; then it is ended. */
async function start(args: readonly string[]): Promise<Start> {
  const from = process.hrtime.bigint();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  const pid = child.pid ?? 0;
  let ready: Start | undefined;
  for await (const line of createInterface(child.stderr)) {
    if (!line.includes('The agent is ready')) continue;
    const ms = Number(process.hrtime.bigint() - from) / 1e6;
    ready = { ms, cpuMs: cpuMs(pid), rssMib: statusKib(pid, 'VmRSS') / 1024 };
    child.kill('SIGTERM');
  }
  await exited;
  if (ready === undefined) throw new Error('the process ended before it was ready');
  return ready;
}

function report(name: string, all: readonly Start[]): void {
  const median = (of: (start: Start) => number): string => quantile(all.map(of), 0.5).toFixed(0).padStart(5);
  console.log(
    `${name.padEnd(38)} ready after ${median(({ ms }) => ms)} ms, ${median((one) => one.cpuMs)} ms of CPU, ` +
      `${median(({ rssMib }) => rssMib)} MiB (medians of ${all.length} starts)`,
  );
}
