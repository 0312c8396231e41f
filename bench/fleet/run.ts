import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../base/clock.ts';
import { FleetCamera, type Footage } from './camera.ts';
import { bytesPerSecond, type Plan } from './plan.ts';
import { type Cost, type MeasuredProcess, startStationProcess } from './station.ts';
import { type Step, Watch } from './watch.ts';

/** What a run gave. */
export interface Ran {
  readonly cost: Cost;
  /** Media that was receipted in the measured time, in MB of 10^6 bytes. */
  readonly megabytes: number;
  /** Recordings that a receipt says the station holds completely. */
  readonly complete: number;
  readonly connections: number;
  /**
   * From the sealing of each chunk to the receipt that covers it, in milliseconds; at a shift's end from when all began
   * to connect.
   */
  readonly receiptMs: readonly number[];
  /** How much later than planned a second was sealed, at worst: the generator was overloaded. */
  readonly lateMs: number;
  /** The station's resident memory before the first camera, and at its highest. */
  readonly readyMib: number;
  readonly peakMib: number;
  readonly steps: readonly Step[];
}

/** After the last second was sealed: a station that needs longer hangs, or is far too slow for the load. */
const drainSecondsMax = 300;
const churnSeconds = 10;
/** Key envelopes and signatures of cameras that are made at a time. */
const bootsAtOnce = 4;

/** Runs a fleet against a station of its own, which keeps its files in `store`. */
export async function runFleet(
  plan: Plan,
  folder: string,
  store: string,
  profileFolder?: string,
): Promise<Ran> {
  const clock = systemClock();
  const footage = { second: randomBytes(bytesPerSecond(plan)), telemetry: randomBytes(300) };
  const cameras = await bootAll(plan, folder, clock, footage);
  const station = await startStationProcess(folder, store, profileFolder);
  try {
    if (plan.mode === 'steady' || plan.mode === 'churn') {
      await Promise.all(cameras.map((camera) => camera.connect(station.url)));
    }
    const recorded = within(
      plan.warmUpSeconds + plan.seconds + drainSecondsMax,
      recordAll(plan, cameras, station, clock, footage),
    );
    await Promise.race([recorded, passed(clock, plan.warmUpSeconds)]);
    const fromMs = clock.uptimeUs() / 1_000;
    const end = station.measure();
    const watch = new Watch(station, cameras, plan.seconds, clock);
    await recorded;
    const cost = end();
    watch.end();
    const all = cameras.flatMap(({ spool }) => spool.receipted);
    const receipted = all.filter(({ receiptMs }) => receiptMs >= fromMs);
    const waitsFromMs = plan.mode === 'shift-end' ? fromMs : 0;
    return {
      cost,
      megabytes: (receipted.length * footage.second.length) / 1e6,
      complete: cameras.filter(({ spool }) => spool.complete).length,
      connections: cameras.reduce((sum, { connections }) => sum + connections, 0),
      receiptMs: receipted.map(({ sealedMs, receiptMs }) => receiptMs - Math.max(sealedMs, waitsFromMs)),
      lateMs: Math.max(...cameras.map(({ lateMs }) => lateMs)),
      readyMib: station.readyMib,
      peakMib: watch.peakMib,
      steps: watch.steps,
    };
  } finally {
    await Promise.all(cameras.map((camera) => camera.end()));
    await station.end();
  }
}

/** The name of a camera of the fleet, from 1, which is also its folder's. */
export function cameraId(number: number): string {
  return `camera-${number}`;
}

async function bootAll(
  plan: Plan,
  folder: string,
  clock: Clock,
  footage: Footage,
): Promise<readonly FleetCamera[]> {
  const cameras: FleetCamera[] = [];
  const backlog = plan.mode === 'shift-end' ? plan.seconds : 0;
  let next = 1;
  const work = async (): Promise<void> => {
    while (next <= plan.cameras) {
      const id = cameraId(next);
      next += 1;
      const camera = await FleetCamera.boot(id, join(folder, id), clock, backlog);
      if (backlog > 0) await camera.fill(footage, backlog);
      cameras.push(camera);
    }
  };
  await Promise.all(Array.from({ length: bootsAtOnce }, work));
  return cameras;
}

/** Resolves when each camera has a receipt for all of its recording. */
async function recordAll(
  plan: Plan,
  cameras: readonly FleetCamera[],
  { url }: MeasuredProcess,
  clock: Clock,
  footage: Footage,
): Promise<void> {
  const { seconds, mode } = plan;
  const startUs = clock.uptimeUs();
  const ends: (() => void)[] = [];
  await Promise.all(
    cameras.map(async (camera, at) => {
      // Cameras do not cut their chunks at the same moment.
      const share = at / cameras.length;
      if (mode === 'shift-end') await camera.connect(url);
      else if (mode === 'ramp') {
        const waits = (share * seconds) / 2;
        await camera.until(startUs + waits * 1e6);
        await camera.connect(url);
        await camera.record(footage, Math.max(1, Math.floor(seconds - waits)), clock.uptimeUs());
      } else {
        if (mode === 'churn') ends.push(every(clock, churnSeconds * 1_000, share, () => camera.drop()));
        await camera.record(footage, plan.warmUpSeconds + seconds, startUs + share * 1e6);
      }
      await camera.spool.finished;
    }),
  );
  for (const end of ends) end();
}

function passed(clock: Clock, seconds: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(seconds * 1_000, resolve);
  });
}

/** Calls `work` every `ms`, the first time after the share `phase` of that. @returns a function that ends it. */
function every(clock: Clock, ms: number, phase: number, work: () => void): () => void {
  let timer = clock.setTimer(ms * (phase || 1), again);
  function again(): void {
    timer = clock.setTimer(ms, again);
    work();
  }
  return () => timer.cancel();
}

/** @throws Error if `work` takes longer. */
export async function within(seconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Not all recordings were receipted within ${seconds} s: give a lower load`)),
      seconds * 1_000,
    );
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
