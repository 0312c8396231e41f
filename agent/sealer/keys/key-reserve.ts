import type { Clock, Timer } from '../../../base/clock.ts';
import { isSealcamError, SealcamError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { sealerLimits } from '../../limits.ts';
import type { PreparedRecording } from './prepare.ts';

/** Prepares a recording for `roles`; see `prepareRecording`. */
export type Prepare = (roles: readonly string[], signal: AbortSignal) => Promise<PreparedRecording>;

/** One set of roles, and what is ready or being prepared for it. */
interface Shelf {
  readonly roles: readonly string[];
  ready: PreparedRecording | undefined;
  making: boolean;
  retry: Timer | undefined;
  readonly waiting: {
    readonly done: (prepared: PreparedRecording) => void;
    readonly fail: (error: Error) => void;
  }[];
}

/**
 * Keeps one prepared recording ready for each set of roles that the policy may ask for, so that recording starts at
 * once. Children run one after another, so that they use at most one core. If a child fails, another is tried after a
 * while; a caller that waits for it gets the error.
 */
export class KeyReserve {
  readonly #prepare: Prepare;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #shelves: Shelf[] = [];
  readonly #stop = new AbortController();
  #line: Promise<void> = Promise.resolve();
  /** Counts {@link renew}. */
  #generation = 0;

  /** @param roleSets the sets of roles that {@link take} will be asked for. */
  constructor(prepare: Prepare, roleSets: readonly (readonly string[])[], clock: Clock, log: Log) {
    this.#prepare = prepare;
    this.#clock = clock;
    this.#log = log;
    this.announce(roleSets);
  }

  /** Keeps one ready for each of these sets of roles too. */
  announce(roleSets: readonly (readonly string[])[]): void {
    for (const roles of roleSets) {
      if (this.#shelves.some((one) => nameOf(one.roles) === nameOf(roles))) continue;
      const shelf: Shelf = {
        ...{ roles: ascending(roles), ready: undefined, making: false, retry: undefined, waiting: [] },
      };
      this.#shelves.push(shelf);
      if (!this.#stop.signal.aborted) this.#fill(shelf);
    }
  }

  /**
   * The prepared recording for `roles`, at once if one is ready; preparing the next begins. The caller owns it.
   * @throws SealcamError what the preparation throws; `KEY_RESERVE_ROLES` if the set was not announced;
   *   `KEY_CHILD_STOPPED` after {@link close}.
   */
  async take(roles: readonly string[]): Promise<PreparedRecording> {
    const shelf = this.#shelves.find((one) => nameOf(one.roles) === nameOf(roles));
    if (shelf === undefined) {
      throw new SealcamError(
        'KEY_RESERVE_ROLES',
        `No recording is kept ready for the roles ${nameOf(roles)}: the policy must name every set that it may ask for`,
      );
    }
    if (this.#stop.signal.aborted) throw stopped();
    const { ready } = shelf;
    shelf.ready = undefined;
    const taken = ready ?? new Promise<PreparedRecording>((done, fail) => shelf.waiting.push({ done, fail }));
    this.#fill(shelf);
    return taken;
  }

  /** True if {@link take} would return one for `roles` at once. */
  isReady(roles: readonly string[]): boolean {
    return this.#shelves.some((one) => nameOf(one.roles) === nameOf(roles) && one.ready !== undefined);
  }

  /** Erases what is ready, and what is being prepared once it is: those for whom recordings are sealed have changed. */
  renew(): void {
    this.#generation += 1;
    for (const shelf of this.#shelves) {
      shelf.ready?.shares.erase();
      shelf.ready = undefined;
      if (!this.#stop.signal.aborted) this.#fill(shelf);
    }
  }

  /** Stops what is being prepared and erases what is ready. */
  async close(): Promise<void> {
    this.#stop.abort();
    for (const shelf of this.#shelves) {
      shelf.retry?.cancel();
      shelf.ready?.shares.erase();
      shelf.ready = undefined;
    }
    await this.#line;
  }

  #fill(shelf: Shelf): void {
    if (shelf.making || (shelf.ready !== undefined && shelf.waiting.length === 0)) return;
    shelf.retry?.cancel();
    shelf.making = true;
    this.#line = this.#line.then(() => this.#make(shelf));
  }

  async #make(shelf: Shelf): Promise<void> {
    const { signal } = this.#stop;
    const generation = this.#generation;
    try {
      if (signal.aborted) throw stopped();
      const prepared = await this.#prepare(shelf.roles, signal);
      if (generation === this.#generation) this.#give(shelf, prepared);
      else this.#again(shelf, prepared);
    } catch (error) {
      this.#failed(shelf, error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** What was prepared is for the old ones: it is made again. */
  #again(shelf: Shelf, prepared: PreparedRecording): void {
    prepared.shares.erase();
    if (this.#stop.signal.aborted) throw stopped();
    shelf.making = false;
    this.#fill(shelf);
  }

  #give(shelf: Shelf, prepared: PreparedRecording): void {
    shelf.making = false;
    const first = shelf.waiting.shift();
    if (first !== undefined) first.done(prepared);
    else if (this.#stop.signal.aborted) prepared.shares.erase();
    else {
      shelf.ready = prepared;
      this.#log.debug('key.prepared', 'The keys of the next recording are ready', {
        roles: shelf.roles.length,
      });
    }
    if (!this.#stop.signal.aborted) this.#fill(shelf);
  }

  #failed(shelf: Shelf, error: Error): void {
    shelf.making = false;
    for (const { fail } of shelf.waiting.splice(0)) fail(error);
    if (this.#stop.signal.aborted) return;
    this.#log.alarm('key.not-prepared', 'The keys of the next recording could not be prepared', {
      code: isSealcamError(error) ? error.code : 'KEY_CHILD_FAULT',
    });
    shelf.retry = this.#clock.setTimer(sealerLimits.keyRetryDelayMs, () => this.#fill(shelf));
  }
}

function nameOf(roles: readonly string[]): string {
  return ascending(roles).join('+');
}

function ascending(roles: readonly string[]): readonly string[] {
  return [...new Set(roles)].sort();
}

function stopped(): SealcamError {
  return new SealcamError('KEY_CHILD_STOPPED', 'No recording is prepared any more, because the agent ends');
}
