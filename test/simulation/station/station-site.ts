import { type Backup, StationDisk } from '../../../scenario/fast/disks/station-disk.ts';
import { hourMs, nowUs, ProcessClock, secondMs } from '../../../scenario/fast/sim-time.ts';
import type { QuotaLimits } from '../../../station/cameras/quotas.ts';
import type { Seeded } from '../../support/seed.ts';
import { Violation } from '../judge/truth.ts';
import { Vanishing } from '../vanishing.ts';
import type { World } from '../world.ts';
import { StationProcess } from './station.ts';

export const noQuota: QuotaLimits = {
  bytesMax: Number.MAX_SAFE_INTEGER,
  recordingsMax: Number.MAX_SAFE_INTEGER,
};

/** The station's disk, backups and wall clock, and one process after the other that uses them. */
export class StationSite {
  readonly counts = { stationCrashes: 0, restores: 0, stationClockJumps: 0 };
  readonly disk: StationDisk;
  readonly vanishing: Vanishing;
  readonly #world: World;
  readonly #random: Seeded;
  readonly #backups: Backup[] = [];
  /** Whether its clock went back: then a store that was restored cannot tell what it counted. */
  clockWentBack = false;
  /** Of the camera; nothing is refused unless a test lowers it. */
  quota = noQuota;
  #offsetUs = nowUs;
  #station: StationProcess | undefined;
  /** Until when it stays closed once it has ended. */
  #closedUntilMs = 0;

  constructor(world: World, random: Seeded) {
    this.#world = world;
    this.#random = random;
    this.disk = new StationDisk(world.fork());
    this.vanishing = new Vanishing(world, this.disk, world.fork());
  }

  /** The process that runs, if any. */
  get station(): StationProcess | undefined {
    return this.#station;
  }

  start(): void {
    const clock = new ProcessClock(this.#world.time, () => this.#offsetUs, new Uint8Array(16));
    const station = new StationProcess(this.#world, clock, () =>
      this.#ended(station, this.#random.int(2) === 0),
    );
    this.#station = station;
    void station.start();
  }

  end(power: boolean): void {
    const station = this.#station;
    if (station === undefined) return;
    station.kill();
    this.#ended(station, power);
  }

  /** Ends it, and keeps it closed for so long. */
  close(forMs: number): void {
    this.#closedUntilMs = this.#world.time.nowMs + forMs;
    this.end(false);
  }

  backUp(): void {
    this.#backups.push(this.disk.backup());
  }

  /** Puts the station back to any of its backups, or to none. */
  restore(): void {
    const backup = this.#backups[this.#random.int(this.#backups.length + 1)];
    if (backup === undefined) return;
    this.counts.restores += 1;
    this.end(false);
    this.disk.restore(backup);
    this.#world.forgive();
    this.#world.note('the station is put back to a backup');
  }

  jumpClock(): void {
    const before = this.#offsetUs;
    this.#offsetUs = this.#random.pick([nowUs, nowUs + hourMs * 1000, nowUs - hourMs * 1000]);
    this.clockWentBack ||= this.#offsetUs < before;
    this.counts.stationClockJumps += 1;
    this.#world.note('the station clock jumps');
  }

  /** A station that was never put back to a backup sees no camera contradict itself. */
  checkConflicts(): void {
    const conflicts = this.#station?.counts.conflicts ?? 0;
    if (conflicts > 0 && this.counts.restores === 0)
      throw new Violation(`the station saw ${conflicts} conflicts`);
  }

  #ended(station: StationProcess, power: boolean): void {
    if (this.#station !== station) return;
    this.#world.judge(() => this.checkConflicts());
    this.#station = undefined;
    this.counts.stationCrashes += 1;
    // A station that starts without its disks takes the folders beneath them for new ones: they are mounted first.
    this.vanishing.mountAll();
    if (power || this.disk.cacheDoubtful) this.disk.cutPower();
    this.#world.note(`station ends${power ? ' without power' : ''}`);
    const restMs = Math.max(0, this.#closedUntilMs - this.#world.time.nowMs);
    const pauseMs = secondMs + this.#random.int(this.#random.pick([5, 90]) * secondMs);
    this.#world.time.after(restMs + pauseMs, () => this.start());
  }
}
