import { mkdir } from 'node:fs/promises';
import type { WorldAction } from '../../hardware-sim/world-actions.ts';
import type { Part } from './part.ts';
import type { Site } from './site.ts';
import { SmallDisk } from './small-disk.ts';
import { perfectLink, TcpProxy } from './tcp-proxy.ts';

/** A crowded radio: one way. */
const slowLink = { ...perfectLink, bytesPerSecond: 64 * 1024, delayMs: 250 };

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
  readonly #proxy: TcpProxy;
  readonly #disk: SmallDisk | undefined;
  readonly #endings: (() => unknown)[];
  readonly #atMs: () => number;
  readonly #parts = new Map<Party, Part>();
  /** Those that the scenario ended. */
  readonly #told = new Set<Part>();
  readonly #turns = new Map<Party, Promise<void>>();
  /** What the agent's wall clock is ahead of the machine's; undefined if no scenario ever sets it. */
  #clockOffsetMs: number | undefined;

  private constructor(
    site: Site,
    proxy: TcpProxy,
    disk: SmallDisk | undefined,
    endings: (() => unknown)[],
    atMs: () => number,
  ) {
    this.#site = site;
    this.#proxy = proxy;
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
    const disk = wants.disk ? await SmallDisk.mount(run, site.at('disk')) : undefined;
    if (disk !== undefined) await mkdir(site.at('disk/spool'), { mode: 0o700 });
    const proxy = await TcpProxy.start(site.port);
    endings.push(() => proxy.close());
    const surroundings = new Surroundings(site, proxy, disk, endings, atMs);
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
        : await this.#site.startAgent(this.#proxy.port, this.spool, this.#clockOffsetMs);
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
        this.#setNetwork(action.network);
        break;
      case 'station':
      case 'agent':
        this.#inTurn(action.does, () => this.#strike(action.does, action.process));
        break;
      case 'disk':
        this.#inTurn('agent', async () => {
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

  /** Waits until everything that was begun is done. */
  async settled(): Promise<void> {
    await Promise.all(this.#turns.values());
  }

  /** Takes proxy and disk away. */
  async end(): Promise<void> {
    for (const done of this.#endings.splice(0).reverse()) await done();
  }

  #setNetwork(state: Extract<WorldAction, { does: 'network' }>['network']): void {
    const wasSilent = this.#proxy.conditions.blackHole;
    this.#proxy.refuse(state === 'cut');
    this.#proxy.conditions =
      state === 'slow' ? slowLink : state === 'silent' ? { ...perfectLink, blackHole: true } : perfectLink;
    // What was swallowed is missing in the stream of bytes for good: no connection goes on from there.
    if (state === 'cut' || (wasSilent && state !== 'silent')) this.#proxy.cut('rst');
  }

  #inTurn(party: Party, task: () => Promise<void>): void {
    this.#turns.set(party, (this.#turns.get(party) ?? Promise.resolve()).then(task));
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
