import { basename, dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { parseDocument } from 'yaml';
import type { Clock, Timer } from '../../base/clock.ts';
import { isSealcamError, SealcamError, systemCode } from '../../base/errors.ts';
import { greatestOf } from '../../base/lists.ts';
import { readOutsideFile } from '../../base/outside-file.ts';
import { readYaml } from '../../base/yaml.ts';
import { check } from '../actions.ts';
import { utcTime } from '../world-actions.ts';
import { type EndChecks, endChecksOf, endExpectation, type TimedCheck } from './expectations.ts';
import { type Step, stepsOf, type WrittenStep, writtenStep } from './scenario-steps.ts';

const scenarioBytesMax = 1024 * 1024;
const stepsMax = 10_000;
/** A week. */
const secondsMax = 7 * 86_400;
const drainSecondsMax = 3_600;
const defaultDrainSeconds = 60;
/** What the end waits for after the last step. */
const restMs = 1_000;
const ringSecondsMax = 120;
const textCharsMax = 4_000;

/** What second 0 of a scenario is: the simulator's start, the first agent's hello, or its first start of the stream. */
export const zeros = ['launch', 'agent', 'stream'] as const;
export type Zero = (typeof zeros)[number];

/** How agent and station are set up, where that differs from the usual. */
export interface Setup {
  /** What the agent's wall clock shows at its start, milliseconds since 1970; undefined: the machine's time. */
  readonly agentClockUtcMs: number | undefined;
  /** Seconds from before the start button that are kept; 0 keeps none. */
  readonly ringSeconds: number;
  /** Roles that are needed on top while the dwelling switch is on; `evidence` always is. */
  readonly dwellingRoles: readonly string[];
}

/** The content of a scenario file. */
export interface Scenario {
  /** In a few words; the file's name unless given. */
  readonly title: string;
  readonly about: string | undefined;
  readonly zero: Zero;
  /** Path of the video, absolute; undefined for the default. */
  readonly video: string | undefined;
  readonly once: boolean | undefined;
  readonly seed: number | undefined;
  readonly setup: Setup;
  /** In the order of their times, then of the file. */
  readonly steps: readonly Step[];
  /** In the order of their times, then of the file. */
  readonly checks: readonly TimedCheck[];
  /** When nothing more happens: after this the runner waits for the station to have everything. */
  readonly endMs: number;
  /** How long it waits at most. */
  readonly drainMs: number;
  readonly expect: EndChecks;
}

/** A role's key files have its name. */
const role = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/));

/** The schema of a scenario file; what goes with what is checked by {@link parseScenario}. */
export const scenarioSchema = v.strictObject({
  title: v.optional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(100))),
  about: v.optional(v.pipe(v.string(), v.maxLength(textCharsMax))),
  zero: v.optional(v.picklist(zeros)),
  video: v.optional(v.pipe(v.string(), v.nonEmpty())),
  once: v.optional(v.boolean()),
  seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32 - 1))),
  setup: v.optional(
    v.strictObject({
      agentClock: v.optional(utcTime),
      ringSeconds: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(ringSecondsMax))),
      dwellingRoles: v.optional(v.pipe(v.array(role), v.maxLength(8))),
    }),
  ),
  steps: v.pipe(v.array(writtenStep), v.maxLength(stepsMax)),
  end: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(secondsMax))),
  drain: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(drainSecondsMax))),
  expect: v.optional(endExpectation),
});

/**
 * Reads a scenario file.
 * @throws SealcamError `FILE_UNREADABLE`, or `SIM_SCENARIO` naming the field, its value and what is allowed.
 */
export async function loadScenario(path: string): Promise<Scenario> {
  let file: Uint8Array;
  try {
    file = await readOutsideFile(path, scenarioBytesMax);
  } catch (cause) {
    if (isSealcamError(cause)) throw new SealcamError('FILE_UNREADABLE', cause.message, { cause });
    const code = systemCode(cause);
    const reason = code === 'ENOENT' ? 'no such file' : (code ?? String(cause));
    throw new SealcamError('FILE_UNREADABLE', `"${path}" can't be read (${reason}): name a scenario file`, {
      cause,
    });
  }
  return parseScenario(file, path);
}

/** As {@link loadScenario}, from the file's content. Paths in it are relative to the file. */
export function parseScenario(file: Uint8Array | string, path: string): Scenario {
  if (Buffer.byteLength(file) > scenarioBytesMax) {
    throw new SealcamError('SIM_SCENARIO', `"${path}" is larger than 1 MiB: split the scenario`);
  }
  const plain = readYaml(
    parseDocument,
    file,
    (problem, cause) => new SealcamError('SIM_SCENARIO', `"${path}" ${problem}`, { cause }),
  );
  const written = check(scenarioSchema, plain, 'SIM_SCENARIO', `"${path}": `);
  const { steps, checks } = timelineOf(written.steps, path);
  const lastMs = greatestOf([
    0,
    ...steps.map(({ atMs }) => atMs),
    ...checks.map(({ atMs, windowMs }) => atMs + windowMs),
  ]);
  const endMs = written.end === undefined ? lastMs + restMs : Math.round(written.end * 1000);
  if (endMs < lastMs) {
    throw new SealcamError(
      'SIM_SCENARIO',
      `"${path}": "end" is ${written.end}, but something happens until ${lastMs / 1000} s: give at least that, or leave it out`,
    );
  }
  const { agentClock, ringSeconds = 0, dwellingRoles = [] } = written.setup ?? {};
  return {
    title: written.title ?? basename(path).replace(/[.]ya?ml$/, ''),
    about: written.about,
    zero: written.zero ?? 'stream',
    video: written.video === undefined ? undefined : resolve(dirname(path), written.video),
    once: written.once,
    seed: written.seed,
    setup: {
      agentClockUtcMs: agentClock === undefined ? undefined : Date.parse(agentClock),
      ringSeconds,
      dwellingRoles,
    },
    steps,
    checks,
    endMs,
    drainMs: Math.round((written.drain ?? defaultDrainSeconds) * 1000),
    expect: endChecksOf(written.expect ?? {}),
  };
}

/** What the file's entries stand for, in the order of the times. */
function timelineOf(
  entries: readonly WrittenStep[],
  path: string,
): { readonly steps: Step[]; readonly checks: TimedCheck[] } {
  const steps: Step[] = [];
  const checks: TimedCheck[] = [];
  const wrong = (problem: string, cause?: unknown): SealcamError =>
    new SealcamError('SIM_SCENARIO', `"${path}": ${problem}`, { cause });
  for (const [index, entry] of entries.entries()) {
    try {
      for (const one of stepsOf(entry, `steps[${index}]`)) {
        if ('action' in one) steps.push(one);
        else checks.push(one);
      }
    } catch (cause) {
      throw wrong(cause instanceof Error ? cause.message : String(cause), cause);
    }
    if (steps.length > stepsMax) throw wrong(`has more than ${stepsMax} steps, those of "times" included`);
  }
  const byTime = (a: { readonly atMs: number }, b: { readonly atMs: number }): number => a.atMs - b.atMs;
  return { steps: steps.sort(byTime), checks: checks.sort(byTime) };
}

/** Performs `steps`, each at its time from now on. @returns a function that ends it early. */
export function playSteps<S extends Step>(
  steps: readonly S[],
  clock: Clock,
  perform: (step: S) => void,
): () => void {
  const beganUs = clock.uptimeUs();
  let timer: Timer | undefined;
  const next = (index: number): void => {
    const step = steps[index];
    if (step === undefined) return;
    const waitMs = Math.ceil((beganUs + step.atMs * 1000 - clock.uptimeUs()) / 1000);
    timer = clock.setTimer(Math.max(0, waitMs), () => {
      next(index + 1);
      perform(step);
    });
  };
  next(0);
  return () => timer?.cancel();
}
