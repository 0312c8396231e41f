import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { isSealcamError, SealcamError, systemCode } from '../../base/errors.ts';
import { packageFolder } from '../../base/program.ts';
import { loadScenario, type Scenario } from '../../hardware-sim/scenario/scenario.ts';
import { FastRunner } from '../../scenario/fast/fast-runner.ts';
import { allHeld, findingText, findingWords } from '../../scenario/judge.ts';
import { junitXml, type ReportedRun } from '../../scenario/junit.ts';
import { RealRunner } from '../../scenario/processes/real-runner.ts';
import type { ScenarioRunner, TimelineLine } from '../../scenario/runner.ts';
import { sealcamProgram } from '../child.ts';
import { describe, parseWords, runCommand, usage } from '../command.ts';
import { fastestHasher } from '../evidence/hasher.ts';
import { say, sayError, sayJson } from '../output.ts';
import { dyingWriters, exitWhenInterrupted } from '../signals.ts';

/** What `sealcam scenario --help` prints. */
export const help = `sealcam scenario: scenarios as tests

  sealcam scenario list            the scenarios that come with the program
  sealcam scenario run FILE...     plays scenarios: a path, or a name of the list

Simulated camera, agent and station are started as processes of their own, in a new folder with throwaway keys. The
timeline is printed as it goes: "> " is what the scenario did, "ok" and "FAIL" is what became of an expectation. At
the end the recordings are verified and opened, and every picture is accounted for.

  --fast                plays in this process on a fake clock: a night takes seconds, and the same seed gives the same
                        events. Line, card, network, broker and the station's disk are simulated; the camera, the
                        agent, its sealing and the station's own work are the real ones.
  --seed N              instead of the scenario's own; 1 if it has none
  --repeat N            plays each N times, with seeds that follow one another
  --slack SECONDS       how long the scenario's clock may be stopped, all in all, while something is late that is
                        expected within a time; 10 unless given. A busy machine needs more, and nothing else changes.
  --junit FILE          writes what became of each expectation as JUnit XML
  --json                prints JSON, one object a line
  --keep DIR            leaves keys, recordings and logs of each run below DIR
  --agent-command CMD   your own agent instead of this program's: a command of the shell, in which {config}, without
                        quotes, becomes "$SEALCAM_AGENT_CONFIG": the path of a configuration as of
                        docs/examples/agent.yaml. SEALCAM_SENSOR_TTY and SEALCAM_BROKER_URL are set too. What it prints as JSON lines with
                        "event" and "level" can be expected "of: agent".
  --tty PATH            a real device at this serial port instead of the simulated camera: you press its buttons when
                        the timeline says so. Scenarios that do more to the camera are not played.

A scenario is YAML: hardware-sim/scenarios/ has examples, docs/schema/scenario.schema.json lets an editor complete it.
Exits 0 when every expectation held, 1 when one failed or nothing could be played, 2 on wrong usage.
`;

const library = join(packageFolder, 'hardware-sim/scenarios');
const repeatsMax = 10_000;
const slackSecondsMax = 3_600;

interface RunSettings {
  readonly json: boolean;
  readonly keep: string | undefined;
  readonly agentCommand: string | undefined;
  readonly tty: string | undefined;
  /** On a fake clock, in this process. */
  readonly fast: boolean;
  readonly slackMs: number;
}

/** `sealcam scenario`. */
export function run(args: string[]): Promise<number> {
  return runCommand('scenario', help, args, async () => {
    const { values, positionals } = parseWords('scenario', args, {
      seed: { type: 'string' },
      repeat: { type: 'string' },
      slack: { type: 'string' },
      junit: { type: 'string' },
      json: { type: 'boolean' },
      keep: { type: 'string' },
      'agent-command': { type: 'string' },
      tty: { type: 'string' },
      fast: { type: 'boolean' },
    });
    const [what, ...names] = positionals;
    if (what === 'list' && names.length === 0) return list(values.json === true);
    if (what !== 'run') throw usage('Say "run FILE..." or "list": see "sealcam scenario --help"');
    if (names.length === 0)
      throw usage('No scenario is given: name files, or scenarios of "sealcam scenario list"');
    const seed = values.seed === undefined ? undefined : whole('seed', values.seed, 0, 2 ** 32 - 1);
    const repeat = whole('repeat', values.repeat ?? '1', 1, repeatsMax);
    // All are read before the first is played.
    const scenarios: { path: string; scenario: Scenario }[] = [];
    for (const name of names) {
      const path = await pathOf(name);
      scenarios.push({ path, scenario: await loadScenario(path) });
    }
    const settings = {
      json: values.json === true,
      keep: values.keep,
      agentCommand: values['agent-command'],
      tty: values.tty,
      fast: values.fast === true,
      slackMs: 1000 * whole('slack', values.slack ?? '10', 0, slackSecondsMax),
    };
    if (settings.fast && (settings.agentCommand ?? settings.tty) !== undefined)
      throw usage('"--fast" plays without processes: leave "--agent-command" and "--tty" out');
    return playAll(scenarios, { seed, repeat, junit: values.junit }, settings);
  });
}

function whole(option: string, text: string, min: number, max: number): number {
  if (/^\d{1,10}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
  throw usage(`"--${option}" is "${text}": give a whole number from ${min} to ${max}`);
}

/** The path of a file, or of a scenario of the library. */
async function pathOf(name: string): Promise<string> {
  if (!/^[a-z0-9-]+$/.test(name)) return name;
  return (await libraryNames()).includes(name) ? join(library, `${name}.yaml`) : name;
}

async function libraryNames(): Promise<string[]> {
  const files = await readdir(library);
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
    .sort();
}

async function list(json: boolean): Promise<number> {
  for (const name of await libraryNames()) {
    const path = join(library, `${name}.yaml`);
    const { title, about, endMs } = await loadScenario(path);
    if (json) sayJson({ name, title, about, seconds: endMs / 1000, path }, 0);
    else say(`${name.padEnd(22)}${durationWords(endMs).padStart(7)}  ${title}`);
  }
  return 0;
}

function durationWords(ms: number): string {
  return ms < 600_000 ? `${Math.round(ms / 1000)} s` : `${(ms / 3_600_000).toFixed(1)} h`;
}

async function playAll(
  scenarios: readonly { readonly path: string; readonly scenario: Scenario }[],
  how: { readonly seed: number | undefined; readonly repeat: number; readonly junit: string | undefined },
  settings: RunSettings,
): Promise<number> {
  const runs: ReportedRun[] = [];
  const goOn = exitWhenInterrupted();
  try {
    for (const { path, scenario } of scenarios) {
      for (let n = 0; n < how.repeat; n += 1) {
        const seed = ((how.seed ?? scenario.seed ?? 1) + n) % 2 ** 32;
        runs.push(
          await playOne(path, scenario, seed, settings, `${basename(path, '.yaml')}-${runs.length + 1}`),
        );
        if (how.junit !== undefined) await writeFile(how.junit, junitXml(runs));
      }
    }
  } finally {
    goOn();
  }
  const failed = runs.filter(({ findings, error }) => error !== undefined || !allHeld(findings));
  const skipped = runs.filter((one) => one.skipped !== undefined);
  if (settings.json)
    sayJson({ event: 'total', runs: runs.length, failed: failed.length, skipped: skipped.length }, 0);
  else if (runs.length > 1) {
    say(`${runs.length} runs: ${failed.length} failed, ${skipped.length} not played`);
    say(failed.map(({ path, seed }) => `failed: ${path}, seed ${seed}`));
  }
  return failed.length > 0 || skipped.length === runs.length ? 1 : 0;
}

async function playOne(
  path: string,
  scenario: Scenario,
  seed: number,
  settings: RunSettings,
  name: string,
): Promise<ReportedRun> {
  const { json, keep } = settings;
  const { title } = scenario;
  if (json) sayJson({ event: 'scenario', path, title, seed }, 0);
  else say(`${title} (${path}, seed ${seed}, ${durationWords(scenario.endMs)})`);
  const { folder, remove } =
    keep === undefined ? throwawayFolder() : { folder: await newFolder(keep, name), remove: () => {} };
  const startMs = performance.now();
  const timeline: string[] = [];
  const tell = (line: TimelineLine): void => {
    timeline.push(timelineWords(line));
    if (json) sayJson({ event: 'timeline', ...line }, 0);
    else say(timelineWords(line));
  };
  const runner = await runnerFor(folder, settings);
  const reported = { path, title, seed, timeline };
  const secondsSoFar = (): number => (performance.now() - startMs) / 1000;
  try {
    const { findings } = await runner.run(scenario, seed, tell);
    const played = { ...reported, findings, seconds: secondsSoFar(), skipped: undefined, error: undefined };
    sayOutcome(played, settings);
    return played;
  } catch (error) {
    const sentence = describe(error);
    if (sentence === undefined) throw error;
    const unplayable = isSealcamError(error, 'SCENARIO_UNPLAYABLE');
    if (json) sayJson({ event: unplayable ? 'skipped' : 'error', path, seed, message: sentence }, 0);
    else sayError(`${unplayable ? 'not played' : 'FAILED'}: ${sentence}`);
    const why = { skipped: unplayable ? sentence : undefined, error: unplayable ? undefined : sentence };
    return { ...reported, findings: [], seconds: secondsSoFar(), ...why };
  } finally {
    remove();
  }
}

/** A folder that goes when `remove` is called, or when this process ends before that. */
function throwawayFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'sealcam-scenario-'));
  const remove = (): void => {
    process.off('exit', remove);
    try {
      rmSync(folder, { recursive: true, force: true, ...dyingWriters });
    } catch (error) {
      sayError(`sealcam scenario: ${folder} cannot be removed (${systemCode(error)}): remove it yourself`);
    }
  };
  process.once('exit', remove);
  return { folder, remove };
}

async function runnerFor(
  folder: string,
  { fast, keep, slackMs, agentCommand, tty }: RunSettings,
): Promise<ScenarioRunner> {
  const hasher = await fastestHasher();
  if (fast) return new FastRunner({ folder, keep: keep !== undefined, hasher });
  return new RealRunner({
    ...{ folder, program: sealcamProgram, slackMs, hasher },
    ...(agentCommand === undefined ? {} : { agentCommand }),
    ...(tty === undefined ? {} : { tty }),
  });
}

/** A new folder below `parent`. @throws SealcamError `SCENARIO_FOLDER` if it is there already. */
async function newFolder(parent: string, name: string): Promise<string> {
  const folder = resolve(parent, name);
  await mkdir(parent, { recursive: true });
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (cause) {
    throw new SealcamError('SCENARIO_FOLDER', `${folder} cannot be made: give another folder with --keep`, {
      cause,
    });
  }
  return folder;
}

function sayOutcome({ path, seed, findings, seconds }: ReportedRun, { json, keep }: RunSettings): void {
  const passed = allHeld(findings);
  if (json) {
    sayJson({ event: 'result', path, seed, passed, seconds: Number(seconds.toFixed(1)), findings }, 0);
    return;
  }
  const atEnd = findings.filter(({ where }) => !where.startsWith('steps['));
  say(
    ...atEnd.map((finding) =>
      timelineWords({ atMs: finding.atMs, kind: finding.outcome, words: findingText(finding) }),
    ),
  );
  const held = findings.filter(({ outcome }) => outcome === 'held').length;
  const unjudged = findings.filter(({ outcome }) => outcome === 'not judged').length;
  const rest = unjudged === 0 ? '' : `, ${unjudged} not judged`;
  say(
    `${passed ? 'passed' : 'FAILED'}: ${held} of ${findings.length} expectations held${rest}, in ${seconds.toFixed(1)} s`,
  );
  if (passed) return;
  say(
    ...findings
      .filter(({ outcome }) => outcome === 'failed')
      .map((finding) => `  at ${findingWords(finding)}`),
  );
  if (keep === undefined) say('  Run it with --keep DIR to look at logs and recordings.');
}

const marks = { step: '>', heard: ' ', held: 'ok', failed: 'FAIL', 'not judged': '--' } as const;

function timelineWords({ atMs, kind, words }: TimelineLine): string {
  return `${(atMs / 1000).toFixed(1).padStart(8)} s ${marks[kind].padEnd(4)} ${words}`;
}
