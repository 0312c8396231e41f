import type { Action } from '../actions.ts';
import type { WorldAction } from '../world-actions.ts';
import type { SurroundingsView } from './messages.ts';

/** What a step does, in a few words for a list. */
export function actionWords(action: Action | WorldAction): string {
  switch (action.does) {
    case 'press':
      return action.on === undefined
        ? `Press ${action.button}${action.category === undefined ? '' : ` ${action.category}`}`
        : `Switch ${action.button} ${action.on ? 'on' : 'off'}`;
    case 'fault':
      return faultWords(action.change);
    case 'motion':
      return `The wearer's motion: ${action.motion}`;
    case 'gnss':
      return action.gnss === 'jump' ? `GNSS jumps by ${action.metres} m` : `GNSS ${action.gnss}`;
    case 'battery':
      return `Battery to ${action.percent} %${overWords(action.overSeconds)}`;
    case 'temperature':
      return `Temperature to ${action.celsius} °C${overWords(action.overSeconds)}`;
    case 'network':
      return `Network ${action.network}`;
    case 'station':
    case 'agent':
      return `The ${action.does}: ${action.process}`;
    case 'disk':
      return `Disk ${action.disk}`;
    case 'agentClock':
      return 'utcMs' in action
        ? `The agent's clock: ${new Date(action.utcMs).toISOString()}`
        : `The agent's clock: ${action.stepSeconds > 0 ? '+' : ''}${action.stepSeconds} s`;
    case 'report':
      return 'Report';
    case 'quit':
      return 'Quit';
  }
}

function faultWords(change: Extract<Action, { does: 'fault' }>['change']): string {
  if (change.fault === 'clockJump') return `Clock jumps by ${change.seconds} s`;
  const rate = 'rate' in change && change.on ? ` at ${change.rate}` : '';
  return `Fault ${change.fault} ${change.on ? 'on' : 'off'}${rate}`;
}

function overWords(seconds: number): string {
  return seconds === 0 ? '' : ` in ${seconds} s`;
}

/** What of the agent's surroundings this page cannot change, and which one can; undefined where it can change all. */
export function fixedWords({ network, disk, clockAheadSeconds }: SurroundingsView): string | undefined {
  if (clockAheadSeconds === undefined)
    return 'Network, disk and clock of this agent are its own: "npm start -- --panel" starts one whose can be changed here.';
  if (network !== undefined && disk === undefined)
    return "The agent's disk cannot be filled here: that takes root, who may mount a small one for it.";
  return undefined;
}
