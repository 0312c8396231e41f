import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import {
  provisionAgency,
  provisionCamera,
  provisionRecipient,
  provisionRoster,
  provisionStation,
} from '../../agency/provision.ts';
import type { Setup } from '../../hardware-sim/scenario/scenario.ts';
import { allInTurn, Part, type PartOptions } from './part.ts';

/** How long a process has to say that it is ready. */
const startMsMax = 60_000;
/** How long a process has to end once it was asked to. */
const endMsMax = 15_000;

const names = { camera: 'camera-1', station: 'station-1' };
export const evidenceRole = 'evidence';

/** What the processes of a run are started from. */
export interface SiteOptions {
  /** An empty folder for keys, store, spool and logs. */
  readonly folder: string;
  /** The compiled `sealcam`, cli/main.js. */
  readonly program: string;
  /** Another agent, as a shell command; undefined: the project's. */
  readonly agentCommand: string | undefined;
  /** The terminal of a real device; undefined: the simulated camera's. */
  readonly tty: string | undefined;
  readonly setup: Setup;
  readonly hear: (of: 'camera' | 'agent' | 'station', line: Readonly<Record<string, unknown>>) => void;
}

/**
 * A folder with throwaway keys, and how station, simulated camera and agent are started in it, each in a process of its own.
 */
export class Site {
  /** Where the broker listens; the agent may be sent to another port, that of a proxy. */
  readonly port: number;
  readonly #options: SiteOptions;
  readonly #parts: Part[] = [];

  private constructor(options: SiteOptions, port: number) {
    this.#options = options;
    this.port = port;
  }

  /** Makes the keys. Throws as provisioning does. */
  static async prepare(options: SiteOptions): Promise<Site> {
    const { folder, setup } = options;
    await provisionKeys(folder, [evidenceRole, ...setup.dwellingRoles]);
    await mkdir(join(folder, 'spool'), { mode: 0o700 });
    return new Site(options, await freePort());
  }

  at(...parts: string[]): string {
    return join(this.#options.folder, ...parts);
  }

  /** The private key file of a role's recipient. */
  identity(role: string): string {
    return this.at(`${recipientName(role)}.key`);
  }

  /** The roles that recordings of this site can ask for. */
  get roles(): readonly string[] {
    return [...new Set([evidenceRole, ...this.#options.setup.dwellingRoles])];
  }

  /** The terminal that the agent opens. */
  get tty(): string {
    return this.#options.tty ?? this.at('tty');
  }

  /** Starts the station with its own broker, and does not wait for it. */
  async startStation(): Promise<Part> {
    const broker = { embedded: { host: '127.0.0.1', port: this.port } };
    const config = { station: 'station', store: 'store', vault: 'vault', broker, log: 'debug' };
    await writeFile(this.at('station.yaml'), stringify(config));
    return this.#start('station', ['station', '--config', this.at('station.yaml')], {});
  }

  /** Starts the simulated camera; its terminal is {@link tty}. */
  startCamera(args: readonly string[]): Part {
    const tty = this.at('tty');
    return this.#start('camera', ['sim', '--link', tty, ...args], { terminal: tty });
  }

  /**
   * Starts the agent, and does not wait for it.
   * @param brokerPort where it finds the broker.
   * @param spool the folder of its recordings.
   * @param clockOffsetMs what its wall clock is ahead of the machine's; undefined: it has the machine's.
   */
  async startAgent(brokerPort: number, spool: string, clockOffsetMs: number | undefined): Promise<Part> {
    const { agentCommand, setup } = this.#options;
    const url = `mqtts://127.0.0.1:${brokerPort}`;
    const { ringSeconds, dwellingRoles } = setup;
    const config = {
      camera: 'camera',
      sensor: { port: this.tty },
      broker: { url },
      spool,
      runtime: 'run',
      policy: { name: 'scenario', roles: [evidenceRole], ringSeconds, dwellingRoles: [...dwellingRoles] },
      log: 'debug',
    };
    const path = this.at('agent.yaml');
    await writeFile(path, stringify(config));
    if (agentCommand !== undefined) {
      const env = { SEALCAM_AGENT_CONFIG: path, SEALCAM_SENSOR_TTY: this.tty, SEALCAM_BROKER_URL: url };
      return this.#spawn('agent', '/bin/sh', ['-c', agentShellCommand(agentCommand)], { env, group: true });
    }
    const args = ['agent', '--config', path];
    if (clockOffsetMs === undefined) return this.#start('agent', args, {});
    const { env, nodeArgs } = agentClockOf(clockOffsetMs);
    return this.#start('agent', args, { env, clock: true }, nodeArgs);
  }

  /** Asks all that still run to end, the newest first, and kills those that do not. */
  async end(): Promise<void> {
    await allInTurn(this.#parts.toReversed().map((part) => () => part.end(endMsMax)));
  }

  /** Kills all at once, as when this process itself ends. */
  kill(): void {
    for (const part of this.#parts) {
      try {
        part.send('SIGKILL');
      } catch {
        // The others still have to go.
      }
    }
  }

  /** Writes what each process said to NAME.log in the folder. */
  async writeLogs(): Promise<void> {
    const texts = new Map<string, string>();
    for (const { name, lines } of this.#parts) {
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
      texts.set(name, (texts.get(name) ?? '') + text);
    }
    for (const [name, text] of texts) await writeFile(this.at(`${name}.log`), text);
  }

  #start(
    name: 'camera' | 'agent' | 'station',
    args: readonly string[],
    options: Partial<PartOptions>,
    nodeArgs: readonly string[] = [],
  ): Part {
    const { program } = this.#options;
    return this.#spawn(name, process.execPath, [...nodeArgs, program, ...args], options);
  }

  #spawn(
    name: 'camera' | 'agent' | 'station',
    file: string,
    args: readonly string[],
    options: Partial<PartOptions>,
  ): Part {
    const hear = (line: Readonly<Record<string, unknown>>): void => this.#options.hear(name, line);
    const part = new Part(name, file, args, { patienceMs: startMsMax, hear, ...options });
    this.#parts.push(part);
    return part;
  }
}

/** Makes the throwaway keys of an agency, of a recipient for each role, of a station and of a camera. */
export async function provisionKeys(folder: string, roles: readonly string[]): Promise<void> {
  const agency = { folder: join(folder, 'agency') };
  await provisionAgency({ ...agency, name: 'Scenario agency' });
  const members: { role: string; publicKeyFile: string }[] = [];
  for (const role of new Set(roles)) {
    const path = join(folder, recipientName(role));
    await provisionRecipient({ path, label: `Recipient of ${role}` });
    members.push({ role, publicKeyFile: `${path}.pub` });
  }
  await provisionRoster(agency, members);
  await provisionStation(agency, { id: names.station, folder: join(folder, 'station') });
  await provisionCamera(agency, { id: names.camera, station: names.station, folder: join(folder, 'camera') });
}

/** How an agent is started whose wall clock is `offsetMs` ahead of the machine's; a message `{ offsetMs }` changes that. */
export function agentClockOf(offsetMs: number): {
  readonly env: Readonly<Record<string, string>>;
  readonly nodeArgs: readonly string[];
} {
  const module = new URL('./agent-clock.js', import.meta.url).href;
  return { env: { SEALCAM_SCENARIO_CLOCK_OFFSET_MS: String(offsetMs) }, nodeArgs: ['--import', module] };
}

/**
 * The shell's command of `--agent-command`. The path is never a part of it: a path may have spaces, and characters that mean something
 * to the shell. Quotes around `{config}` go, as the shell would take them together with the variable's.
 */
export function agentShellCommand(written: string): string {
  return written.replaceAll(/(["']?)\{config\}\1/g, () => '"$SEALCAM_AGENT_CONFIG"');
}

/** The name of a role's recipient, which its key files have. */
export function recipientName(role: string): string {
  return role === evidenceRole ? 'recipient' : `recipient-${role}`;
}

/**
 * A port of loopback on which nothing listens, below the range from which the system takes ports for outgoing connections: a client
 * that tries a broker that is away never meets itself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 12_000 + Math.floor(Math.random() * 20_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}
