import { baseName, sealName } from '../../agent/spool/names.ts';
import { toHex } from '../../base/bytes.ts';
import { type Log, silentLog } from '../../base/log.ts';
import { openEnvelope } from '../../evidence/dsse.ts';
import { parseRecord, statementRecord } from '../../evidence/records.ts';
import { type Body, makeStatement, storedStatement } from '../../evidence/statements.ts';
import { type EvidenceSource, verifyEvidence } from '../../evidence/verify/index.ts';
import { formatTopic } from '../../proto/topics.ts';
import { fromSeed, type Seeded } from '../support/seed.ts';
import { type Fault, keepsAll, losesAll, SimFileSystem, seededSurvival } from '../support/sim-file-system.ts';
import { calm, type Message, SimBroker, type Weather } from './broker.ts';
import { CameraProcess } from './camera.ts';
import { deviceId, type Identities, stationId } from './identities.ts';
import { ProcessClock, SimTime } from './sim-time.ts';
import { heldBy, keysPath, StationProcess } from './station.ts';
import { type Backup, StationDisk } from './station-disk.ts';
import { type TrueRecording, Truth, Violation } from './truth.ts';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
/** When faults have stopped, all must be receipted within this time. */
const drainMsMax = 24 * hourMs;
const stepsMax = 400_000;
const notesKept = 2_000;
/** 2026-01-01, and +-10 years or 1970: what wall clocks show. */
const nowUs = Date.UTC(2026, 0, 1) * 1000;
const decadeUs = 10 * 365 * 24 * hourMs * 1000;

/** What a run came to. */
export interface Outcome {
  readonly seed: number;
  /** What happened that never may; undefined where all went well. */
  readonly violation: Error | undefined;
  readonly steps: number;
  readonly simulatedMs: number;
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
  /** Simulated time in which faults happen. */
  readonly faultyMs: number;
  /** In place of all other faults: the camera finds no broker in all this time, as on a long journey. */
  readonly offline?: boolean;
  /** Called with each thing that happens. */
  readonly tell?: (line: string) => void;
}

/** A camera, a broker, a station and all that can go wrong between them, in one process. The seed decides everything. */
export class World {
  readonly time = new SimTime();
  readonly truth = new Truth();
  readonly broker: SimBroker;
  readonly disk: StationDisk;
  readonly identities: Identities;
  receipts = 0;
  records = true;
  readonly idleMs: number;
  readonly chunksMax: number;
  readonly #seed: number;
  readonly #random: Seeded;
  readonly #options: WorldOptions;
  readonly #notes: string[] = [];
  readonly #states = new Set<string>();
  readonly #counts = { powerCuts: 0, kills: 0, stationCrashes: 0, restores: 0, diskFull: 0, recordings: 0 };
  readonly #backups: Backup[] = [];
  readonly #diskStallOneIn: number;
  #trace = 0;
  #steps = 0;
  #violation: Error | undefined;
  #calm = false;
  #cameraDisk = new SimFileSystem();
  #cameraDoubtful = false;
  #camera: CameraProcess | undefined;
  #cameraOffsetUs = nowUs;
  #station: StationProcess | undefined;
  #stationOffsetUs = nowUs;
  /** Whether the station's clock went back: then a store that was restored cannot tell what it counted. */
  stationClockBack = false;
  #checked: unknown;

  constructor(seed: number, identities: Identities, options: WorldOptions) {
    this.#seed = seed;
    this.#random = fromSeed(seed);
    this.identities = identities;
    this.#options = options;
    this.disk = new StationDisk(this.fork());
    this.broker = new SimBroker(this.time, this.fork());
    this.broker.forge = (genuine) => this.#forged(genuine);
    this.idleMs = options.offline ? hourMs : this.#random.pick([40 * secondMs, 3 * minuteMs]);
    this.chunksMax = this.#random.pick([2, 6]);
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

  logOf(part: string): Log {
    const alarm = (message: string, fields?: object): void =>
      this.#tell(
        `${(this.time.nowMs / 1000).toFixed(3)}   (${part}: ${message} ${JSON.stringify(fields ?? {})})`,
      );
    const log: Log = { ...silentLog, warn: alarm, alarm, child: () => log };
    return log;
  }

  #tell(line: string): void {
    this.#notes.push(line);
    if (this.#notes.length > notesKept) this.#notes.shift();
    this.#options.tell?.(line);
  }

  /** Runs a check; what it finds ends the run. */
  judge(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#violation ??= error instanceof Error ? error : new Error(String(error));
    }
  }

  /** What a call of a disk waits. */
  async diskWait(clock: ProcessClock, random: Seeded): Promise<void> {
    this.time.activity += 1;
    if (this.#diskStallOneIn > 0 && random.int(this.#diskStallOneIn) === 0) return clock.sleep(10_000);
    if (random.int(6) === 0) return clock.sleep(random.int(20));
  }

  async run(): Promise<Outcome> {
    this.#bootCamera();
    this.#startStation();
    if (this.#options.offline) this.broker.weather = { ...calm, refused: 1 };
    else this.#plan();
    await this.time.quiet();
    await this.#until(() => this.time.nowMs >= this.#options.faultyMs);
    this.#calmDown();
    const endMs = this.time.nowMs + drainMsMax;
    await this.#until(() => this.#drained() || this.time.nowMs > endMs);
    if (this.#violation === undefined) this.judge(() => this.#checkEnd());
    if (this.#violation === undefined) await this.#verify();
    this.#camera?.kill();
    this.#station?.kill();
    await this.time.quiet();
    this.#counts.recordings = [...this.truth.recordings.values()].filter(({ opened }) => opened).length;
    return {
      seed: this.#seed,
      violation: this.#violation,
      steps: this.#steps,
      simulatedMs: this.time.nowMs,
      counts: { ...this.#counts, receipts: this.receipts, ...this.broker.counts },
      states: this.#states,
      trace: this.#trace,
      notes: this.#notes,
    };
  }

  async #until(done: () => boolean): Promise<void> {
    while (!done() && this.#violation === undefined) {
      const moved = await this.time.step();
      // The camera and the station always wait for something.
      if (!moved) throw new Error('time stands still');
      this.#steps += 1;
      if (this.#steps > stepsMax) this.#violation = new Violation(`${stepsMax} steps were not enough`);
      this.judge(() => this.#check());
    }
  }

  /** Everything that may go wrong, each at random times. */
  #plan(): void {
    const random = this.#random;
    const every = (meanMs: number, act: () => void): void => {
      const again = (): void => {
        this.time.after(-meanMs * Math.log(1 - random.fraction()), () => {
          if (this.#calm) return;
          act();
          again();
        });
      };
      again();
    };
    const rough = random.pick([1, 1, 4]);
    this.#weather();
    every(minuteMs, () => this.#weather());
    every((4 * minuteMs) / rough, () => this.#endCamera(random.int(2) === 0));
    every((5 * minuteMs) / rough, () => this.#endStation(random.int(2) === 0));
    every(6 * minuteMs, () => this.broker.restart());
    every(2 * minuteMs, () => {
      this.disk.trouble = {
        failOneIn: random.pick([0, 0, 10, 100]),
        crashOneIn: random.pick([0, 0, 100, 400]),
      };
    });
    every(2 * minuteMs, () => {
      this.#backups.push(this.disk.backup());
    });
    if (random.int(3) === 0) every(10 * minuteMs, () => this.#restoreStation());
    every(5 * minuteMs, () => this.#fillDisk());
    every(6 * minuteMs, () => {
      this.#cameraOffsetUs = random.pick([nowUs, nowUs + decadeUs, nowUs - decadeUs, 0]);
      this.note('the camera clock jumps');
    });
    every(8 * minuteMs, () => {
      const before = this.#stationOffsetUs;
      this.#stationOffsetUs = random.pick([nowUs, nowUs + hourMs * 1000, nowUs - hourMs * 1000]);
      this.stationClockBack ||= this.#stationOffsetUs < before;
      this.note('the station clock jumps');
    });
  }

  #weather(): void {
    const { fraction, int, pick } = this.#random;
    const rare = (): number => pick([0, 0, 0.02, 0.2]) * fraction();
    const weather: Weather = {
      delayMs: pick([5, 50, 500, 3_000]),
      cutMs: pick([Number.POSITIVE_INFINITY, 10 * minuteMs, 20 * secondMs, 2 * secondMs]),
      refused: pick([0, 0, 0.5, 1]),
      blackHoles: pick([0, 0, 0.5]),
      dropped: int(10) === 0 ? 1 : rare(),
      repeated: rare(),
      altered: rare(),
      replayed: rare(),
      receiptsLost: rare() + pick([0, 0, 0.5]),
      receiptsRepeated: rare(),
      receiptsLate: rare(),
      receiptsForged: rare(),
    };
    this.broker.weather = weather;
    this.note(`weather ${JSON.stringify(weather)}`);
  }

  #calmDown(): void {
    this.#calm = true;
    this.records = false;
    this.broker.weather = calm;
    this.disk.trouble = { failOneIn: 0, crashOneIn: 0 };
    this.#cameraDisk.capacityBytes = Number.POSITIVE_INFINITY;
    // One more start each: what a fault has left is put in order by the next start.
    if (this.#camera === undefined) this.#cameraDisk = this.#cameraDisk.afterKill();
    this.#endCamera(false);
    this.#endStation(false);
    this.broker.cut();
    this.note('faults stop');
  }

  #bootCamera(): void {
    const random = this.#random;
    const epoch = random.bytes(16);
    const clock = new ProcessClock(this.time, () => this.#cameraOffsetUs, epoch);
    const camera = new CameraProcess(this, this.#cameraDisk, clock, () => this.#cameraEnded(camera, false));
    this.#camera = camera;
    camera.run().catch((error: unknown) => {
      if (this.#cameraDisk.crashed) return;
      this.judge(() => {
        throw error;
      });
    });
  }

  /** Faults of the disk in the life of one process; rarely none, as a process is short. */
  #faults(): Fault[] {
    if (this.#calm) return [];
    const random = this.#random;
    const call = (): number => random.int(random.pick([60, 400, 2_000]));
    const faults: Fault[] = [];
    if (random.int(5) < 2) faults.push({ call: call(), kind: random.pick(['crash-before', 'crash-after']) });
    if (random.int(4) === 0) {
      faults.push({ call: call(), kind: random.pick(['EIO', 'ENOSPC', 'short']), repeat: random.int(3) });
    }
    return faults;
  }

  #endCamera(power: boolean): void {
    const camera = this.#camera;
    if (camera === undefined) return;
    camera.kill();
    this.#cameraEnded(camera, power);
  }

  /** Prepares the storage for the next process, and starts that after a while. */
  #cameraEnded(camera: CameraProcess, power: boolean): void {
    if (this.#camera !== camera) return;
    this.#camera = undefined;
    this.#checked = undefined;
    const random = this.#random;
    const faults = this.#faults();
    const full = this.#cameraDisk.capacityBytes;
    if (power || this.#cameraDoubtful) {
      this.#counts.powerCuts += 1;
      const survival = random.pick([losesAll, keepsAll, seededSurvival(this.fork())]);
      this.#cameraDisk = this.#cameraDisk.restart(survival, faults);
      this.#cameraDisk.capacityBytes = full;
    } else {
      this.#counts.kills += 1;
      this.#cameraDisk = this.#cameraDisk.afterKill(faults);
    }
    // After an fsync that failed the pages of a file count as clean, and nobody can tell until the power goes.
    this.#cameraDoubtful = faults.some(({ kind }) => kind === 'EIO' || kind === 'ENOSPC');
    this.note(`camera ${power ? 'loses power' : 'is killed'}; next faults ${JSON.stringify(faults)}`);
    this.time.after(secondMs + random.int(random.pick([5, 60]) * secondMs), () => this.#bootCamera());
  }

  #startStation(): void {
    const clock = new ProcessClock(this.time, () => this.#stationOffsetUs, new Uint8Array(16));
    const station = new StationProcess(this, clock, () =>
      this.#stationEnded(station, this.#random.int(2) === 0),
    );
    this.#station = station;
    void station.start();
  }

  #endStation(power: boolean): void {
    const station = this.#station;
    if (station === undefined) return;
    station.kill();
    this.#stationEnded(station, power);
  }

  #stationEnded(station: StationProcess, power: boolean): void {
    if (this.#station !== station) return;
    this.judge(() => {
      if (station.counts.conflicts > 0 && this.#counts.restores === 0) {
        throw new Violation(`the station saw ${station.counts.conflicts} conflicts`);
      }
    });
    this.#station = undefined;
    this.#counts.stationCrashes += 1;
    if (power || this.disk.cacheDoubtful) this.disk.cutPower();
    this.note(`station ends${power ? ' without power' : ''}`);
    const random = this.#random;
    this.time.after(secondMs + random.int(random.pick([5, 90]) * secondMs), () => this.#startStation());
  }

  #restoreStation(): void {
    const backup = this.#backups[this.#random.int(this.#backups.length + 1)];
    if (backup === undefined) return;
    this.#counts.restores += 1;
    this.#endStation(false);
    this.disk.restore(backup);
    for (const recording of this.truth.recordings.values()) {
      recording.forgiven ||= recording.complete.size > 0 && !this.#isSafe(recording);
    }
    this.note('the station is put back to a backup');
  }

  #fillDisk(): void {
    const { names } = this.#cameraDisk;
    const used = names.reduce((sum, name) => sum + (this.#cameraDisk.content(name)?.length ?? 0), 0);
    this.#cameraDisk.capacityBytes = used + this.#random.int(30_000);
    this.#counts.diskFull += 1;
    this.note(`only ${this.#cameraDisk.capacityBytes - used} bytes are free`);
    this.time.after(this.#random.int(3 * minuteMs), () => {
      this.#cameraDisk.capacityBytes = Number.POSITIVE_INFINITY;
    });
  }

  /** What must hold in every moment. */
  #check(): void {
    if (this.#cameraDisk.crashed && this.#camera !== undefined) {
      const power = this.#random.int(2) === 0;
      this.#endCamera(power);
    }
    const spool = this.#camera?.spool;
    this.#states.add(this.#state());
    if (spool === undefined) return;
    const recordings = spool.recordings();
    if (recordings === this.#checked) return;
    this.#checked = recordings;
    const present = new Map(recordings.map((one) => [one.id, one]));
    for (const truth of this.truth.recordings.values()) {
      const here = present.get(truth.id);
      if (here !== undefined) {
        this.truth.takesNumber(truth);
        truth.opened = true;
        if (here.durable < truth.sealed.length)
          throw new Violation(`sealed chunks of ${truth.number} are lost`);
        if (truth.closed !== undefined && !here.closed)
          throw new Violation(`the closing of ${truth.number} is lost`);
        if (truth.number >= spool.nextRecordingNumber)
          throw new Violation(`number ${truth.number} comes again`);
      } else if (
        !truth.opened ||
        this.#cameraDisk.names.includes(sealName(baseName(truth.number, truth.id), 0))
      ) {
        // Not opened after all, or left where it is, as it could not be read at this start.
      } else if (!this.#isSafe(truth) && !truth.forgiven) {
        throw new Violation(`recording ${truth.number} is gone, and the station has not all of it`);
      } else if (truth.complete.size === 0) {
        throw new Violation(`recording ${truth.number} was deleted without a receipt`);
      }
    }
  }

  /** True where the station durably has all of a recording that it has signed to have. */
  #isSafe(recording: TrueRecording): boolean {
    const held = heldBy(this, recording);
    const keys = this.disk.durable(keysPath(recording.number, recording.id));
    return (
      keys !== undefined && [...recording.complete].some((last) => this.truth.isWhole(recording, last, held))
    );
  }

  #drained(): boolean {
    const spool = this.#camera?.spool;
    if (spool === undefined || this.#station?.alive !== true) return false;
    return spool.recordings().length === 0 && spool.findings.unreadable.length === 0;
  }

  #checkEnd(): void {
    if (!this.#drained()) {
      const left = this.#camera?.spool?.recordings().map(({ number, durable, closed, receipted }) => ({
        number,
        durable,
        closed,
        receipted,
      }));
      throw new Violation(`not all is receipted in the end: ${JSON.stringify(left)}`);
    }
    for (const recording of this.truth.recordings.values()) {
      if (!recording.opened || recording.forgiven) continue;
      if (!this.#isSafe(recording))
        throw new Violation(`recording ${recording.number} is not at the station`);
      const last = [...recording.complete].at(-1) ?? '';
      const chain = this.truth.chainTo(recording, last).map(([digest]) => digest);
      const lost = recording.sealed.find((digest, index) => chain[index] !== digest);
      if (lost !== undefined) throw new Violation(`a sealed chunk of ${recording.number} never came`);
    }
    if ((this.#station?.counts.conflicts ?? 0) > 0 && this.#counts.restores === 0) {
      throw new Violation('the station saw conflicts');
    }
  }

  /** The verifier's own word on what the station has. */
  async #verify(): Promise<void> {
    const paths = this.disk.paths.filter(
      (path) => path.startsWith('/store/') && /\.(seal|receipts)$/.test(path),
    );
    const sources = paths.map((name): EvidenceSource => {
      const bytes = this.disk.durable(name) ?? new Uint8Array(0);
      return {
        name,
        async *stream() {
          yield bytes;
        },
        readAt: async (offset, length) => bytes.slice(offset, offset + length),
      };
    });
    const { report } = await verifyEvidence(sources, this.identities.root);
    this.judge(() => {
      if (this.#counts.restores === 0 && report.conflicts.length > 0) {
        throw new Violation(`the verifier finds ${report.conflicts.join('; ')}`);
      }
      const forgiven = new Set(
        [...this.truth.recordings.values()].filter((one) => one.forgiven).map(({ number }) => number),
      );
      for (const { number, verdict, links, conflicts } of report.recordings) {
        if (forgiven.has(number)) continue;
        const bad = links.find((link) => link.verdict !== 'intact');
        const good = verdict === 'complete' || verdict === 'recovered';
        if (!good || bad !== undefined || conflicts.length > 0) {
          throw new Violation(
            `the verifier says of ${number}: ${verdict} ${JSON.stringify({ bad, conflicts })}`,
          );
        }
      }
    });
  }

  /** Where the world is, coarsely. */
  #state(): string {
    const clip = (value: number, most: number): number => Math.min(most, value);
    const recordings = (this.#camera?.spool?.recordings() ?? [])
      .slice(-3)
      .map(({ number, durable, closed, receipted }) => {
        const truth = [...this.truth.recordings.values()].find((one) => one.number === number && one.opened);
        const whole = (truth?.complete.size ?? 0) > 0 ? '!' : '';
        return `${clip(durable, 4)}${closed ? 'c' : ''}-${clip(durable - receipted, 4)}${whole}`;
      });
    return [
      this.#camera === undefined ? 'off' : this.#camera.phase,
      this.broker.linked,
      this.#station?.alive === true ? 'station' : '',
      clip(this.broker.queued, 3),
      Number.isFinite(this.#cameraDisk.capacityBytes) ? 'full' : '',
      ...recordings,
    ].join(' ');
  }

  /** A receipt that nobody may believe. */
  #forged({ topic, payload }: Message): Message {
    if (!topic.endsWith('/receipt')) return { topic, payload: this.#random.bytes(32) };
    const { body } = storedStatement('receipt', openEnvelope(Uint8Array.from(parseRecord(payload).body)));
    const more: Body<'receipt'> = { ...body, count: body.count + 1, counter: body.counter + 1_000 };
    const { stranger, station } = this.identities;
    const by = (who: typeof stranger, what: Partial<Body<'receipt'>>): Message => {
      const changed = { ...more, certificate: who.certificate, ...what };
      return { topic, payload: statementRecord(makeStatement('receipt', changed, who.signer).encoded) };
    };
    switch (this.#random.int(5)) {
      case 0: {
        const altered = Uint8Array.from(payload);
        const at = this.#random.int(altered.length);
        altered[at] = (altered[at] ?? 0) ^ 1;
        return { topic, payload: altered };
      }
      case 1:
        return by(stranger, { complete: true });
      case 2:
        return by(station, { complete: true, statement: this.#random.bytes(32) });
      case 3:
        return by(station, { deviceId: 'camera-2' });
      default: {
        const other = this.#random.pick([...this.truth.recordings.keys()]);
        if (other === toHex(body.recordingId))
          return by({ ...stranger, certificate: station.certificate }, {});
        return { topic: formatTopic({ device: deviceId, recording: other, leaf: 'receipt' }), payload };
      }
    }
  }
}

export { stationId };
