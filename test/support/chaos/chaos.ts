import { systemClock } from '../../../base/clock.ts';
import type { SimReport } from '../../../hardware-sim/events.ts';
import { cannotMount, SmallDisk } from '../../../scenario/processes/small-disk.ts';
import { perfectLink, TcpProxy } from '../../../scenario/processes/tcp-proxy.ts';
import { configureMosquitto, startMosquitto } from '../scenario/scenario-mosquitto.ts';
import { type Part, report, Scenario, startRecording, stopRecording, streaming } from '../scenario.ts';
import type { Interval } from './chaos-account.ts';
import { type ChaosCount, judgeChaos } from './chaos-judge.ts';
import { type ChaosStep, type Party, planChaos } from './chaos-plan.ts';

// Everything at once, to the real processes: simulated camera, agent, our proxy, Mosquitto with mutual TLS, station.

const mebibyte = 1024 * 1024;
const drainMsMax = 240_000;
const slowLink = { ...perfectLink, bytesPerSecond: 64 * 1024, delayMs: 250 };

type Test = { teardown(done: () => unknown): unknown };

/** What a chaos run came to. */
export interface ChaosResult extends ChaosCount {
  /** How often each fault was done, by party and kind. */
  readonly done: ReadonlyMap<string, number>;
  /** Why something was left out; undefined if nothing was. */
  readonly leftOut: string | undefined;
  readonly captured: number;
  readonly seconds: number;
  /** What went differently than it must; empty if all is well. */
  readonly faults: readonly string[];
}

/**
 * Records while faults come as `seed` plans them, for `seconds`; then heals everything, waits until the station has
 * all, and accounts for every picture that the camera captured.
 * @param say hears of each fault as it comes.
 */
export async function runChaos(
  t: Test,
  seed: number,
  seconds: number,
  say: (line: string) => void,
): Promise<ChaosResult> {
  const startMs = performance.now();
  const chaos = await Chaos.begin(t, say);
  await chaos.disturb(seed, seconds);
  const last = await chaos.settle();
  const { faults: found, ...count } = await judgeChaos(chaos.scenario, {
    report: last,
    clockOffsetUs: chaos.clockOffsetUs,
    diskFull: chaos.diskFull,
    killed: chaos.killed,
    keysAway: [],
  });
  return {
    ...count,
    done: chaos.done,
    leftOut: chaos.disk === undefined ? cannotMount : undefined,
    captured: last.takes[0]?.video.captured ?? 0,
    seconds: Math.round((performance.now() - startMs) / 1_000),
    faults: [...chaos.faults, ...found],
  };
}

/** The parts of a run, and what is done to them. */
class Chaos {
  readonly scenario: Scenario;
  readonly disk: SmallDisk | undefined;
  readonly done = new Map<string, number>();
  readonly faults: string[] = [];
  /** When room was scarce on the spool's disk, by the uptime clock. */
  readonly diskFull: Interval[] = [];
  /** Each kill of the agent, until it was ready again, by the uptime clock. */
  readonly killed: Interval[] = [];
  /** The least that was found: what the report's way took is in it. */
  clockOffsetUs = Number.POSITIVE_INFINITY;
  readonly #proxy: TcpProxy;
  readonly #sim: Part;
  readonly #parts: Record<'agent' | 'station' | 'broker', Part>;
  readonly #say: (line: string) => void;
  readonly #clock = systemClock();
  readonly #fromUs = this.#clock.uptimeUs();

  private constructor(
    scenario: Scenario,
    disk: SmallDisk | undefined,
    proxy: TcpProxy,
    sim: Part,
    parts: Record<'agent' | 'station' | 'broker', Part>,
    say: (line: string) => void,
  ) {
    this.scenario = scenario;
    this.disk = disk;
    this.#proxy = proxy;
    this.#sim = sim;
    this.#parts = parts;
    this.#say = say;
  }

  /** Starts everything; resolves when the first recording is open. */
  static async begin(t: Test, say: (line: string) => void): Promise<Chaos> {
    const scenario = await Scenario.begin(t);
    const disk = await SmallDisk.mount(t, scenario.at('disk'), 128 * mebibyte);
    const proxy = await TcpProxy.start(scenario.port);
    t.teardown(() => proxy.close());
    await configureMosquitto(scenario);
    const broker = await startMosquitto(scenario);
    const station = await scenario.startStation({ url: `mqtts://127.0.0.1:${scenario.port}` });
    const sim = await scenario.startSim();
    const agent = await scenario.startAgent(agentChanges(proxy));
    await streaming(sim);
    await startRecording(sim, agent);
    return new Chaos(scenario, disk, proxy, sim, { agent, station, broker }, say);
  }

  /** Does what the seed plans, to all parties side by side. */
  async disturb(seed: number, seconds: number): Promise<void> {
    const plan = planChaos(seed, seconds);
    const endMs = performance.now() + seconds * 1_000;
    const run = async <P extends Party>(party: P, steps: readonly ChaosStep<P>[]): Promise<void> => {
      for (const { fault, afterMs, holdMs } of steps) {
        await pause(afterMs);
        if (performance.now() >= endMs) return;
        this.#note(party, fault, holdMs);
        await this.#does[party](fault as never, holdMs);
      }
    };
    await Promise.all([
      run('agent', plan.agent),
      run('station', plan.station),
      run('broker', plan.broker),
      run('network', plan.network),
      this.disk && run('disk', plan.disk),
    ]);
  }

  /** Ends the recording, once everything works again; resolves with the camera's count when the station has all. */
  async settle(): Promise<SimReport> {
    this.#say(`${this.#at()} all is healed`);
    const { agent } = this.#parts;
    await agent.line('another chunk', ({ event }) => event === 'chunk.sealed', agent.mark);
    await stopRecording(this.#sim, agent);
    this.#say(`${this.#at()} stopped`);
    await this.scenario.spoolEmptied('disk/spool', drainMsMax);
    this.#say(`${this.#at()} all is receipted`);
    let last = await this.#report();
    for (let n = 0; n < 4; n += 1) last = await this.#report();
    return last;
  }

  async #report(): Promise<SimReport> {
    const found = await report(this.#sim);
    this.clockOffsetUs = Math.min(this.clockOffsetUs, this.#clock.uptimeUs() - found.clockUs);
    return found;
  }

  readonly #does: {
    readonly [P in Party]: (fault: ChaosStep<P>['fault'], holdMs: number) => Promise<void>;
  } = {
    agent: async (fault, holdMs) => {
      const fromUs = this.#clock.uptimeUs();
      await this.#strike('agent', fault, holdMs, () => this.scenario.startAgent(agentChanges(this.#proxy)));
      if (fault === 'kill') this.killed.push({ fromUs, toUs: this.#clock.uptimeUs() });
    },
    station: (fault, holdMs) =>
      this.#strike('station', fault, holdMs, () =>
        this.scenario.startStation({ url: `mqtts://127.0.0.1:${this.scenario.port}` }),
      ),
    broker: (fault, holdMs) => this.#strike('broker', fault, holdMs, () => startMosquitto(this.scenario)),
    network: async (fault, holdMs) => {
      switch (fault) {
        case 'fin':
          return this.#proxy.cut('fin');
        case 'reset':
          return this.#proxy.cut('rst');
        case 'refuse':
          this.#proxy.refuse(true);
          this.#proxy.cut('rst');
          await pause(holdMs);
          return this.#proxy.refuse(false);
        case 'blackHole':
          this.#proxy.conditions = { ...perfectLink, blackHole: true };
          break;
        case 'slow':
          this.#proxy.conditions = slowLink;
          break;
        case 'stall':
          this.#proxy.conditions = { ...perfectLink, stalled: true };
      }
      await pause(holdMs);
      this.#proxy.conditions = perfectLink;
      // What a black hole swallowed is missing in the stream of bytes for good: no host goes on from there.
      if (fault === 'blackHole') this.#proxy.cut('rst');
    },
    disk: async (fault, holdMs) => {
      const fromUs = this.#clock.uptimeUs();
      await this.disk?.fill(fault === 'full' ? 0 : 40 * mebibyte);
      await pause(holdMs);
      await this.disk?.empty();
      this.diskFull.push({ fromUs, toUs: this.#clock.uptimeUs() });
    },
  };

  /** Kills and starts again, as a service manager would, or stops and lets go on. */
  async #strike(
    name: 'agent' | 'station' | 'broker',
    fault: 'kill' | 'stop',
    holdMs: number,
    start: () => Promise<Part>,
  ): Promise<void> {
    if (fault === 'kill') await this.#parts[name].signal('SIGKILL');
    else this.#parts[name].send('SIGSTOP');
    await pause(holdMs);
    if (fault === 'kill') this.#parts[name] = await start();
    else this.#parts[name].send('SIGCONT');
  }

  #note(party: Party, fault: string, holdMs: number): void {
    const name = `${party} ${fault}`;
    this.done.set(name, (this.done.get(name) ?? 0) + 1);
    this.#say(`${this.#at()} ${name}${holdMs > 0 ? `, ${holdMs} ms` : ''}`);
  }

  #at(): string {
    return `${((this.#clock.uptimeUs() - this.#fromUs) / 1e6).toFixed(1)} s:`;
  }
}

function agentChanges(proxy: TcpProxy): Record<string, unknown> {
  return { broker: { url: `mqtts://127.0.0.1:${proxy.port}` }, spool: 'disk/spool' };
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** What a run came to, in words, a line each. */
export function chaosWords(result: ChaosResult): string[] {
  const { done, leftOut, captured, opened, inGaps, before, gaps, recordings, recovered, seconds } = result;
  const kinds = [...done].sort().map(([name, times]) => `${name} ${times}`);
  const causes = Object.entries(gaps).map(([cause, count]) => `${count} ${cause}`);
  return [
    `${captured} pictures captured = ${opened} opened + ${inGaps} in gaps + ${before} before the first key picture`,
    `${recordings} recordings, ${recovered} of them recovered; gaps: ${causes.join(', ') || 'none'}`,
    `faults: ${kinds.join(', ')}`,
    ...(leftOut === undefined ? [] : [`no full disk: ${leftOut}`]),
    `${seconds} s in all`,
  ];
}
