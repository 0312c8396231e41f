import type { BrokerSession, OpenBrokerSession } from '../../../agent/uplink/broker/broker-session.ts';
import type { Timer } from '../../../base/clock.ts';
import { claimedRecordType, encodeRecord, parseRecord, recordType } from '../../../evidence/records.ts';
import type { Seeded } from '../seeded.ts';
import type { SimTime } from '../sim-time.ts';
import { copyOf, type Message, SimConnection } from './sim-connection.ts';
import { calm, type Weather } from './weather.ts';

/** The station's side of the broker. */
export type Subscriber = (message: Message) => Promise<void>;

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
  #camera: SimConnection | undefined;
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
    const connection = new SimConnection(this.#time, this.#random, { weather, counts, events, arrives });
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

  /** Changes the weather for the present connection as well. */
  change(weather: Weather): void {
    this.weather = weather;
    this.#camera?.change(weather);
  }

  /** From now on nothing passes on the present connection, which does not end. */
  silence(): void {
    this.#camera?.fails('hole');
  }

  /** The broker is gone, with all that it kept. */
  end(): void {
    this.cut();
    this.#queue.length = 0;
  }

  /** The camera's process is gone: what its connection would have said is lost. */
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

  /** Waits for the station, though not for ever. */
  async #within(ms: number, taken: Promise<void>): Promise<void> {
    let timer: Timer | undefined;
    const over = new Promise<void>((resolve) => {
      timer = this.#time.after(ms, resolve);
    });
    await Promise.race([taken, over]);
    timer?.cancel();
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

  /** Changes a byte of a message; half of the time so that its checksum fits, as an attacker would. */
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
        this.#time.activity += 1;
        await this.#within(60_000, station(message));
        // A station that ended meanwhile has not acknowledged it.
        if (this.#station === station && this.#queue[0] === message) this.#queue.shift();
      }
    } finally {
      this.#delivering = false;
      if (this.#station !== undefined && this.#station !== station) void this.#deliver(this.#station);
    }
  }
}
