import type { Clock } from '../../base/clock.ts';
import { messageBytesMax } from '../../proto/topics.ts';
import type { Device } from '../cameras/device.ts';
import type { Message } from '../cameras/message.ts';
import { stationLimits } from '../limits.ts';
import type { Budgets } from './budgets.ts';

/** Handles one camera's messages. */
export type LaneWorker = Pick<Device, 'handle' | 'restoreNext'>;

/** What lanes need. */
export interface LanesOptions {
  /** Creates the handler of a camera's messages. */
  readonly make: (device: string) => LaneWorker;
  readonly budgets: Pick<Budgets, 'waitMs' | 'isSlowed' | 'isExcluded'>;
  readonly clock: Pick<Clock, 'setTimer'>;
  /** Called if what the store holds for a camera cannot be read. */
  readonly failed: (device: string, error: unknown) => void;
  /** Called for each message that was dropped because its camera had overdrawn its budget. */
  readonly dropped: () => void;
  /** Called when closing took its time: a worker that waits for something outside shall end the wait. */
  readonly over?: () => void;
}

interface CameraLane {
  readonly device: string;
  readonly worker: LaneWorker;
  waiting: Message[];
  bytes: number;
  /** Callers that wait until there is room in this lane. */
  readonly waiters: (() => void)[];
  restoring: boolean;
  running: Promise<void> | undefined;
}

/** Bytes that one message counts for, in addition to its payload. */
const overheadBytes = 256;

/**
 * A lane for each camera: in order within one, in turns between them. A lane holds a limited number of messages; the
 * station's own broker asks for {@link room} before it accepts one more, and reads no further from that camera's socket
 * until there is some. All lanes together are limited as well; another broker's receiver is made to wait by {@link put}.
 *
 * Nothing from an honest camera is dropped here, as it would only be sent again into the same congestion. If a camera
 * has overdrawn its budget, messages that do not fit into its lane are dropped: an external broker delivers them in any
 * case, and others must not wait for them.
 */
export class Lanes {
  readonly #options: LanesOptions;
  readonly #lanes = new Map<string, CameraLane>();
  readonly #waiters: (() => void)[] = [];
  #waking = false;
  #bytes = 0;
  #closed = false;
  /** Closing took its time: what is not begun is dropped. */
  #over = false;
  readonly #whenClosed: Promise<void>;
  #close!: () => void;

  constructor(options: LanesOptions) {
    this.#options = options;
    this.#whenClosed = new Promise((resolve) => {
      this.#close = resolve;
    });
  }

  /** Bytes that no lane has finished handling. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Undefined if there is room for another message of a camera, in its lane and in all lanes together; else resolves
   * when there is. Never resolves after {@link close}.
   */
  room(device: string): Promise<void> | undefined {
    return this.#waitersFor(device) === undefined ? undefined : this.#whenRoom(device);
  }

  async #whenRoom(device: string): Promise<void> {
    for (let all = this.#waitersFor(device); all !== undefined; all = this.#waitersFor(device)) {
      const waiters = all;
      await new Promise<void>((resolve) => waiters.push(resolve));
    }
  }

  /** Where a message of a camera waits for room; undefined if there is some. */
  #waitersFor(device: string): (() => void)[] | undefined {
    if (this.#closed) return [];
    const lane = this.#lanes.get(device);
    if (lane !== undefined && isFull(lane)) return lane.waiters;
    return this.#bytes < stationLimits.unhandledBytesMax ? undefined : this.#waiters;
  }

  /**
   * Hands a message over; resolves when the next one may come. After {@link close} it accepts nothing and never
   * resolves, so that the message is not acknowledged and a persistent broker keeps it.
   */
  async put(message: Message): Promise<void> {
    if (this.#closed) return new Promise(() => {});
    if (!this.accept(message) || this.#bytes < stationLimits.unhandledBytesMax) return;
    await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  /**
   * Hands over a message of a broker that waits for what became of it, and has it in a queue with those of other cameras.
   * @returns resolves when it is handled, or dropped for its camera's budget: then it may be forgotten, as the camera sends
   *   again what could not be stored. Never resolves if closing cuts it off.
   */
  hand(message: Message): Promise<void> {
    if (this.#closed) return new Promise(() => {});
    const { budgets, dropped } = this.#options;
    const { device } = message.topic;
    const { slowedMessagesMax } = stationLimits;
    if (budgets.isSlowed(device) && (this.#lanes.get(device)?.waiting.length ?? 0) >= slowedMessagesMax) {
      dropped();
      return Promise.resolve();
    }
    return new Promise((done) => {
      if (!this.accept({ ...message, done })) done();
    });
  }

  /** Hands over a message for which there was {@link room}; false if it was dropped, as all are after {@link close}. */
  accept(message: Message): boolean {
    if (this.#closed) return false;
    const { budgets, dropped } = this.#options;
    const { device } = message.topic;
    const lane = this.#lane(device);
    if (budgets.isExcluded(device) || (isFull(lane) && budgets.isSlowed(device))) {
      dropped();
      return false;
    }
    const bytes = sizeOf(message);
    lane.waiting.push(message);
    lane.bytes += bytes;
    this.#bytes += bytes;
    lane.running ??= this.#run(lane);
    return true;
  }

  /**
   * Reads what the store holds for a camera, one recording at a time and after the waiting messages; resolves when all
   * of it is read.
   */
  async restore(device: string): Promise<void> {
    if (this.#closed) return;
    const lane = this.#lane(device);
    lane.restoring = true;
    lane.running ??= this.#run(lane);
    await lane.running;
  }

  /**
   * Accepts nothing more, and resolves when everything accepted is handled. What a slowed camera sent is dropped, and
   * after {@link stationLimits.lanesCloseMs} whatever is not begun: the cameras have no receipt for it, so they send it again.
   */
  async close(): Promise<void> {
    this.#closed = true;
    this.#close();
    const timer = this.#options.clock.setTimer(stationLimits.lanesCloseMs, () => {
      this.#over = true;
      this.#options.over?.();
    });
    await Promise.all([...this.#lanes.values()].map(({ running }) => running));
    timer.cancel();
  }

  #lane(device: string): CameraLane {
    const known = this.#lanes.get(device);
    if (known !== undefined) return known;
    const worker = this.#options.make(device);
    const lane: CameraLane = {
      device,
      worker,
      waiting: [],
      bytes: 0,
      waiters: [],
      restoring: false,
      running: undefined,
    };
    this.#lanes.set(device, lane);
    return lane;
  }

  async #run(lane: CameraLane): Promise<void> {
    // What arrives in the same turn is written together.
    await nextTurn();
    for (;;) {
      if (lane.waiting.length > 0) await this.#handle(lane);
      else if (lane.restoring && !this.#closed) await this.#restoreNext(lane);
      else break;
    }
    lane.running = undefined;
  }

  async #restoreNext(lane: CameraLane): Promise<void> {
    try {
      lane.restoring = await lane.worker.restoreNext();
    } catch (error) {
      lane.restoring = false;
      this.#options.failed(lane.device, error);
    }
    // A camera for which nothing has to be read from the disk lets the others have their turn as well.
    await nextTurn();
  }

  /** Handles the waiting messages, as far as they fit into one batch, once the camera's budget allows it. */
  async #handle(lane: CameraLane): Promise<void> {
    const { budgets } = this.#options;
    const waitMs = budgets.waitMs(lane.device);
    if (waitMs > 0) await this.#pause(waitMs);
    const isUseless = this.#over || (this.#closed && budgets.isSlowed(lane.device));
    if (budgets.isExcluded(lane.device) || isUseless) {
      return this.#drop(lane);
    }
    const batch = takeBatch(lane.waiting);
    try {
      await lane.worker.handle(batch.messages, () => this.#over);
      if (!this.#over) for (const { done } of batch.messages) done?.();
    } finally {
      this.#release(lane, batch.bytes);
    }
  }

  #drop(lane: CameraLane): void {
    for (const { done } of lane.waiting) {
      this.#options.dropped();
      if (!this.#closed) done?.();
    }
    lane.waiting = [];
    this.#release(lane, lane.bytes);
  }

  #release(lane: CameraLane, bytes: number): void {
    lane.bytes -= bytes;
    this.#bytes -= bytes;
    if (!isFull(lane)) for (const resolve of lane.waiters.splice(0)) resolve();
    this.#wake();
  }

  /**
   * Calls those that wait for all lanes together, no more in a turn than those for whose messages there is room. One that
   * is called may bring nothing, as its own lane is full or its connection has ended: the next turn calls others in its place.
   */
  #wake(): void {
    const free = stationLimits.unhandledBytesMax - this.#bytes;
    if (this.#waking || free <= 0 || this.#waiters.length === 0) return;
    this.#waking = true;
    for (const resolve of this.#waiters.splice(0, Math.ceil(free / messageBytesMax))) resolve();
    void nextTurn().then(() => {
      this.#waking = false;
      this.#wake();
    });
  }

  /** Waits, but does not delay a station that is closing. */
  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#options.clock.setTimer(ms, resolve);
      void this.#whenClosed.then(() => {
        timer.cancel();
        resolve();
      });
    });
  }
}

function isFull({ waiting, bytes }: CameraLane): boolean {
  return waiting.length >= stationLimits.laneMessagesMax || bytes >= stationLimits.laneBytesMax;
}

function sizeOf({ payload }: Message): number {
  return payload.length + overheadBytes;
}

function takeBatch(waiting: Message[]): { messages: Message[]; bytes: number } {
  let count = 0;
  let bytes = 0;
  for (const message of waiting) {
    const size = sizeOf(message);
    if (count > 0 && bytes + size > stationLimits.batchBytesMax) break;
    if (count >= stationLimits.batchMessagesMax) break;
    count += 1;
    bytes += size;
  }
  return { messages: waiting.splice(0, count), bytes };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
