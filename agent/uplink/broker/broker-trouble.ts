/** A message by kind and size: no name is among it. */
export interface SentMessage {
  readonly what: 'session' | 'answer' | 'head' | 'keys' | 'statements' | 'segments';
  readonly bytes: number;
}

/** What {@link BrokerTrouble} goes by. */
export interface TroubleLimits {
  readonly shortConnectionMs: number;
  readonly shortConnectionsMax: number;
  readonly emptyConnectionsMax: number;
}

/** What is wrong with the broker, as far as connections show it. */
export interface Trouble {
  /** Connections in a row that ended, not by the camera, right after they began. */
  readonly shortConnections: number;
  /** Connections in a row that took no message, though at least one was sent on each. */
  readonly emptyConnections: number;
  /** What was sent last on the last of those. */
  readonly lastSent: SentMessage | undefined;
}

/**
 * Counts connections that were good for nothing, so that a broker which refuses what a camera sends, or prefers another
 * client of the same certificate, is more than an endless series of connections. Pure: told of what happens.
 */
export class BrokerTrouble {
  readonly #limits: TroubleLimits;
  #upMs: number | undefined;
  #sent: SentMessage | undefined;
  #carried = false;
  #trouble: Trouble = { shortConnections: 0, emptyConnections: 0, lastSent: undefined };

  constructor(limits: TroubleLimits) {
    this.#limits = limits;
  }

  get now(): Trouble {
    return this.#trouble;
  }

  /** The broker ends each connection right after its start. */
  get endsConnections(): boolean {
    return this.#trouble.shortConnections >= this.#limits.shortConnectionsMax;
  }

  /** Connections are made, and carry nothing. */
  get carriesNothing(): boolean {
    return this.#trouble.emptyConnections >= this.#limits.emptyConnectionsMax;
  }

  up(nowMs: number): void {
    this.#upMs = nowMs;
    this.#sent = undefined;
    this.#carried = false;
  }

  sent(message: SentMessage): void {
    this.#sent = message;
  }

  acknowledged(nowMs: number): void {
    this.#carried = true;
    this.#trouble = { ...this.#trouble, emptyConnections: 0, lastSent: undefined };
    this.#lasts(nowMs);
  }

  /** @param byCamera the camera ended it. */
  down(nowMs: number, byCamera: boolean): void {
    const upMs = this.#upMs;
    this.#upMs = undefined;
    if (upMs === undefined) return;
    const { shortConnections, emptyConnections, lastSent } = this.#trouble;
    const short = nowMs - upMs < this.#limits.shortConnectionMs && !byCamera;
    const empty = !this.#carried && this.#sent !== undefined;
    this.#trouble = {
      shortConnections: short ? shortConnections + 1 : 0,
      emptyConnections: empty ? emptyConnections + 1 : emptyConnections,
      lastSent: empty ? this.#sent : lastSent,
    };
  }

  /** A connection that lasts ends what was counted of short ones. */
  #lasts(nowMs: number): void {
    if (this.#upMs === undefined || nowMs - this.#upMs < this.#limits.shortConnectionMs) return;
    this.#trouble = { ...this.#trouble, shortConnections: 0 };
  }
}
