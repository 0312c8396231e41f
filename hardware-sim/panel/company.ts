import type { WorldAction } from '../world-actions.ts';
import type { AgentView, LogLine, ProgramView, SurroundingsView } from './messages.ts';

/** What a panel does to the agent's surroundings. */
export type SurroundingsAction = Extract<WorldAction, { does: 'network' | 'disk' | 'agentClock' }>;

/** What runs with the camera, as far as the panel may know and control it. */
export interface Company {
  /** The agent's own account. Rejects while it does not answer. */
  readonly status: () => Promise<AgentView>;
  /** The programs that can be stopped and started. */
  readonly programs: () => readonly ProgramView[];
  /** Kills a program, as a power cut does, or starts it again. */
  readonly run: (name: ProgramView['name'], on: boolean) => Promise<void>;
  /** How network, disk and clock of the agent are, as far as the panel can change them. */
  readonly surroundings: () => SurroundingsView;
  /** Changes one of them that can be changed. */
  readonly change: (action: SurroundingsAction) => Promise<void>;
  /** Hands over each line of a program's log from now on. */
  readonly hear: (take: (from: ProgramView['name'], line: LogLine) => void) => void;
}
