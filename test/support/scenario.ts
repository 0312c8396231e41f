import { rmSync } from 'node:fs';
import { cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import {
  provisionAgency,
  provisionCamera,
  provisionRecipient,
  provisionRoster,
  provisionStation,
} from '../../agency/provision.ts';
import type { BootJournalReport } from '../../evidence/verify/report.ts';
import type { SimReport } from '../../hardware-sim/events.ts';
import { countedGaps } from '../../scenario/judge.ts';
import { type Heard, type PartLine as Line, Part } from '../../scenario/processes/part.ts';
import { publishedCheck } from '../hardware-sim/schemas/published-schemas.ts';
import { patienceMs } from './patience.ts';
import { runProcess } from './process.ts';
import { sealcam as ranHere } from './sealcam.ts';

// Whole runs of the main job: station, simulated camera and agent, each in its own process, in a folder of their own.

/** The compiled program. */
export const program = fileURLToPath(new URL('../../program/main.js', import.meta.url));
export const camera = 'camera-1';
export const station = 'station-1';

const telemetryProblem = publishedCheck('telemetry.json');

/** How often a folder is looked at. */
const lookMs = 50;

type Test = { teardown(done: () => unknown): unknown };

export type { Heard, Line };
export { Part };

/** A part of an agent's configuration that differs from the usual one. */
export type AgentChanges = Readonly<Record<string, unknown>>;

/** One run: a folder with throwaway keys, and the parts that work in it. */
export class Scenario {
  readonly folder: string;
  /** Where the broker listens. */
  readonly port: number;
  readonly #parts: Part[] = [];

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.port = port;
  }

  /** Makes a folder with new keys; it goes, and every part is killed, when the test ends. */
  static async begin(t: Test): Promise<Scenario> {
    const folder = await mkdtemp(join(tmpdir(), 'sealcam-scenario-'));
    const scenario = new Scenario(folder, await freePort());
    t.teardown(() => scenario.#clear());
    await cp(await provisioned(), folder, { recursive: true });
    return scenario;
  }

  /** The folder of what the agency issued, which the station then sends to cameras. */
  issued: string | undefined;

  at(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /**
   * Any program, killed with the run; `env` is added to the test's own environment. `terminal` is the path of the terminal's
   * name, if the program is a simulated camera.
   */
  start(
    name: string,
    file: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    terminal?: string,
  ): Part {
    const named = terminal === undefined ? {} : { terminal };
    const part = new Part(name, file, args, { env, patienceMs, ...named });
    this.#parts.push(part);
    return part;
  }

  /** Starts the station, with its own broker unless `broker` says otherwise, and waits until it runs. */
  async startStation(broker?: Line): Promise<Part> {
    const part = await this.spawnStation(broker);
    await part.says('station.ready');
    return part;
  }

  /** Starts the station without waiting for anything. `config` is the path of one that was written before. */
  async spawnStation(broker?: Line, config?: string): Promise<Part> {
    const path = config ?? (await this.writeStationConfig(broker));
    return this.start('station', process.execPath, [program, 'station', '--config', path]);
  }

  /** Writes the station's configuration; gives its path. */
  async writeStationConfig(
    broker: Line = { embedded: { host: '127.0.0.1', port: this.port } },
  ): Promise<string> {
    const { issued } = this;
    const config = { station: 'station', store: 'store', vault: 'vault', broker, issued, log: 'debug' };
    await writeFile(this.at('station.yaml'), stringify(config));
    return this.at('station.yaml');
  }

  /** Starts the simulated camera; its terminal is `tty` in the folder. */
  async startSim(...args: string[]): Promise<Part> {
    const tty = this.at('tty');
    const part = this.start('sim', process.execPath, [program, 'sim', '--link', tty, ...args], {}, tty);
    await part.says('tty');
    return part;
  }

  /** Writes the agent's configuration; gives its path. */
  async writeAgentConfig(changes: AgentChanges = {}): Promise<string> {
    const config = {
      camera: 'camera',
      sensor: { port: this.at('tty') },
      broker: { url: `mqtts://127.0.0.1:${this.port}` },
      spool: 'spool',
      runtime: 'run',
      policy: { name: 'test', roles: ['evidence'] },
      log: 'debug',
      ...changes,
    };
    await writeFile(this.at('agent.yaml'), stringify(config));
    return this.at('agent.yaml');
  }

  /** Starts the agent without waiting for anything. */
  async spawnAgent(changes: AgentChanges = {}): Promise<Part> {
    const path = await this.writeAgentConfig(changes);
    return this.start('agent', process.execPath, [program, 'agent', '--config', path]);
  }

  /** Starts the agent and waits until it is ready. */
  async startAgent(changes: AgentChanges = {}): Promise<Part> {
    const part = await this.spawnAgent(changes);
    await part.says('agent.ready');
    return part;
  }

  /** Starts all three; resolves when the agent takes the camera's stream. */
  async startAll(
    changes: AgentChanges = {},
    simArgs: readonly string[] = [],
  ): Promise<{ readonly station: Part; readonly sim: Part; readonly agent: Part }> {
    const [stationPart, sim] = await Promise.all([this.startStation(), this.startSim(...simArgs)]);
    const agent = await this.startAgent(changes);
    await streaming(sim).catch((error: Error) => {
      throw new Error(`${error.message}\nThe agent said:\n${agent.tail}`);
    });
    return { station: stationPart, sim, agent };
  }

  /** The files with an ending below a folder, ascending; what is not evidence of a recording is left out. */
  async files(folder: string, ending: string): Promise<string[]> {
    const names = await readdir(this.at(folder), { recursive: true }).catch(() => []);
    return names
      .filter((name) => name.endsWith(ending) && !/session|boot-/.test(name) && !name.startsWith('.'))
      .sort()
      .map((name) => this.at(folder, name));
  }

  /** Waits until the camera holds no recording any more. */
  async spoolEmptied(folder = 'spool', msMax = patienceMs): Promise<void> {
    const deadline = Date.now() + msMax;
    for (;;) {
      const left = await this.files(folder, '.seal');
      if (left.length === 0) return;
      if (Date.now() > deadline) throw new Error(`the camera still holds ${left.join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  }

  /** `sealcam verify --json` of files, with the agency's root. */
  async verify(...files: string[]): Promise<Verdict> {
    const { code, stdout, stderr } = await sealcamHere([
      'verify',
      '--json',
      '--trust',
      this.at('agency/root.crt'),
      ...files,
    ]);
    if (stdout === '') throw new Error(`verify said: ${stderr}`);
    return { code, report: JSON.parse(stdout) as VerifyReport };
  }

  /** `sealcam open` of one recording of the station's store; the MP4 and its telemetry. */
  async open(evidence: string): Promise<Opened> {
    const out = this.at(`opened-${Math.random().toString(36).slice(2)}.mp4`);
    const keys = evidence.replace(this.at('store'), this.at('vault')).replace(/\.seal$/, '.keys');
    const { code, stdout, stderr } = await sealcamHere([
      ...['open', evidence, '--keys', keys, '--identity', this.at('recipient.key')],
      ...['--trust', this.at('agency/root.crt'), '-o', out],
    ]);
    const words = stdout + stderr;
    if (![0, 3, 4].includes(code ?? -1)) throw new Error(`open ended with ${code}: ${words}`);
    const telemetry = await readFile(out.replace(/\.mp4$/, '.telemetry.json'), 'utf8');
    const problem = telemetryProblem(JSON.parse(telemetry));
    if (problem !== undefined)
      throw new Error(`docs/schema/telemetry.json does not allow what was opened: ${problem}`);
    return { path: out, words, telemetry: JSON.parse(telemetry) as Line[] };
  }

  /** Copies what is in the folder, and what each part printed, to a new folder that outlives the run. */
  async keepIn(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    for (const [at, { name, lines }] of this.#parts.entries()) {
      await writeFile(
        join(folder, `${at}-${name}.log`),
        lines.map((line) => JSON.stringify(line)).join('\n'),
      );
    }
    await cp(this.folder, join(folder, 'files'), {
      recursive: true,
      filter: async (path) => {
        const found = await lstat(path);
        return found.isFile() || found.isDirectory();
      },
    });
  }

  async #clear(): Promise<void> {
    await Promise.all(this.#parts.map((part) => part.running && part.signal('SIGKILL')));
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What `sealcam verify --json` prints, as far as these tests look at it. */
export interface VerifyReport {
  readonly bootJournals?: readonly Pick<BootJournalReport, 'bootCounter' | 'verdict' | 'conflicts'>[];
  readonly recordings: readonly {
    readonly recordingId: string;
    readonly number: number;
    readonly verdict: string;
    readonly completeReceipt: boolean;
    readonly absentUsMax?: number;
    readonly closing?: { readonly reason: string; readonly index: number; readonly durationUs: number };
    readonly links: readonly {
      readonly from: number;
      readonly to: number;
      readonly kind?: string;
      readonly verdict: string;
      readonly gap?: {
        readonly cause: string;
        readonly videoSamples: number;
        readonly audioSamples: number;
        readonly atLeast?: boolean;
      };
      readonly claimed?: { readonly start: { readonly uptimeUs: number }; readonly durationUs: number };
    }[];
    readonly warnings: readonly string[];
    readonly conflicts: readonly string[];
  }[];
  readonly absent: readonly unknown[];
  readonly conflicts: readonly string[];
}

/** What the signed gaps of all recordings say is missing. */
export function signedGaps({ recordings }: VerifyReport): { readonly videoSamples: number } {
  const gaps = recordings.flatMap(({ links }) => links.flatMap(({ gap }) => gap ?? []));
  return { videoSamples: gaps.reduce((sum, { videoSamples }) => sum + videoSamples, 0) };
}

/**
 * Whether what `verify` says is complete: but for signed gaps of so many pictures, which the camera dropped; and but for what a busy
 * machine makes, which are gaps without pictures, and the wait from a late press to the first key picture (`countedGaps`).
 */
export function isComplete({ code, report }: Verdict, dropped = 0): boolean {
  const gaps = report.recordings.flatMap(countedGaps);
  return code === 0 || (code === 4 && gaps.reduce((sum, { pictures }) => sum + pictures, 0) === dropped);
}

export interface Verdict {
  readonly code: number | null;
  readonly report: VerifyReport;
}

export interface Opened {
  readonly path: string;
  readonly words: string;
  readonly telemetry: readonly Line[];
}

/** Runs a subcommand to its end, in a process of its own. */
export function sealcam(t: Test, args: readonly string[]): ReturnType<typeof runProcess> {
  return runProcess(t, process.execPath, [program, ...args]);
}

/** Runs a subcommand to its end in this process, which costs a tenth of a process of its own. */
export async function sealcamHere(
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const { code, out, error } = await ranHere(...args);
  return { code, stdout: out, stderr: error };
}

/** Waits until the agent takes the camera's stream. */
export async function streaming(sim: Part, since = 0): Promise<void> {
  await sim.line('stream on', ({ event, on }) => event === 'stream' && on === true, since);
}

/** Presses start; resolves when the recording is open. */
export async function startRecording(sim: Part, agent: Part): Promise<number> {
  const since = agent.mark;
  sim.tell({ press: 'start' });
  const { line } = await agent.says('recording.opened', since);
  return Number(line.number);
}

/** Waits until chunk `index` of recording `number` is durable. */
export async function sealed(agent: Part, number: number, index: number): Promise<void> {
  await agent.line(
    `chunk ${index} of recording ${number} sealed`,
    (line) => line.event === 'chunk.sealed' && line.number === number && Number(line.index) >= index,
  );
}

/** Presses stop; resolves when the recording is closed. */
export async function stopRecording(sim: Part, agent: Part): Promise<Heard> {
  const since = agent.mark;
  sim.tell({ press: 'stop' });
  return agent.says('recording.closed', since);
}

/** Waits for `times` complete receipts from number `since` on. */
export async function receipted(agent: Part, since = 0, times = 1): Promise<void> {
  let from = since;
  for (let n = 0; n < times; n += 1) {
    const { at } = await agent.line(
      'a complete receipt',
      ({ event, complete }) => event === 'receipt.journaled' && complete === true,
      from,
    );
    from = at + 1;
  }
}

/** The camera's own count, now. */
export async function report(sim: Part): Promise<SimReport> {
  const since = sim.mark;
  sim.tell({ report: true });
  const { line } = await sim.says('report', since);
  return line as Line & SimReport;
}

/**
 * A port of loopback on which no process listens, below the range from which the system takes ports for outgoing
 * connections: a client that tries a broker that is away never meets itself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 20_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}

let template: Promise<string> | undefined;

/** A folder with the keys of an agency, a recipient, a station and a camera: made once in a test's process. */
function provisioned(): Promise<string> {
  template ??= provision();
  return template;
}

async function provision(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sealcam-keys-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const agency = { folder: join(folder, 'agency') };
  await provisionAgency({ ...agency, name: 'Test agency' });
  await provisionRecipient({ path: join(folder, 'recipient'), label: 'Test recipient' });
  await provisionRoster(agency, [{ role: 'evidence', publicKeyFile: join(folder, 'recipient.pub') }]);
  await provisionStation(agency, { id: station, folder: join(folder, 'station') });
  await provisionCamera(agency, { id: camera, station, folder: join(folder, 'camera') });
  await mkdir(join(folder, 'spool'), { mode: 0o700 });
  return folder;
}
