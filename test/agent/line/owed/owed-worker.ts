import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { fromSeed } from '../../../support/seed.ts';
import { type Sweep, sweepEnds } from './owed-story.ts';

// Sweeps outside of the test runner's thread, which follows each promise and so takes four times as long.

/** What the test asks of a worker. */
export interface SweepRequest {
  readonly sweep: Sweep;
  readonly folder: string;
  readonly every: number;
  readonly seed: number;
}

parentPort?.on('message', async ({ sweep, folder, every, seed }: SweepRequest) => {
  const own = join(folder, `${seed}`);
  await mkdir(own, { recursive: true });
  parentPort?.postMessage(await sweepEnds(own, sweep, every, fromSeed(seed)));
});
