import { fromHex, toHex } from '../../base/bytes.ts';
import type { Clock, Timer } from '../../base/clock.ts';
import { isSealcamError, systemCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Randomness } from '../../base/random.ts';
import { statementRecord } from '../../evidence/records.ts';
import type { Root } from '../../evidence/root.ts';
import type { Statement } from '../../evidence/statements.ts';
import { formatTopic, messageBytesMax, parseTopic } from '../../proto/topics.ts';
import { uplinkLimits } from '../limits.ts';
import type { LossFacts } from '../sealer/index.ts';
import { RotError } from '../spool/errors.ts';
import type { ReceiptOutcome, UplinkSpool } from '../spool/types.ts';
import type { BrokerSession, OpenBrokerSession } from './broker-session.ts';
import { type Effect, type Input, type MachineLimits, next, startMachine, type Task } from './machine.ts';
import { Lease, ReadBuffers } from './read-buffers.ts';
import { holdsKeys, readReceiptMessage } from './receipts.ts';
import { Resends } from './resends.ts';

export type { BrokerEvents, BrokerSession, OpenBrokerSession } from './broker-session.ts';
export { type BrokerOptions, mqttBroker } from './mqtt-session.ts';
export { OwnCertificate } from './own-certificate.ts';

/** What the uplink is made of. */
export interface UplinkOptions {
  readonly spool: UplinkSpool;
  /** The camera's id. */
  readonly deviceId: string;
  /** The agency's root, by which receipts are judged. */
  readonly root: Root;
  /** This boot's Session, sent first on each connection. */
  readonly session: Statement<'session'>;
  /** Signs the Head that answers a station's nonce (32 bytes). */
  readonly makeHead: (nonce: Uint8Array) => Statement<'head'>;
  /** Signs the Loss of segments that the spool cannot read back. */
  readonly makeLoss: (facts: LossFacts) => Statement<'loss'>;
  /** The way to the broker: {@link mqttBroker}. */
  readonly openBroker: OpenBrokerSession;
  /**
   * Takes each receipt that is newer, by the station's time, than all before it: for the sealer, to name in the
   * next chunk. Called once the spool has journaled it.
   */
  readonly onReceipt: (receipt: Statement<'receipt'>) => void;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
  /** Other bounds than the usual ones, for tests. */
  readonly limits?: MachineLimits;
}

/** What the uplink counts since its start. */
export interface UplinkStats {
  readonly connected: boolean;
  readonly connections: number;
  readonly messagesSent: number;
  readonly bytesSent: number;
  readonly messagesAcknowledged: number;
  /** Receipts that were journaled. */
  readonly receiptsAccepted: number;
  /** Receipts that said no more than one before: repeated by their station, late, or replayed by somebody. */
  readonly receiptsRepeated: number;
  /** Receipts that were forged, malformed, foreign, or not about what lies in the spool. */
  readonly receiptsRefused: number;
  /** The same, by the code of the error. */
  readonly refusedBy: Readonly<Record<string, number>>;
  /** Messages of segments that had gone out before, and their bytes. */
  readonly messagesResent: number;
  readonly bytesResent: number;
  /** Readings of the spool that failed, in all or in part. */
  readonly unreadable: number;
  /** Losses that were signed. */
  readonly losses: number;
}

/** A running uplink. */
export interface Uplink {
  stats(): UplinkStats;
  /** Ends the connection, without waiting for the network, and every timer; resolves when nothing runs any more. */
  close(): Promise<void>;
}

/** The machine's bounds from the agent's. */
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

/** Receipts that may wait for the journal: beyond it they are dropped, and the station repeats them. */
const receiptsWaitingMax = 64;
const nonceBytes = 32;

/** Starts to send what lies in the spool, and whatever comes into it, until {@link Uplink.close}. */
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
  #state: ReturnType<typeof startMachine>;
  #timer: Timer | undefined;
  #broker: BrokerSession | undefined;
  #brokerEnded: Promise<void> = Promise.resolve();
  /** The messages of the jobs that are loaded. */
  readonly #messages = new Map<
    number,
    { readonly task: Task; readonly payloads: readonly Uint8Array[]; readonly lease: Lease }
  >();
  readonly #buffers = new ReadBuffers(uplinkLimits.readBytesKeptMax);
  /** What the messages on their way were read into. */
  readonly #onTheWay = new Map<number, Lease>();
  readonly #reads = new Set<Promise<void>>();
  #receipts: Promise<void> = Promise.resolve();
  #receiptsWaiting = 0;
  #newestReceiptUs = -1;
  readonly #resends = new Resends();
  readonly #stats = {
    connected: false,
    connections: 0,
    messagesSent: 0,
    bytesSent: 0,
    messagesAcknowledged: 0,
    receiptsAccepted: 0,
    receiptsRepeated: 0,
    receiptsRefused: 0,
    refusedBy: new Map<string, number>(),
    unreadable: 0,
    losses: 0,
  };

  constructor(options: UplinkOptions) {
    this.#options = options;
    this.#limits = options.limits ?? usualLimits;
    this.#log = options.log;
    this.#state = startMachine(this.#nowMs(), this.#limits);
    const { spool } = options;
    this.#stopListening = spool.onChange(() => {
      const recordings = spool.recordings();
      this.#resends.keepOnly(recordings);
      this.#run({ kind: 'spool', recordings });
    });
    this.#run({ kind: 'spool', recordings: spool.recordings() });
  }

  stats(): UplinkStats {
    return {
      ...this.#stats,
      refusedBy: Object.fromEntries(this.#stats.refusedBy),
      messagesResent: this.#resends.messages,
      bytesResent: this.#resends.bytes,
    };
  }

  async close(): Promise<void> {
    this.#stopListening();
    this.#run({ kind: 'stop' });
    this.#timer?.cancel();
    await this.#brokerEnded;
    await Promise.all(this.#reads);
    await this.#receipts;
  }

  #nowMs(): number {
    return this.#options.clock.uptimeUs() / 1000;
  }

  /** Hands an input to the machine and performs its effects; inputs that these bring follow after them. */
  #run(input: Input): void {
    this.#inputs.push(input);
    if (this.#running) return;
    this.#running = true;
    try {
      for (let one = this.#inputs.shift(); one !== undefined; one = this.#inputs.shift()) {
        const { state, effects } = next(this.#state, one, this.#nowMs(), this.#limits);
        this.#state = state;
        for (const effect of effects) this.#perform(effect);
      }
    } finally {
      this.#running = false;
    }
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case 'connect':
        this.#connect(effect.connection);
        return;
      case 'disconnect':
        this.#broker?.close();
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

  #setTimer(atMs: number | undefined): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (atMs === undefined) return;
    this.#timer = this.#options.clock.setTimer(Math.max(0, atMs - this.#nowMs()), () => {
      // Timers and the clock may disagree by a fraction of a millisecond, after which the machine asks no more.
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
        this.#log.info('connected to the broker');
        this.#run({ kind: 'up', connection });
      },
      acked: (message) => {
        this.#stats.messagesAcknowledged += 1;
        // All of it was written, or there would be no acknowledgement. A broker that lies about it gets other
        // ciphertext in its place, which no checksum fits.
        this.#onTheWay.get(message)?.done();
        this.#onTheWay.delete(message);
        this.#run({ kind: 'acked', message });
      },
      failed: (message, reason) => {
        this.#log.warn('the broker refused a message', { reason });
        this.#run({ kind: 'failed', message });
      },
      message: (topic, payload) => this.#take(connection, topic, payload),
      down: (reason) => {
        this.#stats.connected = false;
        this.#broker = undefined;
        // The socket is closed: nobody writes any more.
        for (const lease of this.#onTheWay.values()) lease.done();
        this.#onTheWay.clear();
        this.#log.warn('no connection to the broker', { reason });
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
    const read = this.#read(task, lease).then(
      (payloads) => {
        this.#messages.set(job, { task, payloads, lease });
        this.#run({ kind: 'loaded', job, sizes: payloads.map(({ length }) => length) });
      },
      (error: unknown) => {
        lease.done();
        this.#unreadable(task, error);
        this.#run({ kind: 'unreadable', job });
      },
    );
    this.#reads.add(read);
    void read.then(() => this.#reads.delete(read));
  }

  #unreadable(task: Task, error: unknown): void {
    // It was receipted as complete, and deleted, since the task was chosen.
    if (isSealcamError(error, 'SPOOL_UNKNOWN')) return;
    this.#stats.unreadable += 1;
    const code = isSealcamError(error) ? error.code : systemCode(error);
    const recording = 'recording' in task ? task.recording : undefined;
    const index = 'index' in task ? task.index : undefined;
    this.#log.alarm('what is to be sent could not be read', { code, recording, what: task.what, index });
  }

  async #read(task: Task, lease: Lease): Promise<readonly Uint8Array[]> {
    const { spool, session, makeHead } = this.#options;
    switch (task.what) {
      case 'session':
        return [statementRecord(session.encoded)];
      case 'answer':
        return [statementRecord(makeHead(task.nonce).encoded)];
      case 'head':
        return spool.readHead(task.recording);
      case 'keys':
        return [await spool.readSealedKeys(task.recording)];
      case 'statements':
        return spool.readStatements(task.recording, task.index);
      case 'segments':
        return this.#readSegments(task, lease);
    }
  }

  /** The segments of an index; where some have rotted, the others, which are no less evidence, and their Loss. */
  async #readSegments(task: Task & { what: 'segments' }, lease: Lease): Promise<readonly Uint8Array[]> {
    try {
      return await this.#options.spool.readSegments(task.recording, task.index, lease.take);
    } catch (error) {
      if (!(error instanceof RotError) || error.statement === undefined) throw error;
      const records = [...error.intact, ...(await this.#lossOf(error, error.statement))];
      if (records.length === 0) throw error;
      this.#unreadable(task, error);
      return records;
    }
  }

  /** The records that state the loss of what has rotted; none where it cannot be kept, which is tried again. */
  async #lossOf({ recording, index, segments }: RotError, statement: Uint8Array): Promise<Uint8Array[]> {
    const { spool, makeLoss } = this.#options;
    try {
      const kept = await spool.readLoss(recording, index, segments);
      if (kept !== undefined) return kept;
      const recordingId = fromHex(recording) ?? new Uint8Array(0);
      await spool.keepLoss(makeLoss({ recordingId, index, statement, segments: [...segments] }));
      this.#stats.losses += 1;
      const lost = segments.length;
      this.#log.alarm('what has rotted in the storage is stated as lost', { recording, index, lost });
      return (await spool.readLoss(recording, index, segments)) ?? [];
    } catch (error) {
      const code = isSealcamError(error) ? error.code : systemCode(error);
      this.#log.alarm('a loss could not be kept, and is not stated yet', { recording, index, code });
      return [];
    }
  }

  #publish(message: number, job: number, piece: number): void {
    const loaded = this.#messages.get(job);
    const payload = loaded?.payloads[piece];
    if (loaded === undefined || payload === undefined)
      throw new RangeError(`no message ${piece} of job ${job}`);
    this.#stats.messagesSent += 1;
    this.#stats.bytesSent += payload.length;
    this.#resends.sent(loaded.task, piece, payload.length);
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
        this.#log.warn('a challenge of another length than 32 bytes was ignored', { bytes: payload.length });
        return;
      }
      this.#run({ kind: 'challenge', connection, nonce: payload });
      return;
    }
    if (this.#receiptsWaiting >= receiptsWaitingMax) {
      this.#log.warn('more receipts came than the journal takes; the rest is dropped');
      return;
    }
    let receipt: Statement<'receipt'>;
    try {
      receipt = readReceiptMessage(topic, payload, this.#options.root, this.#options.deviceId);
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      this.#refuse(error.code);
      return;
    }
    this.#receiptsWaiting += 1;
    this.#receipts = this.#receipts.then(async () => {
      try {
        await this.#accept(receipt);
      } finally {
        this.#receiptsWaiting -= 1;
      }
    });
  }

  #refuse(code: string): void {
    this.#stats.receiptsRefused += 1;
    this.#stats.refusedBy.set(code, (this.#stats.refusedBy.get(code) ?? 0) + 1);
    this.#log.alarm('a receipt was refused', { code });
  }

  /** Journals a receipt that a station signed for this camera, and goes by it where the spool took it. */
  async #accept(receipt: Statement<'receipt'>): Promise<void> {
    const { spool, onReceipt } = this.#options;
    const { count, stationUtcUs } = receipt.body;
    const id = toHex(receipt.body.recordingId);
    const recording = spool.recordings().find((one) => one.id === id);
    let outcome: ReceiptOutcome;
    try {
      outcome = await spool.acceptReceipt(receipt);
    } catch (error) {
      const code = isSealcamError(error) ? error.code : systemCode(error);
      this.#log.alarm('a receipt could not be journaled', { code });
      return;
    }
    if (outcome === 'unknown' || outcome === 'contradicting') {
      this.#refuse(outcome === 'unknown' ? 'RECEIPT_UNKNOWN' : 'RECEIPT_CONTRADICTING');
      return;
    }
    if (outcome === 'journaled') this.#stats.receiptsAccepted += 1;
    else this.#stats.receiptsRepeated += 1;
    // Of a recording that is receipted whole, and gone, a station may repeat it, and anyone may replay it.
    if (recording === undefined) return;
    // One that the spool knew already is still the station's word on what it holds now.
    this.#run({ kind: 'receipt', recording: id, count, keys: holdsKeys(receipt, recording.keyEnvelopeHash) });
    if (stationUtcUs > this.#newestReceiptUs) {
      this.#newestReceiptUs = stationUtcUs;
      onReceipt(receipt);
    }
  }
}
