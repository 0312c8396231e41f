/**
 * Ends in the way that its argument names, with native work pending: run as a process of its own. It
 * prints a JSON line where it lives long enough to say how much key memory is in use.
 */
import { openSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { capabilities, createSharePipe, openRecordingKeys } from '../../../native/index.ts';
import { sharesOf } from './reference.ts';

const way: string = isMainThread ? (process.argv[2] ?? '') : workerData;

async function pending(): Promise<void> {
  for (let i = 0; i < 3; i += 1) {
    const recording = openRecordingKeys(await sharesOf(new Uint8Array(32)), new Uint8Array(1));
    void recording.seal({
      index: 0,
      openingDigest: new Uint8Array(32),
      media: [new Uint8Array(4_000_000)],
      telemetry: new Uint8Array(1_000_000),
    });
  }
  const pipe = createSharePipe();
  if (way.includes('reading')) {
    // Another copy of the writing end, so that the end of the stream never comes.
    openSync(`/proc/self/fd/${pipe.writeFd}`, 'w');
    void pipe.readShares(1);
  }
}

async function inWorker(): Promise<void> {
  await pending();
  parentPort?.postMessage('pending');
  if (way === 'worker-exit') process.exit(0);
  if (way === 'worker-throw') throw new Error('meant');
  if (way === 'worker-end') return;
  // worker-terminate, worker-reading: kept alive until it is ended from outside.
  setInterval(() => {}, 1000);
}

async function inMain(): Promise<void> {
  if (!way.startsWith('worker')) {
    await pending();
    if (way === 'main-throw') throw new Error('meant');
    process.exit(0);
  }
  const worker = new Worker(new URL(import.meta.url), { workerData: way });
  // Not events.once(): the error that one of the ways throws would reject it.
  const gone = new Promise((resolve) => worker.on('exit', resolve).on('error', () => {}));
  const started = new Promise((resolve) => worker.once('message', resolve));
  await started;
  if (way === 'worker-terminate' || way === 'worker-reading') await worker.terminate();
  await gone;
  process.stdout.write(`${JSON.stringify({ slotsTaken: capabilities().keyMemory.slotsTaken })}\n`);
}

await (isMainThread ? inMain() : inWorker());
