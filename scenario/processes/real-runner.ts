import { mkdir, readFile } from 'node:fs/promises';
import { SealcamError } from '../../base/errors.ts';
import type { Hasher } from '../../evidence/hasher.ts';
import { importHpkeKeyPair } from '../../evidence/keys/hpke.ts';
import { parsePrivateKeyFile } from '../../evidence/keys/key-file.ts';
import { readRoot } from '../../evidence/root.ts';
import type { Report } from '../../evidence/verify/index.ts';
import { writtenAction } from '../../hardware-sim/actions.ts';
import type { SimReport } from '../../hardware-sim/events.ts';
import type { TimedCheck } from '../../hardware-sim/scenario/expectations.ts';
import type { Scenario } from '../../hardware-sim/scenario/scenario.ts';
import { isCameraStep, type Step } from '../../hardware-sim/scenario/scenario-steps.ts';
import { defaultVideo, openClip } from '../../hardware-sim/simulator.ts';
import { accountFor, type OpenedRecording, sourcePictures } from '../account.ts';
import { examine } from '../evidence.ts';
import { type Finding, findingText, isAwaited, judge, judgeTimed } from '../judge.ts';
import type { PictureCount } from '../observations.ts';
import type { ScenarioRun, ScenarioRunner, TimelineLine } from '../runner.ts';
import { stepWords } from '../words.ts';
import { Observer } from './observer.ts';
import type { Part, PartLine } from './part.ts';
import { allInTurn } from './part.ts';
import { Site } from './site.ts';
import { cannotMount, mayMount } from './small-disk.ts';
import { filesBelow, StoreFolder } from './store-files.ts';
import { Surroundings } from './surroundings.ts';

/** How often the camera's spool is looked at. */
const lookMs = 100;
/** How long the processes may take to say what they have just done. */
const restMs = 1_500;

/** How a {@link RealRunner} runs. */
export interface RealRunnerOptions {
  /** A new folder for this run, below which everything is. */
  readonly folder: string;
  /** The compiled `sealcam`, cli/main.js. */
  readonly program: string;
  readonly hasher?: Hasher;
  /** A shell command that runs another agent; `{config}` in it becomes `"$SEALCAM_AGENT_CONFIG"`, a configuration's path. */
  readonly agentCommand?: string;
  /**
   * How long the scenario's clock may be stopped, all in all, where something that is expected "within" a time is late: a machine that
   * has other work does everything later, and not wrong. Milliseconds.
   */
  readonly slackMs: number;
  /** A real device instead of the simulated camera: a person presses its buttons when the timeline says so. */
  readonly tty?: string;
}

/** Plays a scenario with simulated camera, agent and station, each a process of its own, in real time. */
export class RealRunner implements ScenarioRunner {
  readonly #options: RealRunnerOptions;

  constructor(options: RealRunnerOptions) {
    this.#options = options;
  }

  async run(scenario: Scenario, seed: number, tell: (line: TimelineLine) => void): Promise<ScenarioRun> {
    refuseUnplayable(scenario, this.#options);
    const { folder, program, agentCommand, tty } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const observer = new Observer(() => performance.now(), tell);
    const hear = observer.hear.bind(observer);
    const site = await Site.prepare({ folder, program, agentCommand, tty, setup: scenario.setup, hear });
    const wants = {
      disk: doesAny(scenario, 'disk'),
      clock: doesAny(scenario, 'agentClock'),
      clockUtcMs: scenario.setup.agentClockUtcMs,
    };
    const surroundings = await Surroundings.build(site, wants, () => observer.atMs);
    // Before the disk is unmounted, and before the caller removes the folder.
    const kill = (): void => site.kill();
    process.prependOnceListener('exit', kill);
    const played = new Play(this.#options, { scenario, seed, tell, observer, site, surroundings }).run();
    await allInTurn([
      () => played,
      () => surroundings.stopWatching([]),
      () => site.end(),
      () => surroundings.end(),
      () => site.writeLogs(),
      () => process.off('exit', kill),
    ]);
    return played;
  }
}

/** @throws SealcamError `SCENARIO_UNPLAYABLE`. */
function refuseUnplayable(scenario: Scenario, { agentCommand, tty }: RealRunnerOptions): void {
  const wrong = (step: string, why: string): SealcamError =>
    new SealcamError('SCENARIO_UNPLAYABLE', `"${scenario.title}" cannot be played here: ${step} ${why}`);
  const first = (does: string): Step | undefined => scenario.steps.find(({ action }) => action.does === does);
  const disk = first('disk');
  if (disk !== undefined && !mayMount()) throw wrong(disk.where, `fills a disk, and ${cannotMount}`);
  const clock =
    scenario.setup.agentClockUtcMs === undefined ? first('agentClock')?.where : 'setup.agentClock';
  if (clock !== undefined && agentCommand !== undefined) {
    throw wrong(clock, "sets the agent's clock, which works only with the project's own agent");
  }
  if (tty === undefined) return;
  const simulated = scenario.steps.find((step) => isCameraStep(step) && step.action.does !== 'press');
  if (simulated !== undefined) {
    throw wrong(
      simulated.where,
      'does to the camera what only the simulated one can do, and --tty names a real one',
    );
  }
}

function doesAny({ steps }: Scenario, does: Step['action']['does']): boolean {
  return steps.some(({ action }) => action.does === does);
}

interface Stage {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly tell: (line: TimelineLine) => void;
  readonly observer: Observer;
  readonly site: Site;
  readonly surroundings: Surroundings;
}

/** One run, from the start of the processes to the findings. */
class Play {
  readonly #options: RealRunnerOptions;
  readonly #stage: Stage;
  #camera: ReturnType<Site['startCamera']> | undefined;
  #slackMs: number;
  /** When the camera's stream began, by performance.now(). */
  #streamedAtMs: number | undefined;

  constructor(options: RealRunnerOptions, stage: Stage) {
    this.#options = options;
    this.#slackMs = options.slackMs;
    this.#stage = stage;
  }

  async run(): Promise<ScenarioRun> {
    const { scenario, seed, observer, surroundings, site } = this.#stage;
    await this.#start();
    await this.#wholeSecond();
    observer.begin();
    await this.#follow();
    await surroundings.settled();
    const undelivered = await this.#drain();
    const camera = await this.#cameraReport();
    const endedMs = observer.atMs;
    observer.end();
    const { lines, lamp } = observer;
    surroundings.stopWatching([this.#camera]);
    await site.end();
    const examined = await this.#examine();
    const pictures = camera && (await this.#account(camera, examined?.opened ?? []));
    const observed = { lines, lamp, endedMs, report: examined?.report, pictures, undelivered };
    const findings = [...this.#endFindings(), ...judge(scenario, observed)];
    return { seed, observed, findings };
  }

  /** Starts everything; resolves at the scenario's second 0. */
  async #start(): Promise<void> {
    const { scenario, seed, observer, surroundings, site } = this.#stage;
    const station = await surroundings.start('station');
    const video = scenario.video === undefined ? [] : ['--video', scenario.video];
    const once = scenario.once === true ? ['--once'] : [];
    if (this.#options.tty === undefined) {
      const camera = site.startCamera(['--seed', String(seed), ...video, ...once]);
      this.#camera = camera;
      observer.seesLamp();
      surroundings.watch(camera);
      const streams = (line: PartLine): boolean => line.event === 'stream' && line.on === true;
      void camera.line('stream on', streams).then(
        () => {
          this.#streamedAtMs = performance.now();
        },
        () => {},
      );
      await camera.says('tty');
      if (scenario.zero === 'launch') observer.begin();
    }
    await station.says('station.ready');
    const agent = await surroundings.start('agent');
    if (this.#options.agentCommand === undefined) await keysReady(agent, scenario);
    const camera = this.#camera;
    if (camera === undefined) await agent.says('agent.ready');
    else if (scenario.zero === 'agent') await camera.says('agent');
    else if (scenario.zero === 'stream') {
      await camera.line('stream on', ({ event, on }) => event === 'stream' && on === true);
    }
  }

  /**
   * Waits until a whole number of seconds has passed since the camera's stream began: so a step meets the same pictures of the source in
   * each run, and how long the next key picture takes does not depend on how long the processes took to start.
   */
  async #wholeSecond(): Promise<void> {
    const beganMs = this.#streamedAtMs;
    if (beganMs === undefined || this.#stage.scenario.zero === 'launch') return;
    await pause(1000 - ((performance.now() - beganMs) % 1000));
  }

  /** Does each step at its time, and judges each check when its window is over. */
  async #follow(): Promise<void> {
    const { scenario, observer, tell } = this.#stage;
    const tasks: { readonly atMs: number; readonly run: () => unknown }[] = [
      ...scenario.steps.map((step) => ({ atMs: step.atMs, run: () => this.#perform(step) })),
      ...scenario.checks.map((check) => ({
        atMs: check.atMs + check.windowMs,
        run: async () => {
          await this.#await(check);
          for (const finding of judgeTimed(check, observer)) {
            tell({ atMs: finding.atMs, kind: finding.outcome, words: findingText(finding) });
          }
        },
      })),
    ];
    for (const { atMs, run } of tasks.sort((a, b) => a.atMs - b.atMs)) {
      await this.#until(atMs);
      await run();
    }
    await this.#until(scenario.endMs);
  }

  /** Stops the scenario's clock while what is expected is late, as long as there is slack. */
  async #await(check: TimedCheck): Promise<void> {
    const { observer } = this.#stage;
    observer.hold(check.atMs + check.windowMs);
    while (this.#slackMs > 0 && isAwaited(check, observer)) {
      await pause(lookMs);
      this.#slackMs -= lookMs;
    }
    observer.goOn();
  }

  async #until(atMs: number): Promise<void> {
    const leftMs = atMs - this.#stage.observer.atMs;
    if (leftMs > 0) await pause(leftMs);
  }

  #perform(step: Step): void {
    const { tell, observer, surroundings } = this.#stage;
    const asked = isCameraStep(step) && this.#camera === undefined ? ' (please do it now)' : '';
    tell({ atMs: observer.atMs, kind: 'step', words: `${stepWords(step)}${asked}` });
    if (isCameraStep(step)) this.#camera?.tell(writtenAction(step.action));
    else surroundings.perform(step.action);
  }

  /** Waits until the station has everything. @returns how many recordings the camera still has. */
  async #drain(): Promise<number> {
    const { scenario, observer, site, surroundings } = this.#stage;
    const untilMs = observer.atMs + (scenario.expect.delivered ? scenario.drainMs : 0);
    for (;;) {
      const files = await filesBelow(site.at(surroundings.spool), /^(?!.*session).*[.]seal$/);
      const recordings = new Set(files.map((path) => path.replace(/[.].*$/, '')));
      if (recordings.size === 0) {
        // What became of the last one is still to be said.
        await pause(restMs);
        return 0;
      }
      if (observer.atMs >= untilMs) return recordings.size;
      await pause(lookMs);
    }
  }

  /** The camera's own count; undefined for a real device, and for a simulated one that is gone. */
  async #cameraReport(): Promise<SimReport | undefined> {
    const camera = this.#camera;
    if (camera?.running !== true) return undefined;
    const since = camera.mark;
    camera.tell({ report: true });
    const { line } = await camera.says('report', since);
    return line as unknown as SimReport;
  }

  /** What the station stored, verified and opened; undefined if that is nothing. */
  async #examine(): Promise<
    { readonly report: Report; readonly opened: readonly OpenedRecording[] } | undefined
  > {
    const { site } = this.#stage;
    const { hasher } = this.#options;
    const root = readRoot(await readFile(site.at('agency/root.crt')));
    const identities = await Promise.all(
      site.roles.map(async (role) =>
        importHpkeKeyPair(parsePrivateKeyFile(await readFile(site.identity(role))).pair),
      ),
    );
    const stored = await StoreFolder.open(site.at('store'), site.at('vault'));
    try {
      if (stored.sources.length === 0) return undefined;
      return await examine(stored, { root, identities, ...(hasher === undefined ? {} : { hasher }) });
    } finally {
      await stored.close();
    }
  }

  async #account(camera: SimReport, opened: readonly OpenedRecording[]): Promise<PictureCount> {
    const file = await openClip(this.#stage.scenario.video ?? defaultVideo);
    try {
      return accountFor(await sourcePictures(file), camera, opened);
    } finally {
      await file.close();
    }
  }

  /** Processes that ended by themselves. */
  #endFindings(): Finding[] {
    return this.#stage.surroundings.ends.map(({ name, atMs, how }) => ({
      where: name,
      expected: `the ${name} to run`,
      atMs,
      outcome: 'failed',
      instead: how,
    }));
  }
}

/** Waits until a recording can begin at once, whichever its roles: what is pressed before would wait for its keys. */
async function keysReady(agent: Part, { setup: { dwellingRoles } }: Scenario): Promise<void> {
  const first = await agent.says('key.prepared');
  if (dwellingRoles.length > 0) await agent.says('key.prepared', first.at + 1);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
