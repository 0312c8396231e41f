import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { patienceMs } from '../support/patience.ts';
import { type Part, program, type Scenario, streaming } from '../support/scenario.ts';
import type { Seeded } from '../support/seed.ts';
import { isSealed, type PoweredTime } from './judge.ts';
import { MountedDisk, newDisk } from './mounted-disk.ts';
import { type PlannedCut, type Situation, situationMs, writeMsMax } from './plan.ts';
import type { Left, VolatileDisk } from './volatile-disk.ts';

// A camera with one spool, of which the agent, its sensor and the disk of its spool lose their power in the same instant.

const spoolBytes = 256 * 1024 * 1024;
/** How long the first start is thought to take. */
const bootMsAtFirst = 1_000;
/** The kernel runs on where a camera's would start: the agent sees another identifier of the boot. */
const startOfAgent = [
  'mount --bind "$BOOT" /proc/sys/kernel/random/boot_id',
  'export LD_PRELOAD="$PRELOAD"',
  'exec "$NODE" "$PROGRAM" agent --config "$CONFIG"',
].join(' && ');
/** How often it is looked whether all is receipted. */
const lookMs = 1_000;

type Run = { teardown(done: () => unknown): unknown };

export interface CameraOptions {
  readonly random: Seeded;
  /** A library that the agent loads before all others; '' for none. */
  readonly preload: string;
  readonly say: (line: string) => void;
}

/** From one start to the cut. */
export interface Boot extends PoweredTime {
  readonly left: Left;
  /** What it took until the agent was ready; undefined if it was cut before. */
  readonly readyMs: number | undefined;
}

interface Powered {
  readonly mounted: MountedDisk;
  readonly sim: Part;
  readonly agent: Part;
  readonly startedMs: number;
  readyMs: number | undefined;
}

export class PoweredCamera {
  readonly boots: Boot[] = [];
  readonly #run: Run;
  readonly #scenario: Scenario;
  readonly #options: CameraOptions;
  #disk: VolatileDisk;
  #station: Part | undefined;
  #bootMs = bootMsAtFirst;

  private constructor(run: Run, scenario: Scenario, options: CameraOptions, disk: VolatileDisk) {
    this.#run = run;
    this.#scenario = scenario;
    this.#options = options;
    this.#disk = disk;
  }

  /** @param run ends what is started and mounted. */
  static async make(run: Run, scenario: Scenario, options: CameraOptions): Promise<PoweredCamera> {
    return new PoweredCamera(run, scenario, options, await newDisk(scenario.at('disk'), spoolBytes));
  }

  /** Switches it on, and cuts the power as planned. */
  async cut({ situation, station, part, write }: PlannedCut): Promise<void> {
    await this.#haveStation(station);
    const powered = await this.#switchOn();
    const sinceMs = await this.#bring(situation, powered);
    const lastsMs = situation === 'booting' ? this.#bootMs : situationMs[situation];
    await pause(lastsMs * part - (performance.now() - sinceMs));
    await Promise.race([this.#disk.written(write), pause(writeMsMax)]);
    await this.#switchOff(powered, situation);
  }

  /** Switches it on once more with its station there, records a little, and waits until all is receipted. */
  async settle(isAllReceipted: (newest: number) => Promise<boolean>): Promise<void> {
    await this.#haveStation(true);
    const powered = await this.#switchOn();
    const { agent } = powered;
    await this.#bring('stopping', powered);
    const { line } = await agent.says('recording.closed', agent.lines.findLastIndex(isSealed));
    const untilMs = performance.now() + patienceMs;
    while (!(await isAllReceipted(Number(line.number)))) {
      if (performance.now() > untilMs) throw new Error(`not all is receipted\n${agent.tail}`);
      await pause(lookMs);
    }
    await this.#switchOff(powered, 'settled');
  }

  async #switchOn(): Promise<Powered> {
    const scenario = this.#scenario;
    const mounted = await MountedDisk.mount(this.#run, this.#disk, scenario.at(`power-${this.boots.length}`));
    const sim = await scenario.startSim();
    // What a camera keeps in memory is gone with its power.
    await rm(scenario.at('run'), { recursive: true, force: true });
    const config = await scenario.writeAgentConfig({ spool: `${mounted.folder}/spool` });
    await writeFile(scenario.at('boot'), `${randomUUID()}\n`);
    const { preload } = this.#options;
    const env = {
      BOOT: scenario.at('boot'),
      PROGRAM: program,
      NODE: process.execPath,
      CONFIG: config,
      PRELOAD: preload,
    };
    const agent = scenario.start('agent', 'unshare', ['--mount', 'sh', '-c', startOfAgent], env);
    return { mounted, sim, agent, startedMs: performance.now(), readyMs: undefined };
  }

  /** Presses what the situation asks for; gives when it came about. */
  async #bring(situation: Situation, powered: Powered): Promise<number> {
    const { sim, agent, startedMs } = powered;
    if (situation === 'booting') return startedMs;
    await agent.says('agent.ready');
    powered.readyMs = performance.now() - startedMs;
    this.#bootMs = powered.readyMs;
    await streaming(sim);
    const since = agent.mark;
    sim.tell({ press: 'start' });
    if (situation === 'starting') return performance.now();
    await agent.line('a chunk of the recording', isSealed, since);
    if (situation === 'stopping') sim.tell({ press: 'stop' });
    return performance.now();
  }

  async #switchOff({ mounted, sim, agent, readyMs }: Powered, situation: string): Promise<void> {
    // In one turn of this process, which serves the disk: no thread of a killed process runs on, so whatever it said was durable.
    agent.send('SIGKILL');
    sim.send('SIGKILL');
    const { disk, ...left } = this.#disk.cut(this.#options.random);
    this.#disk = disk;
    await Promise.all([agent.ended(), sim.ended()]);
    await mounted.release();
    const { lines } = agent;
    this.boots.push({ lines, left, readyMs });
    const ready = readyMs === undefined ? 'not ready yet' : `ready after ${(readyMs / 1_000).toFixed(1)} s`;
    const sealed = lines.filter(isSealed).length;
    this.#options.say(
      `start ${this.boots.length}, ${situation}: ${ready}; ${sealed} chunks sealed; of unflushed sectors ${left.kept} kept, ${left.lost} lost`,
    );
  }

  async #haveStation(wanted: boolean): Promise<void> {
    if (wanted) this.#station ??= await this.#scenario.startStation();
    else {
      await this.#station?.signal('SIGTERM');
      this.#station = undefined;
    }
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
