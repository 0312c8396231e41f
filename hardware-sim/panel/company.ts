import type { NetworkState } from '../world-actions.ts';
import type { AgentView, LogLine, ProgramView } from './messages.ts';

/** What runs with the camera, as far as the panel may know and control it. */
export interface Company {
  /** The agent's own account. Rejects while it does not answer. */
  readonly status: () => Promise<AgentView>;
  /** The programs that can be stopped and started. */
  readonly programs: () => readonly ProgramView[];
  /** Kills a program, as a power cut does, or starts it again. */
  readonly run: (name: ProgramView['name'], on: boolean) => Promise<void>;
  /** How the network between agent and broker is; undefined where the panel cannot change it. */
  readonly network: () => NetworkState | undefined;
  /** Sets it, where it can be changed. */
  readonly setNetwork: (state: NetworkState) => void;
  /** Hands over each line of a program's log from now on. */
  readonly hear: (take: (from: ProgramView['name'], line: LogLine) => void) => void;
}
