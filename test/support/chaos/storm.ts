import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { sealerLimits } from '../../../agent/limits.ts';
import { systemClock } from '../../../base/clock.ts';
import type { SimReport } from '../../../hardware-sim/events.ts';
import { cannotMount, SmallDisk } from '../../../scenario/processes/small-disk.ts';
import { patienceMs } from '../patience.ts';
import { configureMosquitto, startMosquitto } from '../scenario/scenario-mosquitto.ts';
import { type Line, type Part, report, Scenario, streaming } from '../scenario.ts';
import type { Interval } from './chaos-account.ts';
import { type ChaosCount, judgeChaos } from './chaos-judge.ts';
import { type Episode, planStorm, type StorageFault, type Victim } from './storm-plan.ts';

// Kills, presses and vanishing storage, one after the other, with the real processes connected by Mosquitto. Unlike a run of
// chaos it presses buttons, kills the process that makes the keys, and lets a recording run on after each blow: what a stop
// would repair must be repaired without one.

const mebibyte = 1024 * 1024;
const lookMs = 20;

type Test = { teardown(done: () => unknown): unknown };

/** What a storm came to. */
export interface StormResult extends ChaosCount {
  readonly kills: number;
  readonly takes: number;
  readonly captured: number;
  /** How often each thing was done. */
  readonly done: ReadonlyMap<string, number>;
  /** The longest time until receipts caught up after everything was healed, while the recording ran on; ms. */
  readonly catchUpMs: number;
  readonly faults: readonly string[];
}

/** Reports how a storm goes, and where a failed one leaves its files. */
export interface StormWords {
  readonly say: (line: string) => void;
  readonly keep?: string | undefined;
}

/** Kills `kills` times as `seed` plans it, heals everything, and accounts for every picture of every take. */
export async function runStorm(
  t: Test,
  seed: number,
  kills: number,
  { say, keep }: StormWords,
): Promise<StormResult> {
  const storm = await Storm.begin(t, say);
  let result: StormResult | undefined;
  try {
    result = await endure(storm, planStorm(seed, kills), say);
    return result;
  } finally {
    if (keep !== undefined && !(result?.faults.length === 0)) await storm.scenario.keepIn(keep);
  }
}

async function endure(
  storm: Storm,
  episodes: readonly Episode[],
  say: (line: string) => void,
): Promise<StormResult> {
  for (const [at, episode] of episodes.entries()) {
    say(`${at + 1} of ${episodes.length}: ${wordsOf(episode)}`);
    await storm.strike(episode);
  }
  const last = await storm.settle();
  const { faults, ...count } = await judgeChaos(storm.scenario, {
    report: last,
    clockOffsetUs: storm.clockOffsetUs,
    diskFull: storm.spoolFull,
    killed: storm.struck,
    keysAway: storm.keysAway,
  });
  return {
    ...count,
    kills: episodes.reduce((sum, episode) => sum + episode.kills.length, 0),
    takes: last.takes.length + last.takesBefore,
    captured: last.takes.reduce((sum, { video }) => sum + video.captured, 0),
    done: storm.done,
    catchUpMs: storm.catchUpMs,
    faults: [...storm.faults, ...faults],
  };
}

function wordsOf({ situation, kills, storage, holdMs, runOnMs }: Episode): string {
  const names = kills.map(({ victim, afterMs }) => `${victim} after ${afterMs} ms`).join(', ');
  return `${situation}: kill ${names}; ${storage} for ${holdMs} ms; runs on for ${runOnMs} ms`;
}

class Storm {
  readonly scenario: Scenario;
  readonly done = new Map<string, number>();
  readonly faults: string[] = [];
  readonly spoolFull: Interval[] = [];
  /** Each kill that a camera may answer with a gap, until all was healed, by the uptime clock. */
  readonly struck: Interval[] = [];
  /** From each blow that killed a key child until an agent has certainly started another. */
  readonly keysAway: Interval[] = [];
  clockOffsetUs = Number.POSITIVE_INFINITY;
  catchUpMs = 0;
  readonly #disks: Readonly<Record<'spool' | 'store' | 'vault', SmallDisk>>;
  readonly #sim: Part;
  readonly #parts: Record<'agent' | 'station' | 'broker', Part>;
  readonly #say: (line: string) => void;
  readonly #clock = systemClock();
  /** Whether the start button was pressed last. */
  #recording = false;

  private constructor(
    scenario: Scenario,
    disks: Readonly<Record<'spool' | 'store' | 'vault', SmallDisk>>,
    sim: Part,
    parts: Record<'agent' | 'station' | 'broker', Part>,
    say: (line: string) => void,
  ) {
    this.scenario = scenario;
    this.#disks = disks;
    this.#sim = sim;
    this.#parts = parts;
    this.#say = say;
  }

  static async begin(t: Test, say: (line: string) => void): Promise<Storm> {
    const scenario = await Scenario.begin(t);
    const mount = async (name: string, bytes: number): Promise<SmallDisk> => {
      if (name === 'spool') await rm(scenario.at(name), { recursive: true });
      const disk = await SmallDisk.mount(t, scenario.at(name), bytes);
      if (disk === undefined) throw new Error(cannotMount);
      return disk;
    };
    const disks = {
      spool: await mount('spool', 128 * mebibyte),
      store: await mount('store', 2048 * mebibyte),
      vault: await mount('vault', 64 * mebibyte),
    };
    await configureMosquitto(scenario);
    const broker = await startMosquitto(scenario);
    const station = await scenario.startStation(brokerOf(scenario));
    const sim = await scenario.startSim();
    const agent = await scenario.startAgent();
    await streaming(sim);
    return new Storm(scenario, disks, sim, { agent, station, broker }, say);
  }

  /** One blow, and the healing of it. */
  async strike({ situation, kills, storage, holdMs, runOnMs }: Episode): Promise<void> {
    await this.#bring(situation === 'starting' ? 'standby' : 'recording');
    const fromUs = this.#clock.uptimeUs();
    await this.#storage(storage, true);
    const fullUs = this.#clock.uptimeUs();
    if (situation === 'starting') this.#press('start');
    if (situation === 'stopping') this.#press('stop');
    for (const { victim, afterMs } of kills) {
      await pause(afterMs);
      await this.#kill(victim);
    }
    await pause(holdMs);
    if (storage === 'spool full') this.spoolFull.push({ fromUs: fullUs, toUs: this.#clock.uptimeUs() });
    await this.#storage(storage, false);
    await this.#restart();
    const healedUs = this.#clock.uptimeUs();
    this.struck.push({ fromUs, toUs: healedUs });
    const keysUs = healedUs + sealerLimits.keyRetryDelayMs * 1_000;
    if (kills.some(({ victim }) => victim === 'keyChild')) this.keysAway.push({ fromUs, toUs: keysUs });
    if (this.#recording) await this.#runsOn(runOnMs);
    await this.#takeClock();
  }

  /** Waits until a station has signed what is sealed from now on, while the recording goes on. */
  async #runsOn(ms: number): Promise<void> {
    const { agent } = this.#parts;
    const since = agent.mark;
    const fromUs = this.#clock.uptimeUs();
    const { line } = await agent.line('another chunk', isSealed, since, patienceMs);
    const isCaughtUp = ({ event, count, complete }: Line): boolean =>
      event === 'receipt.journaled' && (complete === true || Number(count) > Number(line.index));
    await agent.line(`a receipt for chunk ${line.index} and all before it`, isCaughtUp, since, patienceMs);
    this.catchUpMs = Math.max(this.catchUpMs, (this.#clock.uptimeUs() - fromUs) / 1_000);
    await pause(ms);
  }

  /** Stops, waits until the station has all, and gives the camera's count. */
  async settle(): Promise<SimReport> {
    await this.#bring('recording');
    await this.#bring('standby');
    this.#say('all is healed and stopped');
    await this.#released();
    await this.scenario.spoolEmptied();
    this.#say('all is receipted');
    let last = await this.#takeClock();
    for (let n = 0; n < 4; n += 1) last = await this.#takeClock();
    return last;
  }

  /**
   * Waits until the agent has released each picture of the last take to the camera, so that what it became is durable. On a busy machine
   * the agent may still be closing the take before, while the last one exists as presses in its journal alone.
   */
  async #released(): Promise<void> {
    for (;;) {
      const { takes, lamp } = await this.#takeClock();
      const video = takes.at(-1)?.video;
      if (video?.acknowledged === video?.sent && lamp.commanded === 'standby') return;
      await pause(lookMs);
    }
  }

  async #takeClock(): Promise<SimReport> {
    const found = await report(this.#sim);
    this.clockOffsetUs = Math.min(this.clockOffsetUs, this.#clock.uptimeUs() - found.clockUs);
    return found;
  }

  #press(button: 'start' | 'stop'): void {
    this.#sim.tell({ press: button });
    this.#recording = button === 'start';
    this.#count(`press ${button}`);
  }

  /** Has the camera record, with a chunk that is durable, or not record. */
  async #bring(state: 'recording' | 'standby'): Promise<void> {
    const { agent } = this.#parts;
    const since = agent.mark;
    if (state === 'recording') {
      if (!this.#recording) this.#press('start');
      await agent.line('a chunk of the recording', isSealed, since, patienceMs);
    } else if (this.#recording) {
      this.#press('stop');
      await agent.says('recording.closed', since, patienceMs);
    }
  }

  async #kill(victim: Victim): Promise<void> {
    if (victim === 'keyChild') {
      const pid = await keyChildOf(this.#parts.agent.pid);
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      this.#count(pid === undefined ? 'no key child to kill' : 'kill keyChild');
      return;
    }
    if (this.#parts[victim].running) await this.#parts[victim].signal('SIGKILL');
    this.#count(`kill ${victim}`);
  }

  /** Starts again what was killed, as a service manager would. */
  async #restart(): Promise<void> {
    const parts = this.#parts;
    if (!parts.broker.running) parts.broker = await startMosquitto(this.scenario);
    if (!parts.station.running) parts.station = await this.scenario.startStation(brokerOf(this.scenario));
    if (!parts.agent.running) parts.agent = await this.scenario.startAgent();
  }

  async #storage(fault: StorageFault, on: boolean): Promise<void> {
    if (on && fault !== 'none') this.#count(fault);
    if (fault === 'store full' || fault === 'spool full') {
      const disk = this.#disks[fault === 'store full' ? 'store' : 'spool'];
      await (on ? disk.fill(0) : disk.empty());
    } else if (fault === 'store away' || fault === 'vault away') {
      this.#disks[fault === 'store away' ? 'store' : 'vault'].hide(on);
    } else if (fault === 'evidence removed' && on) {
      // What the camera has deleted could never be sent again: only what it is recording now is taken from the station. Of
      // an earlier recording a complete receipt may be on its way.
      const held = (await this.scenario.files('spool', '.seal')).map((path) => basename(path));
      const newest = (await this.scenario.files('store', '.seal')).find(
        (path) => basename(path) === held.at(-1),
      );
      if (newest !== undefined) await rm(newest, { force: true });
    }
  }

  #count(what: string): void {
    this.done.set(what, (this.done.get(what) ?? 0) + 1);
  }
}

const isSealed = ({ event }: Line): boolean => event === 'chunk.sealed';

function brokerOf(scenario: Scenario): Line {
  return { url: `mqtts://127.0.0.1:${scenario.port}` };
}

/** The process that makes keys for an agent, if there is one within half a second. */
async function keyChildOf(agent: number): Promise<number | undefined> {
  for (let waited = 0; waited < 500; waited += lookMs) {
    const children = quietly(() => readFileSync(`/proc/${agent}/task/${agent}/children`, 'utf8')) ?? '';
    for (const child of children.trim().split(' ')) {
      const words = quietly(() => readFileSync(`/proc/${child}/cmdline`, 'utf8')) ?? '';
      if (words.includes('key-child')) return Number(child);
    }
    await pause(lookMs);
  }
  return undefined;
}

/** Empty if the process has ended, which it may at any moment. */
function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** What a storm came to, in words, a line each. */
export function stormWords(result: StormResult): string[] {
  const { kills, takes, captured, opened, beyond, inGaps, late, before } = result;
  const { recordings, recovered, done, catchUpMs } = result;
  const causes = Object.entries(result.gaps).map(([cause, count]) => `${count} ${cause}`);
  return [
    `${kills} kills, ${takes} takes: ${captured} pictures captured = ${opened} opened + ${inGaps} in gaps + ${before} before the first key picture; ${beyond} more opened before or after a take, ${late} more in gaps after a stop that was held back`,
    `${recordings} recordings, ${recovered} of them recovered; gaps: ${causes.join(', ') || 'none'}`,
    `receipts caught up within ${(catchUpMs / 1_000).toFixed(1)} s of the next chunk, in recordings that ran on`,
    [...done]
      .sort()
      .map(([name, times]) => `${name} ${times}`)
      .join(', '),
  ];
}
