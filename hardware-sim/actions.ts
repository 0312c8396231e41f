import * as v from 'valibot';
import { SealcamError } from '../base/errors.ts';
import { type ButtonName, isSwitch } from '../proto/link/messages.ts';
import { defaultRates, type FaultSwitch, faultNames, isRateFault } from './faults.ts';

/** What can be done to the camera from outside, by a step of a scenario or a line of the control channel. */
export type Action =
  | { readonly does: 'press'; readonly button: ButtonName; readonly on: boolean | undefined }
  | { readonly does: 'fault'; readonly change: FaultSwitch }
  | { readonly does: 'report' }
  | { readonly does: 'quit' };

const buttons = ['start', 'stop', 'bookmark', 'mute', 'dwelling'] as const;

/** A day. */
const jumpSecondsMax = 86_400;

/** The fields of a written action; {@link actionOf} checks which of them go together. */
export const actionFields = {
  press: v.optional(v.picklist(buttons)),
  fault: v.optional(v.picklist(faultNames)),
  on: v.optional(v.boolean()),
  rate: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
  seconds: v.optional(v.pipe(v.number(), v.minValue(-jumpSecondsMax), v.maxValue(jumpSecondsMax))),
  report: v.optional(v.literal(true)),
  quit: v.optional(v.literal(true)),
};

const fields = v.strictObject(actionFields);

export type ActionFields = v.InferOutput<typeof fields>;

/**
 * The action that `written` describes.
 * @param where names it in messages, e.g. `steps[2]`; empty for a line of its own.
 * @throws SealcamError `SIM_ACTION` where the fields don't go together.
 */
export function actionOf(written: ActionFields, where: string): Action {
  const { press, fault, on, rate, seconds, report, quit } = written;
  const wrong = (problem: string): SealcamError =>
    new SealcamError('SIM_ACTION', where === '' ? problem : `"${where}" ${problem}`);
  const verbs = (['press', 'fault', 'report', 'quit'] as const).filter((verb) => written[verb] !== undefined);
  if (verbs.length !== 1) {
    throw wrong(`names ${verbs.join(' and ') || 'nothing to do'}: give one of press, fault, report, quit`);
  }
  if (on !== undefined && (report || quit || (press !== undefined && !isSwitch(press)))) {
    throw wrong('has "on", which only faults and the switches mute and dwelling take: leave it out');
  }
  if (rate !== undefined && (fault === undefined || !isRateFault(fault))) {
    throw wrong(`has "rate", which only ${Object.keys(defaultRates).join(', ')} take: leave it out`);
  }
  if ((seconds !== undefined) !== (fault === 'clockJump')) {
    throw wrong('has to have "seconds" with clockJump, and with nothing else');
  }
  if (press !== undefined) return { does: 'press', button: press, on };
  if (fault === undefined) return { does: report === true ? 'report' : 'quit' };
  if (fault === 'clockJump') {
    if (on === false) throw wrong('turns clockJump off, which is over at once: leave "on" out');
    return { does: 'fault', change: { fault, seconds: seconds ?? 0 } };
  }
  if (isRateFault(fault)) {
    return { does: 'fault', change: { fault, on: on ?? true, rate: rate ?? defaultRates[fault] } };
  }
  return { does: 'fault', change: { fault, on: on ?? true } };
}

/**
 * Reads one line of the control channel.
 * @throws SealcamError `SIM_ACTION` saying what is wrong with it.
 */
export function parseControlLine(line: string): Action {
  let written: unknown;
  try {
    written = JSON.parse(line);
  } catch {
    throw new SealcamError(
      'SIM_ACTION',
      `${quoted(line)} is not a JSON object: give for example {"press":"start"}`,
    );
  }
  return actionOf(check(fields, written, 'SIM_ACTION', ''), '');
}

/**
 * Checks `written` against `schema`.
 * @param prefix put before the message, e.g. a file's name.
 * @throws SealcamError `code` naming the first field that is wrong, its value and what is allowed.
 */
export function check<S extends v.GenericSchema>(
  schema: S,
  written: unknown,
  code: 'SIM_ACTION' | 'SIM_SCENARIO',
  prefix: string,
): v.InferOutput<S> {
  const result = v.safeParse(schema, written, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = (issue.path ?? []).reduce((text, { key }) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
  const unknown = issue.type === 'strict_object' && issue.expected === 'never';
  const name = path === '' ? 'what is given' : `"${path}"`;
  const problem = unknown
    ? `${name} is unknown here: check its spelling, or leave it out`
    : `${name} is ${issue.received}, but has to be ${allowed(issue.expected ?? issue.message)}`;
  throw new SealcamError(code, `${prefix}${problem}`);
}

function allowed(expected: string): string {
  return expected
    .replaceAll(/[()]/g, '')
    .replaceAll(' | ', ' or ')
    .replace('>=', 'at least ')
    .replace('<=', 'at most ');
}

function quoted(line: string): string {
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}...` : line);
}
