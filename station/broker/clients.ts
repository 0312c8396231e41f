import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { Crowd, type Guest } from '../fair/crowd.ts';
import { Recurrence } from '../fair/recurrence.ts';
import { stationLimits } from '../limits.ts';
import type { Peer } from './access.ts';

/** A connection with a valid certificate. */
export interface Connected {
  readonly peer: Peer;
  /** The key id of its certificate. */
  readonly keyId: string;
  readonly address: string;
  /** Ends it. */
  readonly end: () => void;
}

interface ClientEntry extends Connected, Guest {
  /** It has sent MQTT's CONNECT. */
  greeted: boolean;
}

/** What counting clients needs. */
export interface ClientsOptions {
  readonly clock: Pick<Clock, 'uptimeUs'>;
  readonly log: Log;
}

/**
 * The connections of the embedded broker's clients. The number for each certificate is limited, and none can keep
 * another certificate's connections out. If connections of one camera keep replacing each other, an alarm is raised:
 * two clients hold its TLS key.
 */
export class Clients {
  readonly #options: ClientsOptions;
  readonly #byStream = new WeakMap<object, ClientEntry>();
  readonly #byName = new Map<string, Set<ClientEntry>>();
  readonly #crowd = new Crowd({
    allMax: stationLimits.connectionsMax,
    eachMax: stationLimits.connectionsPerPeerMax,
  });
  readonly #takeovers = new Recurrence({
    max: stationLimits.takeoversPerMinuteMax,
    windowMs: 60_000,
    subjectsMax: stationLimits.recurrenceSubjectsMax,
  });

  constructor(options: ClientsOptions) {
    this.#options = options;
  }

  /** Adds a connection; `stream` is what the broker is given for it. */
  enter(stream: object, connected: Connected): void {
    const { peer, end } = connected;
    const of = `${peer.kind} ${peer.name}`;
    const entry: ClientEntry = { ...connected, of, greeted: false, idle: () => !entry.greeted, end };
    const own = this.#byName.get(of) ?? new Set();
    this.#byName.set(of, own);
    own.add(entry);
    this.#byStream.set(stream, entry);
    this.#crowd.enter(entry);
  }

  /** Forgets a connection that has ended. */
  leave(stream: object): void {
    const entry = this.#byStream.get(stream);
    if (entry === undefined) return;
    this.#byStream.delete(stream);
    this.#crowd.leave(entry);
    const own = this.#byName.get(entry.of);
    own?.delete(entry);
    if (own?.size === 0) this.#byName.delete(entry.of);
  }

  /** The owner of the connection that the broker knows as `stream`. */
  of(stream: object): Connected | undefined {
    return this.#byStream.get(stream);
  }

  /** Called when a client has sent CONNECT: MQTT now ends its earlier connection with that name. */
  greeted(stream: object): void {
    const entry = this.#byStream.get(stream);
    if (entry === undefined) return;
    const others = [...(this.#byName.get(entry.of) ?? [])].filter((one) => one !== entry && one.greeted);
    entry.greeted = true;
    if (entry.peer.kind !== 'camera' || others.length === 0) return;
    const times = this.#takeovers.add(entry.peer.name, this.#options.clock.uptimeUs());
    if (times === undefined) return;
    const addresses = [...new Set([entry, ...others].map(({ address }) => address))];
    this.#options.log.alarm(
      'camera.taken-over',
      "A camera's connection is taken over again and again: someone else may hold its TLS key. Revoke the key, and give the camera a new one",
      { device: entry.peer.name, timesInAMinute: times, addresses: addresses.join(', ') },
    );
  }

  /** Ends every connection of a camera. */
  disconnect(device: string): void {
    for (const { end } of [...(this.#byName.get(`camera ${device}`) ?? [])]) end();
  }
}
