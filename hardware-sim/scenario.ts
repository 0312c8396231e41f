import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { parseDocument } from 'yaml';
import type { Clock, Timer } from '../base/clock.ts';
import { isSealcamError, SealcamError, systemCode } from '../base/errors.ts';
import { readOutsideFile } from '../base/outside-file.ts';
import { type Action, actionFields, actionOf, check } from './actions.ts';

const scenarioBytesMax = 1024 * 1024;
const stepsMax = 10_000;
/** A week. */
const atSecondsMax = 7 * 86_400;

/** What second 0 of a scenario is: the simulator's start, the first agent's hello, or its first start of the stream. */
export const zeros = ['launch', 'agent', 'stream'] as const;
export type Zero = (typeof zeros)[number];

/** The content of a scenario file. */
export interface Scenario {
  readonly zero: Zero;
  /** Path of the video, absolute; undefined for the default. */
  readonly video: string | undefined;
  readonly once: boolean | undefined;
  readonly seed: number | undefined;
  /** In the order of their times. */
  readonly steps: readonly { readonly atMs: number; readonly action: Action }[];
}

const schema = v.strictObject({
  zero: v.optional(v.picklist(zeros)),
  video: v.optional(v.pipe(v.string(), v.nonEmpty())),
  once: v.optional(v.boolean()),
  seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32 - 1))),
  steps: v.pipe(
    v.array(
      v.strictObject({ at: v.pipe(v.number(), v.minValue(0), v.maxValue(atSecondsMax)), ...actionFields }),
    ),
    v.maxLength(stepsMax),
  ),
});

/**
 * Reads a scenario file.
 * @throws SealcamError `FILE_UNREADABLE`, or `SIM_SCENARIO` naming the field, its value and what is allowed.
 */
export async function loadScenario(path: string): Promise<Scenario> {
  let text: string;
  try {
    text = (await readOutsideFile(path, scenarioBytesMax)).toString('utf8');
  } catch (cause) {
    if (isSealcamError(cause)) throw new SealcamError('FILE_UNREADABLE', cause.message, { cause });
    const code = systemCode(cause);
    const reason = code === 'ENOENT' ? 'no such file' : (code ?? String(cause));
    throw new SealcamError('FILE_UNREADABLE', `"${path}" can't be read (${reason}): name a scenario file`, {
      cause,
    });
  }
  return parseScenario(text, path);
}

/** As {@link loadScenario}, from the file's text. Paths in it are relative to the file. */
export function parseScenario(text: string, path: string): Scenario {
  if (Buffer.byteLength(text) > scenarioBytesMax) {
    throw new SealcamError('SIM_SCENARIO', `"${path}" is larger than 1 MiB: split the scenario`);
  }
  // Warnings would print parts of the file.
  const document = parseDocument(text, { logLevel: 'error' });
  const [flaw] = document.errors;
  if (flaw !== undefined) {
    throw new SealcamError('SIM_SCENARIO', `"${path}" is not YAML: ${flaw.message.split('\n')[0]}`);
  }
  const written = check(schema, toPlain(document, path), 'SIM_SCENARIO', `"${path}": `);
  const steps = written.steps.map(({ at, ...fields }, index) => {
    try {
      return { atMs: Math.round(at * 1000), action: actionOf(fields, `steps[${index}]`) };
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause);
      throw new SealcamError('SIM_SCENARIO', `"${path}": ${problem}`, { cause });
    }
  });
  return {
    zero: written.zero ?? 'stream',
    video: written.video === undefined ? undefined : resolve(dirname(path), written.video),
    once: written.once,
    seed: written.seed,
    steps: steps.sort((a, b) => a.atMs - b.atMs),
  };
}

/** A few aliases can make a huge document: the parser counts them, and refuses. */
function toPlain(document: ReturnType<typeof parseDocument>, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    throw new SealcamError('SIM_SCENARIO', `"${path}" has YAML aliases: write each step out`, { cause });
  }
}

/** Performs a scenario's steps, each at its time from now on. @returns a function that ends it early. */
export function playScenario(
  scenario: Scenario,
  clock: Clock,
  perform: (action: Action) => void,
): () => void {
  const beganUs = clock.uptimeUs();
  let timer: Timer | undefined;
  const next = (index: number): void => {
    const step = scenario.steps[index];
    if (step === undefined) return;
    const waitMs = Math.ceil((beganUs + step.atMs * 1000 - clock.uptimeUs()) / 1000);
    timer = clock.setTimer(Math.max(0, waitMs), () => {
      next(index + 1);
      perform(step.action);
    });
  };
  next(0);
  return () => timer?.cancel();
}
