import type { Clock, Timer } from '../../base/clock.ts';
import { isSealcamError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Randomness } from '../../base/random.ts';
import { formatTopic, isOrderLeaf, messageBytesMax, type OrderLeaf, parseTopic } from '../../proto/topics.ts';
import { uplinkLimits } from '../limits.ts';
import { Answers } from './answers.ts';
import type { BrokerSession, OpenBrokerSession } from './broker/broker-session.ts';
import { BrokerTrouble } from './broker/broker-trouble.ts';
import { nextUplink, startMachine } from './machine/machine.ts';
import type {
  DisconnectReason,
  Input,
  MachineLimits,
  MachineState,
  Task,
  UplinkEffect,
} from './machine/machine-types.ts';
import { keysMissingSinceMs, lacksKeys, lateSinceMs } from './machine/schedule.ts';
import { ByteRate } from './rate.ts';
import { Lease, ReadBuffers } from './read-buffers.ts';
import { ReceiptIntake, type ReceiptIntakeOptions } from './receipt-intake.ts';
import { Resends } from './resends.ts';
import { TaskReader, type TaskReaderOptions } from './task-reader.ts';
import type { UplinkStats } from './uplink-stats.ts';

export type { BrokerEvents, BrokerSession, OpenBrokerSession } from './broker/broker-session.ts';
export { echoThroughBroker } from './broker/echo.ts';
export { mqttBroker, type UplinkBroker } from './broker/mqtt-session.ts';
export { OwnCertificate } from './broker/own-certificate.ts';
export type { UplinkStats } from './uplink-stats.ts';

/** What the uplink needs. */
export interface UplinkOptions extends TaskReaderOptions, ReceiptIntakeOptions {
  /** Called with each message on a topic of commands, or of what the root signs, of this camera. */
  readonly onOrder?: (leaf: OrderLeaf, payload: Uint8Array) => void;
  /** Connects to the broker: {@link mqttBroker}. */
  readonly openBroker: OpenBrokerSession;
  readonly clock: Clock;
  readonly randomness: Randomness;
  /** Bounds that replace the usual ones, for tests. */
  readonly limits?: MachineLimits;
}

/** A running uplink. */
export interface Uplink {
  stats(): UplinkStats;
  /** Sends an answer to the sender of a command; drops it while the camera is not connected. */
  answer(payload: Uint8Array): void;
  /** Takes the receipts that waited for a list of revoked keys, which has come. */
  takeHeldReceipts(): void;
  /** Ends the connection, if there is one; another follows. */
  reconnect(reason: string): void;
  /** Sends nothing more; the connection ends once what is on its way has arrived. Then, or at any time, close it. */
  finish(): void;
  /** Whether it will send nothing more, and has no connection. */
  readonly isOver: boolean;
  /**
   * Ends the connection, without waiting for the network, and stops every timer; resolves when nothing runs any more.
   */
  close(): Promise<void>;
}

/** Derives the machine's bounds from the agent's. */
export const usualLimits: MachineLimits = {
  ...uplinkLimits,
  window: {
    messagesMax: uplinkLimits.messagesInFlightMax,
    bytesMax: uplinkLimits.bytesInFlightMax,
    bytesAtFirst: uplinkLimits.bytesInFlightAtFirst,
    bytesMin: messageBytesMax,
    ackDelayMsTarget: uplinkLimits.ackDelayMsTarget,
    timeoutMs: uplinkLimits.publishTimeoutMs,
  },
  messageBytesMax,
};

const nonceBytes = 32;

/** Starts to send what is in the spool, and whatever is added to it, until {@link Uplink.close}. */
export function startUplink(options: UplinkOptions): Uplink {
  return new RunningUplink(options);
}

class RunningUplink implements Uplink {
  readonly #options: UplinkOptions;
  readonly #limits: MachineLimits;
  readonly #log: Log;
  readonly #stopListening: () => void;
  readonly #inputs: Input[] = [];
  #running = false;
  #state: MachineState;
  #timer: Timer | undefined;
  #broker: BrokerSession | undefined;
  #brokerEnded: Promise<void> = Promise.resolve();
  /** The messages of the loaded jobs. */
  readonly #messages = new Map<
    number,
    { readonly task: Task; readonly payloads: readonly Uint8Array[]; readonly lease: Lease }
  >();
  readonly #buffers = new ReadBuffers(uplinkLimits.readBytesKeptMax);
  /** The buffers of the messages in flight. */
  readonly #onTheWay = new Map<number, Lease>();
  readonly #reads = new Set<Promise<void>>();
  readonly #reader: TaskReader;
  readonly #receipts: ReceiptIntake;
  readonly #resends = new Resends();
  readonly #trouble = new BrokerTrouble(uplinkLimits);
  readonly #rate = new ByteRate(uplinkLimits.rateWindowMs);
  /** Since when there has been no connection; undefined while there is one. */
  #downMs: number | undefined;
  /** Set when the camera ends the present connection. */
  #closing = false;
  readonly #answers: Answers;
  readonly #stats = {
    connected: false,
    connections: 0,
    messagesSent: 0,
    bytesSent: 0,
    messagesAcknowledged: 0,
  };

  constructor(options: UplinkOptions) {
    this.#options = options;
    this.#limits = options.limits ?? usualLimits;
    this.#log = options.log;
    this.#answers = new Answers(options.deviceId);
    this.#reader = new TaskReader(options);
    this.#receipts = new ReceiptIntake(options, (receipt) => this.#run({ kind: 'receipt', ...receipt }));
    this.#downMs = this.#nowMs();
    this.#state = startMachine(this.#nowMs(), this.#limits);
    const { spool } = options;
    this.#stopListening = spool.onChange(() => {
      const recordings = spool.recordings();
      this.#resends.keepOnly(recordings);
      this.#receipts.keepOnly(recordings);
      this.#run({ kind: 'spool', recordings });
    });
    this.#run({ kind: 'spool', recordings: spool.recordings() });
  }

  stats(): UplinkStats {
    return {
      ...this.#stats,
      receiptsAccepted: this.#receipts.accepted,
      receiptsRepeated: this.#receipts.repeated,
      receiptsOfStation: this.#receipts.ofStation,
      receiptsRefused: this.#receipts.refused,
      refusedBy: Object.fromEntries(this.#receipts.refusedBy),
      messagesResent: this.#resends.messages,
      bytesResent: this.#resends.bytes,
      unreadable: this.#reader.unreadable,
      losses: this.#reader.losses,
      ...this.#lateness(),
      trouble: {
        ...this.#trouble.now,
        endsConnections: this.#trouble.endsConnections,
        carriesNothing: this.#trouble.carriesNothing,
      },
      bytesPerSecond: this.#rate.at(this.#nowMs()),
      cells: [],
    };
  }

  #lateness(): Pick<UplinkStats, 'disconnectedMs' | 'receiptLateMs' | 'keysMissingMs' | 'keysAbsent'> {
    const nowMs = this.#nowMs();
    const sinceOldest = (times: readonly (number | undefined)[]): number | undefined => {
      const present = times.filter((one) => one !== undefined);
      return present.length === 0 ? undefined : nowMs - present.reduce((a, b) => Math.min(a, b));
    };
    // Without a connection, everything that waits is late from then on.
    const recordings = this.#state.recordings.filter(({ journal }) => journal === undefined);
    const waits = recordings.length > 0 ? this.#downMs : undefined;
    // Nothing waits for the receipt of a journal.
    const cursors = recordings.flatMap(({ id }) => this.#state.cursors.get(id) ?? []);
    return {
      disconnectedMs: sinceOldest([this.#downMs]),
      receiptLateMs: sinceOldest([waits, ...cursors.map(lateSinceMs)]),
      keysMissingMs: sinceOldest(cursors.map(keysMissingSinceMs)),
      keysAbsent: cursors.some(lacksKeys),
    };
  }

  answer(payload: Uint8Array): void {
    if (this.#stats.connected && this.#broker !== undefined) this.#answers.send(this.#broker, payload);
  }

  readonly takeHeldReceipts = (): void => this.#receipts.takeHeld();

  reconnect(reason: string): void {
    this.#closing = true;
    this.#broker?.close(reason);
  }

  finish(): void {
    this.#run({ kind: 'finish' });
  }

  get isOver(): boolean {
    return this.#state.connection.at === 'stopped' && this.#broker === undefined;
  }

  async close(): Promise<void> {
    this.#stopListening();
    this.#run({ kind: 'stop' });
    this.#timer?.cancel();
    await this.#brokerEnded;
    await Promise.all(this.#reads);
    await this.#receipts.settled();
  }

  #nowMs(): number {
    return this.#options.clock.uptimeUs() / 1000;
  }

  /** Passes an input to the machine and performs its effects; inputs caused by these are handled after them. */
  #run(input: Input): void {
    this.#inputs.push(input);
    if (this.#running) return;
    this.#running = true;
    try {
      for (let one = this.#inputs.shift(); one !== undefined; one = this.#inputs.shift()) {
        const { state, effects } = nextUplink(this.#state, one, this.#nowMs(), this.#limits);
        this.#state = state;
        for (const effect of effects) this.#perform(effect);
      }
    } finally {
      this.#running = false;
    }
  }

  #perform(effect: UplinkEffect): void {
    switch (effect.kind) {
      case 'connect':
        this.#connect(effect.connection);
        return;
      case 'disconnect':
        this.#closing = true;
        this.#broker?.close(this.#reasonOf(effect.why));
        return;
      case 'load':
        this.#load(effect.job, effect.task);
        return;
      case 'publish':
        this.#publish(effect.message, effect.job, effect.piece);
        return;
      case 'release':
        this.#messages.get(effect.job)?.lease.done();
        this.#messages.delete(effect.job);
        return;
      case 'timer':
        this.#setTimer(effect.atMs);
        return;
    }
  }

  #reasonOf(why: DisconnectReason): string {
    if (why === 'stop') return 'the agent ends';
    if (why === 'finished') return 'another cell is used';
    if (why === 'refused') return 'the broker refused a message';
    const { bytes } = why.unacknowledged;
    const seconds = this.#limits.window.timeoutMs / 1_000;
    return `the broker left a message of ${bytes} bytes unacknowledged for ${seconds} s`;
  }

  #setTimer(atMs: number | undefined): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (atMs === undefined) return;
    this.#timer = this.#options.clock.setTimer(Math.max(0, atMs - this.#nowMs()), () => {
      // Timers and the clock may differ by a fraction of a millisecond; without this the machine would set no further
      // timer.
      if (this.#nowMs() < atMs) this.#setTimer(atMs);
      else this.#run({ kind: 'time' });
    });
  }

  #connect(connection: number): void {
    let ended = (): void => {};
    this.#brokerEnded = new Promise((resolve) => {
      ended = resolve;
    });
    this.#broker = this.#options.openBroker({
      up: () => {
        this.#stats.connected = true;
        this.#stats.connections += 1;
        this.#downMs = undefined;
        this.#closing = false;
        this.#trouble.up(this.#nowMs());
        this.#log.info('broker.connected', 'Connected to the broker');
        this.#run({ kind: 'up', connection });
      },
      acked: (message) => {
        if (this.#answers.over(message)) return;
        this.#stats.messagesAcknowledged += 1;
        this.#trouble.acknowledged(this.#nowMs());
        this.#rate.add(this.#state.window.find((one) => one.message === message)?.bytes ?? 0, this.#nowMs());
        // All of it was written, or there would be no acknowledgement. If a broker lies about that, the reused buffer
        // makes it receive different ciphertext, which fails every checksum.
        this.#onTheWay.get(message)?.done();
        this.#onTheWay.delete(message);
        this.#run({ kind: 'acked', message });
      },
      failed: (message, reason) => {
        this.#log.warn('broker.refused', 'The broker refused a message', { reason });
        if (this.#answers.over(message)) return;
        this.#run({ kind: 'failed', message });
      },
      message: (topic, payload) => this.#take(connection, topic, payload),
      down: (reason) => {
        this.#stats.connected = false;
        this.#downMs ??= this.#nowMs();
        this.#trouble.down(this.#nowMs(), this.#closing);
        this.#broker = undefined;
        // The socket is closed: nothing writes to it any more.
        for (const lease of this.#onTheWay.values()) lease.done();
        this.#onTheWay.clear();
        this.#answers.forget();
        this.#log.warn('broker.away', 'No connection to the broker', { reason });
        ended();
        this.#run({ kind: 'down', connection, jitter: this.#fraction() });
      },
    });
  }

  #fraction(): number {
    const bytes = this.#options.randomness.bytes(4);
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32;
  }

  #load(job: number, task: Task): void {
    const lease = new Lease(this.#buffers);
    const read = this.#reader.read(task, lease.take).then(
      (payloads) => {
        this.#messages.set(job, { task, payloads, lease });
        this.#run({ kind: 'loaded', job, sizes: payloads.map(({ length }) => length) });
      },
      (error: unknown) => {
        lease.done();
        this.#reader.failed(task, error);
        const keyless = task.what === 'keys' && isSealcamError(error, 'SEALED_KEYS');
        this.#run({ kind: keyless ? 'keyless' : 'unreadable', job });
      },
    );
    this.#reads.add(read);
    void read.then(() => this.#reads.delete(read));
  }

  #publish(message: number, job: number, piece: number): void {
    const loaded = this.#messages.get(job);
    const payload = loaded?.payloads[piece];
    if (loaded === undefined || payload === undefined)
      throw new RangeError(`no message ${piece} of job ${job}`);
    this.#stats.messagesSent += 1;
    this.#stats.bytesSent += payload.length;
    this.#resends.sent(loaded.task, piece, payload.length);
    this.#trouble.sent({ what: loaded.task.what, bytes: payload.length });
    if (this.#broker === undefined) return;
    loaded.lease.use();
    this.#onTheWay.set(message, loaded.lease);
    this.#broker.publish(message, this.#topicOf(loaded.task), payload);
  }

  #topicOf(task: Task): string {
    const recording = 'recording' in task ? task.recording : 'session';
    const leaf = task.what === 'keys' ? 'keys' : 'record';
    return formatTopic({ device: this.#options.deviceId, recording, leaf });
  }

  #take(connection: number, topic: string, payload: Uint8Array): void {
    const parsed = parseTopic(topic);
    if (parsed?.leaf === 'challenge' && parsed.device === this.#options.deviceId) {
      if (payload.length !== nonceBytes) {
        this.#log.warn('challenge.ignored', 'A challenge that is not 32 bytes long was ignored', {
          bytes: payload.length,
        });
        return;
      }
      this.#run({ kind: 'challenge', connection, nonce: payload });
      return;
    }
    if (parsed?.device === this.#options.deviceId && isOrderLeaf(parsed.leaf)) {
      this.#options.onOrder?.(parsed.leaf, payload);
      return;
    }
    this.#receipts.take(topic, payload);
  }
}
