import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { agentConfigSchema } from '../../agent/config.ts';
import { type RunningAgent, startAgent } from '../../agent/main.ts';
import { TimeSources } from '../../agent/sealer/time/time-sources.ts';
import type { FileSystem } from '../../agent/spool/disk/file-system.ts';
import type { OpenBrokerSession } from '../../agent/uplink/index.ts';
import type { Log } from '../../base/log.ts';
import type { Setup } from '../../hardware-sim/scenario/scenario.ts';
import { SimFileSystem } from './disks/sim-file-system.ts';
import { slowDisk } from './disks/slow-disk.ts';
import { InProcessKeys } from './key-keeper.ts';
import type { Seeded } from './seeded.ts';
import { type SimLine, simulatedPort } from './sim-line.ts';
import { ProcessClock, type SimTime } from './sim-time.ts';

/** A card with room for any scenario; bytes. */
const cardBytes = 64 * 1024 ** 3;
/** Free space is told in whole blocks, as file systems do: the bytes in use differ with the length of a certificate. */
const blockBytes = 4_096;

/** What the agent of a camera runs in. */
export interface CameraSurroundings {
  readonly time: SimTime;
  readonly random: Seeded;
  readonly line: SimLine;
  readonly openBroker: OpenBrokerSession;
  /** As provisioned. */
  readonly provisioned: string;
  /** A folder of the camera's own on the machine's disk: what the agent keeps next to its spool. */
  readonly folder: string;
  readonly setup: Setup;
  /** What the wall clock shows at the beginning, in microseconds since 1970. */
  readonly utcUs: number;
  /** Makes the log of one process. @param utc the time of a line. */
  readonly log: (utc: () => Date) => Log;
  /** The agent could not start, or failed as only a fault of this program makes it. */
  readonly failed: (error: unknown) => void;
}

/** One process of the agent: the real agent, on a clock, a disk and a network that are simulated. */
class AgentProcess {
  readonly clock: ProcessClock;
  readonly keys: InProcessKeys;
  alive = true;
  agent: RunningAgent | undefined;

  constructor(clock: ProcessClock, keys: InProcessKeys) {
    this.clock = clock;
    this.keys = keys;
  }
}

/** The camera's computer: its card and its clocks, and one process of the agent after the other. */
export class SimCamera {
  readonly #in: CameraSurroundings;
  #disk = new SimFileSystem();
  #utcOffsetUs: number;
  readonly #epoch: Uint8Array;
  #process: AgentProcess | undefined;
  #starts = 0;

  constructor(surroundings: CameraSurroundings) {
    this.#in = surroundings;
    this.#disk.capacityBytes = cardBytes;
    this.#utcOffsetUs = surroundings.utcUs;
    this.#epoch = surroundings.random.bytes(16);
  }

  /** The names of the files on the card. */
  get files(): readonly string[] {
    return this.#disk.names;
  }

  get running(): boolean {
    return this.#process !== undefined;
  }

  /** Puts the folders in place that the agent expects. */
  async prepare(): Promise<void> {
    const { time, provisioned } = this.#in;
    await time.real(cp(provisioned, this.#path('camera'), { recursive: true }));
    await time.real(mkdir(this.#path('spool')));
    await time.real(mkdir(this.#path('runtime-0')));
  }

  /** Starts the agent, unless it runs. */
  async start(): Promise<void> {
    if (this.#process !== undefined) return;
    const { time, random, line, openBroker, log, failed } = this.#in;
    const clock = new ProcessClock(time, () => this.#utcOffsetUs, this.#epoch, 0);
    const identity = await time.real(readFile(this.#path('camera', 'identity.key')));
    const process = new AgentProcess(clock, new InProcessKeys(time, identity));
    this.#process = process;
    const ports = {
      clock,
      clockQuality: new TimeSources({ clock, kernel: () => undefined, hasHardwareClock: false }),
      randomness: random,
      fileSystem: this.#cardOf(process),
      openLine: line.open,
      openBroker,
      keyKeeper: process.keys,
    };
    const lines = log(() => new Date(clock.utcUs() / 1_000));
    try {
      process.agent = await time.real(startAgent(this.#config(), (path) => this.#path(path), lines, ports));
    } catch (error) {
      if (!process.alive) return;
      this.#process = undefined;
      failed(error);
    }
  }

  /** As SIGKILL does: what was not written is gone, and nothing runs on. The card and the runtime folder stay. */
  async kill(): Promise<void> {
    const process = this.#process;
    if (process === undefined) return;
    this.#process = undefined;
    process.alive = false;
    process.clock.kill();
    this.#in.line.forgetAgent();
    const { capacityBytes } = this.#disk;
    this.#disk = this.#disk.afterKill();
    this.#disk.capacityBytes = capacityBytes;
    // What is left of the process still has the old folder's files open.
    const before = this.#runtime;
    this.#starts += 1;
    await this.#in.time.real(cp(this.#path(before), this.#path(this.#runtime), { recursive: true }));
    process.keys.kill();
  }

  /** As SIGTERM does: resolves when the agent has ended. */
  async stop(): Promise<void> {
    const process = this.#process;
    if (process?.agent === undefined) return;
    await process.agent.close();
    if (this.#process === process) this.#process = undefined;
    process.clock.kill();
  }

  /** No room for another byte on the card, or as much as ever. */
  fillCard(full: boolean): void {
    const used = this.#disk.names.reduce((sum, name) => sum + (this.#disk.content(name)?.length ?? 0), 0);
    this.#disk.capacityBytes = full ? used : cardBytes;
  }

  stepClock(us: number): void {
    this.#utcOffsetUs += us;
  }

  setClock(utcUs: number): void {
    this.#utcOffsetUs = utcUs - this.#in.time.nowMs * 1_000;
  }

  get #runtime(): string {
    return `runtime-${this.#starts}`;
  }

  #path(...parts: readonly string[]): string {
    return join(this.#in.folder, ...parts);
  }

  /** The card as one process sees it: to one that was killed it never answers again. */
  #cardOf(process: AgentProcess): FileSystem {
    const disk = slowDisk(this.#disk, () => {
      this.#in.time.activity += 1;
      return process.alive ? Promise.resolve() : new Promise(() => {});
    });
    const freeBytes = async (folder: string): Promise<number> =>
      Math.floor((await disk.freeBytes(folder)) / blockBytes) * blockBytes;
    return { ...disk, freeBytes };
  }

  #config() {
    const { ringSeconds, dwellingRoles } = this.#in.setup;
    return v.parse(agentConfigSchema, {
      camera: 'camera',
      sensor: { port: simulatedPort },
      broker: { url: 'mqtts://localhost:8883' },
      spool: 'spool',
      runtime: this.#runtime,
      policy: { name: 'scenario', roles: ['evidence'], ringSeconds, dwellingRoles: [...dwellingRoles] },
      log: 'debug',
    });
  }
}
