import { mkdir } from 'node:fs/promises';
import { SealcamError } from '../../base/errors.ts';
import type { WorldAction } from '../../hardware-sim/world-actions.ts';
import { worldActionWords } from '../words.ts';
import type { Part } from './part.ts';
import { allInTurn } from './part.ts';
import type { Site } from './site.ts';
import { SmallDisk } from './small-disk.ts';
import { SwitchedNetwork } from './switched-network.ts';

/** A process that ended though nothing in the scenario ended it. */
export interface UnexpectedEnd {
  readonly name: string;
  readonly atMs: number;
  readonly how: string;
}

type Party = 'station' | 'agent';

/** Everything around the camera, and what a scenario does to it: each party's steps one after the other. */
export class Surroundings {
  readonly ends: UnexpectedEnd[] = [];
  readonly #site: Site;
  readonly #network: SwitchedNetwork;
  readonly #disk: SmallDisk | undefined;
  readonly #endings: (() => unknown)[];
  readonly #atMs: () => number;
  readonly #parts = new Map<Party, Part>();
  /** Those that the scenario ended. */
  readonly #told = new Set<Part>();
  readonly #turns = new Map<Party, Promise<void>>();
  #failure: SealcamError | undefined;
  /** What the agent's wall clock is ahead of the machine's; undefined if no scenario ever sets it. */
  #clockOffsetMs: number | undefined;

  private constructor(
    site: Site,
    network: SwitchedNetwork,
    disk: SmallDisk | undefined,
    endings: (() => unknown)[],
    atMs: () => number,
  ) {
    this.#site = site;
    this.#network = network;
    this.#disk = disk;
    this.#endings = endings;
    this.#atMs = atMs;
  }

  /**
   * @param wants whether the spool needs a disk of its own, and the agent a clock of its own.
   * @param atMs the scenario's time.
   */
  static async build(
    site: Site,
    wants: { readonly disk: boolean; readonly clockUtcMs: number | undefined; readonly clock: boolean },
    atMs: () => number,
  ): Promise<Surroundings> {
    const endings: (() => unknown)[] = [];
    const run = { teardown: (done: () => unknown) => endings.push(done) };
    const network = await SwitchedNetwork.start(site.port);
    endings.push(() => network.close());
    let disk: SmallDisk | undefined;
    try {
      disk = wants.disk ? await SmallDisk.mount(run, site.at('disk')) : undefined;
      if (disk !== undefined) await mkdir(site.at('disk/spool'), { mode: 0o700 });
    } catch (error) {
      await allInTurn(endings.reverse());
      throw error;
    }
    const surroundings = new Surroundings(site, network, disk, endings, atMs);
    const { clockUtcMs } = wants;
    if (clockUtcMs !== undefined) surroundings.#clockOffsetMs = clockUtcMs - Date.now();
    else if (wants.clock) surroundings.#clockOffsetMs = 0;
    return surroundings;
  }

  /** The folder of the agent's recordings. */
  get spool(): string {
    return this.#disk === undefined ? 'spool' : 'disk/spool';
  }

  /** Starts the party; resolves with its process, which may not be ready yet. */
  async start(party: Party): Promise<Part> {
    const part =
      party === 'station'
        ? await this.#site.startStation()
        : await this.#site.startAgent(this.#network.port, this.spool, this.#clockOffsetMs);
    this.#parts.set(party, part);
    this.watch(part);
    return part;
  }

  /** Notes if a process ends by itself. */
  watch(part: Part): void {
    void part.ended().then(({ code, signal }) => {
      if (this.#told.has(part)) return;
      const how = `it ended with ${signal ?? code}; it said last ${part.tail.split('\n').at(-1) || 'nothing'}`;
      this.ends.push({ name: part.name, atMs: this.#atMs(), how });
    });
  }

  /** No end is unexpected from now on. */
  stopWatching(parts: readonly (Part | undefined)[]): void {
    for (const part of [...this.#parts.values(), ...parts]) if (part !== undefined) this.#told.add(part);
  }

  /** Does it, or lets it happen after what the same party still does. */
  perform(action: WorldAction): void {
    switch (action.does) {
      case 'network':
        this.#network.set(action.network);
        break;
      case 'station':
      case 'agent':
        this.#inTurn(action, action.does, () => this.#strike(action.does, action.process));
        break;
      case 'disk':
        this.#inTurn(action, 'agent', async () => {
          if (action.disk === 'full') await this.#disk?.fill(0);
          else await this.#disk?.empty();
        });
        break;
      case 'agentClock': {
        const now = this.#clockOffsetMs ?? 0;
        const offsetMs = 'utcMs' in action ? action.utcMs - Date.now() : now + action.stepSeconds * 1000;
        this.#clockOffsetMs = offsetMs;
        this.#parts.get('agent')?.setClock(offsetMs);
      }
    }
  }

  /** Waits until everything that was begun is done. @throws SealcamError `SCENARIO_STEP`, the first that failed. */
  async settled(): Promise<void> {
    await Promise.all(this.#turns.values());
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Takes network and disk away. */
  async end(): Promise<void> {
    await allInTurn(this.#endings.splice(0).reverse());
  }

  /** What fails is kept until {@link settled} tells: the steps after it are still played. */
  #inTurn(action: WorldAction, party: Party, task: () => Promise<void>): void {
    const failed = (cause: unknown): void => {
      const why = cause instanceof Error ? cause.message : String(cause);
      const sentence = `The step "${worldActionWords(action)}" could not be done: ${why}`;
      this.#failure ??= new SealcamError('SCENARIO_STEP', sentence, { cause });
    };
    this.#turns.set(party, (this.#turns.get(party) ?? Promise.resolve()).then(task).catch(failed));
  }

  async #strike(party: Party, what: 'kill' | 'stop' | 'start'): Promise<void> {
    const part = this.#parts.get(party);
    if (what === 'start') {
      if (part?.running !== true) await this.start(party);
      return;
    }
    if (part === undefined) return;
    this.#told.add(part);
    await part.signal(what === 'kill' ? 'SIGKILL' : 'SIGTERM');
  }
}
