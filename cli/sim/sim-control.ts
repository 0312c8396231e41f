import { type AgentConfig, agentConfigSchema } from '../../agent/config.ts';
import type { Clock } from '../../base/clock.ts';
import { SealcamError } from '../../base/errors.ts';
import { systemRandomness } from '../../base/random.ts';
import type { Action } from '../../hardware-sim/actions.ts';
import { ControlServer } from '../../hardware-sim/control/control-server.ts';
import { ControlSocket, controlPath } from '../../hardware-sim/control/control-socket.ts';
import type { Observer } from '../../hardware-sim/device.ts';
import type { SimEvent, SimReport } from '../../hardware-sim/events.ts';
import type { Company } from '../../hardware-sim/panel/company.ts';
import { Panel } from '../../hardware-sim/panel/panel.ts';
import type { Scenario } from '../../hardware-sim/scenario/scenario.ts';
import type { StreamParameters } from '../../media/types.ts';
import { askStatus } from '../commands/status.ts';
import { readConfig } from '../config-file.ts';

/** What is to drive the simulator over loopback. */
export interface ControlSettings {
  readonly websocket: boolean;
  readonly panel: boolean;
  readonly port: number;
}

/** What it drives. */
interface Driven {
  readonly clock: Clock;
  readonly seed: number;
  readonly parameters: StreamParameters;
  readonly perform: (action: Action) => void;
  readonly report: () => SimReport;
  readonly company: Company | undefined;
}

/** What drives the simulator over loopback. */
export interface SimControl {
  /** Where it is, as events. */
  readonly addresses: readonly SimEvent[];
  readonly tell: (event: SimEvent) => void;
  /** Sees the picture; undefined where nothing shows it. */
  readonly observer: Observer | undefined;
  /** Plays the scenario of a file; undefined where the simulator has to do that by itself. */
  readonly follow: ((scenario: Scenario) => void) | undefined;
  readonly close: () => Promise<void>;
}

/** @throws SealcamError `SIM_PORT`, `SIM_PAGE`. */
export async function openControl(
  { websocket, panel, port }: ControlSettings,
  driven: Driven,
): Promise<SimControl | undefined> {
  if (!websocket && !panel) return undefined;
  const server = await ControlServer.open(port, systemRandomness);
  const addresses: SimEvent[] = [];
  const socket = websocket ? new ControlSocket(server, driven.perform) : undefined;
  if (websocket) addresses.push({ event: 'websocket', url: server.address('ws', controlPath) });
  let shown: Panel | undefined;
  if (panel) {
    const { company, ...rest } = driven;
    try {
      shown = new Panel({ server, ...rest, ...(company === undefined ? {} : { company }) });
    } catch (error) {
      await server.close();
      throw error;
    }
    addresses.push({ event: 'panel', url: server.address('http', '') });
  }
  const page = shown;
  return {
    addresses,
    tell(event) {
      socket?.tell(event);
      page?.tell(event);
    },
    observer: page && {
      captured: (sample) => page.captured(sample),
      measured: (reading) => page.measured(reading),
    },
    follow: page && ((scenario) => page.follow(scenario)),
    async close() {
      page?.close();
      await server.close();
    },
  };
}

/**
 * An agent that runs elsewhere: its status alone can be seen.
 * @throws SealcamError `STATUS_OFF` if its configuration has no address to ask.
 */
export async function agentElsewhere(configFile: string): Promise<Company> {
  const { config, at } = await readConfig(configFile, agentConfigSchema);
  const health: AgentConfig['health'] = config.health;
  if (health === undefined) {
    throw new SealcamError(
      'STATUS_OFF',
      'The configuration has no "health": add "health: {socket: agent.sock}", and start the agent again',
    );
  }
  return {
    status: () => askStatus(health, at),
    programs: () => [],
    run: async () => {},
    surroundings: () => ({ network: undefined, disk: undefined, clockAheadSeconds: undefined }),
    change: async () => {},
    hear: () => {},
  };
}
