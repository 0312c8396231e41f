import { calmDisk } from '../../../scenario/fast/disks/disk-node.ts';
import { calm } from '../../../scenario/fast/network/weather.ts';
import { minuteMs, secondMs } from '../../../scenario/fast/sim-time.ts';
import type { Seeded } from '../../support/seed.ts';
import { evidencePath, keysPath } from '../station/station.ts';
import type { World } from '../world.ts';
import { Violation } from './truth.ts';

/** How long the camera may take to be recording with all receipted, before the spell is given up. */
const settlesMsMax = 2 * minuteMs;
/** Receipts must have caught up within this time after a fault's end. */
const catchUpMsMax = 5 * secondMs;
/** Links of which the receipt is on its way may be open at any moment. */
const openLinksMax = 2;
const faultMs = 6 * secondMs;
const floodMs = 60 * secondMs;

const faults = [
  ...['messageLost', 'messageLate', 'receiptLost', 'keysVanish', 'evidenceVanishes'],
  ...['storeFull', 'storeUnmounted', 'vaultUnmounted'],
] as const;
type SteadyFault = (typeof faults)[number];

/** A recording that goes on, in the processes in which it began. */
interface Watched {
  readonly id: string;
  readonly number: number;
  readonly camera: unknown;
  readonly station: unknown;
  readonly durable: number;
}

/**
 * A recording that runs on for minutes while nothing fails but one thing after the other, each for a moment. The receipts
 * must catch up while it goes on: its end would heal what must be found here.
 */
export class Steady {
  readonly counts: Record<SteadyFault | 'steadySpells', number> = {
    ...{ steadySpells: 0, messageLost: 0, messageLate: 0, receiptLost: 0, keysVanish: 0 },
    ...{ evidenceVanishes: 0, storeFull: 0, storeUnmounted: 0, vaultUnmounted: 0 },
  };
  /** Now is such a spell. */
  on = false;
  /** The longest that receipts took, in milliseconds. */
  slowestMs = 0;
  readonly #world: World;
  readonly #random: Seeded;

  constructor(world: World, random: Seeded) {
    this.#world = world;
    this.#random = random;
  }

  /** Links that the camera puts into a recording that begins now. */
  get links(): number {
    return 120;
  }

  async spell(untilMs: number): Promise<void> {
    const { world, time } = { world: this.#world, time: this.#world.time };
    this.on = true;
    this.counts.steadySpells += 1;
    world.broker.weather = calm;
    world.broker.cut();
    world.station.disk.trouble = calmDisk;
    world.station.vanishing.mountAll();
    world.camera.disk.capacityBytes = Number.POSITIVE_INFINITY;
    world.keyChildren.mood = 'well';
    const giveUpMs = Math.min(untilMs, time.nowMs + settlesMsMax);
    const first = this.#random.int(faults.length);
    for (let n = 0; time.nowMs < giveUpMs || n > 0; ) {
      await time.sleep(secondMs);
      if (world.calm || time.nowMs > untilMs) break;
      const watched = this.#watched();
      if (watched === undefined || !this.#caughtUp(watched)) continue;
      if (n === faults.length) break;
      // From now on the recording needs no keys, and the station has another camera to deal with.
      if (n === 0) world.keyChildren.mood = 'dies';
      if (n === 0) void world.hostile.flood(floodMs);
      const fault = faults[(first + n) % faults.length] ?? 'messageLost';
      await this.#strike(fault, watched);
      n += 1;
      if (!(await this.#catchesUp(fault, watched))) break;
    }
    this.on = false;
    world.keyChildren.changeMood();
  }

  async #strike(fault: SteadyFault, { id }: Watched): Promise<void> {
    const { broker, station, time } = this.#world;
    const { disk } = station;
    await station.station?.settled();
    this.counts[fault] += 1;
    const recording = this.#world.truth.recording(id);
    this.#world.note(`while ${recording.number} goes on: ${fault}`);
    if (fault === 'messageLost') broker.loseNext = true;
    else if (fault === 'messageLate') broker.delayNextMs = 1 + this.#random.int(2 * secondMs);
    else if (fault === 'receiptLost') broker.loseNextReceipt = true;
    else if (fault === 'keysVanish') disk.tamper(keysPath(recording), undefined);
    else if (fault === 'evidenceVanishes') disk.tamper(evidencePath(recording), undefined);
    else {
      if (fault === 'storeFull') disk.trouble = { ...calmDisk, full: true };
      else disk.unmount(fault === 'storeUnmounted' ? '/store' : '/vault');
      await time.sleep(faultMs);
      disk.trouble = calmDisk;
      station.vanishing.mountAll();
      return;
    }
    // Until it has struck: the camera sends about one link in a second.
    await time.sleep(3 * secondMs);
  }

  /** @returns whether the recording goes on. */
  async #catchesUp(fault: SteadyFault, watched: Watched): Promise<boolean> {
    const { time } = this.#world;
    const endMs = time.nowMs;
    while (this.#goesOn(watched)) {
      const tookMs = time.nowMs - endMs;
      if (this.#caughtUp(watched)) {
        this.#world.note(`receipts caught up ${tookMs} ms after ${fault}`);
        return true;
      }
      // Where nothing is recorded, nothing is receipted, and the station has no reason to look at its disk.
      if (tookMs > catchUpMsMax && this.#watched()?.durable === watched.durable) return false;
      if (tookMs > catchUpMsMax) {
        const { number } = watched;
        const sentence = `receipts of ${number}, which goes on, have not caught up ${tookMs} ms after ${fault}`;
        this.#world.judge(() => {
          throw new Violation(sentence);
        });
        return false;
      }
      await time.sleep(100);
      this.slowestMs = Math.max(this.slowestMs, time.nowMs - endMs);
    }
    return false;
  }

  #watched(): Watched | undefined {
    const { camera, station } = this.#world;
    const newest = camera.camera?.spool?.recordings().at(-1);
    if (newest === undefined || newest.closed || newest.durable < 3 || station.station?.receives !== true)
      return undefined;
    // A full spool takes no receipts either.
    if (Number.isFinite(camera.disk.capacityBytes)) return undefined;
    return {
      ...{ id: newest.id, number: newest.number, camera: camera.camera, station: station.station },
      durable: newest.durable,
    };
  }

  #goesOn(watched: Watched): boolean {
    const now = this.#watched();
    if (this.#world.calm || now === undefined) return false;
    return now.id === watched.id && now.camera === watched.camera && now.station === watched.station;
  }

  /** The camera has receipts for all but what is on its way, and the station the recording's keys. */
  #caughtUp({ id }: Watched): boolean {
    const { camera, station, truth } = this.#world;
    const recording = camera.camera?.spool?.recordings().find((one) => one.id === id);
    if (recording === undefined || station.disk.durable(keysPath(truth.recording(id))) === undefined)
      return false;
    return recording.durable - recording.receipted <= openLinksMax;
  }
}
