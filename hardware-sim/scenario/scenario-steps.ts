import * as v from 'valibot';
import { SealcamError } from '../../base/errors.ts';
import { isSwitch } from '../../proto/link/messages.ts';
import { type Action, actionFields, actionOf, cameraVerbs } from '../actions.ts';
import { undoneWorld, type WorldAction, worldActionOf, worldFields } from '../world-actions.ts';
import { type TimedCheck, timedCheckOf, timedExpectation, windowSeconds } from './expectations.ts';

/** Something that is done at a time. */
interface Timed {
  readonly atMs: number;
  /** Names the step of the file in messages, e.g. `steps[2]`; those that `for` and `every` made share their name. */
  readonly where: string;
}

/** A step of the camera's own, which needs no runner. */
export interface CameraStep extends Timed {
  readonly action: Action;
}

/** A step of the camera's surroundings. */
export interface WorldStep extends Timed {
  readonly action: WorldAction;
}

export type Step = CameraStep | WorldStep;

/** A week. */
const atSecondsMax = 7 * 86_400;
const timesMax = 1_000;
/** How long what is expected may take on a machine that has other work to do. */
const defaultWithinSeconds = 2;

/** One entry of a file's `steps`; {@link stepsOf} checks which fields go together. */
export const writtenStep = v.strictObject({
  at: v.pipe(v.number(), v.minValue(0), v.maxValue(atSecondsMax)),
  ...actionFields,
  ...worldFields,
  for: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(atSecondsMax))),
  every: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(atSecondsMax))),
  times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(timesMax))),
  expect: v.optional(timedExpectation),
  within: v.optional(windowSeconds),
  throughout: v.optional(windowSeconds),
});

export type WrittenStep = v.InferOutput<typeof writtenStep>;

const worldVerbs = ['network', 'station', 'agent', 'disk', 'agentClock'] as const;

export function isCameraStep(step: Step): step is CameraStep {
  return !isWorldAction(step.action);
}

/**
 * The steps, or the check, that one entry stands for.
 * @param where names the entry in messages, e.g. `steps[2]`.
 * @throws SealcamError `SIM_ACTION` where its fields don't go together.
 */
export function stepsOf(written: WrittenStep, where: string): (Step | TimedCheck)[] {
  const wrong = (problem: string): SealcamError => new SealcamError('SIM_ACTION', `"${where}" ${problem}`);
  const { at, expect, within, throughout, for: lasts, every, times } = written;
  const verbs = [...cameraVerbs, ...worldVerbs, 'expect' as const].filter(
    (verb) => written[verb] !== undefined,
  );
  if (verbs.length !== 1) {
    const all = [...cameraVerbs, ...worldVerbs, 'expect'].join(', ');
    throw wrong(`names ${verbs.join(' and ') || 'nothing to do'}: give one of ${all}`);
  }
  if (expect !== undefined) return [checkOf(written, expect, where, wrong)];
  if (within !== undefined || throughout !== undefined) {
    throw wrong('has "within" or "throughout", which only go with "expect": leave them out');
  }
  if ((every === undefined) !== (times === undefined)) {
    throw wrong('has only one of "every" and "times": give both, or neither');
  }
  if (lasts !== undefined && every !== undefined && lasts >= every) {
    throw wrong(`lasts ${lasts} s, and comes again every ${every} s: let "for" be shorter than "every"`);
  }
  const action = worldActionOf(written) ?? actionOf(written, where);
  const undone = isWorldAction(action) ? undoneWorld(action) : undoneCamera(action);
  if (lasts !== undefined && undone === undefined) {
    throw wrong('has "for", but does nothing that can be undone after that time: leave it out');
  }
  const steps: Step[] = [];
  for (let n = 0; n < (times ?? 1); n += 1) {
    const seconds = at + n * (every ?? 0);
    steps.push(stepOf(seconds, action, where));
    if (undone !== undefined && lasts !== undefined) steps.push(stepOf(seconds + lasts, undone, where));
  }
  return steps;
}

function stepOf(seconds: number, action: Action | WorldAction, where: string): Step {
  const atMs = Math.round(seconds * 1000);
  return isWorldAction(action) ? { atMs, action, where } : { atMs, action, where };
}

function checkOf(
  written: WrittenStep,
  expect: NonNullable<WrittenStep['expect']>,
  where: string,
  wrong: (problem: string) => SealcamError,
): TimedCheck {
  const { at, within, throughout, for: lasts, every, times } = written;
  if (lasts !== undefined || every !== undefined || times !== undefined) {
    throw wrong('expects something "for", "every" or "times": give "within" or "throughout" instead');
  }
  if (within !== undefined && throughout !== undefined) {
    throw wrong('has both "within" and "throughout": give one of them');
  }
  if (expect.lamp === undefined && expect.event === undefined && expect.events === undefined) {
    throw wrong('expects nothing: give "lamp", "event" or "events" in it');
  }
  return timedCheckOf(expect, {
    atMs: Math.round(at * 1000),
    manner: throughout === undefined ? 'within' : 'throughout',
    windowMs: Math.round((throughout ?? within ?? defaultWithinSeconds) * 1000),
    where,
  });
}

function isWorldAction(action: Action | WorldAction): action is WorldAction {
  return worldVerbs.some((verb) => verb === action.does);
}

/** What undoes an action of the camera, as `for` promises; undefined if nothing does. */
function undoneCamera(action: Action): Action | undefined {
  switch (action.does) {
    case 'press':
      return isSwitch(action.button) && action.on === true ? { ...action, on: false } : undefined;
    case 'fault':
      return 'on' in action.change && action.change.on
        ? { does: 'fault', change: { ...action.change, on: false } }
        : undefined;
    case 'motion':
      return action.motion === 'walk' ? undefined : { does: 'motion', motion: 'walk' };
    case 'gnss':
      return action.gnss === 'lost' ? { does: 'gnss', gnss: 'back' } : undefined;
    default:
      return undefined;
  }
}
