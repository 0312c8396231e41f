import { type Log, silentLog } from '../../base/log.ts';
import { calmDisk } from '../../scenario/fast/disks/disk-node.ts';
import { SimBroker } from '../../scenario/fast/network/sim-broker.ts';
import { calm } from '../../scenario/fast/network/weather.ts';
import { hourMs, type ProcessClock, SimTime } from '../../scenario/fast/sim-time.ts';
import type { QuotaLimits } from '../../station/cameras/quotas.ts';
import { fromSeed, type Seeded } from '../support/seed.ts';
import { CameraSite } from './camera/camera-site.ts';
import { Debts } from './camera/debts.ts';
import { KeyChildren } from './camera/key-child.ts';
import { forged } from './hostile/forgery.ts';
import { HostileCamera } from './hostile/hostile.ts';
import type { Identities } from './identities.ts';
import { TrueJournals } from './judge/boot-journals.ts';
import { Invariants } from './judge/invariants.ts';
import { Steady } from './judge/steady.ts';
import { Truth, Violation } from './judge/truth.ts';
import { Mishaps } from './mishaps.ts';
import { noQuota, StationSite } from './station/station-site.ts';

/** When faults have stopped, all must be receipted within this time. */
const drainMsMax = 24 * hourMs;
const stepsMax = 400_000;
const notesKept = 2_000;

/** What a run came to. */
export interface Outcome {
  readonly seed: number;
  /** What happened that never may; undefined where all went well. */
  readonly violation: Error | undefined;
  readonly steps: number;
  readonly simulatedMs: number;
  /** Of that, hours in which no fault began. */
  readonly quietMs: number;
  readonly counts: Readonly<Record<string, number>>;
  /** Names of the states that the world was in. */
  readonly states: ReadonlySet<string>;
  /** The same for each run of a seed. */
  readonly trace: number;
  /** The last that happened, for people. */
  readonly notes: readonly string[];
}

/** How large a world is. */
export interface WorldOptions {
  /** Simulated time in which faults happen; quiet hours come on top. */
  readonly faultyMs: number;
  /** In place of all other faults: the camera finds no broker in all this time, as on a long journey. */
  readonly offline?: boolean;
  /** In place of all other faults: the station stores no more of the camera, until the faults stop. */
  readonly quota?: QuotaLimits;
  /** Called with each thing that happens. */
  readonly tell?: (line: string) => void;
}

/** A camera, a broker, a station and all that can go wrong between them, in one process. The seed decides everything. */
export class World {
  readonly time = new SimTime();
  readonly truth = new Truth();
  readonly debts = new Debts();
  readonly journals = new TrueJournals(this);
  readonly broker: SimBroker;
  readonly camera: CameraSite;
  readonly station: StationSite;
  readonly mishaps: Mishaps;
  readonly steady: Steady;
  readonly identities: Identities;
  readonly keyChildren: KeyChildren;
  readonly hostile: HostileCamera;
  receipts = 0;
  records = true;
  readonly chunksMax: number;
  /** Faults have stopped. */
  calm = false;
  readonly #seed: number;
  readonly #random: Seeded;
  readonly #options: WorldOptions;
  readonly #invariants = new Invariants(this);
  readonly #notes: string[] = [];
  readonly #states = new Set<string>();
  readonly #diskStallOneIn: number;
  #diskStalls = 0;
  #trace = 0;
  #steps = 0;
  #violation: Error | undefined;

  constructor(seed: number, identities: Identities, options: WorldOptions) {
    this.#seed = seed;
    this.#random = fromSeed(seed);
    this.identities = identities;
    this.#options = options;
    this.station = new StationSite(this, this.fork());
    const later = fromSeed((seed ^ 0x5ca1ab1e) >>> 0);
    this.camera = new CameraSite(this, this.fork(), later);
    this.broker = new SimBroker(this.time, this.fork());
    this.mishaps = new Mishaps(this, this.fork());
    this.steady = new Steady(this, this.fork());
    this.broker.forge = (genuine) =>
      forged(genuine, identities, [...this.truth.recordings.keys()], this.#random);
    this.chunksMax = this.#random.pick([2, 6]);
    this.keyChildren = new KeyChildren(this, this.fork());
    this.hostile = new HostileCamera(this, this.fork());
    this.#diskStallOneIn = this.#random.pick([0, 500]);
  }

  /** Numbers of their own for one part. */
  fork(): Seeded {
    return fromSeed(this.#random.int(2 ** 32));
  }

  note(text: string): void {
    const line = `${(this.time.nowMs / 1000).toFixed(3)} ${text}`;
    for (let i = 0; i < line.length; i += 1)
      this.#trace = (Math.imul(this.#trace, 31) + line.charCodeAt(i)) | 0;
    this.#tell(line);
  }

  /** @param heard called with each alarm's event, and the device that it names */
  logOf(part: string, heard: (event: string, device: unknown) => void = () => {}): Log {
    const alarm = (event: string, _message: string, fields?: object): void => {
      heard(event, fields && 'device' in fields ? fields.device : undefined);
      const what = `${event} ${JSON.stringify(fields ?? {})}`;
      this.#tell(`${(this.time.nowMs / 1000).toFixed(3)}   (${part}: ${what})`);
    };
    const log: Log = { ...silentLog, warn: alarm, alarm, child: () => log };
    return log;
  }

  #tell(line: string): void {
    this.#notes.push(line);
    if (this.#notes.length > 2 * notesKept) this.#notes.splice(0, notesKept);
    this.#options.tell?.(line);
  }

  /** Runs a check; what it finds ends the run. */
  judge(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#violates(error);
    }
  }

  #violates(error: unknown): void {
    this.#violation ??= error instanceof Error ? error : new Error(String(error));
  }

  /** What a call of a disk waits. */
  async diskWait(clock: ProcessClock, random: Seeded): Promise<void> {
    this.time.activity += 1;
    if (this.#diskStallOneIn > 0 && !this.steady.on && random.int(this.#diskStallOneIn) === 0) {
      this.#diskStalls += 1;
      return clock.sleep(10_000);
    }
    if (random.int(6) === 0) return clock.sleep(random.int(20));
  }

  async run(): Promise<Outcome> {
    const { camera, station, broker, mishaps } = this;
    camera.boot();
    station.start();
    if (this.#options.offline) mishaps.strand();
    else if (this.#options.quota !== undefined) station.quota = this.#options.quota;
    else mishaps.plan();
    await this.time.quiet();
    await this.#until(() => this.time.nowMs >= this.#options.faultyMs + mishaps.quietMs);
    this.#calmDown();
    const endMs = this.time.nowMs + drainMsMax;
    await this.#until(() => this.#invariants.drained() || this.time.nowMs > endMs);
    if (this.#violation === undefined) this.judge(() => this.#invariants.checkEnd());
    if (this.#violation === undefined)
      await this.#invariants.verify().catch((error) => this.#violates(error));
    camera.camera?.kill();
    station.station?.kill();
    await this.time.quiet();
    const recordings = [...this.truth.recordings.values()].filter(({ opened }) => opened).length;
    return {
      seed: this.#seed,
      violation: this.#violation,
      steps: this.#steps,
      simulatedMs: this.time.nowMs,
      quietMs: mishaps.quietMs,
      counts: {
        ...{ recordings, receipts: this.receipts, diskStalls: this.#diskStalls },
        ...camera.counts,
        ...camera.struck,
        ...camera.lost.counts,
        ...station.counts,
        ...station.disk.counts,
        ...station.vanishing.counts,
        ...broker.counts,
        ...mishaps.counts,
        ...this.steady.counts,
        ...this.debts.counts,
        ...this.journals.counts,
        ...this.keyChildren.counts,
        ...this.hostile.counts,
      },
      states: this.#states,
      trace: this.#trace,
      notes: this.#notes.slice(-notesKept),
    };
  }

  async #until(done: () => boolean): Promise<void> {
    while (!done() && this.#violation === undefined) {
      const moved = await this.time.step();
      // The camera and the station always wait for something.
      if (!moved) throw new Error('time stands still');
      this.#steps += 1;
      if (this.#steps > stepsMax) this.#violates(new Violation(`${stepsMax} steps were not enough`));
      this.camera.reap();
      this.#states.add(this.#state());
      this.judge(() => this.#invariants.check());
    }
  }

  #calmDown(): void {
    this.calm = true;
    this.records = false;
    this.broker.weather = calm;
    this.station.disk.trouble = calmDisk;
    this.camera.calmDown();
    this.station.quota = noQuota;
    this.station.vanishing.mountAll();
    // What it lost it must be able to get without a restart.
    if (this.#random.int(2) === 0) this.station.end(false);
    this.broker.cut();
    this.note('faults stop');
  }

  /** What the station no longer has, as it was put back to a backup. */
  forgive(): void {
    this.#invariants.forgive();
    this.journals.forgive();
  }

  /** Where the world is, coarsely. */
  #state(): string {
    const clip = (value: number, most: number): number => Math.min(most, value);
    const { camera, disk } = this.camera;
    const recordings = (camera?.spool?.recordings() ?? [])
      .slice(-3)
      .map(({ id, durable, closed, receipted }) => {
        const whole = (this.truth.recordings.get(id)?.complete.size ?? 0) > 0 ? '!' : '';
        return `${clip(durable, 4)}${closed ? 'c' : ''}-${clip(durable - receipted, 4)}${whole}`;
      });
    return [
      camera === undefined ? 'off' : camera.phase,
      this.broker.linked,
      this.station.station?.alive === true ? 'station' : '',
      clip(this.broker.queued, 3),
      Number.isFinite(disk.capacityBytes) ? 'full' : '',
      ...recordings,
    ].join(' ');
  }
}
