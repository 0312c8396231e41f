import { cpus, loadavg } from 'node:os';
import { quantile } from '../proc.ts';
import { bytesPerSecond, type Plan } from './plan.ts';
import type { Ran } from './run.ts';
import type { StageCost } from './stages.ts';
import type { Cost } from './station.ts';
import type { Step } from './watch.ts';

/** The goal: 200 cameras at 2 Mbit/s, for which broker and station together may take two cores. */
const goal = { megabytesPerSecond: 50, cores: 2 } as const;

/** What the bench found; printed for programs too. */
export interface Figures {
  readonly cameras: number;
  readonly complete: number;
  readonly connections: number;
  readonly megabytes: number;
  readonly seconds: number;
  readonly megabytesPerSecond: number;
  /** Of the station's process, which its embedded broker is part of: all threads, user and system. */
  readonly cpuMsPerMb: number;
  readonly cores: number;
  readonly stages: readonly StageCost[];
  readonly receiptMs: { readonly p50: number; readonly p99: number };
  readonly rssMib: { readonly ready: number; readonly peak: number; readonly perCamera: number };
  readonly generator: {
    readonly cpuMsPerMb: number;
    readonly cores: number;
    readonly rssMib: number;
    readonly lateMs: number;
  };
  readonly bareCpuMsPerMb: number | undefined;
  /** Cores for the goal's load, computed from this run's cost. */
  readonly goalCores: number;
}

export function figuresOf(
  plan: Plan,
  ran: Ran,
  stages: readonly StageCost[],
  bare: { readonly cost: Cost; readonly megabytes: number } | undefined,
): Figures {
  const { cost, megabytes } = ran;
  const seconds = (cost.span.toUs - cost.span.fromUs) / 1e6;
  const cpuMsPerMb = cost.cpuMs / megabytes;
  return {
    cameras: plan.cameras,
    complete: ran.complete,
    connections: ran.connections,
    megabytes,
    seconds,
    megabytesPerSecond: megabytes / seconds,
    cpuMsPerMb,
    cores: cost.cpuMs / 1_000 / seconds,
    stages,
    receiptMs: { p50: quantile(ran.receiptMs, 0.5), p99: quantile(ran.receiptMs, 0.99) },
    rssMib: {
      ready: ran.readyMib,
      peak: ran.peakMib,
      perCamera: (ran.peakMib - ran.readyMib) / plan.cameras,
    },
    generator: {
      cpuMsPerMb: cost.generator.cpuMs / megabytes,
      cores: cost.generator.cpuMs / 1_000 / seconds,
      rssMib: cost.generator.rssMib,
      lateMs: ran.lateMs,
    },
    bareCpuMsPerMb: bare && bare.cost.cpuMs / bare.megabytes,
    goalCores: (cpuMsPerMb * goal.megabytesPerSecond) / 1_000,
  };
}

export function printPlan({ cameras, mbits, seconds, warmUpSeconds, mode }: Plan): void {
  const [first] = cpus();
  console.log(
    `${cameras} cameras at ${mbits} Mbit/s for ${seconds} s, ${mode}, after a warm-up of ${warmUpSeconds} s`,
  );
  console.log(
    `Node ${process.version}, ${cpus().length} cores (${first?.model ?? 'unknown'}), load ${loadavg()[0]?.toFixed(1)} at the start`,
  );
}

/** What happened in the course of the run. */
export function printSteps(plan: Plan, steps: readonly Step[]): void {
  console.log('\n       s  cameras connected    MB/s   station, cores   receipts p50, p99 in ms');
  let at = 0;
  for (const { seconds, cameras, receiptMs, stationCpuMs } of steps) {
    at += seconds;
    const rate = (receiptMs.length * bytesPerSecond(plan)) / 1e6 / seconds;
    const cells = [at.toFixed(1).padStart(8), String(cameras).padStart(19), rate.toFixed(1).padStart(8)];
    const cores = (stationCpuMs / 1_000 / seconds).toFixed(2).padStart(17);
    const [p50, p99] = [0.5, 0.99].map((q) =>
      receiptMs.length === 0 ? '-' : quantile(receiptMs, q).toFixed(0),
    );
    console.log(`${cells.join('')}${cores}   ${p50}, ${p99}`);
  }
}

export function printFigures(plan: Plan, figures: Figures): void {
  const { receiptMs, rssMib, generator, bareCpuMsPerMb, goalCores } = figures;
  const row = (name: string, value: number, note = ''): void =>
    console.log(`${name.padEnd(58)}${value.toFixed(2).padStart(8)}${note === '' ? '' : `   ${note}`}`);
  console.log(`\n${figures.complete} of ${figures.cameras} recordings are completely receipted`);
  console.log(
    `${figures.megabytes.toFixed(1)} MB in ${figures.seconds.toFixed(1)} s: ${figures.megabytesPerSecond.toFixed(1)} MB/s; ${figures.connections} connections\n`,
  );
  console.log(`${''.padEnd(58)}CPU-ms for each MB`);
  row('station and broker (all threads, from /proc)', figures.cpuMsPerMb, coresOf(figures.cores));
  for (const { name, cpuMsPerMb } of figures.stages) row(`  ${name}`, cpuMsPerMb);
  if (plan.stages) {
    console.log(
      "  (main thread: its CPU time, shared out by V8's sampling profile of a second run; the others: their threads' CPU time)",
    );
  }
  if (bareCpuMsPerMb !== undefined) {
    row('a bare broker that passes the same bytes', bareCpuMsPerMb);
    console.log(`ratio station/bare = ${(figures.cpuMsPerMb / bareCpuMsPerMb).toFixed(2)}`);
  }
  row('the load generator, which is not part of that', generator.cpuMsPerMb, coresOf(generator.cores));
  console.log(
    `\nfrom ${plan.mode === 'shift-end' ? 'the start of connecting' : 'a sealed second'} to its receipt: ` +
      `p50 ${receiptMs.p50.toFixed(0)} ms, p99 ${receiptMs.p99.toFixed(0)} ms`,
  );
  console.log(
    `station's memory: ${rssMib.ready.toFixed(0)} MiB before the first camera, ${rssMib.peak.toFixed(0)} MiB at most, ` +
      `${rssMib.perCamera.toFixed(2)} MiB more for each camera`,
  );
  console.log(
    `generator: ${generator.rssMib.toFixed(0)} MiB; the latest second was sealed ${generator.lateMs.toFixed(0)} ms after it was due`,
  );
  console.log(
    `200 cameras at 2 Mbit/s (${goal.megabytesPerSecond} MB/s) would take ${goalCores.toFixed(2)} cores at this cost; ` +
      `the goal of less than ${goal.cores} is ${goalCores < goal.cores ? 'met' : 'missed'}`,
  );
  console.log(`fleet ${JSON.stringify(figures)}`);
}

function coresOf(cores: number): string {
  return `${cores.toFixed(2)} of a core`;
}
