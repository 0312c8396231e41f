import type { Clock, Timer } from '../../base/clock.ts';
import type { FleetCamera } from './camera.ts';
import type { MeasuredProcess } from './station.ts';

/** What happened in a part of the run. */
export interface Step {
  /** How long it took. */
  readonly seconds: number;
  /** Cameras that were connected at its end. */
  readonly cameras: number;
  /** Chunks that were receipted, and how long each waited for that, in milliseconds. */
  readonly receiptMs: readonly number[];
  readonly stationCpuMs: number;
}

const steps = 8;

/** Watches a run: the station's memory each second, and what happens in each eighth of the time. */
export class Watch {
  readonly steps: Step[] = [];
  peakMib = 0;
  readonly #station: MeasuredProcess;
  readonly #cameras: readonly FleetCamera[];
  readonly #clock: Clock;
  readonly #stepMs: number;
  readonly #seen = new Map<FleetCamera, number>();
  #timer: Timer;
  #from: { readonly ms: number; readonly cpuMs: number };

  constructor(station: MeasuredProcess, cameras: readonly FleetCamera[], seconds: number, clock: Clock) {
    this.#station = station;
    this.#cameras = cameras;
    this.#clock = clock;
    this.#stepMs = (seconds * 1_000) / steps;
    for (const camera of cameras) this.#seen.set(camera, camera.spool.receipted.length);
    this.#from = this.#now();
    this.#timer = this.#next();
  }

  end(): void {
    this.#timer.cancel();
    this.#look();
    this.#step();
  }

  #next(): Timer {
    return this.#clock.setTimer(Math.min(1_000, this.#stepMs), () => {
      this.#timer = this.#next();
      this.#look();
      if (this.#now().ms - this.#from.ms >= this.#stepMs) this.#step();
    });
  }

  #look(): void {
    this.peakMib = Math.max(this.peakMib, this.#station.rssMib);
  }

  #step(): void {
    const now = this.#now();
    const receiptMs = this.#cameras.flatMap((camera) => {
      const { receipted } = camera.spool;
      const seen = this.#seen.get(camera) ?? 0;
      this.#seen.set(camera, receipted.length);
      return receipted.slice(seen).map((one) => one.receiptMs - one.sealedMs);
    });
    this.steps.push({
      seconds: (now.ms - this.#from.ms) / 1_000,
      cameras: this.#cameras.filter(({ connected }) => connected).length,
      receiptMs,
      stationCpuMs: now.cpuMs - this.#from.cpuMs,
    });
    this.#from = now;
  }

  #now(): { readonly ms: number; readonly cpuMs: number } {
    return { ms: this.#clock.uptimeUs() / 1_000, cpuMs: this.#station.cpuMs };
  }
}
