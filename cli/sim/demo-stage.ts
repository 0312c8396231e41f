import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { stringify } from 'yaml';
import {
  provisionAgency,
  provisionCamera,
  provisionRecipient,
  provisionRoster,
  provisionStation,
} from '../../agency/provision.ts';
import type { SealcamError } from '../../base/errors.ts';
import type { LogEvent } from '../../base/log.ts';
import { Child, type ChildLine, type ChildStart } from '../child.ts';
import { say } from '../output.ts';

const names = { camera: 'camera-1', station: 'station-1', role: 'evidence' };
/** How long a part of the demo has to start: a small machine that is busy needs half a minute. */
export const startMsMax = 120_000;

/** What is different for the agent of a demo with a panel. */
export interface PanelAgent {
  /** The socket at which its status can be asked. */
  readonly health: string;
  /** The folder of its recordings, below the demo's. */
  readonly spool: string;
  readonly started: ChildStart;
}

/** A folder with throwaway keys, and the programs that run on it: what each form of the demo needs. */
export class DemoStage {
  readonly #folder: string;
  readonly #children: Child[] = [];
  readonly #broken: (failure: SealcamError, name: string) => void;
  #step = 0;

  /** @param broken is called if a program ends that was not asked to. */
  constructor(folder: string, broken: (failure: SealcamError, name: string) => void) {
    this.#folder = folder;
    this.#broken = broken;
  }

  /** A path in the folder. */
  at(...parts: string[]): string {
    return join(this.#folder, ...parts);
  }

  /** As {@link at}, the way a person would type it. */
  path(...parts: string[]): string {
    const path = this.at(...parts);
    const short = relative(process.cwd(), path);
    return short.startsWith('..') ? path : short;
  }

  /** Prints the next step. */
  says(what: string): void {
    this.#step += 1;
    say(`${this.#step}. ${what}`);
  }

  async provision(): Promise<void> {
    const agency = { folder: this.at('agency') };
    await provisionAgency({ ...agency, name: 'Demo agency' });
    await provisionRecipient({ path: this.at('recipient'), label: 'Demo recipient' });
    await provisionRoster(agency, [{ role: names.role, publicKeyFile: this.at('recipient.pub') }]);
    await provisionStation(agency, { id: names.station, folder: this.at('station') });
    await provisionCamera(agency, { id: names.camera, station: names.station, folder: this.at('camera') });
    this.says(`Throwaway keys for an agency, a recipient, a station and a camera: ${this.path()}`);
  }

  /** Starts the station with its broker, on `port` or on one that is free. @returns the broker's URL. */
  async startStation(port = 0): Promise<{ station: Child; broker: string }> {
    const config = {
      station: 'station',
      store: 'store',
      vault: 'vault',
      broker: { embedded: { host: '127.0.0.1', port } },
    };
    await writeFile(this.at('station.yaml'), stringify(config));
    const station = this.start('station', ['--config', this.at('station.yaml')], 'stdout');
    const ready = await station.line('started', linesOf('station.ready'), startMsMax);
    return { station, broker: String(ready.broker) };
  }

  /** @param sensor as an agent's configuration has it. @returns the agent, and its camera's name, once it is ready. */
  async startAgent(
    sensor: object,
    url: string,
    panel?: PanelAgent,
  ): Promise<{ agent: Child; device: string }> {
    const config = {
      camera: 'camera',
      sensor,
      broker: { url },
      spool: panel?.spool ?? 'spool',
      // A pipe can't be asked for a key picture: what came since the last one is in the ring.
      policy: { name: 'demo', roles: [names.role], ...('pipe' in sensor && { ringSeconds: 2 }) },
      log: 'debug',
      ...(panel === undefined ? {} : { health: { socket: panel.health } }),
    };
    await writeFile(this.at('agent.yaml'), stringify(config));
    const agent = this.start('agent', ['--config', this.at('agent.yaml')], 'stderr', panel?.started);
    const { device } = await agent.line('started', linesOf('agent.ready'), startMsMax);
    return { agent, device: String(device) };
  }

  start(name: string, args: readonly string[], speaks: 'stdout' | 'stderr', started?: ChildStart): Child {
    const child = new Child(name, args, speaks, (failure) => this.#broken(failure, name), started);
    this.#children.push(child);
    return child;
  }

  /** Ends all programs, the one that was started last first. */
  async end(): Promise<void> {
    // Each stays in the list, so that an interruption still kills all of them.
    for (const child of this.#children.toReversed()) await child.end();
  }

  killAll(): void {
    for (const child of this.#children) child.kill();
  }
}

/** Whether a line of a program's log names `event`. */
export function linesOf(event: LogEvent): (line: ChildLine) => boolean {
  return (line) => line.event === event;
}
