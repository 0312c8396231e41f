import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Hasher } from '../../evidence/hasher.ts';
import { importHpkeKeyPair } from '../../evidence/keys/hpke.ts';
import { parsePrivateKeyFile } from '../../evidence/keys/key-file.ts';
import { readRoot } from '../../evidence/root.ts';
import type { Report } from '../../evidence/verify/index.ts';
import type { Scenario } from '../../hardware-sim/scenario/scenario.ts';
import { defaultVideo } from '../../hardware-sim/simulator.ts';
import { memorySource } from '../../media/byte-source.ts';
import { type Mp4File, readMp4 } from '../../media/reader/mp4-reader.ts';
import { linkLimits } from '../../proto/link/limits.ts';
import { accountFor, type OpenedRecording, sourcePictures } from '../account.ts';
import { examine } from '../evidence.ts';
import { type Finding, findingText, judge, judgeTimed } from '../judge.ts';
import type { ObservedLine } from '../observations.ts';
import { Observer } from '../processes/observer.ts';
import { evidenceRole, provisionKeys, recipientName } from '../processes/site.ts';
import type { ScenarioRun, ScenarioRunner, TimelineLine } from '../runner.ts';
import { stepWords } from '../words.ts';
import type { Backup } from './disks/station-disk.ts';
import { storedOn } from './stored.ts';
import { FastWorld } from './world.ts';

/** How long the parts may take until the scenario's second 0, of the world's time. */
const readyMsMax = 60_000;

/** How a {@link FastRunner} runs. */
export interface FastRunnerOptions {
  /** A new folder, for throwaway keys and what the agent keeps next to its spool. */
  readonly folder: string;
  readonly hasher?: Hasher;
  /** Leaves the events and what the station stored in the folder. */
  readonly keep?: boolean;
}

/**
 * Plays a scenario in this process on a fake clock: the same seed gives the same events at the same times. Device, agent, sealing
 * and the station's rooms are the real ones; line, card, network, broker and the station's disk are simulated, and a killed
 * process is one that nothing answers any more.
 */
export class FastRunner implements ScenarioRunner {
  readonly #options: FastRunnerOptions;
  /** Throwaway keys that are there already, by the roles that they are for. */
  readonly #keys = new Map<string, Promise<string>>();
  #runs = 0;

  constructor(options: FastRunnerOptions) {
    this.#options = options;
  }

  async run(scenario: Scenario, seed: number, tell: (line: TimelineLine) => void): Promise<ScenarioRun> {
    const { dwellingRoles } = scenario.setup;
    const roles = [...new Set([evidenceRole, ...dwellingRoles])];
    const keys = await this.#keysFor(roles);
    this.#runs += 1;
    const folder = join(this.#options.folder, `camera-${this.#runs}`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await openInMemory(scenario.video ?? defaultVideo);
    try {
      const { hasher, keep = false } = this.#options;
      const { run, stored } = await play({ scenario, seed, tell, keys, roles, folder, file, hasher });
      if (keep) await this.#keep(run, stored);
      return run;
    } finally {
      await file.close();
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #keep({ observed }: ScenarioRun, stored: Backup): Promise<void> {
    const folder = join(this.#options.folder, `run-${this.#runs}`);
    for (const [path, bytes] of stored) {
      await mkdir(join(folder, dirname(path)), { recursive: true, mode: 0o700 });
      await writeFile(join(folder, path), bytes);
    }
    await writeFile(join(folder, 'events.jsonl'), observed.lines.map(eventLine).join(''));
  }

  #keysFor(roles: readonly string[]): Promise<string> {
    const name = roles.join('+');
    const known = this.#keys.get(name) ?? this.#provision(roles);
    this.#keys.set(name, known);
    return known;
  }

  async #provision(roles: readonly string[]): Promise<string> {
    const folder = join(this.#options.folder, `keys-${this.#keys.size}`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await provisionKeys(folder, roles);
    return folder;
  }
}

/** A line of the log of events: what was heard, without the wall clock's time, which differs from run to run. */
export function eventLine({ atMs, of, fields }: ObservedLine): string {
  const { t: _, ...rest } = fields;
  return `${JSON.stringify({ atMs, of, ...rest })}\n`;
}

async function openInMemory(path: string): Promise<Mp4File> {
  const bytes = Uint8Array.from(await readFile(path));
  return readMp4(memorySource(bytes, path), { sampleBytesMax: linkLimits.sampleBytesMax });
}

interface Stage {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly tell: (line: TimelineLine) => void;
  /** The folder of the throwaway keys. */
  readonly keys: string;
  readonly roles: readonly string[];
  readonly folder: string;
  readonly file: Mp4File;
  readonly hasher: Hasher | undefined;
}

async function play(stage: Stage): Promise<{ readonly run: ScenarioRun; readonly stored: Backup }> {
  const { scenario, seed, tell, keys, folder, file } = stage;
  const observer: Observer = new Observer(() => world.time.nowMs, tell);
  const count = { keys: 0, agents: 0, streams: 0 };
  const world: FastWorld = new FastWorld({
    ...{ seed, setup: scenario.setup, once: scenario.once ?? false, file, folder },
    provisioned: { camera: join(keys, 'camera'), station: join(keys, 'station') },
    utcUs: Math.floor(Date.now() / 1_000) * 1_000_000,
    heard({ of, fields }) {
      if (fields.event === 'key.prepared') count.keys += 1;
      if (of === 'camera' && fields.event === 'agent') count.agents += 1;
      if (of === 'camera' && fields.event === 'stream') count.streams += 1;
      observer.hear(of, { ...fields });
    },
  });
  try {
    observer.seesLamp();
    await world.start();
    const wanted = { launch: 'keys', agent: 'agents', stream: 'streams' } as const;
    if (scenario.zero === 'launch') observer.begin();
    const setsOfKeys = scenario.setup.dwellingRoles.length > 0 ? 2 : 1;
    await world.until(
      () => (count[wanted[scenario.zero]] > 0 && count.keys >= setsOfKeys) || world.time.nowMs > readyMsMax,
    );
    observer.begin();
    schedule(world, observer, stage);
    await world.until(() => observer.atMs >= scenario.endMs);
    await world.finish(world.settled());
    const undelivered = await drain(world, observer, scenario);
    const endedMs = observer.atMs;
    const camera = world.simulator.report();
    observer.end();
    const { lines, lamp } = observer;
    await world.finish(world.camera.stop());
    await world.finish(world.station.stop());
    const examined = await examineStore(world, stage);
    const pictures = accountFor(await sourcePictures(file), camera, examined?.opened ?? []);
    const observed = { lines, lamp, endedMs, report: examined?.report, pictures, undelivered };
    const ends = world.ends.map(({ name, how }): Finding => {
      return { where: name, expected: `the ${name} to run`, atMs: endedMs, outcome: 'failed', instead: how };
    });
    const findings = [...ends, ...judge(scenario, observed)];
    return { run: { seed, observed, findings }, stored: world.stored() };
  } finally {
    await world.close();
  }
}

/** Each step at its time, and each check when its window is over. */
function schedule(world: FastWorld, observer: Observer, { scenario, tell }: Stage): void {
  for (const step of scenario.steps) {
    world.time.after(step.atMs, () => {
      tell({ atMs: observer.atMs, kind: 'step', words: stepWords(step) });
      world.perform(step.action);
    });
  }
  for (const check of scenario.checks) {
    // After all that happens in the window's last moment.
    world.time.after(check.atMs + check.windowMs + 1, () => {
      for (const finding of judgeTimed(check, observer)) {
        tell({ atMs: finding.atMs, kind: finding.outcome, words: findingText(finding) });
      }
    });
  }
}

/** Waits until the station has everything. @returns how many recordings the camera still has. */
async function drain(world: FastWorld, observer: Observer, { expect, drainMs }: Scenario): Promise<number> {
  const untilMs = observer.atMs + (expect.delivered ? drainMs : 0);
  const held = (): number =>
    new Set(
      world.camera.files.filter((name) => /[.]seal/.test(name)).map((name) => name.replace(/[.].*$/, '')),
    ).size;
  await world.until(() => held() === 0 || observer.atMs >= untilMs);
  return held();
}

/** What the station stored, verified and opened; undefined if that is nothing. */
async function examineStore(
  world: FastWorld,
  { keys, roles, hasher }: Stage,
): Promise<{ readonly report: Report; readonly opened: readonly OpenedRecording[] } | undefined> {
  const stored = storedOn(world.stored());
  if (stored.sources.length === 0) return undefined;
  const root = readRoot(await readFile(join(keys, 'agency', 'root.crt')));
  const identities = await Promise.all(
    roles.map(async (role) =>
      importHpkeKeyPair(parsePrivateKeyFile(await readFile(join(keys, `${recipientName(role)}.key`))).pair),
    ),
  );
  return examine(stored, { root, identities, ...(hasher === undefined ? {} : { hasher }) });
}
