import type { TriggerName } from '../../../proto/link/messages.ts';
import type { TriggeredStart } from '../inputs.ts';
import type { RecorderFacts, Triggered } from '../machine-types.ts';
import type { Turn } from '../turn.ts';
import { isWeak } from './power.ts';

// Something that starts a recording by itself, where the agency's policy allows it: a vehicle's light, a drawn weapon,
// another camera. What goes on triggering is one occasion, which starts one recording: after a stop it starts no other.
// Only a new occasion during a run-on lets the recording go on, as a press of start does.

export const neverTriggered: Triggered = {
  holster: Number.NEGATIVE_INFINITY,
  peer: Number.NEGATIVE_INFINITY,
  'vehicle-light': Number.NEGATIVE_INFINITY,
};

/** Why a trigger starts nothing; undefined if it may. */
export function triggerRefused(facts: RecorderFacts, trigger: TriggerName): 'policy' | 'weak' | undefined {
  if (!facts.policy.automaticStarts.includes(trigger)) return 'policy';
  return isWeak(facts.power) ? 'weak' : undefined;
}

/**
 * Notes that a trigger came; true if it is a new occasion, and not the one before that goes on. So is one that the sensor
 * repeats and for which a recording is owed, as an earlier run of the agent was killed before it began that.
 */
export function isNewOccasion(turn: Turn, { trigger, atUs, owedUs }: TriggeredStart): boolean {
  const { presses, limits } = turn.facts;
  const lastUs = presses.triggeredUs[trigger];
  const triggeredUs = { ...presses.triggeredUs, [trigger]: Math.max(lastUs, atUs) };
  turn.facts = { ...turn.facts, presses: { ...presses, triggeredUs } };
  const isOwed = owedUs !== undefined && owedUs > turn.facts.waitedUs;
  return isOwed || atUs - lastUs >= limits.triggerAgainUs;
}
