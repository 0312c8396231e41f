import {
  type Fault,
  keepsAll,
  losesAll,
  SimFileSystem,
  seededSurvival,
} from '../../../scenario/fast/disks/sim-file-system.ts';
import { decadeUs, nowUs, ProcessClock, secondMs } from '../../../scenario/fast/sim-time.ts';
import type { Seeded } from '../../support/seed.ts';
import { LostCounters } from '../lost-counters.ts';
import type { World } from '../world.ts';
import { CameraProcess } from './camera.ts';

/** The camera's storage and wall clock, and one process after the other that uses them. */
export class CameraSite {
  readonly counts = { powerCuts: 0, kills: 0, diskFull: 0, cameraClockJumps: 0 };
  /** Faults of the storage that struck a call, by kind. */
  readonly struck: Record<string, number> = {};
  readonly lost: LostCounters;
  /** Starts so far: none has the session key of another. */
  starts = 0;
  readonly #world: World;
  readonly #random: Seeded;
  #disk = new SimFileSystem();
  #faults: readonly Fault[] = [];
  #doubtful = false;
  #offsetUs = nowUs;
  #camera: CameraProcess | undefined;
  /** Until when it stays off once it has ended. */
  #offUntilMs = 0;

  /** @param later numbers for what was added later, so that a world without it stays as it was. */
  constructor(world: World, random: Seeded, later: Seeded) {
    this.#world = world;
    this.#random = random;
    this.lost = new LostCounters(world, later);
  }

  /** The process that runs, if any. */
  get camera(): CameraProcess | undefined {
    return this.#camera;
  }

  get disk(): SimFileSystem {
    return this.#disk;
  }

  boot(): void {
    const random = this.#random;
    const epoch = random.bytes(16);
    const clock = new ProcessClock(this.#world.time, () => this.#offsetUs, epoch);
    const camera = new CameraProcess(this.#world, this.#disk, clock, () => this.#ended(camera, false));
    this.#camera = camera;
    camera.run().catch((error: unknown) => {
      if (this.#disk.crashed) return;
      this.#world.judge(() => {
        throw error;
      });
    });
  }

  /** A process whose storage has crashed under it is over. */
  reap(): void {
    if (this.#disk.crashed && this.#camera !== undefined) this.end(this.#random.int(2) === 0);
  }

  end(power: boolean): void {
    const camera = this.#camera;
    if (camera === undefined) return;
    camera.kill();
    this.#ended(camera, power);
  }

  /** Ends it, and keeps it off for so long. */
  switchOff(forMs: number): void {
    this.#offUntilMs = this.#world.time.nowMs + forMs;
    this.end(true);
  }

  /** From now on no fault is made, and those of the storage end. */
  calmDown(): void {
    this.#disk.capacityBytes = Number.POSITIVE_INFINITY;
    // One more start: what a fault has left is put in order by the next start.
    if (this.#camera === undefined) this.#disk = this.#disk.afterKill();
    this.end(false);
  }

  jumpClock(): void {
    this.#offsetUs = this.#random.pick([nowUs, nowUs + decadeUs, nowUs - decadeUs, 0]);
    this.counts.cameraClockJumps += 1;
    this.#world.note('the camera clock jumps');
  }

  fillDisk(forMs: number): void {
    const { names } = this.#disk;
    const used = names.reduce((sum, name) => sum + (this.#disk.content(name)?.length ?? 0), 0);
    this.#disk.capacityBytes = used + this.#random.int(30_000);
    this.counts.diskFull += 1;
    this.#world.note(`only ${this.#disk.capacityBytes - used} bytes are free`);
    this.#world.time.after(forMs, () => {
      this.#disk.capacityBytes = Number.POSITIVE_INFINITY;
    });
  }

  /** Prepares the storage for the next process, and starts that after a while. */
  #ended(camera: CameraProcess, power: boolean): void {
    if (this.#camera !== camera) return;
    this.#camera = undefined;
    for (const { call, kind } of this.#faults) {
      if (call < this.#disk.calls.length) this.struck[kind] = (this.struck[kind] ?? 0) + 1;
    }
    const planned = this.#world.calm ? [] : this.#nextFaults();
    const faults = this.lost.isSpared(this.#disk) ? [] : planned;
    this.#faults = faults;
    const full = this.#disk.capacityBytes;
    if (power || this.#doubtful) {
      this.counts.powerCuts += 1;
      const survival = this.#random.pick([losesAll, keepsAll, seededSurvival(this.#world.fork())]);
      this.#disk = this.#disk.restart(survival, faults);
      if (!this.#world.calm) this.#disk = this.lost.strike(this.#disk, faults);
      this.#disk.capacityBytes = full;
    } else {
      this.counts.kills += 1;
      this.#disk = this.#disk.afterKill(faults);
    }
    // After an fsync that failed the pages of a file count as clean, and nobody can tell until the power goes.
    this.#doubtful = faults.some(({ kind }) => kind === 'EIO' || kind === 'ENOSPC');
    this.#world.note(`camera ${power ? 'loses power' : 'is killed'}; next faults ${JSON.stringify(faults)}`);
    const restMs = Math.max(0, this.#offUntilMs - this.#world.time.nowMs);
    const pauseMs = secondMs + this.#random.int(this.#random.pick([5, 60]) * secondMs);
    this.#world.time.after(restMs + pauseMs, () => this.boot());
  }

  /** Faults of the storage in the life of one process; rarely none, as a process is short. */
  #nextFaults(): Fault[] {
    const random = this.#random;
    const call = (): number => random.int(random.pick([60, 400, 2_000]));
    const faults: Fault[] = [];
    if (random.int(5) < 2) faults.push({ call: call(), kind: random.pick(['crash-before', 'crash-after']) });
    if (random.int(2) === 0) {
      faults.push({ call: call(), kind: random.pick(['EIO', 'ENOSPC', 'short']), repeat: random.int(3) });
    }
    return faults;
  }
}
