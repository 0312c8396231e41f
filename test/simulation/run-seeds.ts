import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runSeed } from './run-seed.ts';
import type { Outcome } from './world.ts';

/** What worlds came to in all. */
export interface Total {
  seeds: number;
  steps: number;
  simulatedMs: number;
  quietMs: number;
  readonly states: Set<string>;
  readonly counts: Record<string, number>;
  /** Of those that failed. */
  readonly failures: { readonly seed: number; readonly message: string; readonly notes: readonly string[] }[];
}

/** An {@link Outcome} as one process tells it another. */
type Report = Omit<Outcome, 'violation' | 'states'> & {
  readonly violation: string | undefined;
  readonly states: readonly string[];
};

const failuresMax = 3;

/**
 * Runs the worlds of `seeds`, which is called for the next one until it gives none, in so many processes at once. A
 * world that failed is the same when it is run alone.
 */
export async function runSeeds(
  seeds: () => number | undefined,
  processes: number,
  progress: (total: Total) => void = () => {},
): Promise<Total> {
  const total: Total = {
    ...{ seeds: 0, steps: 0, simulatedMs: 0, quietMs: 0 },
    ...{ states: new Set<string>(), counts: {}, failures: [] },
  };
  const next = (): number | undefined => (total.failures.length < failuresMax ? seeds() : undefined);
  await Promise.all(
    Array.from({ length: processes }, async () => {
      const child = fork(fileURLToPath(import.meta.url), { serialization: 'advanced' });
      try {
        for (let seed = next(); seed !== undefined; seed = next()) {
          add(total, await ask(child, seed));
          progress(total);
        }
      } finally {
        if (child.connected) child.disconnect();
      }
    }),
  );
  return total;
}

function ask(child: ChildProcess, seed: number): Promise<Report> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void =>
      reject(new Error(`seed ${seed} ended its process with ${code}`));
    child.once('exit', ended);
    child.once('message', (report: Report) => {
      child.off('exit', ended);
      resolve(report);
    });
    child.send(seed);
  });
}

function add(total: Total, { seed, violation, notes, ...outcome }: Report): void {
  total.seeds += 1;
  total.steps += outcome.steps;
  total.simulatedMs += outcome.simulatedMs;
  total.quietMs += outcome.quietMs;
  for (const state of outcome.states) total.states.add(state);
  for (const [name, count] of Object.entries(outcome.counts)) {
    total.counts[name] = (total.counts[name] ?? 0) + count;
  }
  if (violation !== undefined) total.failures.push({ seed, message: violation, notes });
}

if (process.send !== undefined && process.argv[1] === fileURLToPath(import.meta.url)) {
  process.on('message', async (seed: number) => {
    const { violation, states, notes, ...outcome } = await runSeed(seed);
    const report: Report = {
      ...outcome,
      violation: violation?.stack,
      states: [...states],
      notes: violation === undefined ? [] : notes,
    };
    if (process.connected) process.send?.(report);
  });
  // Whoever asked is gone, or needs no more.
  process.once('disconnect', () => process.exit());
}
