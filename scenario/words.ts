import { writtenAction } from '../hardware-sim/actions.ts';
import { isCameraStep, type Step } from '../hardware-sim/scenario/scenario-steps.ts';
import type { WorldAction } from '../hardware-sim/world-actions.ts';
import type { ObservedLine } from './observations.ts';

/** What a step does, in words for a timeline: as the file would write it. */
export function stepWords(step: Step): string {
  if (!isCameraStep(step)) return worldActionWords(step.action);
  const fields = Object.entries(writtenAction(step.action)).filter(
    ([name, value]) => name !== 'over' || value !== 0,
  );
  return fields.map(([name, value]) => `${name}: ${value}`).join(', ');
}

/** What a step does to the camera's surroundings, in words for a timeline. */
export function worldActionWords(action: WorldAction): string {
  switch (action.does) {
    case 'network':
      return `network: ${action.network}`;
    case 'disk':
      return `disk: ${action.disk}`;
    case 'agentClock':
      return 'utcMs' in action
        ? `agentClock: ${new Date(action.utcMs).toISOString()}`
        : `agentClock: ${action.stepSeconds > 0 ? '+' : ''}${action.stepSeconds}`;
    default:
      return `${action.does}: ${action.process}`;
  }
}

/** The camera's events that a timeline shows; the others repeat a step, or come all the time. */
const cameraEvents = [
  'lamp',
  'stream',
  'beep',
  'vibrate',
  'agent',
  'lost',
  'unplugged',
  'ended',
  'error',
  'warning',
];

/** What was heard, in words for a timeline; undefined if a timeline leaves it out. */
export function heardWords({ of, event, level, message, fields }: ObservedLine): string | undefined {
  if (of === 'camera') {
    if (!cameraEvents.includes(event)) return undefined;
    const rest = Object.entries(fields).filter(([name]) => name !== 'event');
    return `camera: ${[event, ...rest.map(([name, value]) => `${name}=${value}`)].join(' ')}`;
  }
  if (level === 'debug' || (level === 'info' && of === 'station')) return undefined;
  const mark = level === 'warn' || level === 'alarm' ? `${level.toUpperCase()} ` : '';
  return `${of}: ${mark}${message ?? event} [${event}]`;
}
