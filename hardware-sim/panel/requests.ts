import * as v from 'valibot';
import { SealcamError } from '../../base/errors.ts';
import { type Action, type ActionFields, parseControlLine } from '../actions.ts';
import { agentClockField, diskStates, networkStates } from '../world-actions.ts';

/** What a page can ask for in addition to orders to the camera. */
const panelRequest = v.variant('panel', [
  v.strictObject({ panel: v.literal('load'), name: v.string(), text: v.string() }),
  v.strictObject({ panel: v.literal('open'), name: v.string() }),
  v.strictObject({ panel: v.literal('scenario'), do: v.picklist(['run', 'pause', 'restart', 'end']) }),
  v.strictObject({ panel: v.literal('take'), on: v.boolean() }),
  /** Loads what was recorded by hand, which may be longer than a message. */
  v.strictObject({ panel: v.literal('playTake') }),
  v.strictObject({
    panel: v.literal('program'),
    name: v.picklist(['agent', 'station']),
    on: v.boolean(),
  }),
  v.strictObject({ panel: v.literal('network'), network: v.picklist(networkStates) }),
  v.strictObject({ panel: v.literal('disk'), disk: v.picklist(diskStates) }),
  v.strictObject({ panel: v.literal('agentClock'), agentClock: agentClockField }),
]);

export type PanelRequest = v.InferOutput<typeof panelRequest>;

/** A message of a page: a request to the panel, or an order to the camera as it was written. */
export type PageMessage =
  | { readonly request: PanelRequest }
  | { readonly action: Action; readonly written: ActionFields };

/** @throws SealcamError `SIM_ACTION` saying what is wrong with it. */
export function parsePageMessage(text: string): PageMessage {
  const action = (): PageMessage => {
    const parsed = parseControlLine(text);
    // It has just been checked.
    return { action: parsed, written: JSON.parse(text) as ActionFields };
  };
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch {
    return action();
  }
  if (typeof written !== 'object' || written === null || !('panel' in written)) return action();
  const result = v.safeParse(panelRequest, written);
  if (result.success) return { request: result.output };
  throw new SealcamError('SIM_ACTION', `A page asked for what the panel does not know: reload the page`);
}
