import type {
  BrokerEvents,
  BrokerSession,
  OpenBrokerSession,
} from '../../agent/uplink/broker/broker-session.ts';
import { claimedRecordType, encodeRecord, parseRecord, recordType } from '../../evidence/records.ts';
import type { Seeded } from '../support/seed.ts';
import type { SimTime } from './sim-time.ts';

/** How the network and the broker behave for a while. Fractions are of connections or messages. */
export interface Weather {
  readonly delayMs: number;
  /** What a link carries to the broker. */
  readonly bytesPerSecond: number;
  /** Mean time from one cut to the next; infinite where there are none. */
  readonly cutMs: number;
  readonly refused: number;
  /** Connections on which nothing passes any more after a while, without ever ending. */
  readonly blackHoles: number;
  /** Connections on which nothing comes back any more after a while, while all still goes out. */
  readonly deaf: number;
  /** Messages that the broker acknowledges and drops. */
  readonly dropped: number;
  readonly repeated: number;
  readonly altered: number;
  /** An old message of the camera, sent once more by somebody who can. */
  readonly replayed: number;
  readonly receiptsLost: number;
  readonly receiptsRepeated: number;
  readonly receiptsLate: number;
  readonly receiptsForged: number;
}

/** Nothing goes wrong. */
export const calm: Weather = {
  delayMs: 20,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  cutMs: Number.POSITIVE_INFINITY,
  refused: 0,
  blackHoles: 0,
  deaf: 0,
  dropped: 0,
  repeated: 0,
  altered: 0,
  replayed: 0,
  receiptsLost: 0,
  receiptsRepeated: 0,
  receiptsLate: 0,
  receiptsForged: 0,
};

/** A message on a topic. */
export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** The station's side of the broker. */
export type Subscriber = (message: Message) => Promise<void>;

const connectTimeoutMs = 20_000;
const queuedMax = 1_000;
/** Index, part and number of a segment, and its own length. */
const segmentHeadBytes = 11;
const historyMax = 400;

/** A broker between one camera and one station, and the network on both of its sides. */
export class SimBroker {
  weather: Weather = calm;
  readonly counts = {
    ...{ connections: 0, refused: 0, connectTimeouts: 0, cuts: 0, cutWithMessages: 0, holes: 0, deaf: 0 },
    ...{ brokerRestarts: 0, messages: 0, dropped: 0, repeated: 0, altered: 0, replayed: 0, redelivered: 0 },
    /** Of the messages: those that carry a segment. */
    segments: 0,
    ...{ receiptsLost: 0, receiptsLate: 0, receiptsRepeated: 0, forged: 0 },
  };
  /** What is to happen to the next message to the station, and to the next receipt, once. */
  loseNext = false;
  delayNextMs = 0;
  loseNextReceipt = false;
  /** Makes a forged receipt out of a genuine one, and gives the topic it goes to. */
  forge: (genuine: Message) => Message = (genuine) => genuine;
  readonly #time: SimTime;
  readonly #random: Seeded;
  #camera: Connection | undefined;
  #station: Subscriber | undefined;
  /** What the station has not taken yet; it is kept for one that is away. */
  readonly #queue: Message[] = [];
  #delivering = false;
  #unacknowledged: Message | undefined;
  readonly #keeps: boolean;
  readonly #history: Message[] = [];
  readonly #receipts: Message[] = [];

  constructor(time: SimTime, random: Seeded) {
    this.#time = time;
    this.#random = random;
    this.#keeps = random.int(2) === 0;
  }

  get linked(): string {
    return this.#camera?.state ?? 'none';
  }

  get queued(): number {
    return this.#queue.length;
  }

  readonly open: OpenBrokerSession = (events): BrokerSession => {
    const arrives = (message: Message): void => this.#arrives(message);
    const { counts, weather } = this;
    const connection = new Connection(this.#time, this.#random, weather, counts, events, arrives);
    this.#camera = connection;
    this.counts.connections += 1;
    return {
      publish: (message, topic, payload) => connection.publish(message, { topic, payload }),
      close: () => connection.end('closed'),
    };
  };

  /** Ends the camera's connection in the middle of whatever it does. */
  cut(): void {
    this.#camera?.end('cut');
  }

  /** The camera's process is gone: nobody hears what its connection would have said. */
  forgetCamera(): void {
    this.#camera?.abandon();
    this.#camera = undefined;
  }

  /** The broker is killed, and may have lost what it kept. */
  restart(): void {
    this.counts.brokerRestarts += 1;
    this.cut();
    if (this.#random.int(2) === 0) this.#queue.length = 0;
  }

  subscribe(station: Subscriber): void {
    this.#station = station;
    void this.#deliver(station);
  }

  unsubscribe(): void {
    this.#station = undefined;
    if (!this.#keeps) this.#queue.length = 0;
  }

  /** The station sends to the camera; who is away gets nothing. */
  toCamera(message: Message): void {
    const { receiptsLost, receiptsRepeated, receiptsLate, receiptsForged } = this.weather;
    this.#receipts.push(message);
    if (this.#receipts.length > historyMax) this.#receipts.shift();
    if (this.#chance(receiptsForged)) {
      this.counts.forged += 1;
      this.#send(this.forge(message));
    }
    if (this.loseNextReceipt || this.#chance(receiptsLost)) {
      this.loseNextReceipt = false;
      this.counts.receiptsLost += 1;
      return;
    }
    if (this.#chance(receiptsLate)) {
      this.counts.receiptsLate += 1;
      this.#time.after(this.#random.int(600_000), () => this.#send(message));
      return;
    }
    this.#send(message);
    if (this.#chance(receiptsRepeated)) {
      this.counts.receiptsRepeated += 1;
      this.#send(message);
      this.#send(this.#random.pick(this.#receipts));
    }
  }

  #send(message: Message): void {
    this.#camera?.receive(message);
  }

  #chance(fraction: number): boolean {
    return fraction > 0 && this.#random.fraction() < fraction;
  }

  #arrives(sent: Message): void {
    // As a network does: the sender may use its memory again once it has the acknowledgement.
    const message = copyOf(sent);
    this.counts.messages += 1;
    if (claimedRecordType(message.payload) === recordType.segment) this.counts.segments += 1;
    const { dropped, repeated, altered, replayed } = this.weather;
    if (this.loseNext || this.#chance(dropped)) {
      this.loseNext = false;
      this.counts.dropped += 1;
      return;
    }
    if (this.#chance(altered)) {
      this.counts.altered += 1;
      this.#enqueue({ topic: message.topic, payload: this.#alter(message) });
      if (this.#random.int(2) === 0) return;
    }
    const lateMs = this.delayNextMs;
    this.delayNextMs = 0;
    if (lateMs > 0) this.#time.after(lateMs, () => this.#enqueue(message));
    else this.#enqueue(message);
    if (this.#chance(repeated)) {
      this.counts.repeated += 1;
      this.#enqueue(message);
    }
    if (message.topic.endsWith('/session/record')) return;
    this.#history.push(message);
    if (this.#history.length > historyMax) this.#history.shift();
    if (this.#chance(replayed)) {
      this.counts.replayed += 1;
      this.#enqueue(this.#random.pick(this.#history));
    }
  }

  /** Changes a byte of a message; half of the time so that its checksum fits, as whoever means to would. */
  #alter({ topic, payload }: Message): Uint8Array {
    const change = (bytes: Uint8Array, from: number): Uint8Array => {
      const altered = Uint8Array.from(bytes);
      const at = from + this.#random.int(altered.length - from);
      altered[at] = (altered[at] ?? 0) ^ (1 + this.#random.int(255));
      return altered;
    };
    if (!topic.endsWith('/record') || this.#random.int(2) === 0) return change(payload, 0);
    const { type, body } = parseRecord(payload);
    // Behind the place and the length of a segment, so that only its digest tells.
    return encodeRecord(type, change(body, type === recordType.segment ? segmentHeadBytes : 0));
  }

  #enqueue(message: Message): void {
    if (this.#station === undefined && !this.#keeps) return;
    if (this.#queue.length >= queuedMax) return;
    this.#queue.push(message);
    if (this.#station !== undefined) void this.#deliver(this.#station);
  }

  /** One after the other; what a station that ended had not acknowledged comes once more. */
  async #deliver(station: Subscriber): Promise<void> {
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      while (this.#station === station) {
        const [message] = this.#queue;
        if (message === undefined) return;
        await this.#time.sleep(this.#random.int(1 + this.weather.delayMs));
        if (this.#station !== station) return;
        if (message === this.#unacknowledged) this.counts.redelivered += 1;
        this.#unacknowledged = message;
        await Promise.race([station(message), this.#time.sleep(60_000)]);
        // A station that ended meanwhile has not acknowledged it.
        if (this.#station === station && this.#queue[0] === message) this.#queue.shift();
      }
    } finally {
      this.#delivering = false;
      if (this.#station !== undefined && this.#station !== station) void this.#deliver(this.#station);
    }
  }
}

function copyOf({ topic, payload }: Message): Message {
  return { topic, payload: Uint8Array.from(payload) };
}

/** One connection of the camera: in order, both ways, until it ends. */
class Connection {
  readonly #time: SimTime;
  readonly #random: Seeded;
  readonly #weather: Weather;
  readonly #counts: SimBroker['counts'];
  readonly #events: BrokerEvents;
  readonly #arrives: (message: Message) => void;
  #state: 'connecting' | 'up' | 'deaf' | 'hole' | 'down' = 'connecting';
  #abandoned = false;
  readonly #onItsWay = new Set<{ message: Message }>();
  /** Until when what was on its way to the broker before the end still arrives. */
  #arrivesUntilMs = Number.POSITIVE_INFINITY;
  /** When the last thing on its way will be there, to the broker and back. */
  #outMs = 0;
  #backMs = 0;

  constructor(
    time: SimTime,
    random: Seeded,
    weather: Weather,
    counts: SimBroker['counts'],
    events: BrokerEvents,
    arrives: (message: Message) => void,
  ) {
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
    const passesMs = (1000 * message.payload.length) / this.#weather.bytesPerSecond;
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

  /** Ends it; what was on its way is lost, or some of the first of it still arrives. */
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
      this.#time.after(this.#random.int(60_000), () => this.#fails('hole'));
    }
    if (this.#random.fraction() < deaf) {
      this.#time.after(this.#random.int(60_000), () => this.#fails('deaf'));
    }
  }

  /** It goes silent without ending. */
  #fails(to: 'hole' | 'deaf'): void {
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
