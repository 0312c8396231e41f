import { idOf, type ModelMessage, type ModelRecording, type UplinkModel } from './uplink-model.ts';

// A station and a broker as values, in virtual time: the broker acknowledges what it has and may lose it, and the
// station does what the real one does with what comes early, twice, or while it cannot write.

/** What happens to the messages and to the station; undefined: nothing. All times are milliseconds of the model. */
export interface StationFaults {
  /** Loses a message after the broker has acknowledged it, or hands it over so much later, after what follows. */
  readonly message?: (
    message: ModelMessage,
    nowMs: number,
  ) => 'lost' | { readonly lateMs: number } | undefined;
  /** Nothing can be written: what is in memory is forgotten, no new receipt is signed. */
  readonly readOnly?: (nowMs: number) => boolean;
  /** Evidence cannot be written, receipts can. */
  readonly full?: (nowMs: number) => boolean;
  /** The vault keeps no key. */
  readonly vaultRefuses?: (nowMs: number) => boolean;
  /** The station reads nothing; the broker queues this many bytes for it, and drops what comes beyond. */
  readonly paused?: (nowMs: number) => boolean;
  readonly queueBytesMax?: number;
  /** How long the station is busy with others before each message. */
  readonly busyMs?: (nowMs: number) => number;
}

/** The link between camera and broker. */
export interface ModelLink {
  readonly bytesPerSecond: number;
  /** One way. */
  readonly delayMs: number;
}

interface ModelReceipt {
  readonly count: number;
  readonly keys: boolean;
  readonly complete: boolean;
}

interface Posted extends ModelReceipt {
  readonly recording: ModelRecording;
  readonly atMs: number;
}

interface Stored {
  keys: boolean;
  /** Statements that are here in order, and those that wait for one before them. */
  length: number;
  readonly early: Set<number>;
  readonly segments: Map<number, Set<number>>;
  count: number;
  closing: boolean;
  /** The newest receipt, and when it last went out in answer to what came early. */
  newest: ModelReceipt | undefined;
  answeredMs: number;
}

const stepMs = 10;
const brokerMs = 5;
const earlyAnswerMs = 1_000;

/** Drives a model with one camera that records, over a link, to a station with faults. */
export class ModelStation {
  readonly model: UplinkModel;
  readonly #faults: StationFaults;
  readonly #link: ModelLink;
  readonly #stored = new Map<number, Stored>();
  readonly #queue: { message: ModelMessage; atMs: number }[] = [];
  readonly #receipts: Posted[] = [];
  readonly #acks = new Map<ModelMessage, number>();
  readonly #seen = new Set<string>();
  #linkFreeMs = 0;
  #busyUntilMs = 0;
  #accounted = 0;
  bytesSent = 0;
  bytesTwice = 0;
  envelopesSent = 0;

  constructor(model: UplinkModel, link: ModelLink, faults: StationFaults) {
    this.model = model;
    this.#link = link;
    this.#faults = faults;
  }

  /** Lets one step of time pass. */
  step(): void {
    const { model } = this;
    model.pass(stepMs);
    if (model.link === 'connecting') model.connected();
    if (model.link === 'closing') model.cut();
    while (model.loads.length > 0) model.load();
    this.#account();
    for (let first = model.flight[0]; first !== undefined; first = model.flight[0]) {
      if ((this.#acks.get(first) ?? 0) > model.nowMs) break;
      model.ack(0, true);
      this.#toStation(first);
      while (model.loads.length > 0) model.load();
      this.#account();
    }
    this.#work();
    for (const receipt of this.#receipts.filter(({ atMs }) => atMs <= model.nowMs)) {
      this.#receipts.splice(this.#receipts.indexOf(receipt), 1);
      this.#deliver(receipt);
    }
  }

  /** What the station has receipted of a recording, with the key or without. */
  receipted(recording: ModelRecording): { count: number; keys: boolean } {
    return this.#stored.get(recording.number)?.newest ?? { count: -1, keys: false };
  }

  #account(): void {
    for (const message of this.model.sent.slice(this.#accounted)) {
      this.#accounted += 1;
      const { bytes, task, piece } = message;
      this.#linkFreeMs =
        Math.max(this.#linkFreeMs, this.model.nowMs) + (bytes / this.#link.bytesPerSecond) * 1_000;
      this.#acks.set(message, this.#linkFreeMs + 2 * this.#link.delayMs);
      this.bytesSent += bytes;
      if (task.what === 'keys') this.envelopesSent += 1;
      const index = 'index' in task ? task.index : -1;
      const key = `${'recording' in task ? task.recording : ''} ${task.what} ${index} ${piece}`;
      if (this.#seen.has(key)) this.bytesTwice += bytes;
      this.#seen.add(key);
    }
  }

  #toStation(message: ModelMessage): void {
    const { nowMs } = this.model;
    this.#acks.delete(message);
    const fate = this.#faults.message?.(message, nowMs);
    if (fate === 'lost') return;
    const queued = this.#queue.reduce((sum, { message: { bytes } }) => sum + bytes, 0);
    if (queued + message.bytes > (this.#faults.queueBytesMax ?? Number.POSITIVE_INFINITY)) return;
    const atMs = nowMs + brokerMs + (fate?.lateMs ?? 0);
    const place = this.#queue.findIndex((one) => one.atMs > atMs);
    this.#queue.splice(place === -1 ? this.#queue.length : place, 0, { message, atMs });
  }

  #work(): void {
    const { nowMs } = this.model;
    if (this.#faults.paused?.(nowMs)) return;
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      if (first.atMs > nowMs || this.#busyUntilMs > nowMs) return;
      this.#queue.shift();
      this.#busyUntilMs = nowMs + (this.#faults.busyMs?.(nowMs) ?? 0);
      this.#handle(first.message);
    }
  }

  #handle({ task, piece }: ModelMessage): void {
    if (!('recording' in task)) return;
    const { nowMs } = this.model;
    const recording = this.model.recordingOf(task);
    const stored = this.#stored.get(recording.number);
    const readOnly = this.#faults.readOnly?.(nowMs) ?? false;
    const full = readOnly || (this.#faults.full?.(nowMs) ?? false);
    if (task.what === 'head') {
      // The first of its messages is the Session, the second the Opening.
      if (piece === 0) return;
      if (stored !== undefined) this.#answer(recording, stored, readOnly);
      if (stored !== undefined || full) return;
      const fresh: Stored = {
        ...{ keys: false, length: 0, early: new Set<number>(), segments: new Map<number, Set<number>>() },
        ...{ count: 0, closing: false, newest: undefined, answeredMs: Number.NEGATIVE_INFINITY },
      };
      this.#stored.set(recording.number, fresh);
      this.#answer(recording, fresh, readOnly);
      return;
    }
    // Of a recording that it does not know a station has no receipt to answer with.
    if (stored === undefined) return;
    const outcome = this.#take(task, piece, recording, stored, full);
    if (outcome === 'early') {
      if (stored.newest === undefined || nowMs < stored.answeredMs + earlyAnswerMs) return;
      stored.answeredMs = nowMs;
      this.#send(recording, stored.newest);
    } else if (outcome === 'failed') {
      // What cannot be written is dropped, and read again from the store.
      stored.early.clear();
      for (const index of stored.segments.keys()) if (index >= stored.count) stored.segments.delete(index);
      stored.length = Math.min(stored.length, stored.count);
    } else this.#answer(recording, stored, readOnly, outcome === 'known');
  }

  #take(
    task: ModelMessage['task'],
    piece: number,
    recording: ModelRecording,
    stored: Stored,
    full: boolean,
  ): 'taken' | 'known' | 'early' | 'failed' {
    if (task.what === 'keys') {
      if (stored.keys) return 'known';
      if (this.#faults.vaultRefuses?.(this.model.nowMs)) return 'failed';
      stored.keys = true;
      return 'taken';
    }
    if (task.what === 'statements') {
      const { index } = task;
      if (index < stored.length || stored.early.has(index) || (stored.closing && index === stored.length))
        return 'known';
      if (full) return 'failed';
      stored.early.add(index);
      while (stored.early.delete(stored.length)) {
        if (recording.closed && stored.length === recording.durable) stored.closing = true;
        else stored.length += 1;
      }
      this.#grow(recording, stored);
      return 'taken';
    }
    if (task.what !== 'segments') return 'known';
    if (task.index >= stored.length) return 'early';
    const here = stored.segments.get(task.index) ?? new Set();
    if (here.has(piece)) return 'known';
    if (full) return 'failed';
    stored.segments.set(task.index, here.add(piece));
    this.#grow(recording, stored);
    return 'taken';
  }

  #grow(recording: ModelRecording, stored: Stored): void {
    const whole = (index: number): boolean =>
      (recording.segments[index]?.length ?? 0) === (stored.segments.get(index)?.size ?? 0);
    while (stored.count < stored.length && whole(stored.count)) stored.count += 1;
  }

  /** Signs a receipt if there is something new to say, else repeats the newest if it `asks`. */
  #answer(recording: ModelRecording, stored: Stored, readOnly: boolean, asks = true): void {
    const { count, keys, closing, length, newest } = stored;
    const complete = closing && keys && count === length;
    const same = newest?.count === count && newest.keys === keys && newest.complete === complete;
    if (!same && !readOnly) stored.newest = { count, keys, complete };
    if (stored.newest !== undefined && (asks || (!same && !readOnly))) this.#send(recording, stored.newest);
  }

  #send(recording: ModelRecording, receipt: ModelReceipt): void {
    this.#receipts.push({ recording, atMs: this.model.nowMs + brokerMs + this.#link.delayMs, ...receipt });
  }

  #deliver({ recording, count, keys, complete }: Posted): void {
    if (this.model.link !== 'up') return;
    recording.receipted = Math.max(recording.receipted, count);
    recording.complete ||= complete;
    this.model.changed();
    this.model.input({ kind: 'receipt', recording: idOf(recording.number), count, keys });
  }
}
