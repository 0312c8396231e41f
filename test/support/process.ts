import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { patienceMs } from './patience.ts';

/** How a process ended: by an exit code, or by a signal. */
export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** A process that a test started. It is killed when the test ends, however it ends. */
export interface StartedProcess {
  readonly child: ChildProcess;
  /** Resolves when the process has ended and all its output was read. */
  readonly exited: Promise<Exit>;
  /** What it has printed so far, stdout and stderr together, the last 4 MiB of it. */
  output(): string;
  /**
   * The first line, not given out by an earlier call, that `pattern` matches. Rejects with the output so far
   * where the process ends or `withinMs` pass without one.
   */
  line(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>;
  /** Sends a signal and waits for the end. */
  kill(signal?: NodeJS.Signals): Promise<Exit>;
}

export type StartOptions = {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
};

const outputCharsMax = 4 * 1024 * 1024;

/** Whether a program is on the path, or at the path that `name` is. It is not asked for its version: each file that wants to know would start a process for that. */
export function isInstalled(name: string): boolean {
  const folders = name.includes('/') ? [''] : (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => existsSync(folder === '' ? name : join(folder, name)));
}

/** Starts a program; `env` is added to the test's own environment. */
export function startProcess(
  t: { teardown(done: () => unknown): unknown },
  file: string,
  args: readonly string[],
  options: StartOptions = {},
): StartedProcess {
  const child = spawn(file, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-outputCharsMax);
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
      changed();
    });
    stream.once('end', () => {
      if (rest !== '') lines.push(rest);
      changed();
    });
  }
  let ended: Exit | undefined;
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => {
      ended = { code, signal };
      resolve(ended);
      changed();
    });
  });
  const kill = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> => {
    child.kill(signal);
    return exited;
  };
  t.teardown(() => (ended === undefined ? kill('SIGKILL') : undefined));

  return {
    child,
    exited,
    output: () => output,
    kill,
    line: (pattern, withinMs = patienceMs) =>
      new Promise((resolve, reject) => {
        const finish = (settle: () => void): void => {
          clearTimeout(deadline);
          listeners.delete(look);
          settle();
        };
        const giveUp = (why: string): void =>
          finish(() =>
            reject(
              new Error(`${file} ${why} without a line like ${pattern}:\n${output}`, { cause: failure }),
            ),
          );
        const look = (): void => {
          while (lines.length > 0) {
            const match = pattern.exec(lines.shift() ?? '');
            if (match !== null) {
              finish(() => resolve(match));
              return;
            }
          }
          if (ended !== undefined) giveUp(`ended (${ended.code ?? ended.signal ?? 'not started'})`);
        };
        const deadline = setTimeout(() => giveUp(`ran ${withinMs} ms`), withinMs);
        listeners.add(look);
        look();
      }),
  };
}

/** Runs a program to its end and gives its exit and what it printed. */
export async function runProcess(
  t: { teardown(done: () => unknown): unknown },
  file: string,
  args: readonly string[],
  options: StartOptions = {},
): Promise<Exit & { readonly stdout: string; readonly stderr: string }> {
  const started = startProcess(t, file, args, options);
  let stdout = '';
  let stderr = '';
  started.child.stdout?.on('data', (text: string) => {
    stdout += text;
  });
  started.child.stderr?.on('data', (text: string) => {
    stderr += text;
  });
  return { ...(await started.exited), stdout, stderr };
}
