import type { Entry, PanelState } from './messages.ts';

export const firstState: PanelState = {
  plugged: false,
  agent: false,
  streaming: false,
  lamp: { shown: 'off', commanded: 'off' },
  mute: false,
  dwelling: false,
  faults: {},
  off: [],
  chosen: { motion: 'walk', gnss: 'back' },
  recordingSinceMs: undefined,
  sealed: 0,
  sealedBytes: 0,
  receipted: 0,
  gaps: 0,
};

/** The state after `entry`. The server and each page go by it alike. */
export function nextState(state: PanelState, entry: Entry): PanelState {
  if (entry.from === 'camera') return afterEvent(state, entry.event, entry.atMs);
  if (entry.from === 'program') {
    const others = state.off.filter((name) => name !== entry.name);
    return { ...state, off: entry.running ? others : [...others, entry.name] };
  }
  if (entry.from === 'agent') return afterLine(state, entry.line);
  return state;
}

type CameraEvent = Extract<Entry, { from: 'camera' }>['event'];
type AgentLine = Extract<Entry, { from: 'agent' | 'station' }>['line'];

function afterEvent(state: PanelState, event: CameraEvent, atMs: number): PanelState {
  switch (event.event) {
    case 'tty':
      return { ...state, plugged: true };
    case 'unplugged':
      return { ...state, plugged: false, agent: false };
    case 'agent':
      return { ...state, agent: true };
    case 'lost':
      return { ...state, agent: false };
    case 'stream':
      return { ...state, streaming: event.on };
    case 'lamp': {
      const recording = event.commanded === 'recording';
      const recordingSinceMs = recording ? (state.recordingSinceMs ?? atMs) : undefined;
      return { ...state, lamp: { shown: event.state, commanded: event.commanded }, recordingSinceMs };
    }
    case 'button':
      return event.taken && (event.button === 'mute' || event.button === 'dwelling')
        ? { ...state, [event.button]: event.on }
        : state;
    case 'instrument':
      if (event.does === 'motion') return { ...state, chosen: { ...state.chosen, motion: event.motion } };
      if (event.does !== 'gnss' || event.gnss === 'jump') return state;
      return { ...state, chosen: { ...state.chosen, gnss: event.gnss } };
    case 'fault': {
      if (event.fault === 'clockJump') return state;
      const { [event.fault]: _, ...others } = state.faults;
      return { ...state, faults: event.on ? { ...others, [event.fault]: { rate: event.rate } } : others };
    }
    default:
      return state;
  }
}

function afterLine(state: PanelState, line: AgentLine): PanelState {
  switch (line.event) {
    case 'recording.opened':
      return { ...state, sealed: 0, sealedBytes: 0, receipted: 0, gaps: 0 };
    case 'chunk.sealed':
      return {
        ...state,
        sealed: state.sealed + 1,
        sealedBytes: state.sealedBytes + numberOf(line.bytes),
      };
    case 'gap.signed':
      return { ...state, gaps: state.gaps + 1 };
    case 'receipt.journaled':
      return { ...state, receipted: Math.max(state.receipted, numberOf(line.count)) };
    default:
      return state;
  }
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
