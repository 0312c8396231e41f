import type { BrokerEvents } from '../../../agent/uplink/broker/broker-session.ts';
import type { Seeded } from '../seeded.ts';
import type { SimTime } from '../sim-time.ts';
import type { Weather } from './weather.ts';

/** A message on a topic. */
export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
}

const connectTimeoutMs = 20_000;

/** What happened to connections. */
type ConnectionCounts = Record<
  'refused' | 'connectTimeouts' | 'cuts' | 'cutWithMessages' | 'holes' | 'deaf',
  number
>;

/** The two ends of a connection, and what may happen to it. */
export interface ConnectionEnds {
  readonly weather: Weather;
  readonly counts: ConnectionCounts;
  readonly events: BrokerEvents;
  readonly arrives: (message: Message) => void;
}

/** What a network carries: the sender may use its memory again. */
export function copyOf({ topic, payload }: Message): Message {
  return { topic, payload: Uint8Array.from(payload) };
}

/** One connection of the camera: in order, both ways, until it ends. */
export class SimConnection {
  readonly #time: SimTime;
  readonly #random: Seeded;
  #weather: Weather;
  readonly #counts: ConnectionCounts;
  readonly #events: BrokerEvents;
  readonly #arrives: (message: Message) => void;
  #state: 'connecting' | 'up' | 'deaf' | 'hole' | 'down' = 'connecting';
  #abandoned = false;
  readonly #onItsWay = new Set<{ message: Message }>();
  /** Until when messages that were on their way to the broker before the end still arrive. */
  #arrivesUntilMs = Number.POSITIVE_INFINITY;
  /** When the last message on its way will arrive, to the broker and back. */
  #outMs = 0;
  #backMs = 0;

  constructor(time: SimTime, random: Seeded, { weather, counts, events, arrives }: ConnectionEnds) {
    this.#time = time;
    this.#random = random;
    this.#weather = weather;
    this.#counts = counts;
    this.#events = events;
    this.#arrives = arrives;
    const fate = random.fraction();
    if (fate < weather.refused) {
      counts.refused += 1;
      time.after(1 + random.int(100), () => this.end('refused'));
      return;
    }
    if (fate < weather.refused + weather.blackHoles / 4) {
      counts.connectTimeouts += 1;
      time.after(connectTimeoutMs, () => this.end('timed out'));
      return;
    }
    time.after(1 + 3 * this.#delay(), () => this.#up());
  }

  get state(): string {
    return this.#state;
  }

  publish(id: number, message: Message): void {
    if (this.#state !== 'up' && this.#state !== 'deaf') return;
    const time = this.#time;
    const { bytesPerSecond, packetBytes = 1 } = this.#weather;
    const passesMs = (1000 * Math.ceil(message.payload.length / packetBytes) * packetBytes) / bytesPerSecond;
    this.#outMs = Math.max(this.#outMs + passesMs, time.nowMs + passesMs + this.#delay());
    const sent = { message };
    this.#onItsWay.add(sent);
    time.after(this.#outMs - time.nowMs, () => {
      this.#onItsWay.delete(sent);
      if (this.#state === 'hole' || time.nowMs > this.#arrivesUntilMs) return;
      this.#arrives(sent.message);
      this.#back(() => this.#events.acked(id));
    });
  }

  receive({ topic, payload }: Message): void {
    this.#back(() => this.#events.message(topic, payload));
  }

  change(weather: Weather): void {
    this.#weather = weather;
  }

  /** Ends it; messages on their way are lost, or the first of them still arrive. */
  end(reason: string): void {
    if (this.#state === 'down') return;
    const up = this.#state === 'up' || this.#state === 'deaf';
    if (reason === 'cut' && up) {
      this.#counts.cuts += 1;
      if (this.#outMs > this.#time.nowMs) this.#counts.cutWithMessages += 1;
    }
    const restMs = Math.max(0, this.#outMs - this.#time.nowMs) * (1.5 * this.#random.fraction() - 0.5);
    this.#arrivesUntilMs = this.#time.nowMs + (up ? restMs : -1);
    // What has left the sender is no longer in its memory, which it uses again once it knows that the connection ended.
    for (const sent of this.#onItsWay) sent.message = copyOf(sent.message);
    this.#down(reason);
  }

  abandon(): void {
    this.#abandoned = true;
    this.end('abandoned');
  }

  #up(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'up';
    this.#tell(() => this.#events.up());
    const { cutMs, blackHoles, deaf } = this.#weather;
    if (Number.isFinite(cutMs)) {
      this.#time.after(-cutMs * Math.log(1 - this.#random.fraction()), () => this.end('cut'));
    }
    if (this.#random.fraction() < blackHoles) {
      this.#time.after(this.#random.int(60_000), () => this.fails('hole'));
    }
    if (this.#random.fraction() < deaf) {
      this.#time.after(this.#random.int(60_000), () => this.fails('deaf'));
    }
  }

  /** It goes silent without ending. */
  fails(to: 'hole' | 'deaf'): void {
    if (this.#state !== 'up') return;
    this.#state = to;
    this.#counts[to === 'hole' ? 'holes' : 'deaf'] += 1;
  }

  #down(reason: string): void {
    if (this.#state === 'down') return;
    this.#state = 'down';
    this.#time.after(0, () => this.#tell(() => this.#events.down(reason)));
  }

  #back(tell: () => void): void {
    if (this.#state !== 'up') return;
    this.#backMs = Math.max(this.#backMs, this.#time.nowMs + this.#delay());
    this.#time.after(this.#backMs - this.#time.nowMs, () => {
      if (this.#state === 'up') this.#tell(tell);
    });
  }

  #tell(tell: () => void): void {
    if (!this.#abandoned) tell();
  }

  #delay(): number {
    return 1 + this.#random.int(1 + this.#weather.delayMs);
  }
}
