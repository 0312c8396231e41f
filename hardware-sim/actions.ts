import * as v from 'valibot';
import { SealcamError } from '../base/errors.ts';
import { linkLimits } from '../proto/link/limits.ts';
import { type ButtonName, isSwitch, triggerNames } from '../proto/link/messages.ts';
import { type Motion, motions } from './behaviours/instruments.ts';
import { burstSecondsMax, defaultRates, type FaultSwitch, faultNames, isRateFault } from './faults.ts';

/** What can be done to the camera from outside, by a step of a scenario or a line of the control channel. */
export type Action =
  | {
      readonly does: 'press';
      readonly button: ButtonName;
      readonly on: boolean | undefined;
      /** Of a bookmark. */
      readonly category?: number;
    }
  | { readonly does: 'fault'; readonly change: FaultSwitch }
  /** How the wearer moves from now on; after a fall they lie still. */
  | { readonly does: 'motion'; readonly motion: Motion }
  /** Satellites are lost or found again, or the receiver takes a place `metres` away for its own. */
  | { readonly does: 'gnss'; readonly gnss: 'lost' | 'back' }
  | { readonly does: 'gnss'; readonly gnss: 'jump'; readonly metres: number }
  /** The charge reaches `percent` after `overSeconds`, along a straight line; 0 seconds: at once. */
  | { readonly does: 'battery'; readonly percent: number; readonly overSeconds: number }
  /** The same for the temperature of the camera, in degrees Celsius. */
  | { readonly does: 'temperature'; readonly celsius: number; readonly overSeconds: number }
  | { readonly does: 'report' }
  | { readonly does: 'quit' };

const buttons = ['start', 'stop', 'bookmark', 'mute', 'dwelling', ...triggerNames] as const;
/** What an action is written as, one of them in each. */
export const cameraVerbs = [
  'press',
  'fault',
  'motion',
  'gnss',
  'battery',
  'temperature',
  'report',
  'quit',
] as const;

/** A day. */
const jumpSecondsMax = 86_400;
/** A week. */
const overSecondsMax = 7 * 86_400;
const metresMax = 1_000_000;
/** What a camera's sensor can measure; the link allows more. */
const celsiusMin = -40;
const celsiusMax = 125;

/** The fields of a written action; {@link actionOf} checks which of them go together. */
export const actionFields = {
  press: v.optional(v.picklist(buttons)),
  fault: v.optional(v.picklist(faultNames)),
  motion: v.optional(v.picklist(motions)),
  gnss: v.optional(v.picklist(['lost', 'back', 'jump'])),
  battery: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
  temperature: v.optional(v.pipe(v.number(), v.minValue(celsiusMin), v.maxValue(celsiusMax))),
  on: v.optional(v.boolean()),
  category: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(linkLimits.bookmarkCategoryMax)),
  ),
  rate: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
  seconds: v.optional(v.pipe(v.number(), v.minValue(-jumpSecondsMax), v.maxValue(jumpSecondsMax))),
  metres: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(metresMax))),
  over: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(overSecondsMax))),
  report: v.optional(v.literal(true)),
  quit: v.optional(v.literal(true)),
};

/** An order as the control channel takes it; {@link orderOf} also checks which fields go together. */
export const orderSchema = v.strictObject(actionFields);

export type ActionFields = v.InferOutput<typeof orderSchema>;

/**
 * The action that `written` describes.
 * @param where names it in messages, e.g. `steps[2]`; empty for a line of its own.
 * @throws SealcamError `SIM_ACTION` where the fields don't go together.
 */
export function actionOf(written: ActionFields, where: string): Action {
  const wrong = (problem: string): SealcamError =>
    new SealcamError('SIM_ACTION', where === '' ? problem : `"${where}" ${problem}`);
  const verbs = cameraVerbs.filter((verb) => written[verb] !== undefined);
  if (verbs.length !== 1) {
    throw wrong(`names ${verbs.join(' and ') || 'nothing to do'}: give one of ${cameraVerbs.join(', ')}`);
  }
  const problem = modifierProblem(written);
  if (problem !== undefined) throw wrong(problem);
  const { press, fault, motion, gnss, battery, temperature, on, over = 0 } = written;
  if (press !== undefined) {
    const { category } = written;
    return { does: 'press', button: press, on, ...(category !== undefined && { category }) };
  }
  if (motion !== undefined) return { does: 'motion', motion };
  if (gnss === 'jump') return { does: 'gnss', gnss, metres: written.metres ?? 0 };
  if (gnss !== undefined) return { does: 'gnss', gnss };
  if (battery !== undefined) return { does: 'battery', percent: battery, overSeconds: over };
  if (temperature !== undefined) return { does: 'temperature', celsius: temperature, overSeconds: over };
  if (fault === undefined) return { does: written.report === true ? 'report' : 'quit' };
  return { does: 'fault', change: changeOf(fault, written) };
}

/** What is wrong with the fields that only go with some verbs. */
function modifierProblem(written: ActionFields): string | undefined {
  const { press, fault, gnss, on, rate, seconds, metres, over } = written;
  if (on !== undefined && fault === undefined && !(press !== undefined && isSwitch(press))) {
    return 'has "on", which only faults and the switches mute and dwelling take: leave it out';
  }
  if (written.category !== undefined && press !== 'bookmark') {
    return 'has "category", which only a press of bookmark takes: leave it out';
  }
  if (rate !== undefined && (fault === undefined || !isRateFault(fault))) {
    return `has "rate", which only ${Object.keys(defaultRates).join(', ')} take: leave it out`;
  }
  if (fault === 'burst') {
    if (seconds !== undefined && !(seconds > 0 && seconds <= burstSecondsMax)) {
      return `has bursts of ${seconds} s: give "seconds" above 0 and at most ${burstSecondsMax}`;
    }
  } else if ((seconds !== undefined) !== (fault === 'clockJump')) {
    return 'has to have "seconds" with clockJump, may have it with burst, and with nothing else';
  }
  if (fault === 'clockJump' && on === false) {
    return 'turns clockJump off, which is over at once: leave "on" out';
  }
  if ((metres !== undefined) !== (gnss === 'jump')) {
    return 'has to have "metres" with "gnss: jump", and with nothing else';
  }
  if (over !== undefined && written.battery === undefined && written.temperature === undefined) {
    return 'has "over", which only battery and temperature take: leave it out';
  }
  return undefined;
}

function changeOf(fault: NonNullable<ActionFields['fault']>, written: ActionFields): FaultSwitch {
  const { on = true, rate, seconds } = written;
  if (fault === 'clockJump') return { fault, seconds: seconds ?? 0 };
  if (fault === 'burst') return { fault, on, seconds: seconds ?? 1 };
  if (isRateFault(fault)) return { fault, on, rate: rate ?? defaultRates[fault] };
  return { fault, on };
}

/** The action that an order describes. @throws SealcamError `SIM_ACTION` saying what is wrong with it. */
export function orderOf(written: unknown): Action {
  return actionOf(check(orderSchema, written, 'SIM_ACTION', ''), '');
}

/** An action as it is written: what {@link actionOf} reads back, and a line of the control channel says. */
export function writtenAction(action: Action): ActionFields {
  switch (action.does) {
    case 'press':
      return {
        press: action.button,
        ...(action.on === undefined ? {} : { on: action.on }),
        ...(action.category === undefined ? {} : { category: action.category }),
      };
    case 'fault': {
      const { fault, ...rest } = action.change;
      return { fault, ...rest };
    }
    case 'motion':
      return { motion: action.motion };
    case 'gnss':
      return action.gnss === 'jump' ? { gnss: 'jump', metres: action.metres } : { gnss: action.gnss };
    case 'battery':
      return { battery: action.percent, over: action.overSeconds };
    case 'temperature':
      return { temperature: action.celsius, over: action.overSeconds };
    case 'report':
      return { report: true };
    case 'quit':
      return { quit: true };
  }
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
  return orderOf(written);
}

/**
 * Checks `written` against `schema`.
 * @param prefix put before the message, e.g. a file's name.
 * @throws SealcamError `code` naming the first field that is wrong, its value and what is allowed.
 */
export function check<S extends v.GenericSchema>(
  schema: S,
  written: unknown,
  code: 'SIM_ACTION' | 'SIM_SCENARIO' | 'SIM_EVENT',
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
