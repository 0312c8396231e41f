import { calmDisk } from '../../scenario/fast/disks/disk-node.ts';
import { calm, type Weather } from '../../scenario/fast/network/weather.ts';
import { hourMs, minuteMs, secondMs } from '../../scenario/fast/sim-time.ts';
import type { Seeded } from '../support/seed.ts';
import type { World } from './world.ts';

/** How often the camera records: the most that it rests in between. */
const busyIdleMs = [40 * secondMs, 3 * minuteMs] as const;
const quietIdleMs = 4 * hourMs;
const steadyMs = 5 * minuteMs;
const floodMs = 20 * secondMs;
/** A camera that meets no answer goes on asking, so that such hours are as dear as busy minutes. */
const spellHoursMax = {
  'camera off': 72,
  'station closed': 2,
  'no network': 24,
  'all is well': 48,
} as const;

/**
 * Everything that goes wrong in a world, each at random times. Faults come in busy spells; between these lie quiet
 * ones of hours, in which little happens and no fault begins, so that a backlog grows, timers run long and all
 * that was cut off comes back at once.
 */
export class Mishaps {
  readonly counts = { quietSpells: 0 };
  /** Simulated time that was quiet. */
  quietMs = 0;
  /** The most that the camera rests between two recordings. */
  idleMs: number;
  readonly #world: World;
  readonly #random: Seeded;
  readonly #busyIdleMs: number;
  #quietUntilMs = 0;

  constructor(world: World, random: Seeded) {
    this.#world = world;
    this.#random = random;
    this.#busyIdleMs = random.pick(busyIdleMs);
    this.idleMs = this.#busyIdleMs;
  }

  /** In place of everything else: no broker is found, for as long as the world is not calm. */
  strand(): void {
    this.idleMs = hourMs;
    this.#world.broker.weather = { ...calm, refused: 1 };
  }

  plan(): void {
    const random = this.#random;
    const { camera, station, broker } = this.#world;
    const rough = random.pick([1, 1, 4]);
    this.#changeWeather();
    this.#every(minuteMs, () => this.#changeWeather());
    this.#every((4 * minuteMs) / rough, () => camera.end(random.int(2) === 0));
    this.#every((5 * minuteMs) / rough, () => station.end(random.int(2) === 0));
    this.#every(6 * minuteMs, () => broker.restart());
    this.#every(2 * minuteMs, () => {
      station.disk.trouble = {
        failOneIn: random.pick([0, 0, 10, 100]),
        crashOneIn: random.pick([0, 0, 100, 400]),
        corruptOneIn: random.pick([0, 0, 10, 100]),
        full: random.int(8) === 0,
      };
    });
    this.#every(2 * minuteMs, () => station.backUp());
    if (random.int(2) === 0) this.#every(10 * minuteMs, () => station.restore());
    this.#every(5 * minuteMs, () => camera.fillDisk(random.int(3 * minuteMs)));
    this.#every(6 * minuteMs, () => camera.jumpClock());
    this.#every(8 * minuteMs, () => station.jumpClock());
    const { keyChildren, hostile } = this.#world;
    if (keyChildren.fails) this.#every(minuteMs, () => keyChildren.changeMood());
    if (hostile.comes) this.#every(6 * minuteMs, () => void hostile.flood(floodMs));
    const { vanishing } = station;
    if (random.int(2) === 0) {
      this.#every(2 * minuteMs, () => void vanishing.file());
      this.#every(20 * minuteMs, () => void vanishing.folder());
    }
    this.#every(8 * minuteMs, () => void vanishing.away());
    this.#every(8 * minuteMs, () => this.#quiet());
    this.#every(12 * minuteMs, () => this.#steady());
  }

  /** Calls `act` again and again in busy spells, on average once in `meanMs` of them. */
  #every(meanMs: number, act: () => void): void {
    const { time } = this.#world;
    const again = (fromMs: number): void => {
      const atMs = fromMs - meanMs * Math.log(1 - this.#random.fraction());
      time.after(atMs - time.nowMs, () => {
        if (this.#world.calm) return;
        if (time.nowMs < this.#quietUntilMs) {
          again(this.#quietUntilMs);
          return;
        }
        act();
        again(time.nowMs);
      });
    };
    again(time.nowMs);
  }

  /** Some hours in which the camera is off, the station closed, the network away, or all is well. */
  #quiet(): void {
    const random = this.#random;
    const { time, camera, station, broker } = this.#world;
    const kind = random.pick(['camera off', 'station closed', 'no network', 'all is well'] as const);
    const forMs = Math.ceil(hourMs * spellHoursMax[kind] * random.fraction() ** 2);
    this.#quietUntilMs = time.nowMs + forMs;
    this.quietMs += forMs;
    this.counts.quietSpells += 1;
    this.idleMs = quietIdleMs;
    station.disk.trouble = calmDisk;
    broker.weather = calm;
    if (kind === 'camera off') camera.switchOff(forMs);
    if (kind === 'station closed') station.close(forMs);
    if (kind === 'no network') {
      broker.weather = { ...calm, refused: 1 };
      broker.cut();
    }
    this.#world.note(`${(forMs / hourMs).toFixed(1)} quiet hours: ${kind}`);
    time.after(forMs, () => {
      this.idleMs = this.#busyIdleMs;
      if (this.#world.calm) return;
      this.#changeWeather();
    });
  }

  /** Minutes in which one recording goes on, and only what it must stand fails. */
  #steady(): void {
    const { time, steady } = this.#world;
    this.#quietUntilMs = time.nowMs + steadyMs;
    this.quietMs += steadyMs;
    this.idleMs = secondMs;
    void steady.spell(this.#quietUntilMs).then(() => {
      this.idleMs = this.#busyIdleMs;
    });
  }

  #changeWeather(): void {
    const { fraction, int, pick } = this.#random;
    const rare = (): number => pick([0, 0, 0.02, 0.2]) * fraction();
    const weather: Weather = {
      delayMs: pick([5, 50, 500, 3_000]),
      bytesPerSecond: pick([Number.POSITIVE_INFINITY, 64 * 1_024, 2 * 1_024]),
      cutMs: pick([Number.POSITIVE_INFINITY, 10 * minuteMs, 20 * secondMs, 2 * secondMs]),
      refused: pick([0, 0, 0.5, 1]),
      blackHoles: pick([0, 0, 0.5]),
      deaf: pick([0, 0.3, 0.6]),
      dropped: int(10) === 0 ? 1 : rare(),
      repeated: rare(),
      altered: rare(),
      replayed: rare(),
      receiptsLost: rare() + pick([0, 0, 0.5]),
      receiptsRepeated: rare(),
      receiptsLate: rare(),
      receiptsForged: rare(),
    };
    this.#world.broker.weather = weather;
    this.#world.note(`weather ${JSON.stringify(weather)}`);
  }
}
