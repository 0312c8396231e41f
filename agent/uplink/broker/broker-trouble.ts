/** A message by kind and size, without any name. */
export interface SentMessage {
  readonly what: 'session' | 'answer' | 'head' | 'keys' | 'statements' | 'segments';
  readonly bytes: number;
}

/** The settings of {@link BrokerTrouble}. */
export interface TroubleLimits {
  readonly shortConnectionMs: number;
  readonly shortConnectionsMax: number;
  readonly emptyConnectionsMax: number;
}

/** What is wrong with the broker, as far as the connections show it. */
export interface Trouble {
  /** Consecutive connections that ended right after they began, and not because of the camera. */
  readonly shortConnections: number;
  /** Consecutive connections on which the broker accepted no message, though at least one was sent on each. */
  readonly emptyConnections: number;
  /** The last message that was sent on the last of those. */
  readonly lastSent: SentMessage | undefined;
}

/**
 * Counts useless connections, so that a broker which refuses what a camera sends, or prefers another client with the
 * same certificate, shows as more than an endless series of connections. Pure: its caller reports the events.
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

  /** The broker ends each connection right after it starts. */
  get endsConnections(): boolean {
    return this.#trouble.shortConnections >= this.#limits.shortConnectionsMax;
  }

  /** Connections are made, but the broker accepts nothing on them. */
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

  /** A connection that lasts resets the count of short ones. */
  #lasts(nowMs: number): void {
    if (this.#upMs === undefined || nowMs - this.#upMs < this.#limits.shortConnectionMs) return;
    this.#trouble = { ...this.#trouble, shortConnections: 0 };
  }
}
