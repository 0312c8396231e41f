import { isSealcamError } from '../../base/errors.ts';
import { jsonLog, type Log } from '../../base/log.ts';
import type { Action } from '../../hardware-sim/actions.ts';
import type { SimEvent } from '../../hardware-sim/events.ts';
import type { Speaker } from '../../hardware-sim/scenario/expectations.ts';
import type { Scenario } from '../../hardware-sim/scenario/scenario.ts';
import { Simulator } from '../../hardware-sim/simulator.ts';
import type { WorldAction } from '../../hardware-sim/world-actions.ts';
import type { Mp4File } from '../../media/reader/mp4-reader.ts';
import type { Backup } from './disks/station-disk.ts';
import { StationDisk } from './disks/station-disk.ts';
import { SimBroker } from './network/sim-broker.ts';
import { calm, type Weather } from './network/weather.ts';
import { fromSeed } from './seeded.ts';
import { SimCamera } from './sim-camera.ts';
import { SimLine } from './sim-line.ts';
import { SimStation } from './sim-station.ts';
import { ProcessClock, SimTime } from './sim-time.ts';

/** A line that a part of the world says: an event of the camera, or a line of a log. */
export type WorldLine = { readonly of: Speaker; readonly fields: { readonly event: string } & object };

type NetworkState = Extract<WorldAction, { does: 'network' }>['network'];

/** What a world is made of. */
export interface WorldParts {
  readonly seed: number;
  readonly setup: Scenario['setup'];
  readonly once: boolean;
  /** What the camera sees; its reading waits for nothing but memory. */
  readonly file: Mp4File;
  /** Folders as they were provisioned, of the camera and of the station. */
  readonly provisioned: { readonly camera: string; readonly station: string };
  /** An empty folder of the world's own. */
  readonly folder: string;
  /** What wall clocks show at the beginning, in microseconds since 1970. */
  readonly utcUs: number;
  readonly heard: (line: WorldLine) => void;
}

/** A crowded radio, and one on which nothing comes back, not even the end of a connection. */
const slowNetwork: Weather = { ...calm, delayMs: 250, bytesPerSecond: 65_536, packetBytes: 1_400 };
const noNetwork: Weather = { ...calm, refused: 1 };
/** A quarter of the black holes swallow the connection itself: here all of them do. */
const silentNetwork: Weather = { ...calm, blackHoles: 4 };

/**
 * A whole camera, its network and its station in one process, on one simulated time: the simulated device, the agent and the
 * rooms of the station are the real ones, and seal for real.
 */
export class FastWorld {
  readonly time = new SimTime();
  readonly simulator: Simulator;
  readonly camera: SimCamera;
  readonly station: SimStation;
  /** Parts that could not start, as their errors say. */
  readonly ends: { readonly name: string; readonly how: string }[] = [];
  /** The first failure that is not a part's own: it ends the run. */
  failure: unknown;
  /** What each party still does, one thing after the other. */
  readonly #turns = new Map<'agent' | 'station', Promise<void>>();
  readonly #broker: SimBroker;
  readonly #disk: StationDisk;
  #network: NetworkState = 'back';

  constructor(parts: WorldParts) {
    const { seed, setup, once, file, provisioned, folder, utcUs, heard } = parts;
    const { time } = this;
    const random = fromSeed(seed);
    const fork = () => fromSeed(random.int(2 ** 32));
    const failed =
      (name: 'agent' | 'station') =>
      (error: unknown): void => {
        if (isSealcamError(error)) this.ends.push({ name, how: `it ended: ${error.message}` });
        else this.failure ??= error;
      };
    const logOf =
      (of: Speaker) =>
      (utc: () => Date): Log =>
        jsonLog(of, (line) => heard({ of, fields: JSON.parse(line) }), 'debug', utc);
    const line = new SimLine();
    this.#broker = new SimBroker(time, fork());
    this.#disk = new StationDisk(fork());
    this.station = new SimStation({
      ...{ time, random: fork(), broker: this.#broker, disk: this.#disk },
      ...{ folder: provisioned.station, utcUs, log: logOf('station'), failed: failed('station') },
    });
    this.camera = new SimCamera({
      ...{ time, random: fork(), line, openBroker: this.#broker.open },
      ...{ provisioned: provisioned.camera, folder, setup, log: logOf('agent'), failed: failed('agent') },
      utcUs: setup.agentClockUtcMs === undefined ? utcUs : setup.agentClockUtcMs * 1_000,
    });
    this.simulator = new Simulator({
      ...{ file, seed, once, openPort: line.plug },
      clock: new ProcessClock(time, () => utcUs, random.bytes(16)),
      onEvent: (event: SimEvent) => heard({ of: 'camera', fields: event }),
      onQuit: (error) => {
        if (error !== undefined) this.failure ??= error;
      },
    });
  }

  /** Starts all parts, as someone does who switches everything on. */
  async start(): Promise<void> {
    await this.camera.prepare();
    await this.station.start();
    await this.camera.start();
    this.simulator.start();
    await this.time.quiet();
  }

  /** Lets time pass until `done`, or until a part fails. */
  async until(done: () => boolean): Promise<void> {
    while (this.failure === undefined && !done()) {
      if (!(await this.time.quickStep())) throw new Error('nothing waits for anything any more');
    }
    if (this.failure !== undefined) throw this.failure;
  }

  /** Lets time pass until `work` has settled. */
  async finish(work: Promise<void>): Promise<void> {
    let over = false;
    const watched = work.finally(() => {
      over = true;
    });
    watched.catch(() => {});
    // What ends may use the machine's disk, which takes none of this time.
    await this.time.quiet();
    while (this.failure === undefined && !over) await this.time.step();
    if (this.failure !== undefined) throw this.failure;
    await watched;
  }

  perform(action: Action | WorldAction): void {
    switch (action.does) {
      case 'network':
        this.#setNetwork(action.network);
        break;
      case 'station':
        this.#inTurn('station', () => this.#strikeStation(action.process));
        break;
      case 'agent':
        this.#inTurn('agent', () => this.#strikeAgent(action.process));
        break;
      case 'disk':
        this.#inTurn('agent', async () => this.camera.fillCard(action.disk === 'full'));
        break;
      case 'agentClock':
        if ('utcMs' in action) this.camera.setClock(action.utcMs * 1_000);
        else this.camera.stepClock(action.stepSeconds * 1_000_000);
        break;
      default:
        this.simulator.perform(action);
    }
  }

  /** Everything on the station's disk, by its path. */
  stored(): Backup {
    return this.#disk.backup();
  }

  /** Ends all that still runs. */
  async close(): Promise<void> {
    this.simulator.close();
    this.#broker.forgetCamera();
    await this.camera.kill();
    this.station.kill();
    await this.time.quiet();
  }

  /** Resolves when everything that was begun is done. */
  async settled(): Promise<void> {
    await Promise.all(this.#turns.values());
  }

  #inTurn(party: 'agent' | 'station', work: () => Promise<void>): void {
    const before = this.#turns.get(party) ?? Promise.resolve();
    const turn = before.then(work).catch((error: unknown) => {
      this.failure ??= error;
    });
    this.#turns.set(party, turn);
  }

  async #strikeStation(what: 'kill' | 'stop' | 'start'): Promise<void> {
    if (what === 'start') await this.station.start();
    else if (what === 'stop') await this.station.stop();
    else this.station.kill();
    this.#reweather();
  }

  async #strikeAgent(what: 'kill' | 'stop' | 'start'): Promise<void> {
    if (what === 'start') return this.camera.start();
    if (what === 'stop') return this.camera.stop();
    this.#broker.forgetCamera();
    await this.camera.kill();
  }

  #setNetwork(network: NetworkState): void {
    const wasSilent = this.#network === 'silent';
    this.#network = network;
    this.#reweather();
    if (network === 'silent') this.#broker.silence();
    // What was swallowed is missing for good: no connection goes on from there.
    if (network === 'cut' || wasSilent) this.#broker.cut();
  }

  /** A broker that is down refuses, however good the network is. */
  #reweather(): void {
    const networks = { back: calm, slow: slowNetwork, cut: noNetwork, silent: silentNetwork };
    const good = networks[this.#network];
    this.#broker.change(this.station.running || this.#network === 'silent' ? good : noNetwork);
  }
}
