import { constants } from 'node:os';

type Ending = () => unknown;

const unended = new Set<Endings>();

/** Takes back what a run has made (processes, folders, mounts), in the place of a test's own end. */
export class Endings {
  readonly #all: Ending[] = [];

  constructor() {
    unended.add(this);
  }

  /** `done` is run at the end, before what was asked for earlier. */
  teardown(done: Ending): void {
    this.#all.unshift(done);
  }

  /** Runs each once, also after one that fails. @throws what the first failed with */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (;;) {
      const done = this.#all.shift();
      if (done === undefined) break;
      try {
        await done();
      } catch (error) {
        failures.push(error);
      }
    }
    unended.delete(this);
    if (failures.length > 0) throw failures[0];
  }
}

/** Runs `torture`, and takes back what it has made, however it ends. */
export async function withEndings<T>(torture: (endings: Endings) => Promise<T>): Promise<T> {
  const endings = new Endings();
  try {
    return await torture(endings);
  } finally {
    await endings.run();
  }
}

let told: Promise<never> | undefined;

/** Sees to it that a run which is told to end takes back what it has made. */
export function endWhenTold(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      told ??= Promise.allSettled([...unended].map((endings) => endings.run())).then(() =>
        process.exit(128 + constants.signals[signal]),
      );
    });
  }
}

/** Where the run was told to end, nothing is begun any more: this waits for the end of the process. */
export async function unlessTold(): Promise<void> {
  await told;
}
