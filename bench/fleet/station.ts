import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import { statusKib } from '../../test/support/scenario/process-memory.ts';
import { cpuMs, monotonicUs, type ThreadsMs, threadsMs } from '../proc.ts';
import type { Span } from '../profile.ts';

/** What the generator itself, this process, has used. */
export interface OwnCost {
  readonly cpuMs: number;
  readonly rssMib: number;
}

/** What a process cost over a span of time, and what the load generator cost meanwhile. */
export interface Cost {
  readonly span: Span;
  readonly cpuMs: number;
  readonly threads: ThreadsMs;
  readonly generator: OwnCost;
}

/** A process that cameras connect to: a station, or the bare broker. */
export class MeasuredProcess {
  readonly url: string;
  /** Resident memory when it was ready, before the first camera. */
  readonly readyMib: number;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    this.readyMib = this.rssMib;
  }

  get cpuMs(): number {
    return cpuMs(this.#pid);
  }

  get rssMib(): number {
    return statusKib(this.#pid, 'VmRSS') / 1_024;
  }

  /** Begins to measure. @returns a function that ends it. */
  measure(): () => Cost {
    const before = { cpuMs: this.cpuMs, threads: threadsMs(this.#pid), own: process.cpuUsage() };
    const fromUs = monotonicUs();
    return () => {
      const now = threadsMs(this.#pid);
      const { threads } = before;
      const own = process.cpuUsage(before.own);
      return {
        span: { fromUs, toUs: monotonicUs() },
        cpuMs: this.cpuMs - before.cpuMs,
        threads: {
          main: now.main - threads.main,
          v8: now.v8 - threads.v8,
          poolUser: now.poolUser - threads.poolUser,
          poolKernel: now.poolKernel - threads.poolKernel,
        },
        generator: {
          cpuMs: (own.user + own.system) / 1_000,
          rssMib: process.memoryUsage().rss / 2 ** 20,
        },
      };
    };
  }

  /** Resolves when it has ended, and unless it is killed has written its profile. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    await exited;
  }

  get #pid(): number {
    return this.#child.pid ?? 0;
  }
}

/**
 * Starts a station with its embedded broker, unless another is given.
 * @param folder holds its folder `station`; gets its store and vault.
 * @param profileFolder where V8 writes a profile of it at its end, if one is wanted.
 */
export async function startStationProcess(
  folder: string,
  store: string,
  profileFolder: string | undefined,
  broker: object = { embedded: { host: '127.0.0.1', port: 0 } },
): Promise<MeasuredProcess> {
  mkdirSync(store, { recursive: true });
  const config = join(store, 'station.yaml');
  writeFileSync(
    config,
    stringify({
      station: join(folder, 'station'),
      store: join(store, 'evidence'),
      vault: join(store, 'vault'),
      broker,
    }),
  );
  const profile = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  const program = join(import.meta.dirname, '../../cli/main.js');
  const child = start([...profile, program, 'station', '--config', config]);
  const url = await lineOf(child, (line) => {
    if (!line.startsWith('{')) return undefined;
    const { event, broker } = JSON.parse(line) as Record<string, unknown>;
    return event === 'station.ready' ? String(broker) : undefined;
  });
  return new MeasuredProcess(child, url);
}

/** Starts the bare broker with its receiver, which checks and stores nothing. */
export async function startBareBroker(folder: string): Promise<MeasuredProcess> {
  const station = ['root.crt', 'broker.crt', 'broker.key', 'tls.crt', 'tls.key'];
  const program = join(import.meta.dirname, '../processes/bare-broker.js');
  const child = start([program, ...station.map((name) => join(folder, 'station', name))]);
  const port = await lineOf(child, (line) => line);
  return new MeasuredProcess(child, `mqtts://127.0.0.1:${port}`);
}

/** Starts Mosquitto, which takes connections at `url`. */
export async function startMosquittoProcess(config: string, url: string): Promise<MeasuredProcess> {
  const child = keep(spawn('mosquitto', ['-c', config, '-v'], { stdio: ['ignore', 'inherit', 'pipe'], env }));
  await lineOf(child, (line) => (/mosquitto version .* running/.test(line) ? line : undefined), child.stderr);
  return new MeasuredProcess(child, url);
}

// Debian puts it where an ordinary user's path does not lead.
const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin` };

const children = new Set<ChildProcess>();

/** Kills what still runs, if the bench fails. */
export function killChildren(): void {
  for (const child of children) child.kill('SIGKILL');
}

function start(args: readonly string[]): ChildProcess {
  return keep(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }));
}

function keep(child: ChildProcess): ChildProcess {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** The first line of its output of which `pick` makes something; the rest is read and dropped. */
function lineOf(
  child: ChildProcess,
  pick: (line: string) => string | undefined,
  output = child.stdout,
): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`A process ended with ${code} before it was ready`)));
    if (output === null) throw new Error('a child without output');
    createInterface({ input: output }).on('line', (line) => {
      const picked = pick(line);
      if (picked !== undefined) resolve(picked);
    });
  });
}
