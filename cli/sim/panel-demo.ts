import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SealcamError, systemCode } from '../../base/errors.ts';
import type { SimEvent } from '../../hardware-sim/events.ts';
import type { Company, SurroundingsAction } from '../../hardware-sim/panel/company.ts';
import type { LogLine, ProgramView } from '../../hardware-sim/panel/messages.ts';
import type { DiskState } from '../../hardware-sim/world-actions.ts';
import { agentClockOf } from '../../scenario/processes/site.ts';
import { mayMount, SmallDisk } from '../../scenario/processes/small-disk.ts';
import { SwitchedNetwork } from '../../scenario/processes/switched-network.ts';
import type { Child, ChildLine } from '../child.ts';
import { simulate } from '../commands/sim.ts';
import { askStatus } from '../commands/status.ts';
import { run as verify } from '../commands/verify.ts';
import { isOfRecording } from '../files.ts';
import { say, sayError } from '../output.ts';
import { dyingWriters, exitWhenInterrupted } from '../signals.ts';
import { DemoStage } from './demo-stage.ts';

type Program = ProgramView['name'];

/** Of the agent's disk: it is in memory, and filled to the last byte when the page says so. */
const diskBytes = 256 * 1_048_576;

/** What the camera of the demo sees, and where everything is left. */
export interface PanelDemoOptions {
  readonly folder: string;
  readonly video: string | undefined;
  readonly sound: boolean;
  readonly scenario: string | undefined;
  /** Of loopback; 0 for a free one. */
  readonly port: number;
}

/** The demo with a panel: agent and station run, and a person at the page does the rest, until it is told to quit. */
export class PanelDemo {
  readonly #options: PanelDemoOptions;
  readonly #stage: DemoStage;
  readonly #listeners = new Set<(from: Program, line: LogLine) => void>();
  readonly #running = new Map<Program, Child>();
  /** A switch of a program waits for the one before it. */
  #switched: Promise<void> = Promise.resolve();
  #broker = '';
  #network: SwitchedNetwork | undefined;
  /** Of the agent's recordings, where one can be mounted. */
  #disk: SmallDisk | undefined;
  #diskState: DiskState = 'freed';
  /** What the agent's wall clock is ahead of the machine's. */
  #clockAheadMs = 0;
  #socket = '';

  constructor(options: PanelDemoOptions) {
    this.#options = options;
    this.#stage = new DemoStage(options.folder, ({ message }: SealcamError, name) => {
      if (name === 'agent' || name === 'station') this.#running.delete(name);
      sayError(`sealcam demo: ${message}`);
    });
  }

  /** @returns the exit code: that of `verify` over what was recorded. */
  async run(): Promise<number> {
    const stage = this.#stage;
    // A socket's path may only be short, and the folder's may be long.
    const health = mkdtempSync(join(tmpdir(), 'sealcam-demo-'));
    this.#socket = join(health, 'agent.sock');
    const clear = (): void => {
      stage.killAll();
      rmSync(health, { recursive: true, force: true, ...dyingWriters });
    };
    process.once('exit', clear);
    const endings: (() => unknown)[] = [];
    // While the simulated camera runs it listens too, and the demo ends in order.
    const goOn = exitWhenInterrupted();
    try {
      await stage.provision();
      if (mayMount()) {
        const run = { teardown: (done: () => unknown) => endings.push(done) };
        this.#disk = await SmallDisk.mount(run, stage.at('disk'), diskBytes);
      }
      await this.#start('station');
      this.#network = await SwitchedNetwork.start(portIn(this.#broker));
      stage.says(`The station runs, with its embedded broker: ${this.#broker} (mutual TLS)`);
      await this.#start('agent');
      stage.says("The agent runs, and waits for the camera's serial port");
      await this.#simulate();
      await stage.end();
      return await this.#verify();
    } finally {
      // First the agent: the network waits for its connections to end.
      clear();
      process.off('exit', clear);
      for (const end of endings) end();
      goOn();
      await this.#network?.close();
    }
  }

  async #simulate(): Promise<void> {
    const { video, sound, scenario, port } = this.#options;
    const company: Company = {
      status: () => askStatus({ socket: this.#socket, port: undefined }, (path) => path),
      programs: () =>
        (['agent', 'station'] as const).map((name) => ({ name, running: this.#running.has(name) })),
      run: (name, on) => this.#switch(name, on),
      surroundings: () => ({
        network: this.#network?.state,
        disk: this.#disk && this.#diskState,
        clockAheadSeconds: this.#clockAheadMs / 1_000,
      }),
      change: (action) => this.#change(action),
      hear: (take) => this.#listeners.add(take),
    };
    const tell = (event: SimEvent): void => {
      if (event.event === 'panel') {
        this.#stage.says(
          `The simulated camera is on. Its panel, for a browser on this machine: ${event.url}`,
        );
        say('   Ctrl-C ends the demo');
      } else if (event.event === 'warning' || event.event === 'error') say(`   Note: ${event.message}`);
    };
    const settings = {
      ...{ video, sound, scenario, port, link: this.#tty, panel: true, websocket: false, once: false },
      ...{ report: undefined, seed: undefined, agent: undefined },
    };
    await simulate(settings, { company, tell });
  }

  /** Where the agent reaches the broker: through the network that the page can cut. */
  get #reached(): string {
    const url = new URL(this.#broker);
    url.port = String(this.#network?.port ?? url.port);
    return url.href;
  }

  get #tty(): string {
    return this.#stage.at('tty');
  }

  async #change(action: SurroundingsAction): Promise<void> {
    switch (action.does) {
      case 'network':
        this.#network?.set(action.network);
        break;
      case 'disk':
        if (action.disk === 'full') await this.#disk?.fill(0);
        else await this.#disk?.empty();
        this.#diskState = action.disk;
        break;
      case 'agentClock':
        this.#clockAheadMs =
          'utcMs' in action ? action.utcMs - Date.now() : this.#clockAheadMs + action.stepSeconds * 1_000;
        this.#running.get('agent')?.setClock(this.#clockAheadMs);
    }
  }

  #switch(name: Program, on: boolean): Promise<void> {
    const done = this.#switched.then(async () => {
      if (on === this.#running.has(name)) return;
      if (on) await this.#start(name);
      else await this.#kill(name);
    });
    this.#switched = done.catch(() => {});
    return done;
  }

  async #start(name: Program): Promise<void> {
    const stage = this.#stage;
    if (name === 'station') {
      // The agent knows the first one's port.
      const port = this.#broker === '' ? 0 : portIn(this.#broker);
      const { station, broker } = await stage.startStation(port);
      this.#broker = broker;
      this.#runs('station', station);
    } else {
      const { agent } = await stage.startAgent({ port: this.#tty }, this.#reached, {
        health: this.#socket,
        spool: this.#disk === undefined ? 'spool' : 'disk/spool',
        started: { ...agentClockOf(this.#clockAheadMs), clock: true },
      });
      this.#runs('agent', agent);
    }
  }

  #runs(name: Program, child: Child): void {
    this.#running.set(name, child);
    child.hear((line) => {
      if (!isLogLine(line)) return;
      for (const take of this.#listeners) take(name, line);
    });
  }

  async #kill(name: Program): Promise<void> {
    const child = this.#running.get(name);
    this.#running.delete(name);
    child?.kill();
    await child?.end();
  }

  /** Verifies what the station holds, with the command that a person would type. */
  async #verify(): Promise<number> {
    const stage = this.#stage;
    const stored = await readdir(stage.at('store'), { recursive: true }).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return [];
      throw error;
    });
    // The camera's sessions and journals are stored from its first connection on, whether or not anything is recorded.
    if (!stored.some((name) => name.endsWith('.seal') && isOfRecording(name))) {
      stage.says(`Nothing was recorded; the keys are in ${stage.path()}`);
      return 0;
    }
    const args = [stage.path('store'), '--trust', stage.path('agency', 'root.crt')];
    stage.says('Anyone with the root certificate can verify what the station holds, without a key:');
    say(`   $ ./sealcam verify ${args.join(' ')}`);
    return await verify(args);
  }
}

function portIn(url: string): number {
  return Number(new URL(url).port);
}

function isLogLine(line: ChildLine): line is LogLine {
  return [line.event, line.level, line.msg].every((field) => typeof field === 'string');
}
